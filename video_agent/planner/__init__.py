"""The planner: a language model that decides, and a guard that guarantees."""

from video_agent.planner.opening import open_job, preflight
from video_agent.planner.planner import APP_NAME, Planner

__all__ = ["APP_NAME", "Planner", "open_job", "preflight"]
