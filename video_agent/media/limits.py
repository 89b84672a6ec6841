"""What we are willing to open."""

import time
from dataclasses import dataclass, field

from video_agent.errors import MediaError


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Caps for files from outside. `work_seconds` bounds one decode of the whole file."""

    max_bytes: int = 2 * 1024**3
    max_pixels: int = 4096 * 2304
    max_duration_seconds: float = 900.0
    max_fps: float = 240.0
    open_seconds: float = 10.0
    work_seconds: float = 300.0


DEFAULT_LIMITS = MediaLimits()


@dataclass(slots=True)
class Deadline:
    """Ends a decode that takes too long."""

    seconds: float
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.seconds

    def check(self, what: str) -> None:
        """Raise when the time is used up.

        Raises:
            MediaError: Too slow.
        """
        if time.monotonic() > self._end:
            raise MediaError(
                f"{what} took more than {self.seconds:g} s to decode",
                hint="use a shorter or smaller file",
            )
