"""The world simulator: what is true stays hidden, luck is shared, and the books are right."""

import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from evals.simulator.baselines import BestOf, OneShot, Regenerate
from evals.simulator.entrants import Entrant, entrants
from evals.simulator.papers import VistaLike
from evals.simulator.parameters import (
    THRESHOLD,
    World,
    changed,
    drawn,
    file_digest,
    nominal,
    parameters,
)
from evals.simulator.play import BrokenContractError, Job, Limits, Outcome
from evals.simulator.plot import quality_against_dollars
from evals.simulator.prices import Prices, catalog_prices
from evals.simulator.results import Statistics, dollars_per_accepted, run
from evals.simulator.sets import JobSet, job_set
from evals.simulator.truth import ClipTruth, JobTruth
from video_agent.models import VideoRequest
from video_agent.policies import Deliver, Generate, LoopPolicy, LoopState, Promote, Step

PRICES: Prices = catalog_prices("720p")
FAST = [one for one in entrants() if one.name != "VISTA-like"]


class Watched:
    """A policy, and every state and step of it."""

    def __init__(self, inner: LoopPolicy) -> None:
        self.inner = inner
        self.seen: list[tuple[LoopState, Step]] = []

    @property
    def name(self) -> str:
        return self.inner.name

    def next_step(self, state: LoopState) -> Step:
        step = self.inner.next_step(state)
        self.seen.append((state, step))
        return step


def job(world: World, number: int, attempts: int = 8) -> Job:
    return Job(world, PRICES, Limits(attempts), seed=3, number=number)


def types_in(annotation: object) -> Iterator[type]:
    """Every class that a value of this type may hold."""
    arguments = typing.get_args(annotation)
    for inner in arguments:
        yield from types_in(inner)
    if isinstance(annotation, type) and not arguments:
        yield annotation
        if issubclass(annotation, BaseModel):
            for field in annotation.model_fields.values():
                yield from types_in(field.annotation)


def test_what_a_policy_is_shown_has_no_room_for_the_truth() -> None:
    shown = set(types_in(LoopState))
    assert len(shown) > 5
    assert not [one for one in shown if one.__module__.startswith("evals")]
    assert all(one.model_config.get("extra") == "forbid" for one in shown if _is_model(one))
    names = {
        name
        for one in shown
        if issubclass(one, BaseModel)
        for name in one.model_fields
    }  # fmt: skip
    hidden = {*ClipTruth.__slots__, *JobTruth.__slots__} - {"draft", "gated", "defects"}
    assert not names & hidden


def _is_model(one: type) -> bool:
    return issubclass(one, BaseModel)


@pytest.mark.parametrize("entrant", FAST, ids=lambda one: one.name)
def test_policies_decide_the_same_when_only_the_truth_is_another(entrant: Entrant) -> None:
    """All is truly worse and the judge flatters by as much: nobody can tell."""
    good = changed(nominal(), quality_one_shot_yield=0.1)
    bad = changed(nominal(), quality_one_shot_yield=0.02)
    gap = good.mean_quality - bad.mean_quality
    bad = changed(bad, judge_optimism=gap)
    played = [[watched(entrant, world, number) for number in range(40)] for world in (good, bad)]
    for (outcome, decided), (other, also) in zip(*played, strict=True):
        assert decided == also
        assert outcome.dollars == other.dollars
    means = [sum(one.quality for one, _ in rows) / 40 for rows in played]
    assert means[0] - means[1] == pytest.approx(gap, abs=0.02)


def watched(entrant: Entrant, world: World, number: int) -> tuple[Outcome, list[object]]:
    """How a job ended, and its steps without the judge's words."""
    policy = Watched(entrant.make())
    outcome = job(world, number, entrant.attempts).play(policy)
    return outcome, [step.model_dump(exclude={"defect"}) for _, step in policy.seen]


def test_every_parameter_has_a_source_and_the_file_is_named_by_its_digest() -> None:
    assert all(len(one.source) > 6 for one in parameters().values())
    assert set(parameters()) == set(World.__dataclass_fields__)
    page = Path(__file__).parents[2] / "docs" / "simulator.md"
    assert file_digest() in page.read_text(encoding="utf-8")
    assert VideoRequest(prompt="a boat").quality_threshold == THRESHOLD


