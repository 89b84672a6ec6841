"""The front door below `wiring`: one request and everything it leads to."""

from video_agent.pipeline.pipeline import Pipeline
from video_agent.planner import Estimate

__all__ = ["Estimate", "Pipeline"]
