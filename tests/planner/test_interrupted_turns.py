"""Turns that are cut short: by the model, an observer, a cancellation, a killed process."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.planner.house import House, answers, events_of, request_for
from video_agent.errors import PlanError
from video_agent.models import JobStatus
from video_agent.testing import ScriptedModel, diligent

Make = Callable[..., House]


async def test_a_failing_model_is_a_plan_error_and_the_job_can_be_resumed(house: Make):
    script = [("enhance_prompt", {"prompt": "x"}), RuntimeError("503 from the model")]
    made = house(scores=[0.9], model=ScriptedModel(script=script))
    with pytest.raises(PlanError, match="503 from the model") as caught:
        await made.create()
    assert caught.value.job_id is not None
    assert (await made.pipeline.job(caught.value.job_id)).status is JobStatus.RUNNING
    again = made.reopened(ScriptedModel(policy=diligent))
    job = await again.pipeline.resume(caught.value.job_id)
    assert job.passed
    assert job.error is None


async def test_an_observer_that_fails_ends_the_job_and_it_can_be_resumed(house: Make):
    made = house(scores=[0.9])

    async def broken(event: Any) -> None:
        if event.kind == "poll":
            raise OSError("the terminal is gone")

    with pytest.raises(OSError, match="terminal is gone"):
        await made.pipeline.create(request_for(), broken)
    (job,) = await made.pipeline.jobs()
    assert (await made.pipeline.resume(job.id)).passed
    assert made.generator.paid_starts == 1


async def test_a_cancelled_job_resumes_with_the_same_generation(house: Make):
    polls = asyncio.Event()
    made = house(scores=[0.9], polls=3)

    async def stop_at_poll(event: Any) -> None:
        if event.kind == "poll":
            polls.set()
            await asyncio.sleep(60)

    running = asyncio.create_task(made.pipeline.create(request_for(), stop_at_poll))
    await polls.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    (job,) = await made.pipeline.jobs()
    assert job.status is JobStatus.RUNNING
    again = made.reopened(ScriptedModel(policy=_resuming))
    done = await again.pipeline.resume(job.id, again.see)
    assert done.passed
    assert made.generator.paid_starts == 1
    assert len(made.generator.orders) == 1
    assert [item.number for item in done.attempts] == [1]


class Killed(BaseException):
    """Nothing of ours or ADK's catches it, as nothing catches a killed process."""


async def test_a_killed_turn_leaves_no_open_call_in_the_history(
    house: Make, caplog: pytest.LogCaptureFixture
):
    made = house(scores=[0.9], polls=2, model=ScriptedModel(policy=diligent))

    async def kill(event: Any) -> None:
        if event.kind == "poll":
            raise Killed

    killed = asyncio.create_task(made.pipeline.create(request_for(), kill))
    await asyncio.wait([killed])
    assert killed.exception() is not None
    (job,) = await made.pipeline.jobs()
    again = made.reopened(ScriptedModel(policy=_resuming))
    done = await again.pipeline.resume(job.id)
    assert done.passed
    events = await events_of(again, done)
    calls = {call.id for event in events for call in event.get_function_calls()}
    answered = {answer.id for event in events for answer in event.get_function_responses()}
    assert calls == answered
    assert "interrupted" in str(answers(events, "poll_generation")[0]["message"])
    assert "Dropping function calls" not in caplog.text


def _resuming(results: list[tuple[str, dict[str, Any]]]) -> Any:
    """After a restart a planner begins anew; the tools tell it where it stands."""
    if not results:
        return "enhance_prompt", {"prompt": "a red boat"}
    name, result = results[-1]
    if name == "enhance_prompt" and result.get("status") == "refused":
        return "generate_video", {"prompt": "something new"}
    if name == "generate_video" and result.get("status") == "refused":
        found = result["message"].split("generation_id ")[1].split()[0]
        return "poll_generation", {"generation_id": found}
    return diligent(results)
