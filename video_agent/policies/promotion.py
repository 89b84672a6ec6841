"""Draft then promote: search where clips are cheap, then make the winner once as requested."""

from dataclasses import dataclass, field
from decimal import Decimal

from video_agent.policies.contract import Candidate, Generate, LoopState, Promote, Step
from video_agent.policies.refine import Refine, edit_of
from video_agent.policies.selection import (
    best_of,
    can_pay,
    deliver,
    draft_pays,
    final_passed,
    has_passed,
    how_many,
    of_tier,
)

LEAST_ATTEMPTS = 3
"""Fewer attempts leave no room for a draft beside a final and its repair."""
BARGAIN_BELOW = Decimal("0.3")
"""A second draft is due where one costs less than this share of a final."""


@dataclass(frozen=True)
class DraftThenPromote:
    """Several drafts of one shot side by side; the best one's prompt once more at the final tier.

    The promoted clip is checked against its draft: where it does not pass, one repair at most.
    Where a draft is not clearly cheaper, or the limits leave no room for one beside a final, it is
    plain refining at the final tier.

    Args:
        drafts: How many drafts are drawn.
        repairs: How many repairs a promoted clip gets.
        name: What a request calls it.
    """

    drafts: int = 2
    repairs: int = 1
    name: str = "draft_then_promote"

    def next_step(self, state: LoopState) -> Step:
        """The next draft, the promotion, its repair, or the end."""
        drafts = of_tier(state.candidates, "draft")
        if not drafts and (of_tier(state.candidates, "final") or not room_for_drafts(state)):
            return Refine().next_step(state)
        if not drafts:
            kept = min(1 + self.repairs, state.attempts_left - 1)  # the promotion and its repair
            share = state.model_copy(update={"attempts_left": state.attempts_left - kept})
            if share.budget_left_usd is not None:
                left = share.budget_left_usd - state.final_usd
                share = share.model_copy(update={"budget_left_usd": left})
            return Generate(tier="draft", count=how_many(share, self.drafts, state.draft_usd))
        return finish(state, repairs=self.repairs)


@dataclass(frozen=True)
class EconomicalLoop:
    """The default: a draft or two show what the prompt lacks, then it is refined as requested.

    A draft's luck is not carried over (a model without seeds draws anew), what it taught is: the
    first final clip is made from the notes on the best draft, or is a promotion of a draft in which
    nothing was wrong. More drafts, promoting a draft that merely passed, and an end after one
    repair were all dearer or worse in the world simulator (docs/simulator.md). Where a draft is not
    clearly cheaper, or the limits leave no room for one beside a final, it is plain refining.

    Args:
        most_drafts: How many drafts at most; one where a draft is not a bargain, and never more
            than a third of the job's attempts.
        refine: How final clips are searched.
        name: What a request calls it.
    """

    most_drafts: int = 2
    refine: Refine = field(default_factory=Refine)
    name: str = "economical"

    def next_step(self, state: LoopState) -> Step:
        """The next draft, its promotion, the next final clip, or the end."""
        drafts, finals = of_tier(state.candidates, "draft"), of_tier(state.candidates, "final")
        if finals:
            return self.refine.next_step(state)
        if self._drafts_on(state, drafts):
            return self.refine.redraw(state, "draft")
        best = best_of(drafts)
        flawless = best is not None and has_passed(best) and not best.defects
        if best is not None and flawless and fits_final(state):
            return Promote(video_id=best.video_id)
        return self.refine.next_step(state)

    def _drafts_on(self, state: LoopState, drafts: list[Candidate]) -> bool:
        """Whether another draft is due and leaves enough for a final clip."""
        if not drafts:
            return room_for_drafts(state)
        bargain = state.draft_usd < BARGAIN_BELOW * state.final_usd
        share = (state.attempts_left + len(drafts)) // LEAST_ATTEMPTS
        most = min(self.most_drafts if bargain else 1, share)
        passed = any(has_passed(item) for item in drafts)
        return not passed and len(drafts) < most and fits_draft_and_final(state)


def room_for_drafts(state: LoopState) -> bool:
    """Whether a search with drafts may begin: cheaper, with attempts and money for a final too."""
    enough = state.attempts_left >= LEAST_ATTEMPTS
    return enough and draft_pays(state) and fits_draft_and_final(state)


def fits_final(state: LoopState) -> bool:
    """Whether an attempt and the money for a final clip are left."""
    return state.attempts_left > 0 and can_pay(state, state.final_usd)


def fits_draft_and_final(state: LoopState) -> bool:
    """Whether a draft leaves the attempt and the money that a final needs."""
    kept = state.final_usd
    return state.attempts_left >= 2 and can_pay(state, state.draft_usd, keeping_usd=kept)


def finish(state: LoopState, *, repairs: int) -> Step:
    """Promote the best draft, repair what a promotion spoiled, deliver."""
    finals = of_tier(state.candidates, "final")
    if final_passed(state) or state.attempts_left == 0:
        return deliver(state, "attempts")
    if len(finals) > repairs:
        return deliver(state, "patience")
    edit = edit_of(state, best_of(finals))
    if edit is not None:
        return edit
    if not can_pay(state, state.final_usd):
        return deliver(state, "budget")
    best = best_of(of_tier(state.candidates, "draft"))
    if finals or best is None or best.gate_failed:
        shown = best_of(finals) or best
        return Generate(tier="final", base=shown.video_id if shown is not None else None)
    return Promote(video_id=best.video_id)
