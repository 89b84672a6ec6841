"""Polling that learns: from its own brackets only, and better than the back-off."""

from itertools import pairwise
from random import Random

import numpy as np
import pytest

from evals.polling_laws import (
    FURTHER,
    PROMISED,
    Draw,
    Floats,
    lognormal,
    measure,
    uniform,
    yardstick,
)
from tests.ledger.test_polling import OMNI
from video_agent.ledger import PollSchedule
from video_agent.ledger.latency_law import Bracket, since_last_change
from video_agent.ledger.poll_planning import PollPlan, learned_plan

assert OMNI.catalog_latency is not None
CATALOG = OMNI.catalog_latency
PHASES = (-0.2, -0.1, 0.0, 0.1, 0.2)


def live_through(latencies: Floats, *, seed: int) -> list[Bracket]:
    """The brackets that polls leave, planned anew after each tenth generation."""
    rng = Random(seed)  # noqa: S311 - jitter that can be repeated
    brackets, plan = list[Bracket](), None
    for number, latency in enumerate(latencies):
        if number % 10 == 0:
            plan = learned_plan(brackets, CATALOG)
        schedule = plan.draw(rng) if plan else PollSchedule.backoff()
        phase, lower = schedule.draw_phase(rng), 0.0
        while (upper := schedule.after(lower, phase)) < latency:
            lower = upper
        brackets.append(Bracket(lower, upper))
    return brackets


def times_of(schedule: PollSchedule, phase: float, longest: float) -> Floats:
    times = [schedule.after(0.0, phase)]
    while times[-1] < longest:
        times.append(schedule.after(times[-1], phase))
    return np.array(times)


def reached(plan: PollPlan | None, latencies: Floats) -> tuple[float, float]:
    """Mean delay and mean polls over the plan's two schedules and its jitter."""
    assert plan is not None
    delay = polls = 0.0
    for schedule, share in ((plan.dense, plan.dense_share), (plan.sparse, 1 - plan.dense_share)):
        for phase in PHASES:
            found = measure(times_of(schedule, phase, float(latencies[-1])), latencies)
            delay += share * found[0] / len(PHASES)
            polls += share * found[1] / len(PHASES)
    return delay, polls


def drawn(draw: Draw, count: int, seed: int) -> Floats:
    return draw(np.random.default_rng(seed), count)


@pytest.mark.parametrize("name", PROMISED)
def test_after_200_generations_the_delay_is_near_the_best_at_no_more_polls(name: str) -> None:
    draw, issue_share = PROMISED[name]
    known = yardstick(draw)
    assert known.best_delay / known.backoff_delay == pytest.approx(issue_share, abs=0.02)
    found = [
        reached(
            learned_plan(live_through(drawn(draw, 200, seed), seed=seed), CATALOG), known.latencies
        )
        for seed in range(4)
    ]
    delay, polls = np.mean(found, axis=0)
    assert delay <= 1.15 * known.best_delay
    assert polls <= known.backoff_polls


@pytest.mark.parametrize("draw", [uniform, *FURTHER.values()])
def test_laws_unlike_the_catalogs_are_learned_too(draw: Draw) -> None:
    known = yardstick(draw)
    plan = learned_plan(live_through(drawn(draw, 200, 3), seed=3), CATALOG)
    delay, polls = reached(plan, known.latencies)
    assert delay < known.backoff_delay
    assert polls <= 1.05 * known.backoff_polls


def test_with_too_few_observations_nothing_is_planned() -> None:
    assert learned_plan([], CATALOG) is None
    assert learned_plan([Bracket(30, 35)] * 7, CATALOG) is None
    assert learned_plan([Bracket(30, 35)] * 8, CATALOG) is not None


@pytest.mark.parametrize("median", [15.0, 90.0, 250.0])
def test_a_law_that_shifts_is_followed(median: float) -> None:
    before, after = lognormal(38, 0.4), lognormal(median, 0.4)
    past = np.concatenate([drawn(before, 200, 1), drawn(after, 60, 2)])
    brackets = live_through(past, seed=4)
    assert len(since_last_change(brackets)) <= 80
    known = yardstick(after)
    delay, _ = reached(learned_plan(brackets, CATALOG), known.latencies)
    assert delay <= 0.6 * known.backoff_delay


def test_a_law_that_stays_is_not_taken_for_a_change() -> None:
    for seed in range(4):
        brackets = live_through(drawn(lognormal(38, 0.5), 200, seed), seed=seed)
        assert len(since_last_change(brackets)) >= 180


def test_wide_brackets_prove_no_change() -> None:
    seen = [Bracket(30, 34)] * 50
    assert since_last_change([*seen, *[Bracket(0, 60)] * 30]) == [*seen, *[Bracket(0, 60)] * 30]
    assert len(since_last_change([*seen, *[Bracket(34, 60)] * 8])) == 8


@pytest.mark.parametrize("median", [3.0, 38.0, 400.0])
def test_no_generation_is_left_unasked_for_long(median: float) -> None:
    plan = learned_plan(live_through(drawn(lognormal(median, 0.3), 100, 5), seed=5), CATALOG)
    assert plan is not None
    for schedule in (plan.sparse, plan.dense):
        times = [0.0, *times_of(schedule, 0.0, 3000.0)]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        assert max(gaps) <= 180.0
        assert min(gaps) >= 1.0
        late = [gap for start, gap in zip(times, gaps, strict=False) if start > 2 * median]
        assert max(late) <= 30.0


def test_generations_of_one_moment_are_polled_at_different_times() -> None:
    plan = learned_plan(live_through(drawn(lognormal(38, 0.4), 100, 6), seed=6), CATALOG)
    assert plan is not None
    rng = Random(1)  # noqa: S311 - jitter that can be repeated
    schedules = [plan.draw(rng) for _ in range(100)]
    firsts = {schedule.after(0.0, schedule.draw_phase(rng)) for schedule in schedules}
    assert len(firsts) == 100
    assert max(firsts) - min(firsts) > 1.0
