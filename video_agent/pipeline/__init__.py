"""The front door below `wiring`: one request and everything it leads to."""

from video_agent.pipeline.pipeline import Pipeline

__all__ = ["Pipeline"]
