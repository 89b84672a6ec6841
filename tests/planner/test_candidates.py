"""Candidates: attempts of one prompt side by side, within all limits; the best one counts."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.pipeline.plain_flow import PlainFlow
from tests.pipeline.test_job_work import queued_job, workers_part
from tests.planner.house import answers, build, events_of, last_words
from video_agent.errors import OutcomeUnknownError, QuotaError
from video_agent.jobs.workflows import run_job
from video_agent.models import (
    GenerationState,
    GenerationUpdate,
    Job,
    JobStatus,
    StopReason,
)
from video_agent.testing import ScriptedModel, Step, diligent

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
Results = list[tuple[str, dict[str, Any]]]


def thorough(results: Results) -> Step:
    """Polls and analyzes each of a round before it enhances again."""
    starts = [place for place, (name, _) in enumerate(results) if name == "generate_video"]
    if not starts or results[-1][0] in {"enhance_prompt", "generate_video"}:
        return diligent(results)
    since = results[starts[-1] :]
    ids = list(since[0][1].get("generation_ids", ()))
    polled = [answer for name, answer in since if name == "poll_generation"]
    judged = sum(name == "analyze_video" for name, _ in since)
    videos = [answer["video_id"] for answer in polled if answer.get("video_id")]
    if judged < len(videos):
        return "analyze_video", {"video_id": videos[judged]}
    if len(polled) < len(ids):
        return "poll_generation", {"generation_id": ids[len(polled)]}
    return "enhance_prompt", {"prompt": "a red boat"}


def planner() -> ScriptedModel:
    return ScriptedModel(policy=thorough)


def scores(job: Job) -> list[float | None]:
    return [item.report.score if item.report else None for item in job.attempts]


async def test_a_round_is_started_at_once_and_all_of_it_judged_before_the_next(house: Make):
    made = house(scores=[0.5, 0.6, 0.4, 0.9], model=planner())
    job = await made.create(candidates=3, max_attempts=6)
    assert (job.status, job.best_attempt, job.best_score) == (JobStatus.SUCCEEDED, 4, 0.9)
    assert scores(job) == [0.5, 0.6, 0.4, 0.9, None, None]
    assert [item.round_number for item in job.attempts] == [1, 1, 1, 2, 2, 2]
    assert len({item.prompt for item in job.attempts[:3]}) == 1
    assert made.generator.paid_starts == 6
    results = answers(await events_of(made, job), "generate_video")
    for number, result in enumerate(results):
        ids = [item.generation.id for item in job.attempts[3 * number :][:3] if item.generation]
        assert result["generation_ids"] == ids
        assert result["generation_id"] == ids[0]
    question = made.language_model.questions[1]
    assert "## Feedback" in question


async def test_when_one_passes_the_others_are_kept_without_a_verdict(house: Make):
    made = house(scores=[0.9], model=planner())
    job = await made.create(candidates=3)
    assert (job.best_attempt, len(made.assessor.judged)) == (1, 1)
    assert all(item.video and item.video.path.is_file() for item in job.attempts)
    assert scores(job) == [0.9, None, None]
    told = [event.message for event in made.events if event.kind == "decision"]
    assert told[-1] == "stop: it passed; attempts 2, 3 are kept without a verdict"
    words = last_words(await events_of(made, job))
    assert "3 (#1 0.90, #2 not judged, #3 not judged)" in words
    assert job.cost_usd == sum(
        (item.generation.cost_usd or Decimal(0) for item in job.attempts if item.generation),
        job.cost_usd - 3 * Decimal("0.077"),
    )


@pytest.mark.parametrize(
    ("changes", "rounds"),
    [
        ({"max_attempts": 5}, [3, 2]),
        ({"max_attempts": 2}, [2]),
        ({"max_attempts": 9, "budget_usd": Decimal("0.36")}, [3]),
        ({"max_attempts": 9, "budget_usd": Decimal("0.24")}, [2]),
    ],
)
async def test_a_round_is_as_large_as_the_limits_allow(
    house: Make, changes: dict[str, Any], rounds: list[int]
):
    made = house(scores=[0.5], model=planner())
    job = await made.create(candidates=3, **changes)
    numbers = [item.round_number or 0 for item in job.attempts]
    assert [numbers.count(number) for number in sorted(set(numbers))] == rounds
    assert job.cost_usd <= job.request.budget_usd
    assert scores(job) == [0.5] * sum(rounds)


async def test_patience_counts_rounds(house: Make):
    made = house(scores=[0.7, 0.6, 0.5, 0.4, 0.6, 0.65, 0.8], model=planner())
    job = await made.create(candidates=2, max_attempts=8, budget_usd=Decimal(5))
    assert (job.stopped_because, job.best_attempt) == (StopReason.PATIENCE, 1)
    assert made.generator.paid_starts == 6


async def test_seeds_of_a_round_differ_where_the_model_has_one(house: Make):
    usual = house(scores=[0.9], model=planner())
    like = replace(usual.services, surface="agent_platform")
    made = build(usual.generator, usual.assessor, like, usual.model)
    wishes = {"model": "veo-3.1-fast-generate-001", "duration_seconds": 4.0, "resolution": "720p"}
    job = await made.create(candidates=3, seed=2**32 - 1, budget_usd=Decimal(9), **wishes)
    made_with = [item.generation.settings.seed for item in job.attempts if item.generation]
    assert made_with == [2**32 - 1, 0, 1]


async def test_the_same_call_again_returns_the_same_round(house: Make):
    seen: list[dict[str, Any]] = []

    def twice(results: Results) -> Step:
        started = [answer for name, answer in results if name == "generate_video"]
        seen[:] = started
        if len(started) == 1 and results[-1][0] == "generate_video":
            text = next(a["prompt"] for n, a in results if n == "enhance_prompt")
            return "generate_video", {"prompt": text}
        return thorough(results)

    made = house(scores=[0.9], model=ScriptedModel(policy=twice))
    await made.create(candidates=2)
    assert len(seen) == 2
    assert seen[0]["generation_ids"] == seen[1]["generation_ids"]
    assert made.generator.paid_starts == 2


async def test_a_candidate_that_is_refused_does_not_hold_the_others_up(house: Make):
    slow = QuotaError("slow down", retry_after_seconds=5)
    made = house(scores=[0.5, 0.9], model=planner(), submit_errors=[None, slow, None])
    job = await made.create(candidates=3, max_attempts=3)
    assert job.status is JobStatus.SUCCEEDED
    states = [item.generation.state for item in job.attempts if item.generation]
    assert states.count(GenerationState.REJECTED) == 1
    assert made.generator.paid_starts == 2
    assert any("a candidate was not started" in event.message for event in made.events)


async def test_a_lost_or_blocked_candidate_does_not_keep_another_from_passing(house: Make):
    blocked = GenerationUpdate(status="blocked", reason="a real person")
    made = house(
        scores=[0.9],
        model=planner(),
        outcomes=[blocked],
        submit_errors=[None, OutcomeUnknownError("cut"), None],
    ).without_lookup()
    job = await made.create(candidates=3)
    assert (job.status, job.best_score) == (JobStatus.SUCCEEDED, 0.9)
    states = {item.generation.state for item in job.attempts if item.generation}
    state = GenerationState
    assert states == {state.BLOCKED, state.OUTCOME_UNKNOWN, state.SUCCEEDED}
    assert job.unknown_cost
    assert made.generator.paid_starts == 3


async def test_a_lazy_planner_leaves_no_paid_candidate_lying(house: Make):
    made = house(scores=[0.5, 0.6, 0.7], model=ScriptedModel(policy=_lazy))
    job = await made.create(candidates=3)
    assert scores(job) == [0.5, 0.6, 0.7]
    assert job.best_attempt == 3


def _lazy(results: Results) -> Step:
    if results and results[-1][0] == "generate_video":
        return "that should do"
    return diligent(results) if len(results) < 2 else "that should do"


async def test_in_queued_jobs_the_whole_round_waits_together(house: Make):
    made = house(scores=[0.5, 0.6, 0.9], model=planner())
    job = await queued_job(made, candidates=3, max_attempts=3)
    work = workers_part(made)
    outcome = await work.turn(job.id)
    assert len(outcome.waiting) == 3
    assert made.generator.orders == []
    flow = PlainFlow(work)
    await run_job(flow, work, job.id)
    done, _ = await made.services.look(job.id)
    assert (done.status, done.best_attempt) == (JobStatus.SUCCEEDED, 3)
    assert flow.steps.count("send") == flow.steps.count("bring_home") == 3
    assert flow.steps.count("settled") == 1
