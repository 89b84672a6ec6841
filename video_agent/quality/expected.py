"""What a delivered clip must be."""

from video_agent.models import Value


class ExpectedClip(Value):
    """The order in measurable terms.

    Pixels, frames a second, seconds, whether sound was asked for; how many shots are planned,
    whether text may be seen, whether bars around the picture are wanted, and the camera's move if
    the prompt names one (`quality.wishes`).
    """

    width: int
    height: int
    fps: float
    duration_seconds: float
    audio: bool = True
    shots: int = 1
    text: bool = False
    bars: bool = False
    camera: str = ""
