"""Showing a clip to a language model: inside the request when small, else by the Files API."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from google.genai import types

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.errors import caused_by, read_error, read_failure
from video_agent.errors import BackendError, MediaError
from video_agent.ports import Clock

_log = logging.getLogger(__name__)
LARGEST_INLINE_BYTES = 15_000_000
_ACTIVE_AFTER_SECONDS = 120.0
_UPLOAD_PATIENCE = 5  # each of its chunks is a request of its own
_MIME_TYPE = "video/mp4"


@asynccontextmanager
async def clip_part(
    clients: GoogleClients, clip: Path, clock: Clock, *, largest_inline_bytes: int
) -> AsyncGenerator[types.Part, None]:
    """The clip as a part of a request; what was uploaded for it is deleted afterwards.

    Raises:
        MediaError: The file cannot be read.
        BackendError: It could not be uploaded.
    """
    data = await asyncio.to_thread(_read_if_small, clip, largest_inline_bytes)
    if data is not None:
        yield types.Part.from_bytes(data=data, mime_type=_MIME_TYPE)
        return
    file = await _upload(clients, clip)
    try:
        yield await _active(clients, file, clock)
    finally:
        await _delete(clients, file)


def _read_if_small(clip: Path, largest_bytes: int) -> bytes | None:
    try:
        return clip.read_bytes() if clip.stat().st_size <= largest_bytes else None
    except OSError as error:
        raise MediaError(f"{clip.name} cannot be read: {error.strerror or error}") from error


async def _upload(clients: GoogleClients, clip: Path) -> types.File:
    config = types.UploadFileConfig(mime_type=_MIME_TYPE)
    try:
        async with asyncio.timeout(clients.config.request_timeout_seconds * _UPLOAD_PATIENCE):
            return await clients.reading().aio.files.upload(file=str(clip), config=config)
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        translated = read_error(error, config=clients.config, what="uploading the clip")
        raise translated from caused_by(error, clients.config)


async def _active(clients: GoogleClients, file: types.File, clock: Clock) -> types.Part:
    """Wait until the file can be used."""
    began, pause = clock.monotonic(), 0.2
    while file.state is not types.FileState.ACTIVE:
        if file.state is types.FileState.FAILED:
            raise BackendError("the service could not read the uploaded clip")
        if clock.monotonic() - began > _ACTIVE_AFTER_SECONDS:
            raise BackendError("the uploaded clip was not ready in time", retryable=True)
        await clock.sleep(pause)
        pause = min(pause * 1.5, 5.0)
        file = await _get(clients, file)
    return types.Part.from_uri(file_uri=file.uri or "", mime_type=_MIME_TYPE)


async def _get(clients: GoogleClients, file: types.File) -> types.File:
    try:
        async with asyncio.timeout(clients.config.request_timeout_seconds):
            return await clients.reading().aio.files.get(name=file.name or "")
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        translated = read_error(error, config=clients.config, what="reading the uploaded clip")
        if not translated.retryable:
            raise translated from caused_by(error, clients.config)
        _log.info("%s", translated)
        return file


async def _delete(clients: GoogleClients, file: types.File) -> None:
    """Files vanish by themselves after two days, so a failure here is only worth a note."""
    try:
        async with asyncio.timeout(clients.config.request_timeout_seconds):
            await clients.reading().aio.files.delete(name=file.name or "")
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        failure = read_failure(error, clients.config)
        _log.info("uploaded clip %s was not deleted: %s", file.name, failure.message)
