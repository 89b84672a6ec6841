"""The policies to compare with: one shot, best of N, regenerate until passed."""

from dataclasses import dataclass

from video_agent.policies import Candidate, Deliver, Generate, LoopState, Promote, Step


@dataclass(frozen=True)
class OneShot:
    """One final clip, delivered whatever it is: what a script does."""

    name: str = "one shot"

    def next_step(self, state: LoopState) -> Step:
        """Draw it, deliver it."""
        return deliver_best(state) if state.candidates else Generate(tier="final")


@dataclass(frozen=True)
class BestOf:
    """N final clips of one prompt; the one with the best score is delivered."""

    count: int = 8
    name: str = "best of 8"

    def next_step(self, state: LoopState) -> Step:
        """Draw all, deliver the best."""
        if state.candidates:
            return deliver_best(state)
        return Generate(tier="final", count=min(self.count, state.attempts_left))


@dataclass(frozen=True)
class Regenerate:
    """The same prompt at the final tier until a clip passes, or the attempts are spent."""

    name: str = "regenerate until passed"

    def next_step(self, state: LoopState) -> Step:
        """Draw again unless the last one passed."""
        if state.attempts_left == 0 or any(item.passed for item in state.candidates):
            return deliver_best(state)
        if not state.candidates:
            return Generate(tier="final")
        return Promote(video_id=state.candidates[0].video_id)  # its prompt once more, unchanged


def score_of(candidate: Candidate) -> float:
    """What the judge said; what the gate rejected or nobody judged comes last."""
    return -1.0 if candidate.gate_failed or candidate.score is None else candidate.score


def deliver_best(state: LoopState) -> Deliver:
    """Deliver the clip with the best score, as passed if it did."""
    return deliver(max(state.candidates, key=score_of))


def deliver(chosen: Candidate) -> Deliver:
    """Deliver one clip, as passed if it did."""
    passed = chosen.passed and not chosen.gate_failed
    return Deliver(video_id=chosen.video_id, because="passed" if passed else "attempts")
