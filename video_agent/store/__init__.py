"""What we remember: tables, the database behind them, ADK's sessions, migrations.

Names are loaded when used, so that a part that needs only tables does not pay for ADK's import.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_agent.store.database import Database
    from video_agent.store.sessions import SQLModelSessionService

__all__ = ["Database", "SQLModelSessionService"]


_HOMES = {
    "Database": "video_agent.store.database",
    "SQLModelSessionService": "video_agent.store.sessions",
}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
