"""The files of a publication, looked at before anything is sent."""

import asyncio
import hashlib
from pathlib import Path

from video_agent.errors import InvalidRequestError, MediaError
from video_agent.models import PublicationDetails

LARGEST_THUMBNAIL_BYTES = 50_000_000
LARGEST_CAPTIONS_BYTES = 100_000_000
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


async def check_video(path: Path, *, sha256: str, size_bytes: int) -> None:
    """Refuse a file that is not, byte for byte, the one that was judged.

    Raises:
        MediaError: It is gone or has changed.
    """
    try:
        found = await asyncio.to_thread(_digest, path)
    except OSError as error:
        raise MediaError(
            f"the video {path.name} cannot be read: {error.strerror or type(error).__name__}",
            hint="bring the file back to its place",
        ) from error
    if found != (size_bytes, sha256):
        raise MediaError(
            f"{path.name} is not the file that was judged: its content has changed",
            hint="bring the original back; a changed video is not uploaded under its name",
        )


async def check_extras(details: PublicationDetails) -> None:
    """Refuse a thumbnail or captions that the service would refuse after the upload.

    Raises:
        InvalidRequestError: One line naming the limit.
    """
    if details.thumbnail is not None:
        head, size = await _head(details.thumbnail, "thumbnail")
        if size > LARGEST_THUMBNAIL_BYTES or not head.startswith(_PICTURES):
            raise InvalidRequestError(
                f"the thumbnail {details.thumbnail.name} has {size:,} bytes; allowed: a JPEG or "
                f"PNG of at most {LARGEST_THUMBNAIL_BYTES:,}"
            )
    if details.captions is not None:
        _, size = await _head(details.captions, "captions file")
        if not 0 < size <= LARGEST_CAPTIONS_BYTES:
            raise InvalidRequestError(
                f"the captions file {details.captions.name} has {size:,} bytes; allowed: 1 to "
                f"{LARGEST_CAPTIONS_BYTES:,}"
            )


async def _head(path: Path, what: str) -> tuple[bytes, int]:
    try:
        return await asyncio.to_thread(_look, path)
    except OSError as error:
        raise InvalidRequestError(
            f"the {what} {path.name} cannot be read: {error.strerror or type(error).__name__}"
        ) from error


def _look(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        return file.read(16), path.stat().st_size


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest
