"""What names a session, and which names both databases can hold."""

from collections.abc import Sequence
from typing import NamedTuple

from video_agent.errors import InvalidRequestError

MAX_ID_BYTES = 512
"""Longest app name, user id and session id: an index entry of PostgreSQL must hold all three."""


class Identity(NamedTuple):
    """What names a session outside the database."""

    app_name: str
    user_id: str
    session_id: str


def storable(names: Sequence[str]) -> bool:
    """Whether both databases can hold every name."""
    return all("\x00" not in name and _utf8_length(name) <= MAX_ID_BYTES for name in names)


def refuse_unstorable(identity: Identity) -> None:
    """Refuse names that only one of the databases would take.

    Raises:
        InvalidRequestError: A name is too long or holds what is not text.
    """
    if not storable(identity):
        raise InvalidRequestError(
            "an app name, user id or session id cannot be stored: "
            f"at most {MAX_ID_BYTES} bytes in UTF-8, without NUL"
        )


def _utf8_length(name: str) -> int:
    try:
        return len(name.encode())
    except UnicodeEncodeError:  # a lone surrogate: not text any database takes
        return MAX_ID_BYTES + 1
