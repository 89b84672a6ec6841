"""The loop follows the job's policy: it searches with drafts, promotes, edits where it is local."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.planner.house import ScoresInTurn, build
from video_agent.models import Defect, Job, JobStatus, ProgressEvent, Shot, StopReason
from video_agent.quality import Assessment
from video_agent.testing import FakeLanguageModel, ScriptedModel, diligent
from video_agent.tools.context import Context
from video_agent.tools.enhance_prompt import enhance_prompt

if TYPE_CHECKING:
    from tests.planner.house import House

Make = Callable[..., "House"]
ASKED: dict[str, Any] = {"resolution": "720p"}
Results = list[tuple[str, dict[str, Any]]]


def made(job: Job) -> list[tuple[str, str]]:
    """Resolution and task of each attempt."""
    generations = [item.generation for item in job.attempts if item.generation is not None]
    return [(item.settings.resolution, item.settings.task) for item in generations]


def sizes(job: Job) -> list[str]:
    return [size for size, _ in made(job)]


def obedient(results: Results) -> Any:
    """A planner that takes every suggested step."""
    if results and isinstance(results[-1][1].get("next_step"), dict):
        step = results[-1][1]["next_step"]
        return step["tool"], step["arguments"]
    return diligent(results)


@pytest.mark.parametrize("planner", [diligent, obedient])
async def test_a_good_draft_is_promoted_with_its_own_prompt(house: Make, planner: Any):
    place = house(scores=[0.9, 0.92], model=ScriptedModel(policy=planner))
    job = await place.create(**ASKED)
    assert (job.status, job.best_attempt) == (JobStatus.SUCCEEDED, 2)
    assert sizes(job) == ["360p", "720p"]
    assert job.attempts[0].prompt == job.attempts[1].prompt


@pytest.mark.parametrize("planner", [diligent, obedient])
async def test_a_weak_draft_teaches_the_clip_that_is_made_as_requested(house: Make, planner: Any):
    place = house(scores=[0.6, 0.9], model=ScriptedModel(policy=planner))
    job = await place.create(**ASKED)
    assert sizes(job) == ["360p", "720p"]
    assert job.attempts[1].feedback == feedback_on(job, 1)
    assert job.passed


def feedback_on(job: Job, number: int) -> str:
    report = job.attempts[number - 1].report
    assert report is not None
    return report.feedback


async def test_a_promoted_clip_that_falls_back_is_refined_and_the_best_as_requested_delivered(
    house: Make,
):
    place = house(scores=[0.9, 0.6, 0.7, 0.65, 0.7], model=ScriptedModel(policy=obedient))
    job = await place.create(max_attempts=9, budget_usd=Decimal(9), **ASKED)
    assert sizes(job) == ["360p", "720p", "720p", "720p", "720p"]
    assert (job.status, job.stopped_because) == (JobStatus.STOPPED, StopReason.PATIENCE)
    assert job.best_attempt == 3  # though the draft scored more
    assert job.attempts[3].feedback == feedback_on(job, 3)  # the best teaches, not the last


async def test_a_rewording_that_made_it_worse_gives_way_to_the_persons_own_words(house: Make):
    place = house(scores=[0.7, 0.5, 0.9], model=ScriptedModel(policy=obedient))
    job = await place.create(policy="refine", **ASKED)
    assert job.attempts[2].prompt.startswith("A red boat. A single continuous shot")
    assert job.best_attempt == 3


@pytest.mark.parametrize(
    "limits",
    [
        {"resolution": "360p"},
        {"resolution": "720p", "max_attempts": 2},
        {"resolution": "720p", "budget_usd": Decimal("0.39")},
        {"resolution": "720p", "candidates": 2},
    ],
)
async def test_where_drafts_do_not_pay_every_clip_is_made_as_requested(
    house: Make, limits: dict[str, Any]
):
    place = house(scores=[0.9], model=ScriptedModel(policy=obedient))
    job = await place.create(**limits)
    assert set(sizes(job)) == {limits["resolution"]}
    assert job.passed


async def test_refine_by_name_makes_every_clip_as_requested(house: Make):
    place = house(scores=[0.6, 0.9], model=ScriptedModel(policy=obedient))
    job = await place.create(policy="refine", **ASKED)
    assert sizes(job) == ["720p", "720p"]
    assert job.passed


async def test_draft_then_promote_draws_its_drafts_side_by_side(house: Make):
    place = house(scores=[0.6, 0.85, 0.9], model=ScriptedModel(policy=takes_all))
    job = await place.create(policy="draft_then_promote", max_attempts=4, **ASKED)
    assert sizes(job) == ["360p", "360p", "720p"]
    assert job.attempts[2].prompt == job.attempts[1].prompt
    assert job.passed


async def test_a_tournament_draws_a_round_of_finals(house: Make):
    place = house(scores=[0.6, 0.9], model=ScriptedModel(policy=takes_all))
    job = await place.create(policy="tournament", max_attempts=4, budget_usd=Decimal(3), **ASKED)
    assert sizes(job) == ["720p"] * 4
    assert job.passed


def takes_all(results: Results) -> Any:
    """A planner that polls and judges every clip of a round before it goes on."""
    if not results or results[-1][0] in ("enhance_prompt", "poll_generation"):
        return diligent(results)
    asked = [result for name, result in results if name == "generate_video"][-1:]
    ordered = [item for result in asked for item in result.get("generation_ids", ())]
    since = len(results) - next(
        (n for n, (name, _) in enumerate(reversed(results)) if name == "generate_video"), 0
    )
    polled = sum(name == "poll_generation" for name, _ in results[since:])
    if polled < len(ordered):
        return "poll_generation", {"generation_id": ordered[polled]}
    return obedient(results)


def always(tier: str) -> Callable[[Results], Any]:
    """A planner with a mind of its own about the tier."""

    def step(results: Results) -> Any:
        found = diligent(results)
        if isinstance(found, tuple) and found[0] == "generate_video":
            return found[0], {**found[1], "tier": tier}
        return found

    return step


async def test_a_planner_may_skip_the_drafts(house: Make):
    place = house(scores=[0.6, 0.9], model=ScriptedModel(policy=always("final")))
    job = await place.create(**ASKED)
    assert sizes(job) == ["720p", "720p"]
    assert job.passed


async def test_a_planner_that_only_wants_drafts_cannot_use_up_what_the_final_needs(house: Make):
    place = house(scores=[0.5, 0.6, 0.9], model=ScriptedModel(policy=always("draft")))
    job = await place.create(**ASKED)
    assert sizes(job)[:2] == ["360p", "360p"]
    assert sizes(job).count("360p") == 2


async def test_a_planner_that_stops_at_a_good_draft_gets_it_promoted(house: Make):
    def lazy(results: Results) -> Any:
        return diligent(results) if len(results) < 4 else "good enough"

    place = house(scores=[0.9, 0.9], model=ScriptedModel(policy=lazy))
    job = await place.create(**ASKED)
    assert sizes(job) == ["360p", "720p"]
    assert (job.status, job.best_attempt) == (JobStatus.SUCCEEDED, 2)


async def test_what_comes_next_is_told_to_planner_and_person(house: Make):
    place = house(scores=[0.9, 0.92], model=ScriptedModel(policy=obedient))
    await place.create(**ASKED)
    said = [event.message for event in place.events if event.kind == "decision"]
    assert said[0].startswith("the draft of attempt 1 passed; now as requested (best 0.90")


class WithALocalFlaw(ScoresInTurn):
    """An assessor to whom every clip that falls short has one defect, and knows where."""

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **more: object
    ) -> Assessment:
        made = await super().assess(video_path, video_id=video_id, threshold=threshold, **more)
        if made.report.passed:
            return made
        flaw = Defect(
            kind="extra hand",
            description="a third hand appears",
            start_seconds=1.0,
            end_seconds=2.0,
            severity=0.9,
        )
        return replace(made, report=made.report.model_copy(update={"defects": (flaw,)}))


def flawed(house: Make, scores: list[float | None], planner: Any = obedient) -> "House":
    place, model = house(), ScriptedModel(policy=planner)
    return build(place.generator, WithALocalFlaw(scores), place.services, model)


@pytest.mark.parametrize("policy", ["economical", "refine"])
async def test_a_local_defect_is_edited_instead_of_drawing_a_new_clip(house: Make, policy: str):
    searched: list[float | None] = [0.6] if policy == "economical" else []
    place = flawed(house, [*searched, 0.75, 0.9])
    job = await place.create(policy=policy, **ASKED)
    assert made(job)[-2:] == [("720p", "text_to_video"), ("720p", "edit")]
    source, edited = job.attempts[-2:]
    assert edited.prompt == (
        "Remove the extra hand from 1.0 s to 2.0 s (a third hand appears). "
        "Keep everything else the same."
    )
    order = place.generator.orders[-1]
    assert order.inputs.source is not None
    assert source.generation is not None
    assert order.inputs.source.generation_id == source.generation.id
    assert order.settings.source_seconds == pytest.approx(3.0, abs=0.1)
    assert (job.passed, job.best_attempt) == (True, edited.number)


async def test_a_clip_of_another_job_cannot_be_edited_inside_this_one(house: Make):
    first = await house(scores=[0.9]).create()
    assert first.best is not None
    assert first.best.video is not None
    stranger = first.best.video.id

    def greedy(results: Results) -> Any:
        step = diligent(results)
        if isinstance(step, tuple) and step[0] == "generate_video":
            return step[0], {**step[1], "edits": stranger}
        return step

    place = house(scores=[0.9], model=ScriptedModel(policy=greedy))
    job = await place.create()
    assert (job.attempts, job.cost_usd < Decimal("0.01")) == ((), True)


async def test_an_enhancer_that_embellishes_is_corrected_and_that_is_told(house: Make):
    place = house(scores=[0.9])
    job = await place.create()
    told: list[ProgressEvent] = []

    async def hear(event: ProgressEvent) -> None:
        told.append(event)

    shot = Shot(subject="a green submarine", audio="Ambient noise: waves. A voice-over explains it")
    enhancer = FakeLanguageModel({Shot: [shot]})
    services = replace(place.services, language_model=enhancer)
    context = Context(job_id=job.id, request=job.request, services=services, sink=hear)
    answer = await enhance_prompt.function(context, prompt="a red boat")
    assert answer.prompt.startswith("A red boat.")
    assert "Ambient noise: waves." in answer.prompt
    assert "explains" not in answer.prompt
    assert [event.kind for event in told if "corrected" in event.message] == ["warning"] * 2
