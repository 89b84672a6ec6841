"""Submits whose answer was lost: adopted when found, a person's matter when not, never re-sent."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from video_agent.errors import OutcomeUnknownError
from video_agent.models import GenerationState, GenerationUpdate, JobStatus, StopReason
from video_agent.testing import ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
LOST = OutcomeUnknownError("the connection was cut", cost_usd=None)


async def test_a_lost_start_that_is_found_is_adopted_and_paid_once(house: Make):
    made = house(scores=[0.9], submit_errors=[LOST])
    job = await made.create()
    assert job.passed
    assert (made.generator.paid_starts, len(made.generator.orders)) == (1, 1)


async def test_a_start_nobody_can_look_up_waits_for_a_person(house: Make):
    made = house(scores=[0.9], submit_errors=[LOST]).without_lookup()
    job = await made.create()
    assert (job.status, job.stopped_because) == (
        JobStatus.NEEDS_ATTENTION,
        StopReason.OUTCOME_UNKNOWN,
    )
    assert job.unknown_cost
    assert job.cost_usd >= Decimal("0.069")
    again = await made.pipeline.resume(job.id)
    assert again.status is JobStatus.NEEDS_ATTENTION
    assert len(made.generator.orders) == 1


async def test_an_outcome_that_stays_unknown_for_very_long_also_waits_for_a_person(house: Make):
    made = house(scores=[0.9], submit_errors=[LOST]).without_lookup()
    job = await made.create()
    (generation,) = await made.services.ledger.generations(job.id)
    await made.services.ledger.mark_unresolved(generation.id, "nobody can tell")
    again = await made.pipeline.resume(job.id)
    assert again.status is JobStatus.NEEDS_ATTENTION
    assert len(made.generator.orders) == 1


async def test_given_up_by_a_person_the_job_goes_on_and_the_price_stays_spent(house: Make):
    made = house(scores=[0.9], submit_errors=[LOST]).without_lookup()
    job = await made.create()
    await made.pipeline.give_up_unknown(job.id)
    done = await made.reopened(ScriptedModel(policy=diligent)).pipeline.resume(job.id)
    assert done.passed
    assert [attempt.number for attempt in done.attempts] == [1, 2]
    states = [item.generation.state for item in done.attempts if item.generation]
    assert states == [GenerationState.UNRESOLVED, GenerationState.SUCCEEDED]
    assert done.cost_usd > Decimal("0.138")
    assert done.unknown_cost


async def test_a_generation_that_takes_too_long_is_parked_and_resumed(house: Make):
    made = house(scores=[0.9], polls=500)
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.RUNNING, None)
    made.generator.finish_all()
    done = await made.reopened(ScriptedModel(policy=_polling)).pipeline.resume(job.id)
    assert done.passed
    assert made.generator.paid_starts == 1


def _polling(results: list[tuple[str, dict[str, Any]]]) -> Any:
    if not results:
        return "generate_video", {"prompt": "x"}
    message = str(results[-1][1].get("message", ""))
    if "generation_id " in message:
        found = message.split("generation_id ")[1].split(maxsplit=1)[0]
        return "poll_generation", {"generation_id": found}
    return diligent(results)


async def test_a_generation_the_service_forgot_is_given_up_and_counted(house: Make):
    made = house(scores=[0.9])
    made.generator.forget_the_next()
    job = await made.create()
    assert job.passed
    states = [item.generation.state for item in job.attempts if item.generation]
    assert states == [GenerationState.FAILED, GenerationState.SUCCEEDED]
    assert made.generator.paid_starts == 2
    assert job.cost_usd > Decimal("0.138")


async def test_a_failed_generation_costs_an_attempt_and_the_next_one_follows(house: Make):
    failed = GenerationUpdate(status="failed", reason="internal", cost_usd=Decimal(0))
    made = house(scores=[0.9], outcomes=[failed])
    job = await made.create(max_attempts=2)
    assert (job.passed, job.best_attempt) == (True, 2)
