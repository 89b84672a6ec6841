"""Whole jobs: what is delivered, why they stop, and that the answer is the database's."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from video_agent.errors import (
    BudgetError,
    ConfigurationError,
    InvalidRequestError,
    MediaError,
    NotFoundError,
)
from video_agent.models import GenerationUpdate, JobStatus, StopReason

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]


async def test_a_good_first_clip_ends_the_job_at_once(house: Make):
    made = house(scores=[0.93])
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.SUCCEEDED, StopReason.PASSED)
    assert (job.best_attempt, job.best_score, job.passed) == (1, 0.93, True)
    assert job.path is not None
    assert job.path.stat().st_size > 0
    assert made.generator.paid_starts == 1
    assert job.attempts[0].shot is not None
    wanted = ["backend", "plan", "enhance", "generate", "poll", "cost", "decision", "done"]
    assert [kind for kind in dict.fromkeys(made.kinds()) if kind in wanted] == wanted
    assert made.events[-1].job_id == job.id


async def test_a_clip_that_falls_short_is_improved_with_its_feedback(house: Make):
    made = house(scores=[0.61, 0.88])
    job = await made.create()
    assert (job.status, job.best_attempt, job.best_score) == (JobStatus.SUCCEEDED, 2, 0.88)
    scores = [item.report.score for item in job.attempts if item.report]
    assert scores == [0.61, 0.88]
    second = made.language_model.questions[1]
    assert "## Feedback\n- the boat does not move" in second
    assert "## Previous prompt" in second
    assert job.attempts[1].feedback == "- the boat does not move: say how it glides"


async def test_the_attempts_run_out_and_the_best_clip_is_delivered(house: Make):
    made = house(scores=[0.5, 0.7, 0.6])
    job = await made.create(max_attempts=3)
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.ATTEMPTS)
    assert (job.best_attempt, job.best_score, job.passed) == (2, 0.7, False)
    assert made.generator.paid_starts == 3
    assert job.path == job.attempts[1].video.path  # type: ignore[union-attr]


async def test_the_budget_runs_out_before_it_is_exceeded(house: Make):
    made = house(scores=[0.5, 0.6, 0.7, 0.75])
    job = await made.create(max_attempts=10, budget_usd=Decimal("0.30"))
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.BUDGET)
    assert 1 <= made.generator.paid_starts < 5
    assert job.cost_usd <= Decimal("0.30")


async def test_attempts_that_do_not_improve_end_the_job(house: Make):
    made = house(scores=[0.7, 0.6, 0.65, 0.75])
    job = await made.create(max_attempts=10, budget_usd=Decimal(5))
    assert (job.stopped_because, job.best_attempt) == (StopReason.PATIENCE, 1)
    assert made.generator.paid_starts == 3


async def test_blocked_generations_end_without_a_video_and_say_why(house: Make):
    blocked = GenerationUpdate(status="blocked", reason="a real person")
    made = house(outcomes=[blocked, blocked])
    job = await made.create(max_attempts=2)
    assert (job.status, job.stopped_because) == (JobStatus.FAILED, StopReason.BLOCKED)
    assert job.path is None
    assert job.error == "a real person"
    assert "a real person" in made.language_model.questions[1]


async def test_a_clip_nobody_could_judge_is_still_delivered(house: Make):
    made = house(scores=[None])
    job = await made.create()
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.ERROR)
    assert (job.best_score, job.passed) == (None, False)
    assert job.path is not None
    assert job.error
    assert len(made.assessor.judged) == 2
    assert made.generator.paid_starts == 1


async def test_a_judge_that_recovers_judges_the_same_clip(house: Make):
    made = house(scores=[None, 0.9])
    job = await made.create()
    assert (job.passed, made.generator.paid_starts) == (True, 1)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"budget_usd": Decimal("0.05")}, BudgetError, "one attempt needs \\$0"),
        ({"duration_seconds": 2.0}, InvalidRequestError, "3 to 15 s"),
        ({"resolution": "480p"}, InvalidRequestError, "no resolution 480p"),
        ({"seed": 7}, InvalidRequestError, "has no seed"),
        ({"model": "veo-9"}, InvalidRequestError, "unknown model"),
        ({"references": (Path("nothing.png"),)}, MediaError, "not a file"),
    ],
)
async def test_what_cannot_work_is_refused_before_anything_is_written(
    house: Make, changes: dict[str, Any], error: type[Exception], words: str
):
    made = house()
    with pytest.raises(error, match=words):
        await made.create(**changes)
    assert made.generator.orders == []
    assert await made.pipeline.jobs() == []


async def test_an_output_folder_that_cannot_be_written_is_refused(house: Make, tmp_path: Path):
    (tmp_path / "videos").write_text("a file in the way")
    with pytest.raises(ConfigurationError, match="cannot write to the output folder"):
        await house().create()


async def test_jobs_are_found_by_the_ends_of_their_ids(house: Make):
    made = house()
    first, second = await made.create(), await made.create()
    assert (await made.pipeline.find(second.id[-8:])).id == second.id
    assert [job.id for job in await made.pipeline.jobs(limit=5)] == [second.id, first.id]
    with pytest.raises(NotFoundError):
        await made.pipeline.find("ffff-nothing")
    with pytest.raises(InvalidRequestError, match="2 jobs fit"):
        await made.pipeline.find(first.id[:4])


async def test_an_estimate_costs_nothing_and_counts_the_affordable_attempts(house: Make):
    made = house()
    job = await made.create()
    priced = made.pipeline.estimate(job.request)
    assert priced.attempts == 3
    assert priced.clip_usd == Decimal("0.077")  # 3 s of 360p, and the tokens beside the video
    assert priced.clip_usd < priced.one_attempt_usd <= Decimal("0.20")
    assert priced.most_usd == priced.one_attempt_usd * 3
