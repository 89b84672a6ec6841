"""What `video-agent doctor` looks at. No paid call is made."""

import asyncio
import platform
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from video_agent.errors import VideoAgentError
from video_agent.settings import Settings
from video_agent.wiring.check import Check
from video_agent.wiring.google_checks import (
    check_choice,
    check_key,
    check_models,
    check_project,
    check_storage,
    check_video_intelligence,
)
from video_agent.wiring.reach import open_reach

_EXTRAS = {
    "postgres": ("asyncpg", "jobs and sessions on PostgreSQL"),
    "notebook": ("ipykernel", "the agent in Jupyter"),
}


async def examine(settings: Settings) -> list[Check]:
    """Look at everything that can be looked at without paying."""
    return [
        _versions(),
        check_key(settings),
        check_project(settings),
        check_choice(settings),
        *await _google(settings),
        check_video_intelligence(settings),
        await _youtube(settings),
        _folder("home", settings.home.expanduser(), "VIDEO_AGENT_HOME"),
        _folder("output", settings.output_folder, "VIDEO_AGENT_OUTPUT_FOLDER"),
        await _database(settings),
        _codecs(),
        *(_extra(name, module, use) for name, (module, use) in _EXTRAS.items()),
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


async def _google(settings: Settings) -> list[Check]:
    """The service that is chosen, whether its models answer, and where videos are stored."""
    from video_agent.wiring.parts import google_config
    from video_agent.wiring.prices import settled_catalog

    try:
        reach = await asyncio.to_thread(open_reach, settings)
    except VideoAgentError as error:
        failed = Check(name="backend", status="failed", message=error.message, hint=error.hint)
        return [failed, *check_storage(settings, None)]
    try:
        backend = Check(name="backend", status="ok", message=reach.description)
        config = google_config(settings, reach)
        models = await check_models(reach, config, settled_catalog(settings))
    except VideoAgentError as error:
        backend = Check(name="backend", status="failed", message=error.message, hint=error.hint)
        models = []
    finally:
        if reach.house is not None:
            await asyncio.to_thread(reach.house.stop)
    return [backend, *models, *check_storage(settings, reach)]


async def _youtube(settings: Settings) -> Check:
    """Whether a login is there and works: it is renewed, which is free."""
    from video_agent.wiring.publishing import YouTubeAccount

    account = YouTubeAccount(settings)
    if not account.configured:
        return Check(
            name="youtube",
            status="off",
            message="uploading is not configured; everything else works without it",
            hint="set VIDEO_AGENT_YOUTUBE_CLIENT_FILE, then: video-agent youtube login",
        )
    status = await account.status()
    if status.logged_in:
        message = f"logged in, may: {', '.join(status.scopes)}"
        return Check(name="youtube", status="ok", message=message)
    return Check(name="youtube", status="failed", message=status.problem, hint=status.hint)


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
        status="off",
        message=f"{use}: not installed",
        hint=f'pip install "video-agent[{name}]"',
    )
