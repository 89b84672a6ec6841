"""How closely a clip is looked at: frames a second, a part of it, and the tokens of a frame.

Tokens of a frame of video are 70, whatever resolution below `high` is asked for, and 280 at `high`,
as documented for Gemini 3; its sound counts 32 a second. Images count 1,089 unless a resolution is
given.
"""

import re
from dataclasses import dataclass

from video_agent.studio.reading import Fields, as_fields, as_number, as_text, pick
from video_agent.studio.refusals import Refusal

FRAME_TOKENS = {"low": 70, "medium": 70, "high": 280, "ultra_high": 280}
IMAGE_TOKENS = {"low": 280, "medium": 560, "high": 1120, "ultra_high": 2240}
DEFAULT_FRAME_TOKENS, DEFAULT_IMAGE_TOKENS, SOUND_TOKENS_PER_SECOND = 70, 1089, 32
MOST_FPS = 24.0
_PREFIX = "media_resolution_"
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


@dataclass(frozen=True)
class MediaOptions:
    """The options of one media part. Offsets in seconds; `end_seconds` None is the clip's end."""

    fps: float = 1.0
    start_seconds: float = 0.0
    end_seconds: float | None = None
    resolution: str = ""

    @property
    def cuts(self) -> bool:
        """Whether only a part of the clip is looked at."""
        return self.start_seconds > 0 or self.end_seconds is not None

    @property
    def image_tokens(self) -> int:
        """Tokens of an image."""
        return IMAGE_TOKENS.get(self.resolution, DEFAULT_IMAGE_TOKENS)

    def video_tokens(self, seconds: float) -> int:
        """Tokens of a clip, of which so many seconds are looked at."""
        frame = FRAME_TOKENS.get(self.resolution, DEFAULT_FRAME_TOKENS)
        return round((frame * self.fps + SOUND_TOKENS_PER_SECOND) * seconds)


def read_options(part: Fields, resolution: str) -> MediaOptions:
    """The options of a part; `resolution` is that of the whole request.

    Raises:
        Refusal: 400.
    """
    metadata = as_fields(pick(part, "videoMetadata"))
    own = pick(part, "mediaResolution")
    own_level = as_text(as_fields(own).get("level")) or as_text(own)
    fps = as_number(metadata.get("fps"))
    if metadata.get("fps") is not None and not (fps and 0 < fps <= MOST_FPS):
        raise Refusal(400, f"video_metadata.fps must be in the range (0.0, {MOST_FPS:g}].")
    start = _offset(pick(metadata, "startOffset"), "start_offset")
    end = _offset(pick(metadata, "endOffset"), "end_offset")
    if end is not None and end <= (start or 0.0):
        raise Refusal(400, "video_metadata.end_offset must be greater than start_offset.")
    level = own_level or resolution
    return MediaOptions(fps or 1.0, start or 0.0, end, level.lower().removeprefix(_PREFIX))


def _offset(given: object, name: str) -> float | None:
    if given is None:
        return None
    found = _SECONDS.fullmatch(as_text(given))
    if not found:
        raise Refusal(
            400, f"Invalid value at 'video_metadata.{name}' (Duration), {str(given)[:40]!r}"
        )
    return float(found.group(1))
