"""What a loop policy sees and what it answers: values only, no behaviour.

A policy is told how a job stands and names the next step; it never sees a clip, a clock, a file or
a service. The same classes therefore run in the product and in the world simulator of `evals/`.
"""

from decimal import Decimal
from typing import Literal, Protocol

from pydantic import Field

from video_agent.models import Defect, Value

TierName = Literal["draft", "final"]
DeliverReason = Literal["passed", "attempts", "budget", "patience", "nothing"]


class Candidate(Value):
    """One clip that exists.

    Attributes:
        video_id: The clip.
        attempt_number: Its attempt, from 1.
        tier: `final`: made as the request asks; `draft`: cheaper, never what is delivered if a
            final exists that is as good.
        prompt: What it was generated from.
        score: 0 to 1 against the original prompt; None: unjudged.
        lower: Lower end of the score's interval, 0 to 1; None: not known.
        upper: Upper end of it.
        passed: Its report passed.
        gate_failed: A hard gate rejected it; it is never delivered as passed.
        defects: What is wrong in it, the worst first or in any order.
        made_from: The clip it was edited or promoted from; None: drawn anew.
    """

    video_id: str
    attempt_number: int = Field(ge=1)
    tier: TierName
    prompt: str
    score: float | None = Field(default=None, ge=0, le=1)
    lower: float | None = None
    upper: float | None = None
    passed: bool = False
    gate_failed: bool = False
    defects: tuple[Defect, ...] = ()
    made_from: str | None = None


class Comparison(Value):
    """A pairwise verdict, asked in both orders; `winner` None: a tie."""

    first: str
    second: str
    winner: str | None


class LoopState(Value):
    """How a job stands.

    Attributes:
        threshold: The score that passes, 0 to 1.
        attempts_left: Generations that may still be started.
        budget_left_usd: Dollars that may still be spent; None: no limit.
        draft_usd: Price of one generation at the draft tier with its judge.
        final_usd: The same at the final tier, at the request's own settings.
        edit_usd: The same for one edit of a final clip; None: the model cannot edit.
        compare_usd: Price of one pairwise comparison in both orders.
        candidates: Every clip so far, oldest first.
        comparisons: Every pairwise verdict so far.
        rounds: Rounds that were begun.
    """

    threshold: float = Field(ge=0, le=1)
    attempts_left: int = Field(ge=0)
    budget_left_usd: Decimal | None
    draft_usd: Decimal = Field(ge=0)
    final_usd: Decimal = Field(ge=0)
    edit_usd: Decimal | None = Field(default=None, ge=0)
    compare_usd: Decimal = Field(default=Decimal(0), ge=0)
    candidates: tuple[Candidate, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    rounds: int = Field(default=0, ge=0)


class Generate(Value):
    """Draw `count` new clips side by side.

    `base` is the clip whose defects steer the next shot; None: nothing is known yet. With
    `original_prompt` the person's own words are sent again, as a candidate beside the reworded.
    """

    kind: Literal["generate"] = "generate"
    tier: TierName
    count: int = Field(default=1, ge=1)
    base: str | None = None
    original_prompt: bool = False


class Edit(Value):
    """One short change of a clip that removes one defect and keeps everything else."""

    kind: Literal["edit"] = "edit"
    video_id: str
    defect: Defect


class Promote(Value):
    """The clip's own prompt once more, at the final tier."""

    kind: Literal["promote"] = "promote"
    video_id: str


class Compare(Value):
    """Ask the judge which of two clips is better, in both orders."""

    kind: Literal["compare"] = "compare"
    first: str
    second: str


class Deliver(Value):
    """The end: the clip to hand over (None: there is none) and why."""

    kind: Literal["deliver"] = "deliver"
    video_id: str | None
    because: DeliverReason


Step = Generate | Edit | Promote | Compare | Deliver


class LoopPolicy(Protocol):
    """Decides what to do next. Pure: the same state gives the same step."""

    @property
    def name(self) -> str:
        """What a request calls it."""
        ...

    def next_step(self, state: LoopState) -> Step:
        """The next step, which the state's money and attempts can pay for.

        Called again with the step's outcome added to the state until it answers `Deliver`.
        """
        ...
