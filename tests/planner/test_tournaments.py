"""A tournament judges its whole round, compares what competes and hands over what is left."""

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.planner.house import House, ScoresInTurn, build
from tests.planner.test_loop_policies import takes_all
from video_agent.errors import BackendError, BudgetError
from video_agent.ledger.facts import load_facts
from video_agent.models import Job, JobStatus, PairResult, StopReason, TokenUsage, VideoRequest
from video_agent.quality import Assessment
from video_agent.quality.compare import ComparedClip, PairVerdict
from video_agent.store.records import list_charges
from video_agent.testing import ScriptedModel, diligent

Make = Callable[..., House]
CALL_USD = Decimal("0.001")
ASKED: dict[str, Any] = {
    "policy": "tournament",
    "resolution": "720p",
    "max_attempts": 4,
    "budget_usd": Decimal(3),
}


class PrefersInOrder(ScoresInTurn):
    """An assessor that likes the clips it judged in this order best, counted from 0."""

    def __init__(self, scores: Sequence[float | None], liked: Sequence[int] = ()) -> None:
        super().__init__(scores)
        self.liked = liked
        self.compared: list[tuple[int, int]] = []

    async def compare(
        self, request: VideoRequest, first: ComparedClip, second: ComparedClip
    ) -> PairVerdict:
        del request
        pair = self.judged.index(first.video_id), self.judged.index(second.video_id)
        self.compared.append(pair)
        winner = next((self.judged[number] for number in self.liked if number in pair), None)
        usage = TokenUsage(model="judge", input_tokens=900, output_tokens=9, cost_usd=CALL_USD)
        return PairVerdict(
            first=first.video_id,
            second=second.video_id,
            winner=winner,
            judged=True,
            reasons=("visual fidelity: it holds its shape",),
            usages=(usage, usage) if winner else (usage,),
        )


class CannotCompare(PrefersInOrder):
    """An assessor whose service has had enough after the clips."""

    async def compare(
        self, request: VideoRequest, first: ComparedClip, second: ComparedClip
    ) -> PairVerdict:
        await super().compare(request, first, second)
        raise BackendError("too many requests", cost_usd=Decimal(0))


class LosesTheSecondFile(PrefersInOrder):
    """An assessor after whose second look the clip is deleted."""

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **more: object
    ) -> Assessment:
        made = await super().assess(video_path, video_id=video_id, threshold=threshold, **more)
        if len(self.judged) == 2:
            await asyncio.to_thread(video_path.unlink)
        return made


class RunsOutOfMoney(PrefersInOrder):
    """An assessor that nobody can pay after the first clip."""

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **more: object
    ) -> Assessment:
        if self.judged:
            raise BudgetError("nothing is left for judging")
        return await super().assess(video_path, video_id=video_id, threshold=threshold, **more)


def tournament(house: Make, assessor: ScoresInTurn, planner: Any = takes_all) -> House:
    plain = house()
    return build(plain.generator, assessor, plain.services, ScriptedModel(policy=planner))


def scores_of(job: Job) -> list[float | None]:
    return [item.report.score if item.report else None for item in job.attempts]


def compared_in(job: Job) -> list[PairResult]:
    return [pair for item in job.attempts if item.report for pair in item.report.compared]


async def test_what_wins_in_both_orders_is_handed_over_though_another_scores_more(house: Make):
    assessor = PrefersInOrder([0.85, 0.95, 0.6, 0.88], liked=[3, 0])
    place = tournament(house, assessor)
    job = await place.create(**ASKED)
    assert scores_of(job) == [0.85, 0.95, 0.6, 0.88]
    assert assessor.compared == [(1, 0), (0, 3)]  # the third did not pass and does not compete
    assert (job.passed, job.best_attempt, job.stopped_because) == (True, 4, StopReason.PASSED)
    assert [pair.reasons for pair in compared_in(job)] == [
        ("visual fidelity: it holds its shape",)
    ] * 2
    told = [event.message for event in place.events if event.kind == "judge"]
    assert told == [
        "attempt 1 beside attempt 2: attempt 1 is better in both orders",
        "attempt 4 beside attempt 1: attempt 4 is better in both orders",
    ]


