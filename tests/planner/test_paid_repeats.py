"""What further judgements near the threshold cost is on the books, call by call."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.planner.house import House, ScoresInTurn, build
from video_agent.quality import Assessment
from video_agent.store.records import list_charges


class JudgesThrice(ScoresInTurn):
    """An assessor that was in doubt and asked two more times."""

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **others: object
    ) -> Assessment:
        found = await super().assess(video_path, video_id=video_id, threshold=threshold, **others)
        assert found.usage is not None
        return replace(found, repeat_usages=(found.usage, found.usage))


async def test_every_judgement_of_a_clip_is_a_charge_of_its_own(house: Callable[..., House]):
    plain = house(scores=[0.9])
    made = build(plain.generator, JudgesThrice([0.9]), plain.services, plain.model)
    job = await made.create()
    charges = [item for item in await list_charges(made.database, job.id) if item.kind == "judge"]
    assert len(charges) == 3
    assert all(item.settled_at is not None for item in charges)
    judged = sum((item.cost_usd or Decimal(0) for item in charges), Decimal(0))
    assert judged == 3 * Decimal("0.002")
    assert job.cost_usd >= judged
