"""What a delivered clip must be."""

from video_agent.models import Value


class ExpectedClip(Value):
    """The order in measurable terms.

    Pixels, frames a second, seconds, whether sound was asked for.
    """

    width: int
    height: int
    fps: float
    duration_seconds: float
    audio: bool = True
