"""What the caller of a render fixes about a clip."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from video_agent.studio.renderer.errors import RenderError

SourceUse = Literal["go_on", "come_alive", "retouch", "upscale"]
_SMALLEST, _LARGEST = 64, 4096
_LONGEST_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """What the caller fixes about a clip.

    Attributes:
        width: Pixels across, even.
        height: Pixels down, even.
        duration_seconds: Length; rounded to whole frames. With a source that is gone on with, the
            length of the whole; retouched and enlarged clips keep the source's.
        seed: Same prompt and seed give the same frames.
        fps: Frames per second.
        first_frame: An encoded image (PNG or JPEG) that the clip starts from.
        last_frame: An encoded image that the clip ends on.
        references: Encoded images whose colours the clip takes up.
        changes: Edits of the scene in words, one after the other.
        path_seconds: The length that the camera's way was planned for; None for the whole clip.
        source: A clip to work on.
        source_use: `go_on`: its scene (the prompt's, with this seed) is drawn on after its end;
            `come_alive`: so is its last frame alone; `retouch`: it gets the prompt's light, weather
            and colours; `upscale`: it is only enlarged.
        source_seconds: The source's length.
        later_changes: For `go_on`: edits that hold only after the source's end.
    """

    width: int
    height: int
    duration_seconds: float
    seed: int
    fps: int = 24
    first_frame: bytes | None = None
    last_frame: bytes | None = None
    references: tuple[bytes, ...] = ()
    changes: tuple[str, ...] = ()
    path_seconds: float | None = None
    source: Path | None = None
    source_use: SourceUse = "go_on"
    source_seconds: float = 0.0
    later_changes: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse settings that cannot be drawn.

        Raises:
            RenderError: One line on what is wrong.
        """
        for name, value in (("width", self.width), ("height", self.height)):
            if not _SMALLEST <= value <= _LARGEST or value % 2:
                raise RenderError(
                    f"{name} must be even and within {_SMALLEST}..{_LARGEST}, not {value}"
                )
        seconds = self.duration_seconds
        if not math.isfinite(seconds) or not 0 < seconds <= _LONGEST_SECONDS:
            raise RenderError(
                f"duration_seconds must be above 0 and at most {_LONGEST_SECONDS:.0f}"
            )
        if not 1 <= self.fps <= 60:
            raise RenderError("fps must be within 1..60")