def test_the_yield_of_single_shots_is_what_the_parameter_says() -> None:
    for wanted in (0.2, 0.42, 0.7):
        world = changed(nominal(), quality_one_shot_yield=wanted)
        good = [job(world, number, 1).play(OneShot()).quality >= 0.8 for number in range(1_500)]
        assert sum(good) / 1_500 == pytest.approx(wanted, abs=0.04)


def test_tuning_and_held_out_sets_share_neither_worlds_nor_seeds() -> None:
    tuning, held = job_set("tuning", 3_000), job_set("held-out", 3_000)
    assert not set(tuning.worlds) & set(held.worlds)
    seeds = [{one.seed + place for place in range(len(one.worlds))} for one in (tuning, held)]
    assert not seeds[0] & seeds[1]
    assert held.size >= 2_000


def test_the_same_seed_plays_the_same_and_policies_share_their_luck() -> None:
    world = drawn(5)
    first = [job(world, number).play(BestOf(8)) for number in range(20)]
    assert first == [job(world, number).play(BestOf(8)) for number in range(20)]
    for number, eight in enumerate(first):
        policy = Watched(BestOf(2))
        job(world, number).play(policy)
        both = policy.seen[-1][0].candidates
        wide = Watched(BestOf(8))
        job(world, number).play(wide)
        assert wide.seen[-1][0].candidates[:2] == both
        assert eight.videos == 8


def test_each_step_is_paid_at_the_catalogs_prices() -> None:
    one = job(nominal(), 1).play(OneShot())
    each = float(PRICES.final_usd + PRICES.enhance_usd)
    assert one.dollars == pytest.approx(each + one.judgements * float(PRICES.judge_usd))
    assert PRICES.draft_usd < PRICES.final_usd


def test_perfect_judges_accept_what_they_pass_and_are_never_over_optimistic() -> None:
    still = {"judge_prompt_sd": 0.0, "judge_clip_sd": 0.0, "judge_call_sd": 0.0}
    world = changed(nominal(), **still)
    for number in range(200):
        outcome = job(world, number, 20).play(Regenerate())
        assert outcome.accepted == outcome.passed
        assert outcome.gated or outcome.score == pytest.approx(outcome.quality)


def test_clips_that_the_gate_rejects_cost_no_judge_and_are_never_accepted() -> None:
    world = changed(nominal(), quality_gate_failure_share=0.9999)
    for entrant in FAST:
        outcome = job(world, 0, entrant.attempts).play(entrant.make())
        assert outcome.judgements == 0
        assert not outcome.passed


class Greedy:
    """Asks for what it may not have."""

    name = "greedy"

    def __init__(self, step: Step) -> None:
        self.step = step

    def next_step(self, state: LoopState) -> Step:
        return self.step if state.candidates else Generate(tier="final")


@pytest.mark.parametrize(
    "step",
    [
        Generate(tier="final", count=9),
        Promote(video_id="video 7"),
        Deliver(video_id="video 7", because="patience"),
    ],
)
def test_a_policy_that_breaks_its_contract_is_refused(step: Step) -> None:
    with pytest.raises(BrokenContractError):
        job(nominal(), 0).play(Greedy(step))


def test_a_tournament_of_the_paper_ends_with_one_of_its_clips() -> None:
    world = nominal()
    for number in range(5):
        outcome = job(world, number, 60).play(VistaLike(rounds=2))
        assert outcome.videos == 60
        assert outcome.comparisons >= 50


def test_intervals_hold_the_value_and_a_ratio_to_itself_is_one() -> None:
    jobs = JobSet("test", 1, (nominal(), drawn(1)), 150)
    results, statistics = run(FAST[0], jobs, PRICES), Statistics(2, 150)
    figure = statistics.figure(dollars_per_accepted, results)
    assert figure.low < figure.value < figure.high
    ratio = statistics.ratio(dollars_per_accepted, results, results)
    assert (ratio.low, ratio.value, ratio.high) == (1, 1, 1)
    other = replace(results, entrant=replace(FAST[0], name="again"))
    assert statistics.ratio(dollars_per_accepted, other, results).high == 1


def test_the_plot_is_an_svg_with_a_line_for_each_policy() -> None:
    drawing = quality_against_dollars(
        {"a <b>": [(1.0, 0.7), (2.0, 0.8)], "c": [(9, 0.9)]}, title="t"
    )
    assert drawing.startswith("<svg")
    assert drawing.count("<polyline") == 2
    assert "a &lt;b&gt;" in drawing
