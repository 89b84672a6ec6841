"""Whatever clips turn out like, a policy obeys budget and attempts, ends, and delivers the best."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_agent.models import Defect
from video_agent.policies import (
    POLICY_NAMES,
    Candidate,
    Compare,
    Comparison,
    Deliver,
    Edit,
    Generate,
    LoopState,
    Promote,
    Step,
    policy,
)

MOST_STEPS = 400


@st.composite
def starts(draw: st.DrawFn) -> LoopState:
    final = draw(st.decimals("0.05", "1.00", places=3))
    return LoopState(
        threshold=draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
        attempts_left=draw(st.integers(0, 12)),
        budget_left_usd=draw(st.none() | st.decimals("0", "6", places=3)),
        draft_usd=final * draw(st.sampled_from([Decimal("0.2"), Decimal("0.59"), Decimal(1)])),
        final_usd=final,
        edit_usd=draw(st.none() | st.decimals("0.01", "1.2", places=3)),
        compare_usd=draw(st.sampled_from([Decimal(0), Decimal("0.024")])),
    )


class World:
    """Draws what each step gives, books its price and checks the limits."""

    def __init__(self, state: LoopState, data: st.DataObject) -> None:
        self.state, self._data = state, data

    def take(self, step: Step) -> None:
        if isinstance(step, Compare):
            self._compare(step)
            return
        assert not isinstance(step, Deliver)
        count = step.count if isinstance(step, Generate) else 1
        self._pay(self._price(step) * count, attempts=count)
        self.state = self.state.model_copy(update={"rounds": self.state.rounds + 1})
        for _ in range(count):
            self._add(step)

    def _price(self, step: Generate | Edit | Promote) -> Decimal:
        if isinstance(step, Edit):
            assert self.state.edit_usd is not None
            return self.state.edit_usd
        draft = isinstance(step, Generate) and step.tier == "draft"
        return self.state.draft_usd if draft else self.state.final_usd

    def _pay(self, usd: Decimal, *, attempts: int) -> None:
        left = self.state.budget_left_usd
        assert left is None or usd <= left
        assert attempts <= self.state.attempts_left
        changes = {
            "attempts_left": self.state.attempts_left - attempts,
            "budget_left_usd": None if left is None else left - usd,
        }
        self.state = self.state.model_copy(update=changes)

    def _compare(self, step: Compare) -> None:
        self._pay(self.state.compare_usd, attempts=0)
        known = {item.video_id for item in self.state.candidates}
        assert {step.first, step.second} <= known
        winner = self._data.draw(st.sampled_from([step.first, step.second, None]))
        made = Comparison(first=step.first, second=step.second, winner=winner)
        comparisons = (*self.state.comparisons, made)
        self.state = self.state.model_copy(update={"comparisons": comparisons})

    def _add(self, step: Generate | Edit | Promote) -> None:
        if self._data.draw(st.integers(0, 9)) == 0:
            return  # blocked by the service: an attempt without a clip
        number = len(self.state.candidates) + 1
        score = self._data.draw(st.none() | st.sampled_from([0.0, 0.4, 0.6, 0.79, 0.8, 0.95, 1.0]))
        span = self._data.draw(st.sampled_from([(None, None), (1.0, 2.0)]))
        clip = Candidate(
            video_id=f"v{number}",
            attempt_number=number,
            tier=step.tier if isinstance(step, Generate) else "final",
            prompt="a red boat",
            score=score,
            passed=score is not None and score >= self.state.threshold,
            gate_failed=self._data.draw(st.booleans()),
            defects=(
                Defect(kind="jump", description="", start_seconds=span[0], end_seconds=span[1]),
            ),
            made_from=None if isinstance(step, Generate) else step.video_id,
        )
        candidates = (*self.state.candidates, clip)
        self.state = self.state.model_copy(update={"candidates": candidates})


@pytest.mark.parametrize("name", POLICY_NAMES)
@settings(max_examples=60, deadline=None)
@given(start=starts(), data=st.data())
def test_it_never_overspends_always_ends_and_delivers_the_best_clip_that_passed(
    name: str, start: LoopState, data: st.DataObject
) -> None:
    world, loop = World(start, data), policy(name)
    for _ in range(MOST_STEPS):
        step = loop.next_step(world.state)
        assert step == loop.next_step(world.state)  # pure
        if isinstance(step, Deliver):
            break
        world.take(step)
    else:
        raise AssertionError("it did not end")
    check_delivery(step, world.state, by_score=name != "tournament")


def check_delivery(step: Deliver, state: LoopState, *, by_score: bool) -> None:
    clips = {item.video_id: item for item in state.candidates}
    good = [item for item in clips.values() if item.passed and not item.gate_failed]
    finals = [item for item in good if item.tier == "final"]
    if not clips:
        assert step.because == "nothing"
        assert step.video_id is None
        return
    assert step.video_id is not None
    delivered = clips[step.video_id]
    assert (step.because == "passed") == bool(finals)
    if finals:
        assert delivered in finals
        best = max(item.score or 0.0 for item in finals)
        assert not by_score or delivered.score == best
    if any(not item.gate_failed for item in clips.values()):
        assert not delivered.gate_failed
