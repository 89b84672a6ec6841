"""Tournament: several clips of one shot side by side, and the better of two goes on."""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.policies.contract import (
    Candidate,
    Compare,
    Comparison,
    Generate,
    LoopState,
    Step,
)
from video_agent.policies.selection import (
    best_of,
    can_pay,
    deliver,
    has_passed,
    how_many,
    of_tier,
    score_of,
)


@dataclass(frozen=True)
class Tournament:
    """Draws a round of final clips, compares them in pairs and goes on from the winner.

    A tie stays a tie: then the scores decide, and of equal ones the earlier clip stays. Only clips
    that passed, where there are any, compete.

    Args:
        candidates: How many clips a round has.
        patience: Stop after so many rounds without a new champion.
        name: What a request calls it.
    """

    candidates: int = 4
    patience: int = 1
    name: str = "tournament"

    def next_step(self, state: LoopState) -> Step:
        """The next comparison or round, or the end."""
        contenders = _contenders(state.candidates)
        champion, pair = _standing_champion(contenders, state.comparisons)
        if pair is not None and can_pay(state, state.compare_usd):
            return pair
        if champion is not None and has_passed(champion):
            return deliver_champion(state, champion)
        size = how_many(state, self.candidates, state.final_usd)
        if size == 0:
            return deliver(state, "attempts" if state.attempts_left == 0 else "budget")
        if champion is not None and self._is_stuck(state, champion):
            return deliver(state, "patience")
        return Generate(
            tier="final", count=size, base=champion.video_id if champion is not None else None
        )

    def _is_stuck(self, state: LoopState, champion: Candidate) -> bool:
        newest = max(item.attempt_number for item in state.candidates)
        return newest - champion.attempt_number >= self.patience * self.candidates


def champion_of(
    candidates: Sequence[Candidate], comparisons: Sequence[Comparison]
) -> Candidate | None:
    """The clip that the verdicts so far leave standing; a pair without one is left to the scores.

    None: no final clip was kept by the gate.
    """
    pairs = list(comparisons)
    while True:
        champion, pair = _standing_champion(_contenders(candidates), pairs)
        if pair is None:
            return champion
        pairs.append(Comparison(first=pair.first, second=pair.second, winner=None))


def deliver_champion(state: LoopState, champion: Candidate) -> Step:
    """The end with a champion that passed."""
    chosen = [item for item in state.candidates if item.video_id == champion.video_id]
    return deliver(state.model_copy(update={"candidates": tuple(chosen)}), "passed")


def _contenders(candidates: Sequence[Candidate]) -> list[Candidate]:
    sound = [item for item in of_tier(candidates, "final") if not item.gate_failed]
    return [item for item in sound if has_passed(item)] or sound


def _standing_champion(
    contenders: Sequence[Candidate], comparisons: Sequence[Comparison]
) -> tuple[Candidate | None, Compare | None]:
    """The champion by the verdicts so far, and the pair that still has to be compared, if any.

    The best by score opens: where scores are right it meets each challenger once.
    """
    champion = best_of(contenders)
    if champion is None:
        return None, None
    for challenger in contenders:
        if challenger.video_id == champion.video_id:
            continue
        verdict = _verdict(champion, challenger, comparisons)
        if verdict is None:
            return champion, Compare(first=champion.video_id, second=challenger.video_id)
        if _wins(challenger, champion, verdict):
            champion = challenger
    return champion, None


def _verdict(
    one: Candidate, other: Candidate, comparisons: Sequence[Comparison]
) -> Comparison | None:
    pair = {one.video_id, other.video_id}
    return next((item for item in comparisons if {item.first, item.second} == pair), None)


def _wins(challenger: Candidate, champion: Candidate, verdict: Comparison) -> bool:
    if verdict.winner is None:
        return score_of(challenger) > score_of(champion)
    return verdict.winner == challenger.video_id
