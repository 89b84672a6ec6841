"""Whoever works for a job at the same time, and whatever is refused: one paid start an attempt."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from video_agent.errors import RejectedError, StoreError
from video_agent.models import GenerationState, Job, ProgressEvent
from video_agent.planner import APP_NAME, open_job
from video_agent.testing import ScriptedModel, diligent
from video_agent.tools import Context, generate_video

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]


async def test_processes_that_start_the_same_attempt_at_once_pay_once(house: Make):
    made = house()
    job = await open_job(made.services, made.request(), app_name=APP_NAME, session_id="one session")
    processes = [
        Context(job_id=job.id, request=job.request, services=made.reopened(made.model).services)
        for _ in range(4)
    ]
    started = await asyncio.gather(
        *(generate_video(context, f"prompt {number}") for number, context in enumerate(processes))
    )
    assert len({one.generation_id for one in started}) == 1
    assert made.generator.paid_starts == len(made.generator.orders) == 1
    after, _ = await made.services.look(job.id)
    assert [item.number for item in after.attempts] == [1]
    assert after.attempts[0].generation is not None


async def test_whoever_comes_second_to_a_job_steps_back_and_leaves_its_end_alone(house: Make):
    made = house(model=ScriptedModel(policy=diligent))
    job = await open_job(made.services, made.request(), app_name=APP_NAME, session_id="one session")
    other = made.reopened(ScriptedModel(policy=diligent))
    finished: list[Job] = []

    async def overtake(event: ProgressEvent) -> None:
        if event.kind == "enhance" and not finished:
            finished.append(await other.pipeline.resume(job.id))

    with pytest.raises(StoreError, match="another process works for this job") as caught:
        await made.pipeline.resume(job.id, overtake)
    assert (caught.value.retryable, caught.value.job_id) == (True, job.id)
    assert finished[0].passed
    after = await made.pipeline.job(job.id)
    assert (after.status, after.error) == (finished[0].status, None)
    assert made.generator.paid_starts == 1


async def test_an_attempt_sent_again_with_another_prompt_tells_the_one_that_was_sent(house: Make):
    steps = [
        ("generate_video", {"prompt": "the refused one"}),
        ("generate_video", {"prompt": "the accepted one", "tier": "draft"}),
    ]
    made = house(model=ScriptedModel(script=steps), submit_errors=[RejectedError("no such words")])
    job = await made.create(max_attempts=1)
    (attempt,) = job.attempts
    assert attempt.generation is not None
    assert attempt.generation.state is GenerationState.SUCCEEDED
    assert attempt.prompt == attempt.generation.prompt == "the accepted one"
    assert attempt.tier is attempt.generation.settings.tier
