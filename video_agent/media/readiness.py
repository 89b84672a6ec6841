"""Files a request needs, looked at before anything is paid: its pictures, and where clips go."""

import asyncio
from pathlib import Path

from video_agent.errors import ConfigurationError
from video_agent.media.image import read_picture
from video_agent.models import VideoRequest


async def check_pictures(request: VideoRequest) -> None:
    """Read every picture of a request once.

    Raises:
        MediaError: One cannot be read.
    """
    for picture in (request.first_frame, request.last_frame, *request.references):
        if picture is not None:
            await asyncio.to_thread(read_picture, picture)


async def check_output_folder(folder: Path) -> None:
    """Make the folder of finished videos and see that it can be written.

    Raises:
        ConfigurationError: It cannot.
    """
    await asyncio.to_thread(_write_into, folder)


def _write_into(folder: Path) -> None:
    probe = folder / ".video-agent-write-test"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may be looking, too
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to the output folder {folder}: {error.strerror or error}",
            hint="set VIDEO_AGENT_OUTPUT_FOLDER to a folder that can be written",
        ) from error
