"""Copies of kept videos in an object store: made once, and never at the clip's expense."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.ledger.conftest import SteppingClock
from tests.ledger.sample_house import URIS, Bucket, Notices, check, submitted
from video_agent.errors import BackendError
from video_agent.ledger import Collector, Ledger, Proposal
from video_agent.models import Generation, StoredObject, Video
from video_agent.store import Database


class Mirror:
    """An object store that may be out of order."""

    def __init__(self) -> None:
        self.stored: dict[str, bytes] = {}
        self.calls = 0
        self.failure: BackendError | None = None
        self.hold = asyncio.Event()
        self.hold.set()

    async def put(
        self, path: Path, *, sha256: str, content_type: str = "video/mp4"
    ) -> StoredObject:
        self.calls += 1
        await self.hold.wait()
        if self.failure is not None:
            raise self.failure
        content = await asyncio.to_thread(path.read_bytes)
        created = sha256 not in self.stored
        self.stored[sha256] = content
        return StoredObject(uri=f"gs://kept/{sha256}", size_bytes=len(content), created=created)


@pytest.fixture
def mirror() -> Mirror:
    return Mirror()


Kept = Callable[[], Awaitable[Video]]


@pytest.fixture
def mirrored(
    database: Database, tmp_path: Path, mirror: Mirror, ledger: Ledger, proposal: Proposal
) -> tuple[Collector, Kept, Notices]:
    """A collector with a mirror, and the collection of one and the same clip by it."""
    collector = Collector(database, tmp_path / "videos", check, mirror=mirror, mirror_seconds=0.2)
    bucket, notices = Bucket(URIS[0]), Notices()
    made: list[Generation] = []

    async def keep() -> Video:
        if not made:
            made.append(
                await ledger.finish((await submitted(ledger, proposal, 1, bucket)).id, bucket.end)
            )
        return await collector.collect(made[0], bucket, notify=notices.add)

    return collector, keep, notices


async def test_a_kept_video_is_copied_once_and_its_row_says_where(
    mirrored: tuple[Collector, Kept, Notices], mirror: Mirror
) -> None:
    collector, keep, notices = mirrored
    video = await keep()
    assert video.storage_uri == f"gs://kept/{video.sha256}"
    assert mirror.stored[video.sha256] == video.path.read_bytes()
    assert await keep() == await collector.find(video.generation_id) == video
    assert (mirror.calls, notices) == (1, [])


async def test_a_copy_that_fails_costs_nothing_and_is_made_the_next_time(
    mirrored: tuple[Collector, Kept, Notices], mirror: Mirror
) -> None:
    _, keep, notices = mirrored
    mirror.failure = BackendError("the bucket is gone")
    video = await keep()
    assert video.path.exists()
    assert video.storage_uri is None
    assert notices == [f"{video.path.name} has no copy yet: the bucket is gone"]
    mirror.failure = None
    assert (await keep()).storage_uri is not None


async def test_a_copy_that_takes_too_long_is_left_for_the_next_time(
    mirrored: tuple[Collector, Kept, Notices], mirror: Mirror
) -> None:
    _, keep, notices = mirrored
    mirror.hold.clear()
    assert (await keep()).storage_uri is None
    assert "too long" in notices[0]
    mirror.hold.set()
    assert (await keep()).storage_uri is not None


async def test_a_collection_that_is_cancelled_while_copying_keeps_the_video(
    mirrored: tuple[Collector, Kept, Notices], mirror: Mirror, clock: SteppingClock
) -> None:
    collector, keep, _ = mirrored
    mirror.hold.clear()
    work = asyncio.ensure_future(keep())
    while mirror.calls == 0:
        await clock.sleep(0.01)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    mirror.hold.set()
    video = await keep()
    assert video.storage_uri is not None
    assert await collector.find_all(video.generation_id) == [video]
