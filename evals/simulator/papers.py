"""Two published loops, as far as a loop policy can follow them, at the final tier.

VISTA (arXiv 2510.15831): five prompt variants with six clips each; a binary tournament by pairwise
comparison in both orders, a disagreement decided by a coin; the champion's critique gives new
prompts; about 28 clips more a round, five rounds; ends when nothing new has beaten the champion
for two rounds. No budget, no threshold: it does not stop because a clip is good enough.

VQQA (arXiv 2603.12310): one clip at a time, the prompt edited from the answers of the best clip so
far, every clip scored against the original prompt (global selection), ends after three clips
without improvement. What "improvement" means is not printed; here it is a higher score. No budget.

Both deliver their best clip; it counts as passed when its report passed.
"""

import random
from dataclasses import dataclass, field

from evals.simulator.baselines import deliver, deliver_best, score_of
from video_agent.policies import Candidate, Compare, Generate, LoopState, Step


@dataclass(frozen=True)
class VqqaLike:
    """Refine one clip at a time until three in a row were no better."""

    patience: int = 3
    name: str = "VQQA-like"

    def next_step(self, state: LoopState) -> Step:
        """The next clip, or the best so far."""
        clips = state.candidates
        if not clips:
            return Generate(tier="final")
        best = max(clips, key=score_of)
        stale = len(clips) - 1 - clips.index(best)
        if stale >= self.patience or state.attempts_left == 0:
            return deliver_best(state)
        return Generate(tier="final", base=best.video_id)


@dataclass
class VistaLike:
    """Rounds of many clips, each with a tournament that the champion takes part in.

    Not pure as the product's policies are: it remembers the tournament and tosses coins, so each
    job needs a new one.
    """

    rounds: int = 5
    prompts: int = 5
    clips: int = 6
    patience: int = 2
    coin: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a simulation
    name: str = "VISTA-like"
    _standing: list[str] = field(default_factory=list[str])
    _winners: list[str] = field(default_factory=list[str])
    _entered: int = 0
    _champion: str | None = None
    _drawn: int = 0
    _held: int = 0

    def next_step(self, state: LoopState) -> Step:
        """The next prompt's clips, the next pair, or the champion."""
        while True:
            if self._drawn < self.prompts and state.attempts_left >= self.clips:
                self._drawn += 1
                return Generate(tier="final", count=self.clips, base=self._champion)
            if self._entered < len(state.candidates):
                self._enter(state.candidates)
            pair = self._pair(state)
            if pair is not None:
                return pair
            if self._ends(state):
                return deliver(_by_id(state, self._standing[0]))

    def _enter(self, clips: tuple[Candidate, ...]) -> None:
        fresh = [item.video_id for item in clips[self._entered :] if not item.gate_failed]
        self._standing += fresh or ([] if self._standing else [clips[0].video_id])
        self._entered = len(clips)

    def _pair(self, state: LoopState) -> Compare | None:
        """The next comparison of the binary tournament; None when one clip is left."""
        asked = self._asked
        if asked is not None:
            verdict = state.comparisons[-1].winner
            self._winners.append(verdict or self.coin.choice([asked.first, asked.second]))
            self._asked = None
        if len(self._standing) == 1 and not self._winners:
            return None
        if len(self._standing) < 2:
            self._standing, self._winners = [*self._winners, *self._standing], []
        if len(self._standing) == 1:
            return None
        first, second, *self._standing = self._standing
        self._asked = Compare(first=first, second=second)
        return self._asked

    _asked: Compare | None = None

    def _ends(self, state: LoopState) -> bool:
        champion = self._standing[0]
        self._held = self._held + 1 if champion == self._champion else 0
        self._champion, self._drawn = champion, 0
        done = state.rounds >= self.rounds * self.prompts or state.attempts_left < self.clips
        return done or self._held >= self.patience


def _by_id(state: LoopState, video_id: str) -> Candidate:
    return next(item for item in state.candidates if item.video_id == video_id)
