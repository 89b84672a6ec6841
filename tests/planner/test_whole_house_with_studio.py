"""Nothing faked: planner, enhancer, generator and judge answer over HTTP; clips are real."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any

import pytest

from video_agent.models import JobStatus, ProgressEvent, StopReason
from video_agent.planner.history import CONTINUE_TOOL
from video_agent.store.records import list_reports
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent

VAGUE = "a fox in the snow"
SMALL: dict[str, Any] = {"duration_seconds": 3.0, "resolution": "360p"}


@pytest.fixture
def studio(tmp_path: Path) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path / "studio")) as running:
        yield running


@pytest.fixture
async def agent(studio: Studio) -> AsyncGenerator[VideoAgent]:
    async with VideoAgent(backend="studio", studio_url=studio.url) as opened:
        yield opened


async def test_a_vague_wish_falls_short_is_improved_and_passes(agent: VideoAgent, studio: Studio):
    job = await agent.create(VAGUE, quality_threshold=0.85, **SMALL)
    assert (job.status, job.stopped_because) == (JobStatus.SUCCEEDED, StopReason.PASSED)
    scores = [item.report.score for item in job.attempts if item.report and item.report.score]
    assert scores[0] < 0.85 <= scores[-1] == job.best_score
    assert studio.paid_starts == len(job.attempts) >= 2
    parts = await agent.parts()
    reports = await list_reports(parts.services.database, job.id)
    assert [report.score for report in reports] == scores
    session = await parts.planner.sessions.get_session(
        app_name=job.app_name, user_id=job.user_id, session_id=job.session_id
    )
    assert session is not None
    calls = [call.name for event in session.events for call in event.get_function_calls()]
    assert CONTINUE_TOOL not in calls
    round_of_tools = ["enhance_prompt", "generate_video", "poll_generation", "analyze_video"]
    assert calls[:8] == round_of_tools * 2


async def test_interrupted_while_it_generates_it_resumes_with_the_same_clip(
    agent: VideoAgent, studio: Studio
):
    polling = asyncio.Event()

    async def wait_at_the_poll(event: ProgressEvent) -> None:
        if event.kind == "poll":
            polling.set()
            await asyncio.sleep(60)

    work = asyncio.create_task(
        agent.create(VAGUE, on_event=wait_at_the_poll, quality_threshold=0.3, **SMALL)
    )
    await polling.wait()
    work.cancel()
    await asyncio.wait([work])
    (job,) = await agent.jobs()
    assert job.status is JobStatus.RUNNING
    before = job.attempts[0].generation
    done = await agent.resume(job.id)
    after = done.attempts[0].generation
    assert before is not None
    assert after is not None
    assert (after.id, after.provider_id) == (before.id, before.provider_id)
    assert done.stopped_because is StopReason.PASSED
    assert studio.paid_starts == len(studio.paid_posts) == 1


async def test_a_start_whose_answer_was_cut_off_is_found_and_paid_once(
    agent: VideoAgent, studio: Studio
):
    with studio.fault("interactions.create", "cut_after"):
        job = await agent.create(VAGUE, quality_threshold=0.2, max_attempts=1, **SMALL)
    assert job.passed
    assert studio.paid_starts == len(studio.paid_posts) == 1


async def test_a_refused_start_costs_nothing_and_is_tried_again(agent: VideoAgent, studio: Studio):
    with studio.fault("interactions.create", "429", seconds=0.1):
        job = await agent.create(VAGUE, quality_threshold=0.2, max_attempts=1, **SMALL)
    assert job.passed
    assert (studio.paid_starts, len(studio.paid_posts)) == (1, 2)
    assert len(job.attempts) == 1


async def test_a_blocked_clip_ends_the_attempt_and_the_next_one_follows(
    agent: VideoAgent, studio: Studio
):
    with studio.fault("interactions.create", "blocked"):
        job = await agent.create(VAGUE, quality_threshold=0.2, max_attempts=2, **SMALL)
    assert (job.passed, job.best_attempt) == (True, 2)
