"""Column types that mean the same on SQLite and on PostgreSQL.

Each refuses or escapes what one of the two would change or reject, so that code tested on SQLite
holds on PostgreSQL.
"""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

_CENT = Decimal("0.01")
_NANO = Decimal("1e-9")
_NANOS_IN_DOLLAR = 1_000_000_000
_LARGEST_BIGINT = 2**63 - 1

_ESCAPE = "\x1a"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_TO_ESCAPE = re.compile("[\x00\x1a\ud800-\udfff]")
_ESCAPED = re.compile("\x1a([0-9a-f]{4})")


def nano_dollars(amount_usd: Decimal) -> Decimal:
    """Dollars rounded to the nano-dollar (half to even), the smallest amount `UsdAmount` takes."""
    return amount_usd.quantize(_NANO)


class UsdAmount(TypeDecorator[Decimal]):
    """Dollars: `Decimal` in code, whole nano-dollars (1e-9) in a BIGINT. Exact, and SQL can sum it.

    Accepts `Decimal` and `int` up to 9.2 billion dollars with at most nine decimals. Floats are
    refused: they are not exact.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> int | None:
        """Dollars to nano-dollars."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"an amount of money must be a Decimal, not {type(value).__name__}")
        nanos = Decimal(value) * _NANOS_IN_DOLLAR
        if not nanos.is_finite() or nanos != nanos.to_integral_value():
            raise ValueError(f"{value} dollars is not a whole number of nano-dollars")
        if abs(nanos) > _LARGEST_BIGINT:
            raise ValueError(f"{value} dollars is too much to store")
        return int(nanos)

    def process_result_value(self, value: object, dialect: Dialect) -> Decimal | None:
        """Nano-dollars to dollars (PostgreSQL returns a sum of BIGINT as `Decimal`)."""
        if value is None:
            return None
        if not isinstance(value, int | Decimal):
            raise TypeError(f"the database returned {type(value).__name__} for money")
        return _readable(Decimal(int(value)).scaleb(-9))


class UtcDateTime(TypeDecorator[datetime]):
    """A timezone-aware moment, always returned in UTC. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Any zone to UTC; SQLite keeps it without a zone, as sortable text."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database holds, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    """Text of any length.

    What PostgreSQL cannot hold (NUL, lone surrogates) becomes U+FFFD on both databases.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        return None if value is None else _UNSTORABLE.sub("\ufffd", value)


class JsonDocument(TypeDecorator[object]):
    """A JSON value: JSONB on PostgreSQL. None is SQL NULL.

    Characters JSONB refuses are escaped on the way in and restored on the way out. NaN and
    infinities become null.
    """

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """JSONB where there is one."""
        kind = JSONB(none_as_null=True) if dialect.name == "postgresql" else JSON(none_as_null=True)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Escape."""
        return None if value is None else _storable(value)

    def process_result_value(self, value: object, dialect: Dialect) -> object:
        """Restore."""
        return _restored(value)


def _readable(dollars: Decimal) -> Decimal:
    """Without needless zeros, but with cents: 2.00, 0.125."""
    short = dollars.normalize()
    return short if _decimals(short) > 2 else short.quantize(_CENT)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _storable(value: object) -> object:
    if isinstance(value, str):
        return _TO_ESCAPE.sub(lambda match: f"{_ESCAPE}{ord(match[0]):04x}", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {_storable(str(key)): _storable(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_storable(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _restored(value: object) -> object:
    if isinstance(value, str):
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), value)
    if isinstance(value, dict):
        return {_restored(key): _restored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_restored(item) for item in value]
    return value
