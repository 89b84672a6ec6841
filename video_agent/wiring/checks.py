"""What `video-agent doctor` looks at. No paid call is made."""

import asyncio
import os
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from video_agent.errors import VideoAgentError
from video_agent.models import Value
from video_agent.settings import Settings
from video_agent.wiring.reach import open_reach

_EXTRAS = {
    "postgres": ("asyncpg", "jobs and sessions on PostgreSQL"),
    "notebook": ("ipykernel", "the agent in Jupyter"),
}


class Check(Value):
    """One line of the doctor: what, how it is, what to do."""

    name: str
    status: Literal["ok", "missing", "failed"]
    message: str
    hint: str = ""


async def examine(settings: Settings) -> list[Check]:
    """Look at everything that can be looked at without paying."""
    return [
        _versions(),
        _key(settings),
        await _backend(settings),
        _folder("home", settings.home.expanduser(), "VIDEO_AGENT_HOME"),
        _folder("output", settings.output_folder, "VIDEO_AGENT_OUTPUT_FOLDER"),
        await _database(settings),
        _codecs(),
        *(_extra(name, module, use) for name, (module, use) in _EXTRAS.items()),
        Check(
            name="youtube",
            status="missing",
            message="uploading is not configured; everything else works without it",
        ),
    ]


def _versions() -> Check:
    names = ("video-agent", "google-adk", "google-genai", "av", "sqlalchemy")
    parts = [f"Python {platform.python_version()}"]
    for name in names:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            return Check(
                name="versions",
                status="failed",
                message=f"{name} is not installed",
                hint=f"{sys.executable} -m pip install video-agent",
            )
    return Check(name="versions", status="ok", message=", ".join(parts))


def _key(settings: Settings) -> Check:
    if settings.google_api_key is None:
        return Check(
            name="key",
            status="missing",
            message="no GOOGLE_API_KEY: the studio stands in for the Gemini API",
            hint="create a key, restrict it to the Gemini API, set GOOGLE_API_KEY",
        )
    name = "GOOGLE_API_KEY" if os.environ.get("GOOGLE_API_KEY") else "GEMINI_API_KEY"
    return Check(name="key", status="ok", message=f"{name} is set (not shown)")


async def _backend(settings: Settings) -> Check:
    try:
        reach = await asyncio.to_thread(open_reach, settings)
    except VideoAgentError as error:
        return Check(name="backend", status="failed", message=error.message, hint=error.hint)
    if reach.house is not None:
        await asyncio.to_thread(reach.house.stop)
    return Check(name="backend", status="ok", message=reach.description)


def _folder(name: str, folder: Path, setting: str) -> Check:
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            return Check(name=name, status="ok", message=f"{folder} is writable")
    except OSError as error:
        return Check(
            name=name,
            status="failed",
            message=f"{folder} cannot be written: {error.strerror}",
            hint=f"set {setting} to another folder",
        )


async def _database(settings: Settings) -> Check:
    from video_agent.store import Database

    try:
        database = Database(settings.resolved_database_url)
        try:
            await database.prepare()
        finally:
            await database.close()
    except VideoAgentError as error:
        return Check(name="database", status="failed", message=error.message, hint=error.hint)
    return Check(name="database", status="ok", message=database.name)


def _codecs() -> Check:
    import av

    lacking = {"libx264", "aac"} - av.codecs_available
    if lacking:
        return Check(
            name="codecs",
            status="failed",
            message=f"this PyAV lacks {', '.join(sorted(lacking))}",
            hint="install the av wheel from the package index instead of building it",
        )
    return Check(name="codecs", status="ok", message="H.264 and AAC")


def _extra(name: str, module: str, use: str) -> Check:
    if find_spec(module) is not None:
        return Check(name=name, status="ok", message=f"{use}: ready")
    return Check(
        name=name,
        status="missing",
        message=f"{use}: not installed",
        hint=f'pip install "video-agent[{name}]"',
    )
