"""From command-line options to a ready agent."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_agent.settings import Settings
    from video_agent.wiring import VideoAgent


def settings_with(
    backend: str | None, output_folder: Path | None, database: str | None
) -> "Settings":
    """The environment's settings with the options on top.

    Raises:
        ConfigurationError: A setting is wrong; one line names it.
    """
    from video_agent.settings import load_settings

    options = {"backend": backend, "output_folder": output_folder, "database_url": database}
    return load_settings(**{name: value for name, value in options.items() if value is not None})


@asynccontextmanager
async def open_agent(
    backend: str | None = None, output_folder: Path | None = None, database: str | None = None
) -> "AsyncGenerator[VideoAgent]":
    """An agent for one command, closed at its end."""
    from video_agent.wiring import VideoAgent

    agent = VideoAgent(settings_with(backend, output_folder, database))
    try:
        yield agent
    finally:
        await agent.close()
