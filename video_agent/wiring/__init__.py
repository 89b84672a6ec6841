"""Settings in, `VideoAgent` out: the only place that chooses backends, store and clocks."""

from video_agent.wiring.front_door import VideoAgent, analyze

__all__ = ["VideoAgent", "analyze"]
