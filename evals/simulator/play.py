"""A job is played: a policy's steps are carried out in the world, and paid.

The policy is handed a `LoopState` and nothing else. What is true stays in `JobTruth` and
`ClipTruth`, which no field of a `LoopState` can hold.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from evals.simulator.judge import Opinion, WorldJudge
from evals.simulator.luck import JobLuck
from evals.simulator.parameters import THRESHOLD, World
from evals.simulator.prices import Prices
from evals.simulator.truth import ClipTruth, JobTruth, Wording
from video_agent.policies import (
    Candidate,
    Compare,
    Comparison,
    Deliver,
    Edit,
    Generate,
    LoopPolicy,
    LoopState,
    Promote,
    Step,
)

_MOST_STEPS = 2_000
Judging = Callable[[Opinion, int], Opinion | None]


class BrokenContractError(RuntimeError):
    """A policy asked for what its state does not allow."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use."""

    attempts: int
    budget_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one job ended. `quality` is true, `score` what the judge said; without a clip both are 0.

    `accepted`: delivered as passed, and truly at or over the threshold.
    """

    dollars: float
    drafts: int
    finals: int
    edits: int
    comparisons: int
    judgements: int
    quality: float
    score: float
    passed: bool
    accepted: bool
    gated: bool

    @property
    def videos(self) -> int:
        """Clips that were paid for."""
        return self.drafts + self.finals + self.edits


@dataclass(slots=True)
class Job:
    """One prompt in one world.

    Args:
        world: What holds.
        prices: What steps cost.
        limits: Attempts and budget.
        seed: Of the set.
        number: Of the job in it.
        judging: Replaces what the judge says (its opinion, the clip's number; None: no answer).
    """

    world: World
    prices: Prices
    limits: Limits
    seed: int
    number: int
    judging: Judging | None = None
    _truth: JobTruth = field(init=False)
    _judge: WorldJudge = field(init=False)
    _clips: list[ClipTruth] = field(init=False, default_factory=list[ClipTruth])
    _seen: list[Candidate] = field(init=False, default_factory=list[Candidate])
    _opinions: list[Opinion | None] = field(init=False, default_factory=list[Opinion | None])
    _comparisons: list[Comparison] = field(init=False, default_factory=list[Comparison])
    _spent_usd: Decimal = field(init=False, default=Decimal(0))
    _rounds: int = field(init=False, default=0)
    _edits: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._truth = JobTruth.of(self.world, self.seed, self.number)
        self._judge = WorldJudge(self._truth, JobLuck(self.seed, self.number, stream=1))

    def play(self, policy: LoopPolicy) -> Outcome:
        """Play the job to its end.

        Raises:
            BrokenContractError: The policy asked for a step that it may not take.
        """
        for _ in range(_MOST_STEPS):
            step = policy.next_step(self.state())
            if isinstance(step, Deliver):
                return self._delivered(step)
            self._take(step)
        message = f"{policy.name} never delivers"
        raise BrokenContractError(message)

    def state(self) -> LoopState:
        """All that a policy may know."""
        prices, limits = self.prices, self.limits
        around = prices.enhance_usd + prices.judge_usd
        left = None if limits.budget_usd is None else limits.budget_usd - self._spent_usd
        return LoopState(
            threshold=THRESHOLD,
            attempts_left=limits.attempts - len(self._seen),
            budget_left_usd=left,
            draft_usd=prices.draft_usd + around,
            final_usd=prices.final_usd + around,
            edit_usd=prices.final_edit_usd + prices.judge_usd,
            compare_usd=prices.compare_usd,
            candidates=tuple(self._seen),
            comparisons=tuple(self._comparisons),
            rounds=self._rounds,
        )

    def _take(self, step: Step) -> None:
        needed = step.count if isinstance(step, Generate) else int(not isinstance(step, Compare))
        if needed > self.limits.attempts - len(self._seen):
            message = f"{needed} generations asked for, {self.limits.attempts} allowed in all"
            raise BrokenContractError(message)
        match step:
            case Generate():
                self._generate(step)
            case Promote():
                source = self._index(step.video_id)
                clip = self._truth.promoted(self._clips[source], len(self._clips))
                self._add(clip, self.prices.final_usd, made_from=step.video_id)
            case Edit():
                self._edit(step)
            case Compare():
                self._compare(step)
            case Deliver():
                pass

    def _generate(self, step: Generate) -> None:
        index, draft = len(self._clips), step.tier == "draft"
        self._rounds += 1
        self._spent_usd += self.prices.enhance_usd
        wording = self._wording(step, index)
        price = self.prices.draft_usd if draft else self.prices.final_usd
        for number in range(index, index + step.count):
            self._add(self._truth.shot(wording, number, draft=draft), price)

    def _wording(self, step: Generate, index: int) -> Wording:
        if step.original_prompt:
            return self._truth.original(index)
        if step.base is None:
            return self._truth.reworded(index)
        return self._truth.refined(self._clips[self._index(step.base)].wording, index)

    def _edit(self, step: Edit) -> None:
        source = self._index(step.video_id)
        opinion, clip = self._opinions[source], self._clips[source]
        target = None
        if opinion is not None and step.defect in opinion.defects:
            target = opinion.targets[opinion.defects.index(step.defect)]
        made = self._truth.edited(clip, len(self._clips), target)
        price = self.prices.draft_edit_usd if clip.draft else self.prices.final_edit_usd
        self._add(made, price, made_from=step.video_id, edit=True)

    def _compare(self, step: Compare) -> None:
        first, second = self._index(step.first), self._index(step.second)
        verdict = self._judge.prefers(self._clips[first], self._clips[second])
        winner = {1: step.first, -1: step.second, 0: None}[verdict]
        self._comparisons.append(Comparison(first=step.first, second=step.second, winner=winner))
        self._spent_usd += self.prices.compare_usd

    def _add(
        self, clip: ClipTruth, price: Decimal, *, made_from: str | None = None, edit: bool = False
    ) -> None:
        index = len(self._clips)
        opinion = None if clip.gated else self._opinion(clip, index)
        asked = 0 if clip.gated else 1 if opinion is None else opinion.judgements
        self._spent_usd += price + self.prices.judge_usd * asked
        self._clips.append(clip)
        self._opinions.append(opinion)
        self._edits += edit
        self._seen.append(_candidate(index, clip, opinion, made_from))

    def _opinion(self, clip: ClipTruth, index: int) -> Opinion | None:
        opinion = self._judge.judge(clip, index)
        return opinion if self.judging is None else self.judging(opinion, index)

    def _index(self, video_id: str) -> int:
        for index, candidate in enumerate(self._seen):
            if candidate.video_id == video_id:
                return index
        message = f"there is no clip {video_id}"
        raise BrokenContractError(message)

    def _delivered(self, step: Deliver) -> Outcome:
        shown, clip = None, None
        if step.video_id is not None:
            index = self._index(step.video_id)
            shown, clip = self._seen[index], self._clips[index]
        passed = step.because == "passed"
        if passed and (shown is None or not shown.passed or shown.gate_failed):
            message = "delivered as passed, which it did not"
            raise BrokenContractError(message)
        drafts = sum(item.draft for item in self._clips)
        quality = clip.quality if clip is not None else 0.0
        return Outcome(
            dollars=float(self._spent_usd),
            drafts=drafts,
            finals=len(self._clips) - drafts - self._edits,
            edits=self._edits,
            comparisons=len(self._comparisons),
            judgements=sum(item.judgements for item in self._opinions if item is not None),
            quality=quality,
            score=(shown.score or 0.0) if shown is not None else 0.0,
            passed=passed,
            accepted=passed and quality >= THRESHOLD,
            gated=clip is not None and clip.gated,
        )


def _candidate(
    index: int, clip: ClipTruth, opinion: Opinion | None, made_from: str | None
) -> Candidate:
    seen = Candidate(
        video_id=f"video {index + 1}",
        attempt_number=index + 1,
        tier="draft" if clip.draft else "final",
        prompt=clip.wording.text,
        gate_failed=clip.gated,
        made_from=made_from,
    )
    if opinion is None:
        return seen
    return seen.model_copy(
        update={
            "score": opinion.score,
            "lower": opinion.lower,
            "upper": opinion.upper,
            "passed": opinion.passed,
            "defects": opinion.defects,
        }
    )
