"""Pictures of a verdict, drawn with Pillow: frames with findings, score bars, attempt history."""

from video_agent.media.pictures.findings import draw_findings
from video_agent.media.pictures.history import draw_history
from video_agent.media.pictures.paper import Look, Picture
from video_agent.media.pictures.scores import draw_scores

__all__ = ["Look", "Picture", "draw_findings", "draw_history", "draw_scores"]
