"""The planner's turn and its money: on the books before each call, and what happens without any."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.adk.models.llm_request import LlmRequest
from google.adk.models.llm_response import LlmResponse
from google.genai import types

from tests.planner.house import House, ScoresInTurn, answers, events_of, request_for
from video_agent.errors import ZERO
from video_agent.ledger import Caps
from video_agent.models import Job, JobStatus, StopReason, TokenUsage
from video_agent.planner import APP_NAME, open_job
from video_agent.quality import Assessment
from video_agent.store.jobs import update_job
from video_agent.store.records import list_charges
from video_agent.testing import ScriptedModel, diligent

Make = Callable[..., House]


class Bookkeeping(ScriptedModel):
    """A planner that looks at the books while it is asked."""

    house: Any = None
    seen: list[tuple[str | None, Decimal | None]] = []  # noqa: RUF012 - a pydantic field

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        (job,) = await self.house.pipeline.jobs()
        charge = (await list_charges(self.house.database, job.id))[-1]
        self.seen.append((charge.kind if charge.settled_at is None else None, charge.reserved_usd))
        async for response in super().generate_content_async(llm_request, stream):
            yield response


async def test_every_call_of_the_planners_model_is_on_the_books_before_it_is_made(house: Make):
    model = Bookkeeping(policy=diligent)
    made = house(model=model)
    model.house = made
    job = await made.create()
    most = made.services.reserve.plan_call_usd
    assert model.seen == [("plan", most)] * len(model.requests)
    charges = await list_charges(made.database, job.id)
    assert all(charge.settled_at is not None for charge in charges)
    assert not job.unknown_cost
    paid = sum((charge.cost_usd or ZERO for charge in charges), ZERO)
    (generation,) = await made.services.ledger.generations(job.id)
    assert job.cost_usd == paid + (generation.cost_usd or ZERO)


def prices(made: House) -> tuple[Decimal, Decimal]:
    """What a clip costs, and one attempt with the language models around it."""
    priced = made.services.price_list.estimate(request_for())
    return priced.clip_usd, priced.clip_usd + priced.language_usd


async def test_a_cap_stops_a_job_between_two_attempts_and_says_which(house: Make):
    made = house(scores=[0.5])
    _, attempt = prices(made)
    made = made.under(Caps(day_usd=attempt * Decimal("1.3")))
    job = await made.create(user_id="anna")
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.BUDGET)
    assert (job.best_attempt, made.generator.paid_starts) == (1, 1)
    assert "all users together may spend" in (job.error or "")
    assert "it is new at" in (job.error or "")
    asked: int = len(made.model.requests)  # type: ignore[attr-defined]
    assert asked <= 6  # it does not try again and again
    events = await events_of(made, job)
    assert answers(events, "enhance_prompt")[1:] == []


async def test_a_job_whose_cap_others_use_up_before_it_begins_costs_nothing(house: Make):
    made = house()
    _, attempt = prices(made)
    made = made.under(Caps(user_day_usd=attempt * Decimal("1.5")))
    mine, other = [
        await open_job(made.services, made.request(), app_name=APP_NAME, session_id=name)
        for name in ("mine", "another")
    ]
    usage = TokenUsage(model="m", cost_usd=attempt * Decimal("1.5"))
    await made.services.ledger.book_charge(other.id, "plan", usage)
    job = await made.pipeline.resume(mine.id)
    assert (job.status, job.stopped_because) == (JobStatus.FAILED, StopReason.BUDGET)
    assert f"user {job.user_id} may spend" in (job.error or "")
    assert (job.cost_usd, made.generator.paid_starts) == (0, 0)
    assert made.model.requests == []  # type: ignore[attr-defined]


class Spendthrift(ScriptedModel):
    """Uses up what is left, all but `leaves_usd`, while a step of the turn is decided."""

    house: Any = None
    after: str = ""
    leaves_usd: Decimal = ZERO

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        async for response in super().generate_content_async(llm_request, stream):
            called = [part.function_call for part in (response.content or _NOTHING).parts or []]
            if any(call is not None and call.name == self.after for call in called):
                await self._spend()
            yield response

    async def _spend(self) -> None:
        (job,) = await self.house.pipeline.jobs()
        ledger = self.house.services.ledger
        spend = await ledger.spent(job.id)
        others = sum(
            (
                charge.reserved_usd or ZERO
                for charge in await list_charges(self.house.database, job.id)
                if charge.settled_at is None
            ),
            ZERO,
        )
        usage = TokenUsage(model="m", cost_usd=spend.left_usd + others - self.leaves_usd)
        await ledger.book_charge(job.id, "plan", usage)


_NOTHING = types.Content()


async def test_a_clip_is_brought_home_and_judged_when_the_planner_cannot_be_paid_any_more(
    house: Make,
):
    model = Spendthrift(policy=diligent, after="poll_generation")
    made = house(scores=[0.9], model=model)
    judge = made.services.reserve.judge_usd
    model.house, model.leaves_usd = made, judge + Decimal("0.0005")
    # A dear planner: one more call of it does not fit beside the judge.
    job = await made.create()
    assert judge + Decimal("0.0005") >= made.services.reserve.plan_call_usd
    assert (job.status, job.best_score) == (JobStatus.SUCCEEDED, 0.9)


async def test_a_turn_without_any_money_left_parks_its_clip_and_goes_on_when_there_is_some(
    house: Make,
):
    model = Spendthrift(policy=diligent, after="poll_generation")
    made = house(scores=[0.9], model=model)
    model.house = made
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.PARKED, StopReason.BUDGET)
    assert job.path is not None
    assert job.path.is_file()
    assert made.assessor.judged == []
    await update_job(made.database, job.id, budget_usd=Decimal("9.00"))
    done = await made.reopened(ScriptedModel(policy=diligent)).pipeline.resume(job.id)
    assert (done.status, done.best_score) == (JobStatus.SUCCEEDED, 0.9)
    assert made.generator.paid_starts == 1


class Killed(BaseException):
    """Nothing catches it, as nothing catches a killed process."""


async def test_a_judging_that_was_killed_stays_on_the_books_and_another_is_paid_for(house: Make):
    made = house(scores=[0.9])
    judge = made.assessor.assess

    async def dying(video_path: Path, **order: Any) -> Assessment:
        del video_path, order
        raise Killed

    made.assessor.assess = dying
    killed = asyncio.create_task(made.create())
    await asyncio.wait([killed])
    assert isinstance(killed.exception(), Killed)
    made.assessor.assess = judge
    (job,) = await made.pipeline.jobs()
    done = await made.reopened(ScriptedModel(policy=diligent)).pipeline.resume(job.id)
    assert done.passed
    judged = [one for one in await list_charges(made.database, job.id) if one.kind == "judge"]
    assert [one.cost_usd for one in judged] == [None, Decimal("0.002")]
    assert done.unknown_cost
    assert made.generator.paid_starts == 1


class TwoAtOnce(ScriptedModel):
    """Has every clip judged twice in one breath."""

    async def generate_content_async(
        self, llm_request: LlmRequest, stream: bool = False
    ) -> AsyncGenerator[LlmResponse, None]:
        async for response in super().generate_content_async(llm_request, stream):
            parts = (response.content or _NOTHING).parts or []
            call = parts[0].function_call if parts else None
            if call is not None and call.name == "analyze_video":
                parts.append(types.Part(function_call=call.model_copy()))
            yield response


class Slow(ScoresInTurn):
    async def assess(self, video_path: Path, **order: Any) -> Assessment:
        await asyncio.sleep(0.02)
        return await super().assess(video_path, **order)


async def test_a_clip_that_is_judged_twice_at_once_is_paid_for_once(house: Make):
    made = house(model=TwoAtOnce(policy=diligent))
    slow = Slow([0.9])
    made.assessor.assess = slow.assess
    job: Job = await made.create()
    assert job.passed
    verdicts = answers(await events_of(made, job), "analyze_video")
    assert [verdict["score"] for verdict in verdicts] == [0.9, 0.9]
    assert len(slow.judged) == 1


@pytest.mark.parametrize("tool", ["enhance_prompt", "generate_video", "poll_generation"])
async def test_a_planner_that_repeats_each_call_pays_once_for_a_clip(house: Make, tool: str):
    def stubborn(results: list[tuple[str, dict[str, Any]]]) -> Any:
        step: Any = diligent(results)
        if results and results[-1][0] == tool and not repeated:
            repeated.append(tool)
            return tool, said[tool]
        if isinstance(step, tuple):
            said[step[0]] = step[1]
        return step

    repeated: list[str] = []
    said: dict[str, Any] = {}
    made = house(model=ScriptedModel(policy=stubborn))
    job = await made.create()
    assert repeated
    assert job.passed
    assert made.generator.paid_starts == len(made.generator.orders) == 1
