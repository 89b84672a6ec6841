"""The planner: a language model that decides, and a guard that guarantees.

Names are loaded when used, so that a part that only orders jobs does not pay for ADK's import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from video_agent.planner.opening import open_job, preflight
    from video_agent.planner.planner import Planner

APP_NAME: Final = "video_agent"
"""ADK's name of the application; sessions and jobs carry it."""

__all__ = ["APP_NAME", "Planner", "open_job", "preflight"]

_HOMES = {"Planner": "planner", "open_job": "opening", "preflight": "opening"}


def __getattr__(name: str) -> object:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
