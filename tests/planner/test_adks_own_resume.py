"""ADK's own resume calls the open tool again: the ledger sees to it that nothing is paid twice."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing

import pytest
from google.adk.agents import RunConfig
from google.adk.apps import ResumabilityConfig
from google.adk.runners import Runner
from google.genai import types

from tests.planner.house import House, events_of
from video_agent.models import GenerationOrder, Job, JobStatus
from video_agent.planner import APP_NAME, open_job
from video_agent.testing import ScriptedModel, diligent

Make = Callable[..., House]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a killed process."""


async def run(made: House, job: Job, invocation_id: str | None = None) -> None:
    """One invocation of a resumable app; with an id it is taken up again."""
    resumable = ResumabilityConfig(is_resumable=True)
    app = made.planner.app.model_copy(update={"resumability_config": resumable})
    runner = Runner(app=app, session_service=made.planner.sessions, auto_create_session=True)
    events = runner.run_async(
        user_id=job.user_id,
        session_id=job.session_id,
        invocation_id=invocation_id,
        new_message=None if invocation_id else types.UserContent("a red boat"),
        run_config=RunConfig(custom_metadata={"job_id": job.id}),
    )
    async with aclosing(events):
        async for _ in events:
            pass


async def killed_in_the_submit(
    made: House, monkeypatch: pytest.MonkeyPatch, *, after_the_start: bool
) -> tuple[Job, str]:
    """A job whose process died in the paid call, and the invocation it was in."""
    job = await open_job(made.services, made.request(), app_name=APP_NAME, session_id="resumed")
    submit = made.generator.submit

    async def dying(order: GenerationOrder) -> str:
        if after_the_start:
            await submit(order)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(made.generator, "submit", dying)
        killed = asyncio.create_task(run(made, job))
        await asyncio.wait([killed])
        assert isinstance(killed.exception(), Killed)
    return job, (await events_of(made, job))[-1].invocation_id


async def test_a_tool_that_adk_calls_again_after_a_kill_pays_once(
    house: Make, monkeypatch: pytest.MonkeyPatch
):
    made = house(scores=[0.9])
    job, invocation_id = await killed_in_the_submit(made, monkeypatch, after_the_start=True)
    again = made.reopened(ScriptedModel(policy=diligent))
    await run(again, job, invocation_id)
    done = await again.pipeline.job(job.id)
    assert (done.passed, done.best_attempt) == (True, 1)
    assert made.generator.paid_starts == len(made.generator.orders) == 1


async def test_a_start_that_never_arrived_is_not_sent_again_by_adks_resume(
    house: Make, monkeypatch: pytest.MonkeyPatch
):
    made = house(scores=[0.9])
    job, invocation_id = await killed_in_the_submit(made, monkeypatch, after_the_start=False)
    again = made.reopened(ScriptedModel(policy=diligent))
    await run(again, job, invocation_id)
    waiting = await again.pipeline.job(job.id)
    assert waiting.status is JobStatus.NEEDS_ATTENTION  # "not there" is not believed so soon
    assert waiting.unknown_cost
    assert made.generator.paid_starts == 0
