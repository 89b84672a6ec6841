"""An upload that is killed at any byte, and gone on with, is exactly one video with equal bytes."""

import asyncio
import multiprocessing
import random
import secrets
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.publishing.house import Channel, details, file_of_a_job, publishing
from tests.publishing.killing_proxy import KillingProxy, Trap, proxy_to
from tests.publishing.uploader import upload
from video_agent.backends.clock import SystemClock
from video_agent.models import Publication, PublicationState, Video
from video_agent.store import Database

KILLS = 20
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.publishing.uploader", "sqlalchemy.dialects.sqlite.aiosqlite"])


@pytest.fixture
async def proxy(channel: Channel) -> AsyncGenerator[KillingProxy]:
    async with proxy_to(channel.studio.url) as running:
        yield running


async def killed(database_url: str, proxy: KillingProxy, video: Video, trap: Trap) -> bool:
    """Upload in a process of its own until the trap closes; whether it did."""
    proxy.reset(trap)
    process = _FORKS.Process(target=upload, args=(database_url, proxy.url, video.id))
    process.start()
    proxy.victim = process.pid
    await asyncio.to_thread(process.join, 30)
    assert process.exitcode == (-9 if proxy.struck else 0), f"{trap}: exit {process.exitcode}"
    return proxy.struck


async def finished(books: Database, proxy: KillingProxy, video: Video) -> Publication:
    proxy.reset()
    return await publishing(books, proxy.url, SystemClock()).publish(video, details())


async def conversation_of(books: Database, proxy: KillingProxy, video: Video) -> tuple[int, int]:
    """How many bytes and answers one undisturbed upload takes, up to the video's id."""
    await finished(books, proxy, video)
    return proxy.client_bytes, proxy.answers


async def other(books: Database, folder: Path, name: str, content: bytes) -> Video:
    """Another clip: the same length, other last bytes."""
    path = folder / f"{name}.mp4"
    return await file_of_a_job(books, path, content[:-16] + secrets.token_bytes(16))


async def test_twenty_of_twenty_kills_at_random_bytes_end_in_exactly_one_video(
    books: Database,
    prepared_sqlite_url: str,
    channel: Channel,
    proxy: KillingProxy,
    video: Video,
    tmp_path: Path,
    clip_bytes: bytes,
):
    total, _ = await conversation_of(books, proxy, video)
    seed = secrets.randbits(32)
    draw, struck = random.Random(seed), 0  # noqa: S311 - repeatable
    sys.stdout.write(f"seed {seed}\n")
    for number in range(KILLS):
        clip = await other(books, tmp_path, f"clip-{number}", clip_bytes)
        traps = [Trap(after_bytes=draw.randint(1, len(clip_bytes))) for _ in range(1 + number % 2)]
        for trap in traps:
            struck += await killed(prepared_sqlite_url, proxy, clip, trap)
        done = await finished(books, proxy, clip)
        there = [one for one in channel.videos() if one["sha256"] == clip.sha256]
        told = f"seed {seed}, kill {number}: {traps} of {total:,} bytes"
        assert [one["id"] for one in there] == [done.youtube_id], told
        assert done.state is PublicationState.PUBLISHED, told
    assert struck >= KILLS
    assert len(channel.videos()) == KILLS + 1


@pytest.mark.parametrize(
    "moment",
    [
        "before_the_session_is_known",
        "when_the_session_is_stored",
        "when_all_bytes_are_there_and_no_answer_came",
    ],
)
async def test_a_kill_at_the_worst_moments_ends_in_exactly_one_video(
    books: Database,
    prepared_sqlite_url: str,
    channel: Channel,
    proxy: KillingProxy,
    video: Video,
    moment: str,
):
    pieces = -(-video.facts.size_bytes // (256 * 1024))
    traps = {
        "before_the_session_is_known": Trap(at_answer=1),
        "when_the_session_is_stored": Trap(at_request=2),
        "when_all_bytes_are_there_and_no_answer_came": Trap(at_answer=1 + pieces),
    }
    assert await killed(prepared_sqlite_url, proxy, video, traps[moment])
    before = channel.videos()
    assert len(before) == (1 if "all_bytes" in moment else 0)
    done = await finished(books, proxy, video)
    assert [(one["id"], one["sha256"]) for one in channel.videos()] == [
        (done.youtube_id, video.sha256)
    ]
