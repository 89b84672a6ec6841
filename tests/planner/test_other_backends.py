"""A job goes on only where it was begun: there its clips are, and there is its money."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.planner.house import build
from video_agent.errors import ConfigurationError, OutcomeUnknownError
from video_agent.models import GenerationState
from video_agent.testing import ScriptedModel, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
LOST = OutcomeUnknownError("the connection was cut", cost_usd=None)


def moved(made: "House", backend: str, *, charged: bool) -> "House":
    like = replace(made.services, backend=backend, charged=charged)
    return build(made.generator, made.assessor, like, ScriptedModel(policy=diligent))


async def test_a_job_at_list_prices_never_begins_to_cost_money(house: Make):
    made = house(scores=[0.9], polls=500)
    job = await made.create()
    with pytest.raises(ConfigurationError, match="list prices") as caught:
        await moved(made, "gemini", charged=True).pipeline.resume(job.id)
    assert "--backend studio" in caught.value.hint
    assert made.generator.paid_starts == 1


async def test_a_lost_paid_start_is_not_taken_for_absent_by_a_service_that_never_saw_it(
    house: Make,
):
    paid = moved(house(scores=[0.9], submit_errors=[LOST]).without_lookup(), "gemini", charged=True)
    job = await paid.create()
    with pytest.raises(ConfigurationError):
        await moved(paid, "studio", charged=False).pipeline.resume(job.id)
    (generation,) = await paid.services.ledger.generations(job.id)
    assert generation.state is GenerationState.OUTCOME_UNKNOWN
