"""Showing a clip to a language model: inside the request when small, else uploaded first."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from google.genai import types

from video_agent.backends.google import files_api
from video_agent.backends.google.client import GoogleClients
from video_agent.errors import BackendError, InvalidRequestError, MediaError
from video_agent.ports import Clock

LARGEST_INLINE_BYTES = 15_000_000
"""Base64 makes 20 MB of it, the limit of a request on Agent Platform. The Gemini API takes 100 MB
since January 2026, but what is uploaded once is not sent again with each try."""
KeepClip = Callable[[Path], Awaitable[str]]
"""Puts a clip into Cloud Storage and returns its gs:// address."""
_RESOLUTIONS = {
    "low": types.MediaResolution.MEDIA_RESOLUTION_LOW,
    "medium": types.MediaResolution.MEDIA_RESOLUTION_MEDIUM,
    "high": types.MediaResolution.MEDIA_RESOLUTION_HIGH,
}


_PICTURES = {".jpg": "image/jpeg", ".png": "image/png"}
"""A contact sheet is shown in the place of a clip; it is always small enough for the request."""


@dataclass(frozen=True)
class ClipViewing:
    """How closely a model looks at clips: this is most of what a judgement costs.

    Gemini 3 counts 70 tokens for a frame and 32 for a second of sound, so 8 s at the default of
    4 frames a second are about 2,500 tokens (0.002 dollars with the default judge). At the
    service's own 1 frame a second, a flicker or a jump of half a second is simply not seen.

    Args:
        fps: Frames a second that the model is shown, more than 0, at most 24; None leaves it to the
            service (1).
        media_resolution: How many tokens a frame gets; `high` is about four times the default and
            only helps to read small text. None leaves it to the service.
        largest_inline_bytes: Larger clips are uploaded first.

    Raises:
        InvalidRequestError: `fps` is out of range.
    """

    fps: float | None = 4.0
    media_resolution: Literal["low", "medium", "high"] | None = None
    largest_inline_bytes: int = LARGEST_INLINE_BYTES

    def __post_init__(self) -> None:
        """Refuse what the service would refuse."""
        if self.fps is not None and not 0 < self.fps <= 24:
            raise InvalidRequestError(f"fps is {self.fps:g}; allowed: more than 0, at most 24")

    @property
    def resolution(self) -> types.MediaResolution | None:
        """The resolution in the SDK's words."""
        return _RESOLUTIONS[self.media_resolution] if self.media_resolution is not None else None

    @property
    def metadata(self) -> types.VideoMetadata | None:
        """The frame rate in the SDK's words."""
        return types.VideoMetadata(fps=self.fps) if self.fps is not None else None


@asynccontextmanager
async def clip_part(
    clients: GoogleClients,
    clip: Path,
    clock: Clock,
    viewing: ClipViewing,
    keep_clip: KeepClip | None,
) -> AsyncGenerator[types.Part, None]:
    """The clip as a part of a request; what the Files API got for it is deleted afterwards.

    Raises:
        MediaError: The file cannot be read.
        BackendError: It could not be uploaded; for Agent Platform there must be a bucket.
    """
    data = await asyncio.to_thread(read_if_small, clip, viewing.largest_inline_bytes)
    if data is not None:
        picture = _PICTURES.get(clip.suffix.lower())
        part = types.Part.from_bytes(data=data, mime_type=picture or files_api.MP4)
        yield part if picture else _shown(part, viewing)
    elif clients.config.surface == "agent_platform":
        yield _shown(_at(await _kept(clip, keep_clip, viewing.largest_inline_bytes)), viewing)
    else:
        file = await files_api.upload(clients, clip, clock)
        try:
            yield _shown(_at(file.uri or ""), viewing)
        finally:
            await files_api.delete(clients, file)


def _at(uri: str) -> types.Part:
    return types.Part.from_uri(file_uri=uri, mime_type=files_api.MP4)


def _shown(part: types.Part, viewing: ClipViewing) -> types.Part:
    part.video_metadata = viewing.metadata
    return part


async def _kept(clip: Path, keep_clip: KeepClip | None, largest_bytes: int) -> str:
    if keep_clip is None:
        raise BackendError(
            f"{clip.name} is larger than {largest_bytes / 1e6:g} MB and there is no bucket for it",
            hint="set VIDEO_AGENT_BUCKETS",
        )
    return await keep_clip(clip)


def read_if_small(clip: Path, largest_bytes: int) -> bytes | None:
    """A clip's bytes; None when there are more than `largest_bytes`. Blocking: use a thread.

    Raises:
        MediaError: The file cannot be read.
    """
    try:
        return clip.read_bytes() if clip.stat().st_size <= largest_bytes else None
    except OSError as error:
        raise MediaError(f"{clip.name} cannot be read: {error.strerror or error}") from error
