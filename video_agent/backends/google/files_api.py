"""The Files API of the Gemini API: clips too large for a request. Agent Platform has none."""

import asyncio
import logging
from pathlib import Path

from google.genai import types

from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.errors import caused_by, read_error, read_failure
from video_agent.errors import BackendError
from video_agent.ports import Clock

_log = logging.getLogger(__name__)
MP4 = "video/mp4"
_ACTIVE_AFTER_SECONDS = 120.0
_UPLOAD_PATIENCE = 5  # each of its chunks is a request of its own


async def upload(clients: GoogleClients, clip: Path, clock: Clock) -> types.File:
    """Upload a clip and wait until it can be used. It vanishes by itself after two days.

    Raises:
        BackendError: It could not be uploaded or read; `retryable` says whether to try again.
    """
    file = await _send(clients, clip)
    try:
        return await _active(clients, file, clock)
    except BaseException:
        await delete(clients, file)
        raise


async def delete(clients: GoogleClients, file: types.File) -> None:
    """Remove an uploaded file. It would vanish by itself, so a failure is only worth a note."""
    try:
        async with asyncio.timeout(clients.config.request_timeout_seconds):
            await clients.reading().aio.files.delete(name=file.name or "")
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        failure = read_failure(error, clients.config)
        _log.info("uploaded clip %s was not deleted: %s", file.name, failure.message)


async def _send(clients: GoogleClients, clip: Path) -> types.File:
    config = types.UploadFileConfig(mime_type=MP4)
    try:
        async with asyncio.timeout(clients.config.request_timeout_seconds * _UPLOAD_PATIENCE):
            return await clients.reading().aio.files.upload(file=str(clip), config=config)
    except Exception as error:  # noqa: BLE001 - the SDK leaks errors of four libraries
        translated = read_error(error, config=clients.config, what="uploading the clip")
        raise translated from caused_by(error, clients.config)


async def _active(clients: GoogleClients, file: types.File, clock: Clock) -> types.File:
    began, pause = clock.monotonic(), 0.2
    while file.state is not types.FileState.ACTIVE:
        if file.state is types.FileState.FAILED:
            raise BackendError("the service could not read the uploaded clip")
        if clock.monotonic() - began > _ACTIVE_AFTER_SECONDS:
            raise BackendError("the uploaded clip was not ready in time", retryable=True)
        await clock.sleep(pause)
        pause = min(pause * 1.5, 5.0)
        file = await _get(clients, file)
    if not file.uri:
        raise BackendError("the service named no address of the uploaded clip", retryable=True)
    return file


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
