"""Refine: the defects of the best clip so far steer the next shot, until it passes."""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.policies.contract import Candidate, Edit, Generate, LoopState, Step, TierName
from video_agent.policies.selection import (
    best_of,
    can_pay,
    deliver,
    final_passed,
    has_passed,
    local_defect,
    of_tier,
    score_of,
    without_improvement,
)

MOST_MENDED = 0.15
"""What mending a defect of severity 1 adds to a score at most."""


@dataclass(frozen=True)
class Refine:
    """One clip after the other; each next shot answers the defects of the best one so far.

    A clip whose worst defect has a place in time is edited, once, where the model can. Rewording
    can lead away from what was asked, so that the person's own words stay a candidate: they are
    drawn when the first rewording made things worse (VISTA keeps them among its candidates too).

    Args:
        patience: Stop after so many clips in a row without a better score.
        own_words: Whether the person's own words are ever drawn again.
        margin: A clip that passed by less than this is kept, and bettered while patience lasts:
            of several clips the luckiest verdict is chosen, so that a bare pass is often none.
        name: What a request calls it.
    """

    patience: int = 2
    own_words: bool = True
    margin: float = 0.0
    name: str = "refine"

    def next_step(self, state: LoopState) -> Step:
        """The next final clip, or the end."""
        if final_passed(state, margin=self.margin):
            return deliver(state, "passed")
        if state.attempts_left == 0:
            return deliver(state, "attempts")
        if self.is_stuck(of_tier(state.candidates, "final")):
            return deliver(state, "patience")
        edit = edit_of(state, best_of(of_tier(state.candidates, "final")))
        if edit is not None:
            return edit
        if not can_pay(state, state.final_usd):
            return deliver(state, "budget")
        return self.redraw(state, "final")

    def is_stuck(self, made: Sequence[Candidate]) -> bool:
        """Whether the last clips did not improve on the best."""
        return without_improvement(made) >= self.patience

    def redraw(self, state: LoopState, tier: TierName) -> Generate:
        """A new shot after the best clip's defects, or once the person's own words again."""
        made = of_tier(state.candidates, tier)
        best = best_of(made) or best_of(state.candidates)
        return Generate(
            tier=tier,
            base=best.video_id if best is not None else None,
            original_prompt=self.own_words and _went_astray(made),
        )


def edit_of(state: LoopState, clip: Candidate | None) -> Edit | None:
    """The edit that mends a final clip's worst defect; None where none is due or payable.

    A clip is edited once, and what an edit made is not edited again: every pass costs sharpness.
    It is due only where the clip would pass without that defect: an edit costs as much as a new
    clip and often misses, so that anywhere else the new clip is the better buy.
    """
    if clip is None or clip.tier != "final" or clip.gate_failed or state.edit_usd is None:
        return None
    if has_passed(clip):
        return None
    finals = {item.video_id for item in of_tier(state.candidates, "final")}
    edited = any(item.made_from == clip.video_id for item in state.candidates)
    defect = local_defect(clip)
    if edited or clip.made_from in finals or defect is None or not can_pay(state, state.edit_usd):
        return None
    if score_of(clip) + MOST_MENDED * defect.severity < state.threshold:
        return None
    return Edit(video_id=clip.video_id, defect=defect)


def _went_astray(made: Sequence[Candidate]) -> bool:
    """Whether the first rewording made it worse, by more than the judge may be wrong."""
    if len(made) != 2:
        return False
    before, after = made
    floor = score_of(before) if before.lower is None else before.lower
    return score_of(after) < floor
