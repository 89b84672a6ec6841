"""What each policy does in the situations it is made for."""

from decimal import Decimal
from typing import Any

import pytest

from video_agent.errors import InvalidRequestError
from video_agent.models import Defect
from video_agent.policies import (
    Candidate,
    Compare,
    Comparison,
    Deliver,
    Edit,
    Generate,
    LoopState,
    Promote,
    policy,
)

HAND = Defect(
    kind="extra hand", description="a third hand", start_seconds=1, end_seconds=2, severity=0.9
)


def clip(number: int, score: float | None, *, tier: Any = "final", **more: Any) -> Candidate:
    passed = score is not None and score >= 0.8
    fields: dict[str, Any] = {"prompt": f"prompt {number}", "passed": passed, **more}
    return Candidate(video_id=f"v{number}", attempt_number=number, tier=tier, score=score, **fields)


def state(*clips: Candidate, **changes: Any) -> LoopState:
    fields: dict[str, Any] = {
        "threshold": 0.8,
        "attempts_left": 6 - len(clips),
        "budget_left_usd": Decimal(9),
        "draft_usd": Decimal("0.20"),
        "final_usd": Decimal("0.48"),
        "edit_usd": Decimal("0.53"),
        "candidates": clips,
    }
    return LoopState(**fields | changes)


def test_the_default_begins_with_a_draft_only_where_it_is_clearly_cheaper_and_affordable():
    default = policy("economical")
    assert default.next_step(state()) == Generate(tier="draft")
    final = Generate(tier="final")
    assert default.next_step(state(draft_usd=Decimal("0.3"))) == final
    assert default.next_step(state(attempts_left=2)) == final
    assert default.next_step(state(budget_left_usd=Decimal("0.67"))) == final


def test_a_flawless_draft_is_promoted_and_a_final_that_passed_ends_the_job():
    default, draft = policy("economical"), clip(1, 0.9, tier="draft")
    assert default.next_step(state(draft)) == Promote(video_id="v1")
    passed = clip(2, 0.85, made_from="v1")
    assert default.next_step(state(draft, passed)) == Deliver(video_id="v2", because="passed")


def test_draft_then_promote_repairs_a_promotion_that_fell_back_once():
    loop, draft = policy("draft_then_promote"), clip(1, 0.9, tier="draft")
    fallen = clip(2, 0.6, made_from="v1")
    assert loop.next_step(state(draft, fallen)) == Generate(tier="final", base="v2")
    end = loop.next_step(state(draft, fallen, clip(3, 0.7)))
    assert end == Deliver(video_id="v3", because="patience")


def test_refining_goes_on_from_the_best_clip_so_far_not_from_the_last():
    step = policy("refine").next_step(state(clip(1, 0.5), clip(2, 0.7), clip(3, 0.6)))
    assert step == Generate(tier="final", base="v2")


def test_the_persons_own_words_are_drawn_when_the_first_rewording_made_it_worse():
    step = policy("refine").next_step(state(clip(1, 0.7), clip(2, 0.5)))
    assert step == Generate(tier="final", base="v1", original_prompt=True)


@pytest.mark.parametrize(
    ("defect", "edited"),
    [
        (HAND, True),
        (HAND.model_copy(update={"start_seconds": None}), False),
        (HAND.model_copy(update={"origin": "signal"}), False),
        (HAND.model_copy(update={"kind": "flicker"}), False),
    ],
)
def test_only_a_defect_with_a_place_that_an_edit_can_mend_is_edited(defect: Defect, edited: bool):
    near = clip(1, 0.75, defects=(defect,))
    step = policy("refine").next_step(state(near))
    assert step == (
        Edit(video_id="v1", defect=defect) if edited else Generate(tier="final", base="v1")
    )
    assert isinstance(policy("refine").next_step(state(near, edit_usd=None)), Generate)


def test_in_a_tournament_a_tie_is_a_tie_and_the_scores_decide():
    loop, one, two = policy("tournament"), clip(1, 0.9), clip(2, 0.85)
    assert loop.next_step(state(one, two)) == Compare(first="v1", second="v2")
    for winner, delivered in (("v2", "v2"), ("v1", "v1"), (None, "v1")):
        verdict = Comparison(first="v1", second="v2", winner=winner)
        step = loop.next_step(state(one, two, comparisons=(verdict,)))
        assert step == Deliver(video_id=delivered, because="passed")


def test_what_a_gate_rejected_is_delivered_only_for_want_of_anything_else():
    broken = clip(1, 0.95, gate_failed=True)
    end = policy("refine").next_step(state(broken, attempts_left=0))
    assert end == Deliver(video_id="v1", because="attempts")
    draft = clip(2, 0.3, tier="draft")
    end = policy("refine").next_step(state(broken, draft, attempts_left=0))
    assert end == Deliver(video_id="v2", because="attempts")


def test_an_unknown_policy_is_refused_with_the_names_there_are():
    with pytest.raises(InvalidRequestError, match="greedy"):
        policy("greedy")
