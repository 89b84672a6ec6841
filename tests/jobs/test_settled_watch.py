"""Waiting for generations: who is woken, and by what."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from tests.jobs.paper_work import PaperWork, generation_row, paper_job
from video_agent.jobs.settled_watch import SettledWatch
from video_agent.models import JobStatus
from video_agent.store.jobs import update_job
from video_agent.store.queueing import mark_settled
from video_agent.store.tables import JobRow


@pytest.fixture
async def watch(paper: PaperWork) -> AsyncGenerator[SettledWatch]:
    """Looks at all once, and then for an hour only at what it is told of."""
    opened = SettledWatch(paper.database, look_seconds=3_600.0)
    yield opened
    await opened.stop()


async def stored(paper: PaperWork, generations: int) -> tuple[JobRow, list[str]]:
    job = paper_job()
    rows = [generation_row(job, number + 1) for number in range(generations)]
    async with paper.database.write() as session:
        session.add(job)
        await session.flush()
        session.add_all(rows)
    return job, [row.id for row in rows]


async def woken(waiting: "asyncio.Task[None]", seconds: float) -> bool:
    return bool((await asyncio.wait({waiting}, timeout=seconds))[0])


async def test_a_wait_ends_when_all_have_settled(paper: PaperWork, watch: SettledWatch) -> None:
    _, (first, second) = await stored(paper, 2)
    waiting = asyncio.create_task(watch.wait((first, second), None))
    assert not await woken(waiting, 0.2)
    await mark_settled(paper.database, first)
    watch.settled_here(first)
    assert not await woken(waiting, 0.2)
    await mark_settled(paper.database, second)
    watch.settled_here(second)
    assert await woken(waiting, 30)
    assert watch.waiting == 0


async def test_what_settled_before_anybody_waited_is_seen(
    paper: PaperWork, watch: SettledWatch
) -> None:
    _, (generation,) = await stored(paper, 1)
    await mark_settled(paper.database, generation)
    await asyncio.wait_for(watch.wait((generation,), None), 30)
    await watch.wait((), None)


async def test_what_settles_elsewhere_is_seen_and_a_resting_job_is_not_waited_for(
    paper: PaperWork,
) -> None:
    watch = SettledWatch(paper.database, look_seconds=0.2)
    _, (settles,) = await stored(paper, 1)
    job, (goes_on,) = await stored(paper, 1)
    waits = [asyncio.create_task(watch.wait((one,), None)) for one in (settles, goes_on)]
    assert not await woken(waits[0], 0.3)
    await mark_settled(paper.database, settles)
    assert await woken(waits[0], 30)
    await update_job(paper.database, job.id, status=JobStatus.NEEDS_ATTENTION)
    assert await woken(waits[1], 30)


async def test_who_gives_up_waiting_leaves_nothing_behind(
    paper: PaperWork, watch: SettledWatch
) -> None:
    _, (generation,) = await stored(paper, 1)
    waits = [asyncio.create_task(watch.wait((generation,), None)) for _ in range(2)]
    assert not await woken(waits[0], 0.1)
    waits[0].cancel()
    assert await woken(waits[0], 30)
    assert watch.waiting == 1
    await mark_settled(paper.database, generation)
    watch.settled_here(generation)
    assert await woken(waits[1], 30)
