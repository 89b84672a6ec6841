"""Events as they become true: of one job until it rests, of all jobs without an end."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from video_agent import VideoAgent
from video_agent.errors import NotFoundError
from video_agent.models import JobEvent, JobStatus, ProgressEvent, StopReason
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.events import record_event
from video_agent.store.jobs import update_job

PROMPT = "a paper boat crosses a puddle"
SOON = 20.0


@pytest.fixture
async def agent(prepared_url: str) -> AsyncGenerator[VideoAgent]:
    async with VideoAgent(load_settings(database_url=prepared_url, engine="auto")) as opened:
        yield opened


@pytest.fixture
async def database(prepared_url: str) -> AsyncGenerator[Database]:
    """Somebody else's connection to the same database."""
    opened = Database(prepared_url)
    yield opened
    await opened.close()


def generation(state: str) -> ProgressEvent:
    data = {"state": state, "generation_id": "g-1", "model": "gemini-omni-1.2-flash"}
    return ProgressEvent(kind="generation", message=state, attempt_number=1, data={**data})


async def test_a_job_is_followed_to_its_rest_with_progress_between_the_events(
    agent: VideoAgent, database: Database
) -> None:
    job = await agent.submit(PROMPT)
    seen: list[JobEvent] = []

    async def follow() -> None:
        async for event in agent.events(job.id):
            seen.append(event)  # noqa: PERF401 - it is read while it grows

    async def seen_by_then(kind: str, count: int) -> None:
        while sum(event.event.kind == kind for event in seen) < count:
            await asyncio.sleep(0.02)

    async with asyncio.timeout(SOON):
        following = asyncio.create_task(follow())
        await update_job(database, job.id, status=JobStatus.RUNNING)
        await record_event(database, job.id, generation("submitted"))
        await seen_by_then("poll", 3)
        await record_event(database, job.id, generation("succeeded"))
        await seen_by_then("generation", 2)
        polls = [event for event in seen if event.event.kind == "poll"]
        await update_job(
            database, job.id, status=JobStatus.PARKED, stopped_because=StopReason.DEADLINE
        )
        await following

    kept = [event for event in seen if event.event.kind != "poll"]
    assert kept == await agent.past_events(job.id)
    states = [event.event.data["state"] for event in kept]
    assert states == ["queued", "running", "submitted", "succeeded", "parked"]
    fractions = [event.event.fraction or 0.0 for event in polls]
    assert fractions == sorted(fractions)
    assert 0 <= fractions[0] < fractions[-1] <= 0.95
    assert {event.sequence for event in polls} == {kept[2].sequence}
    assert [event.sequence for event in seen] == sorted(event.sequence for event in seen)


async def test_an_event_after_a_quiet_time_is_heard(agent: VideoAgent, database: Database) -> None:
    job = await agent.submit(PROMPT)
    (queued,) = await agent.past_events(job.id)
    async with asyncio.timeout(SOON):
        heard = asyncio.ensure_future(anext(agent.events(job.id, after=queued.sequence)))
        await asyncio.sleep(2.0)
        assert not heard.done()
        await record_event(database, job.id, ProgressEvent(kind="warning", message="it rains"))
        assert (await heard).event.message == "it rains"


async def test_following_a_job_that_rests_ends_with_what_has_happened(agent: VideoAgent) -> None:
    job = await agent.submit(PROMPT)
    await agent.cancel(job.id)

    async with asyncio.timeout(SOON):
        told = [event async for event in agent.events(job.id)]
        nothing_new = [event async for event in agent.events(job.id, after=told[-1].sequence)]

    assert [event.event.data["state"] for event in told] == ["queued", "cancelled"]
    assert nothing_new == []


async def test_there_is_nothing_to_follow_without_a_job(agent: VideoAgent) -> None:
    with pytest.raises(NotFoundError):
        await anext(agent.events("0199-nothing"))
    with pytest.raises(NotFoundError):
        await agent.wait("0199-nothing")


async def test_all_jobs_are_followed_at_once_each_event_once(
    agent: VideoAgent, database: Database
) -> None:
    before = await agent.submit(PROMPT)
    seen: list[tuple[str | None, str]] = []
    jobs = [before]

    async def watch() -> None:
        async for event in agent.all_events():
            seen.append((event.event.job_id, event.event.message))  # noqa: PERF401 - the same

    async with asyncio.timeout(SOON):
        watching = asyncio.create_task(watch())
        await asyncio.sleep(0.3)
        jobs += [await agent.submit(PROMPT, user_id="ada") for _ in range(3)]
        for job in jobs:
            await record_event(database, job.id, ProgressEvent(kind="warning", message="rain"))
        while len(seen) < 7:
            await asyncio.sleep(0.02)
        await asyncio.sleep(1.0)
        watching.cancel()

    assert sorted(seen, key=str) == sorted(
        [(job.id, "queued") for job in jobs[1:]] + [(job.id, "rain") for job in jobs], key=str
    )
