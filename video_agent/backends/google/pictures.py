"""Pictures that go into a request: read, named by their bytes, bounded."""

import asyncio
from pathlib import Path

from video_agent.errors import InvalidRequestError

LARGEST_PICTURE_BYTES = 20 * 1024 * 1024
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def image_type(data: bytes) -> str | None:
    """The media type of PNG, JPEG or WebP bytes; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for sign, name in _SIGNATURES if data.startswith(sign)), None)


async def read_picture(path: Path) -> tuple[bytes, str]:
    """A picture's bytes and media type.

    Raises:
        InvalidRequestError: It cannot be read, is larger than 20 MB or of another kind.
    """
    try:
        size_bytes = (await asyncio.to_thread(path.stat)).st_size
        if size_bytes > LARGEST_PICTURE_BYTES:
            limit = LARGEST_PICTURE_BYTES >> 20
            raise InvalidRequestError(f"{path.name} is larger than {limit} MB")
        data = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InvalidRequestError(f"the picture {path.name} cannot be read: {reason}") from error
    kind = image_type(data)
    if kind is None:
        raise InvalidRequestError(f"{path.name} is not a PNG, JPEG or WebP image")
    return data, kind
