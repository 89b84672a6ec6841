"""What a gate rejected is handed over last, even after what nobody could judge."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.planner.house import House, ScoresInTurn, build
from video_agent.models import Defect
from video_agent.quality import Assessment


class RejectsThenKeepsSilent(ScoresInTurn):
    """The first clip fails a gate, the next ones find no judge that answers."""

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **others: object
    ) -> Assessment:
        found = await super().assess(video_path, video_id=video_id, threshold=threshold, **others)
        if found.report.score is None:
            return found
        gate = Defect(kind="black", description="it is black", severity=1.0, origin="gate")
        return replace(found, report=found.report.model_copy(update={"defects": (gate,)}))


async def test_what_a_gate_rejected_is_handed_over_last(house: Callable[..., House]):
    plain = house(scores=[0.1])
    assessor = RejectsThenKeepsSilent([0.1, None])
    made = build(plain.generator, assessor, plain.services, plain.model)
    job = await made.create()
    rejected, unjudged = job.attempts
    assert rejected.report is not None
    assert rejected.report.score == 0.1
    assert unjudged.report is not None
    assert unjudged.report.score is None
    assert not job.passed
    assert job.best == unjudged
