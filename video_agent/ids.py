"""Sortable unique ids (UUID version 7, RFC 9562 section 5.7)."""

import secrets
import time
import uuid


def new_id() -> str:
    """A new UUIDv7 as text: later ids sort after earlier ones (to the millisecond)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & (2**48 - 1)) << 80
    value |= 0x7 << 76 | secrets.randbits(12) << 64
    value |= 0b10 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=value))
