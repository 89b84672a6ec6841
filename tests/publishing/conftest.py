"""A studio's channel, a database, and a clip of about three megabytes."""

import secrets
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from tests.publishing.house import Channel, file_of_a_job
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import Video
from video_agent.store import Database
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

CLIP_BYTES = 1_300_000


@pytest.fixture(scope="session")
def clip_bytes(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real MP4 with a `free` box behind it, so that it is large and still plays."""
    pattern = Pattern(640, 360, duration_seconds=1.0)
    real = write_pattern(tmp_path_factory.mktemp("clip") / "clip.mp4", pattern).read_bytes()
    padding = CLIP_BYTES - len(real)
    return real + padding.to_bytes(4, "big") + b"free" + secrets.token_bytes(padding - 8)


@pytest.fixture
def channel(tmp_path: Path) -> Generator[Channel]:
    config = StudioConfig(folder=tmp_path / "studio", youtube_lag_seconds=0.0)
    with Studio(config) as studio:
        yield Channel(studio)


@pytest.fixture
async def books(prepared_sqlite_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def video(books: Database, tmp_path: Path, clip_bytes: bytes) -> Video:
    return await file_of_a_job(books, tmp_path / "clip.mp4", clip_bytes)
