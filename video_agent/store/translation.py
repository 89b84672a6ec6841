"""Turns SQLAlchemy's and the drivers' errors into ours: one line, no addresses, no parameters."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    SQLAlchemyError,
    StatementError,
)

from video_agent.errors import ConfigurationError, StoreError, VideoAgentError

_PASSING = ("database is locked", "database table is locked", "disk is full", "disk i/o error")
_PASSING_STATES = ("08", "53", "57")
"""SQLSTATE classes of PostgreSQL: connection lost, no resources (also a full disk), shut down."""
_NOT_OURS = ("file is not a database", "file is encrypted", "malformed")
_NO_ACCESS = ("unable to open database file", "readonly database", "permission denied")


@contextmanager
def translated(name: str) -> Generator[None]:
    """Around statements of a transaction: database errors leave as ours, all others as they are."""
    try:
        yield
    except SQLAlchemyError as error:
        raise _translation(name, error) from error


@contextmanager
def connecting(name: str) -> Generator[None]:
    """Around the making of a connection: whatever goes wrong there is a matter of configuration.

    `retryable` where nobody answers, or not yet: a server that restarts looks like one that never
    was.
    """
    try:
        yield
    except VideoAgentError:
        raise
    except SQLAlchemyError as error:
        outcome = _translation(name, error)
        if isinstance(outcome, StoreError) and isinstance(error, DBAPIError) and error.orig:
            # Without a statement it was the connection itself that failed.
            outcome = outcome if error.statement else _unreachable(name, error.orig)
        raise outcome from error
    except Exception as error:  # drivers raise errors of their own here, beside OSError
        raise _unreachable(name, error) from error


def _unreachable(name: str, error: BaseException) -> ConfigurationError:
    return ConfigurationError(
        f"database {name} cannot be reached: {_first_line(error)}",
        hint="check VIDEO_AGENT_DATABASE_URL",
        retryable=isinstance(error, OSError) or _passes(error),
    )


def _passes(error: BaseException) -> bool:
    """Whether a driver's error tells of a server or a disk that may be well again later."""
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str) and state.startswith(_PASSING_STATES):
        return True
    return any(sign in _first_line(error).lower() for sign in _PASSING)


def _translation(name: str, error: SQLAlchemyError) -> VideoAgentError:
    cause = error.orig if isinstance(error, StatementError) and error.orig else error
    reason = _first_line(cause)
    lowered = reason.lower()
    if any(sign in lowered for sign in _NOT_OURS):
        return ConfigurationError(
            f"{name} is not a SQLite database: {reason}",
            hint="set VIDEO_AGENT_DATABASE_URL to another file",
        )
    if any(sign in lowered for sign in _NO_ACCESS):
        return ConfigurationError(
            f"database {name} cannot be opened for writing: {reason}",
            hint="check the folder's permissions or set another VIDEO_AGENT_DATABASE_URL",
        )
    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    kind = "broke a rule of" if isinstance(error, IntegrityError) else "failed in"
    return StoreError(
        f"a statement {kind} database {name}: {reason}", retryable=lost or _passes(cause)
    )


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
