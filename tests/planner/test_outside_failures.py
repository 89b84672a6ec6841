"""Services that keep failing: the turn ends soon, says why, costs what it cost, and is resumed."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse

from tests.planner.house import answers, events_of, last_words
from video_agent.errors import (
    AuthError,
    BackendError,
    ContentBlockedError,
    PlanError,
    QuotaError,
    RejectedError,
)
from video_agent.models import JobStatus, StopReason, TokenUsage
from video_agent.quality import Assessment
from video_agent.store.records import list_charges
from video_agent.testing import FakeClock, ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
DILIGENT = ScriptedModel(policy=diligent)
STUBBORN = [("enhance_prompt", {"prompt": "x"}), *[("generate_video", {"prompt": "x"})] * 20]


async def test_starts_that_are_refused_again_and_again_end_the_turn_and_can_be_resumed(house: Make):
    refusals = [QuotaError("slow down", retry_after_seconds=7)] * 3
    made = house(model=ScriptedModel(script=STUBBORN), submit_errors=refusals)
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.FAILED, StopReason.ERROR)
    assert (len(made.generator.orders), made.generator.paid_starts) == (3, 0)
    assert job.error == "slow down"
    assert isinstance(made.services.clock, FakeClock)
    assert made.services.clock.now >= 3 * 7
    assert "Continue to take it up again" in last_words(await events_of(made, job))
    done = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert done.passed
    assert made.generator.paid_starts == 1
    assert len(done.attempts) == 1


async def test_a_refused_start_that_cannot_be_paid_any_more_says_that_the_budget_ended_it(
    house: Make,
):
    made = house(submit_errors=[AuthError("no permission")] * 3)
    job = await made.create()
    spend = await made.services.ledger.spent(job.id)
    usage = TokenUsage(model="m", cost_usd=spend.left_usd - Decimal("0.01"))
    await made.services.ledger.book_charge(job.id, "plan", usage)
    done = await made.pipeline.resume(job.id)
    assert (done.status, done.stopped_because) == (JobStatus.FAILED, StopReason.BUDGET)
    assert "$0.010 are left, another attempt may cost" in (done.error or "")
    assert made.generator.paid_starts == 0


async def test_a_job_with_a_clip_whose_next_start_is_refused_does_not_blame_the_planner(
    house: Make,
):
    made = house(scores=[0.5, 0.9], submit_errors=[None, *[AuthError("no permission")] * 3])
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.ERROR)
    assert (job.best_attempt, job.best_score) == (1, 0.5)
    done = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert (done.passed, done.best_attempt) == (True, 2)
    assert made.generator.paid_starts == 2


async def test_a_service_that_answers_no_poll_parks_the_job_and_says_why(
    house: Make, monkeypatch: pytest.MonkeyPatch
):
    made = house()

    async def unreachable(provider_id: str, *, model: str) -> None:
        raise BackendError("the poll failed: HTTP 503", retryable=True)

    with monkeypatch.context() as patch:
        patch.setattr(made.generator, "poll", unreachable)
        job = await made.create()
    assert (job.status, job.stopped_because, job.path) == (JobStatus.RUNNING, None, None)
    assert "HTTP 503" in (job.error or "")
    events = await events_of(made, job)
    assert len(answers(events, "poll_generation")) == 3
    assert "Not finished: poll_generation failed 3 times" in last_words(events)
    done = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert (done.passed, done.error) == (True, None)
    assert made.generator.paid_starts == 1


async def test_a_clip_nobody_could_judge_is_judged_when_the_job_is_resumed(house: Make):
    made = house(scores=[None, None, 0.9])
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.ERROR)
    done = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert (done.status, done.best_score, done.error) == (JobStatus.SUCCEEDED, 0.9, None)
    assert made.generator.paid_starts == 1


async def test_a_resume_whose_judge_still_fails_ends_again_with_the_clip(house: Make):
    made = house(scores=[None])
    job = await made.create()
    again = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert (again.status, again.stopped_because) == (JobStatus.STOPPED, StopReason.ERROR)
    assert again.path == job.path
    assert len(made.assessor.judged) == 3


async def test_a_clip_that_was_deleted_before_it_was_judged_is_fetched_again(
    house: Make, tmp_path: Path
):
    made = house()
    judge = made.assessor.assess
    deleted: list[Path] = []

    async def deleting(video_path: Path, **order: Any) -> Assessment:
        if not deleted:
            deleted.append(video_path)
            await asyncio.to_thread(video_path.unlink)
            raise BackendError("the judge is away", retryable=True)
        return await judge(video_path, **order)

    made.assessor.assess = deleting
    job = await made.create()
    assert job.passed
    assert job.path is not None
    assert job.path.is_file()
    assert made.generator.paid_starts == 1


@pytest.mark.parametrize("cost", [Decimal("0.003"), None])
async def test_a_judge_that_fails_is_on_the_bill_all_the_same(house: Make, cost: Decimal | None):
    made = house()

    async def blocked(*_: object, **__: object) -> Assessment:
        raise ContentBlockedError("blocked", reason="SAFETY", cost_usd=cost)

    made.assessor.assess = blocked
    job = await made.create()
    judged = [item for item in await list_charges(made.database, job.id) if item.kind == "judge"]
    assert [charge.cost_usd for charge in judged] == [cost] * len(judged)
    assert judged
    assert job.unknown_cost is (cost is None)


@pytest.mark.parametrize(
    ("error", "unknown"),
    [
        (httpx.ReadTimeout("no answer"), True),
        (httpx.ConnectError("nobody there"), False),
        (RejectedError("no"), False),
    ],
)
async def test_a_planner_whose_answer_was_lost_may_be_on_the_bill(
    house: Make, error: Exception, unknown: bool
):
    made = house(model=ScriptedModel(script=[error]))
    with pytest.raises((PlanError, RejectedError)):
        await made.create()
    (job,) = await made.pipeline.jobs()
    assert job.unknown_cost is unknown
    assert (job.cost_usd > 0) is unknown
    assert job.status is JobStatus.RUNNING


class BlockedModel(ScriptedModel):
    """A planner whose every answer is blocked."""

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        del llm_request, stream
        yield LlmResponse(error_code="SAFETY", error_message="not that")


async def test_a_planner_that_is_always_blocked_says_so_and_the_job_can_be_resumed(house: Make):
    made = house(model=BlockedModel())
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.FAILED, StopReason.PLANNER)
    assert job.error == "the planner's model gave no usable answer (SAFETY: not that)"
    done = await made.reopened(DILIGENT).pipeline.resume(job.id)
    assert (done.passed, done.error) == (True, None)
    assert made.generator.paid_starts == 1
