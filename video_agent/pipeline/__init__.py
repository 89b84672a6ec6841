"""The front door below `wiring`: one request and everything it leads to.

`Pipeline` is loaded when used: who only finds jobs does not pay for ADK's import.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_agent.pipeline.pipeline import Pipeline

__all__ = ["Pipeline"]


def __getattr__(name: str) -> object:
    if name == "Pipeline":
        return import_module("video_agent.pipeline.pipeline").Pipeline
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