async def test_each_order_is_a_charge_of_its_own_and_all_sums_agree(house: Make):
    place = tournament(house, PrefersInOrder([0.85, 0.95, 0.6, 0.6], liked=[0]))
    job = await place.create(**ASKED)
    charges = await list_charges(place.database, job.id)
    comparing = [item for item in charges if item.kind == "compare"]
    assert [item.cost_usd for item in comparing] == [CALL_USD, CALL_USD]
    assert all(item.settled_at is not None for item in comparing)
    paid = sum((item.cost_usd or Decimal(0) for item in charges), Decimal(0))
    clips = [item.generation.cost_usd for item in job.attempts if item.generation]
    assert job.cost_usd == paid + sum((cost or Decimal(0) for cost in clips), Decimal(0))


async def test_ties_leave_it_to_the_scores(house: Make):
    assessor = PrefersInOrder([0.85, 0.95, 0.9, 0.88])
    job = await tournament(house, assessor).create(**ASKED)
    assert assessor.compared == [(1, 0), (1, 2), (1, 3)]
    assert job.best_attempt == 2
    assert {pair.winner for pair in compared_in(job)} == {None}


async def test_a_service_that_fails_at_comparing_costs_no_clip_and_no_verdict(house: Make):
    assessor = CannotCompare([0.85, 0.95, 0.6, 0.6])
    place = tournament(house, assessor)
    job = await place.create(**ASKED)
    assert (job.passed, job.best_attempt, len(assessor.compared)) == (True, 2, 1)
    [pair] = compared_in(job)
    assert (pair.judged, pair.problem) == (False, "too many requests")
    assert any("scores decide (too many requests)" in event.message for event in place.events)


async def test_a_clip_whose_file_is_gone_is_not_compared_and_nothing_is_paid(house: Make):
    assessor = LosesTheSecondFile([0.85, 0.95, 0.6, 0.6], liked=[0])
    place = tournament(house, assessor)
    job = await place.create(**ASKED)
    assert assessor.compared == []
    assert [pair.judged for pair in compared_in(job)] == [False]
    assert not [one for one in await list_charges(place.database, job.id) if one.kind == "compare"]


async def test_without_money_for_a_comparison_scores_decide(house: Make):
    assessor = PrefersInOrder([0.85, 0.95, 0.9, 0.9], liked=[0])
    place = tournament(house, assessor)
    two_clips = Decimal("0.8")
    job = await place.create(**{**ASKED, "budget_usd": two_clips})
    assert job.passed
    assert job.cost_usd <= two_clips
    facts = await load_facts(place.database, job.id)
    assert facts.spend.left_usd >= 0


@pytest.mark.parametrize(("score", "status"), [(0.9, JobStatus.SUCCEEDED), (0.5, JobStatus.PARKED)])
async def test_a_round_that_cannot_be_paid_to_its_end_leaves_what_passed(
    house: Make, score: float, status: JobStatus
):
    job = await tournament(house, RunsOutOfMoney([score])).create(**ASKED)
    assert (job.status, job.best_attempt) == (status, 1)
    assert len(job.attempts) == 4


async def test_where_none_passed_the_winner_teaches_the_next_round(house: Make):
    assessor = PrefersInOrder([0.5, 0.6, 0.55, 0.4, 0.9], liked=[3])
    place = tournament(house, assessor)
    job = await place.create(**{**ASKED, "max_attempts": 5})
    assert len(job.attempts) == 5
    taught, teacher = job.attempts[4], job.attempts[3]
    assert teacher.report is not None
    assert taught.feedback == teacher.report.feedback
    assert job.best_attempt == 5


async def test_a_comparison_is_not_paid_for_again_when_the_job_is_taken_up(house: Make):
    assessor = PrefersInOrder([0.85, 0.95, 0.6, 0.6], liked=[0])
    place = tournament(house, assessor)
    job = await place.create(**ASKED)
    again = place.reopened(ScriptedModel(policy=diligent))
    taken_up = await again.pipeline.resume(job.id)
    assert len(assessor.compared) == 1
    assert (taken_up.best_attempt, taken_up.cost_usd) == (job.best_attempt, job.cost_usd)


@pytest.mark.parametrize("policy", ["economical", "refine", "draft_then_promote"])
async def test_other_policies_stop_at_the_first_clip_that_passes(house: Make, policy: str):
    assessor = PrefersInOrder([0.9], liked=[0])
    job = await tournament(house, assessor).create(**{**ASKED, "policy": policy})
    assert job.passed
    assert assessor.compared == []
