"""Which job the running task works for, so that every line of the log can say it.

Whoever works for a job says so here, once; what is called from there, in other tasks and threads
too, need not. How lines look is decided by the application's edge alone (`cli.logs`).
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class LogContext:
    """What the running task works for; None: nothing in particular."""

    job_id: str | None = None
    generation_id: str | None = None


_CURRENT: ContextVar[LogContext] = ContextVar("video_agent_log_context", default=LogContext())  # noqa: B039 - frozen


def log_context() -> LogContext:
    """What the running task works for."""
    return _CURRENT.get()


@contextmanager
def working_for(job_id: str | None, generation_id: str | None = None) -> Generator[None]:
    """Say what the body works for. Tasks begun and threads called inside it inherit it."""
    token = _CURRENT.set(LogContext(job_id, generation_id))
    try:
        yield
    finally:
        _CURRENT.reset(token)
