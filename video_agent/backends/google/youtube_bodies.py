"""What requests to YouTube carry: JSON, files, pieces of files streamed from disk."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from video_agent.errors import MediaError

JSON_TYPE = "application/json; charset=UTF-8"
_PIECE_BYTES = 256 * 1024


async def pieces_of(path: Path, offset: int, length: int) -> AsyncIterator[bytes]:
    """A piece of a file, 256 KiB at a time.

    Raises:
        MediaError: It cannot be read, or has become shorter.
    """
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            await asyncio.to_thread(file.seek, offset)
            while length > 0:
                piece = await asyncio.to_thread(file.read, min(_PIECE_BYTES, length))
                if not piece:
                    raise MediaError(f"{path.name} has become shorter while it was sent")
                length -= len(piece)
                yield piece
    except OSError as error:
        raise _unreadable(path, error) from error


async def bytes_of(path: Path) -> bytes:
    """A small file.

    Raises:
        MediaError: It cannot be read.
    """
    try:
        return await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(f"{path.name} cannot be read: {error.strerror or type(error).__name__}")


def as_json(document: Mapping[str, object]) -> bytes:
    """A document as it is sent."""
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def related_parts(boundary: str, metadata: Mapping[str, object], content: bytes) -> bytes:
    """A `multipart/related` body: the JSON part, then the file (RFC 2387)."""
    head = f"--{boundary}\r\nContent-Type: {JSON_TYPE}\r\n\r\n".encode()
    middle = f"\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
    return head + as_json(metadata) + middle + content + f"\r\n--{boundary}--\r\n".encode()
