"""Jobs that workers do: made here or elsewhere, stopped, taken up again, failed for a while."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from video_agent import VideoAgent
from video_agent.errors import VideoAgentError
from video_agent.models import Job, JobStatus, ProgressEvent, StopReason
from video_agent.settings import load_settings
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

SMALL: dict[str, Any] = {
    "duration_seconds": 3,
    "resolution": "360p",
    "max_attempts": 1,
    "quality_threshold": 0.3,
}
PROMPT = "a red sailboat glides across a calm bay at sunset"
SOON = 60.0


@pytest.fixture
async def agent(prepared_sqlite_url: str) -> AsyncGenerator[VideoAgent]:
    async with VideoAgent(load_settings(database_url=prepared_sqlite_url, engine="auto")) as opened:
        yield opened


@pytest.fixture
async def slow(agent: VideoAgent, tmp_path: Path) -> AsyncGenerator[tuple[VideoAgent, Studio]]:
    """An agent with a studio whose generations take long enough to be stopped."""
    with Studio(StudioConfig(folder=tmp_path / "slow", latency_seconds=30.0)) as studio:
        async with VideoAgent(agent.settings, studio_url=studio.url) as opened:
            yield opened, studio


async def until(agent: VideoAgent, job_id: str, holds: Callable[[Job], bool]) -> Job:
    async with asyncio.timeout(SOON):
        while not holds(job := await agent.find(job_id)):
            await asyncio.sleep(0.05)
    return job


async def test_create_tells_the_same_steps_and_delivers_with_thumbnail_and_final(
    agent: VideoAgent,
) -> None:
    events: list[ProgressEvent] = []

    async def watch(event: ProgressEvent) -> None:
        events.append(event)

    video = await agent.create(PROMPT, on_event=watch, **SMALL)

    assert agent.executes
    assert video.status is JobStatus.SUCCEEDED
    assert {made.kind for made in video.deliverables} == {"final", "thumbnail", "contact_sheet"}
    kinds = [event.kind for event in events]
    for kind in ("plan", "enhance", "generate", "poll", "signals", "judge", "score", "decision"):
        assert kind in kinds
    assert (kinds[0], kinds[-1]) == ("backend", "done")
    assert {event.job_id for event in events} == {video.id}
    fractions = [event.fraction for event in events if event.kind == "poll" and event.fraction]
    assert fractions == sorted(fractions)


async def test_a_second_agent_follows_what_the_first_does(
    agent: VideoAgent, prepared_sqlite_url: str
) -> None:
    events: list[ProgressEvent] = []

    async def watch(event: ProgressEvent) -> None:
        events.append(event)

    first = asyncio.create_task(agent.create(PROMPT, **SMALL))
    async with VideoAgent(load_settings(database_url=prepared_sqlite_url, engine="auto")) as other:
        while not agent.executes:
            await asyncio.sleep(0.05)
        video = await other.create("a fox in the snow", on_event=watch, **SMALL)
        assert not other.executes
    assert video.path is not None
    assert video.path.is_file()
    assert "another process carries it out" in [event.message for event in events]
    assert (await first).status is JobStatus.SUCCEEDED


async def test_a_running_job_is_cancelled_also_at_the_provider(
    slow: tuple[VideoAgent, Studio],
) -> None:
    agent, studio = slow
    job = await agent.submit(PROMPT, **SMALL)
    waiting = asyncio.create_task(agent.wait(job.id))
    await until(
        agent,
        job.id,
        lambda now: bool(
            now.attempts and now.attempts[0].generation and now.attempts[0].generation.provider_id
        ),
    )

    cancelled = await agent.cancel(job.id, patience_seconds=SOON)

    assert cancelled.status is JobStatus.CANCELLED
    assert cancelled.stopped_because is StopReason.CANCELLED
    assert cancelled.path is None
    stopped = cancelled.attempts[0].generation
    assert stopped is not None
    assert stopped.state.value == "cancelled"
    assert (await waiting).status is JobStatus.CANCELLED
    assert studio.paid_starts == 1


async def test_a_queued_job_is_cancelled_at_once_and_made_when_it_is_retried(
    agent: VideoAgent,
) -> None:
    job = await agent.submit(PROMPT, **SMALL)
    cancelled = await agent.cancel(job.id)
    assert cancelled.status is JobStatus.CANCELLED
    assert cancelled.cost_usd == 0

    again = await agent.retry(job.id)
    video = await agent.wait(job.id)

    assert again.status is JobStatus.QUEUED
    assert video.status is JobStatus.SUCCEEDED
    told = [event.event.message for event in await agent.past_events(job.id)]
    assert told.count("contact sheet: started") == 1  # by one run alone


async def test_an_error_outside_is_raised_and_resume_goes_on(
    agent: VideoAgent, tmp_path: Path
) -> None:
    with Studio(StudioConfig(folder=tmp_path / "outside")) as studio:
        async with VideoAgent(agent.settings, studio_url=studio.url) as moved:
            with studio.fault("generate_content", "400"), pytest.raises(VideoAgentError) as caught:
                await moved.create(PROMPT, **SMALL)
            assert caught.value.job_id is not None
            parked = await moved.find(caught.value.job_id)
            video = await moved.resume(caught.value.job_id)
        assert studio.paid_starts == 1

    assert parked.status is JobStatus.PARKED
    assert video.status is JobStatus.SUCCEEDED
