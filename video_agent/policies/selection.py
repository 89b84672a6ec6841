"""Choosing among clips: always among all so far, by what they score against the original prompt."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from video_agent.models import Defect
from video_agent.policies.contract import Candidate, Deliver, DeliverReason, LoopState, TierName

DRAFT_PAYS_BELOW = Decimal("0.6")
"""A draft tier exists where a draft costs less than this share of a final."""


def score_of(candidate: Candidate | None) -> float:
    """A clip's score; -1 for no clip and for one that nobody could judge."""
    return -1.0 if candidate is None or candidate.score is None else candidate.score


def has_passed(candidate: Candidate) -> bool:
    """Whether a clip passed; what a gate rejected has not, whatever its report says."""
    return candidate.passed and not candidate.gate_failed


def of_tier(candidates: Iterable[Candidate], tier: TierName) -> list[Candidate]:
    """The clips of one tier."""
    return [item for item in candidates if item.tier == tier]


def best_of(candidates: Iterable[Candidate]) -> Candidate | None:
    """The best clip: passed before not, not rejected by a gate before rejected, then by score.

    Among equals the earlier one.
    """

    def rank(item: Candidate) -> tuple[bool, bool, float, int]:
        return has_passed(item), not item.gate_failed, score_of(item), -item.attempt_number

    return max(candidates, key=rank, default=None)


def to_deliver(candidates: Sequence[Candidate]) -> Candidate | None:
    """The clip to hand over: the best at the requested tier when such exists, else the best draft.

    A final clip that a gate rejected gives way to any that none did.
    """
    sound = [item for item in candidates if not item.gate_failed]
    finals = of_tier(sound, "final")
    return best_of(finals) or best_of(sound) or best_of(candidates)


def deliver(state: LoopState, because: DeliverReason) -> Deliver:
    """The end, with the best clip so far; `passed` is said only of a final clip that did."""
    chosen = to_deliver(state.candidates)
    if chosen is None:
        return Deliver(video_id=None, because="nothing")
    if chosen.tier == "final" and has_passed(chosen):
        because = "passed"
    return Deliver(video_id=chosen.video_id, because=because)


def final_passed(state: LoopState, *, margin: float = 0.0) -> bool:
    """Whether a clip at the requested tier passed, and by no less than `margin`."""
    passed = filter(has_passed, of_tier(state.candidates, "final"))
    return any(margin == 0 or score_of(item) >= state.threshold + margin for item in passed)


def can_pay(state: LoopState, price_usd: Decimal, *, keeping_usd: Decimal = Decimal(0)) -> bool:
    """Whether the budget covers a price and what is to be kept for later."""
    left = state.budget_left_usd
    return left is None or price_usd + keeping_usd <= left


def how_many(state: LoopState, wanted: int, price_usd: Decimal) -> int:
    """How many of `wanted` generations attempts and budget allow; 0: none."""
    payable = wanted
    if state.budget_left_usd is not None and price_usd > 0:
        payable = int(max(Decimal(0), state.budget_left_usd) // price_usd)
    return max(0, min(wanted, state.attempts_left, payable))


def draft_pays(state: LoopState) -> bool:
    """Whether searching at the draft tier is clearly cheaper than at the final one."""
    return state.draft_usd < DRAFT_PAYS_BELOW * state.final_usd


def without_improvement(candidates: Sequence[Candidate]) -> int:
    """How many of the latest clips did not beat the best before them; 0 while none is judged."""
    best, stale = -1.0, 0
    for item in candidates:
        score = -1.0 if item.gate_failed else score_of(item)
        best, stale = (score, 0) if score > best else (best, stale + 1)
    return stale if best >= 0 else 0


_OF_THE_RENDERING = re.compile(
    r"flicker|nois[ey]|grain|block|band|posteri|blur|soft|sharp|compress|exposure|jitter|judder"
    r"|stutter|frozen|freez",
    re.IGNORECASE,
)


def local_defect(candidate: Candidate) -> Defect | None:
    """The worst defect, if it has a place in time and an edit can mend it.

    None where the worst one is everywhere: mending a lesser one would not make the clip pass. None
    too where it lies in how the clip was rendered (what signals measure: flicker, noise, blocks):
    an edit keeps the footage, and those with it.
    """
    worst = max(candidate.defects, key=lambda item: item.severity, default=None)
    if worst is None or worst.start_seconds is None or worst.end_seconds is None:
        return None
    if worst.origin != "judge" or _OF_THE_RENDERING.search(worst.kind):
        return None
    return worst
