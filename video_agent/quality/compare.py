"""Two clips of one request against each other: asked in both orders, a disagreement is a tie.

A judge that is shown two clips leans to one of the places. So it is asked twice, with the clips
exchanged, and a winner is who wins both times; anything else is a tie and not a coin that is
thrown. A first answer of "equal" decides alone: no second one could make a winner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from video_agent.errors import AnswerError, BackendError, ContentBlockedError
from video_agent.models import (
    MediaFacts,
    PairJudgement,
    TokenUsage,
    Value,
    VideoRequest,
)
from video_agent.prompts import load_prompt
from video_agent.quality.control import Control, check_control, control_section, pair_control
from video_agent.quality.hostile import any_addresses_the_judge
from video_agent.quality.judge import Judge, delivered, request_sections

CRITERIA = (
    "visual fidelity",
    "physical commonsense",
    "text-video alignment",
    "audio-video alignment",
    "engagement",
)
"""VISTA's five (arXiv 2510.15831, its tournament)."""
_MOST_REASONS = 6
_MAX_TEXT = 300
_Place = Literal["first", "second", "equal"]


@dataclass(frozen=True, slots=True)
class ComparedClip:
    """One of the two: its id, its file and what is known of the file."""

    video_id: str
    path: Path
    facts: MediaFacts


class PairVerdict(Value):
    """What two clips of one request are to each other.

    `winner` is the id of the better one, None for a tie; `judged` says whether the tie rests on
    answers, or on there being none. `reasons` tell what was seen. `usages` are what each call used,
    in the order made.
    """

    first: str
    second: str
    winner: str | None
    judged: bool
    reasons: tuple[str, ...] = ()
    problem: str = ""
    usages: tuple[TokenUsage, ...] = ()

    @property
    def cost_usd(self) -> Decimal | None:
        """What the calls cost together; None when one of them is not known."""
        known = [usage.cost_usd for usage in self.usages if usage.cost_usd is not None]
        return sum(known, Decimal(0)) if len(known) == len(self.usages) else None


@dataclass(frozen=True, slots=True)
class _Vote:
    """One order's answer: the better clip's id, None for equal."""

    better: str | None
    reasons: tuple[str, ...]


async def compare(
    judge: Judge, request: VideoRequest, first: ComparedClip, second: ComparedClip
) -> PairVerdict:
    """Which of two clips does better what the request asks, by a judge asked in both orders.

    An answer that is unusable, refused, or gives the control questions wrong makes it a tie that is
    not judged; never a winner.

    Args:
        judge: Who is asked; its model has to take two clips in one question.
        request: The original request, the only yardstick.
        first: One clip.
        second: The other one.

    Raises:
        BackendError: The service failed; `cost_usd` counts the earlier order too.
    """
    asking = _Asking(judge, request)
    votes: list[_Vote] = []
    for one, other in ((first, second), (second, first)):
        vote = await asking.vote(one, other)
        if vote is None:
            break
        votes.append(vote)
        if vote.better is None:
            break
    agreed = len(votes) == 2 and votes[0].better == votes[1].better
    reasons = tuple(reason for vote in votes for reason in vote.reasons)
    return PairVerdict(
        first=first.video_id,
        second=second.video_id,
        winner=votes[0].better if agreed else None,
        judged=not asking.problem,
        reasons=reasons[:_MOST_REASONS],
        problem=asking.problem,
        usages=tuple(asking.usages),
    )


class _Asking:
    """The calls of one comparison and what they used."""

    def __init__(self, judge: Judge, request: VideoRequest) -> None:
        self._judge = judge
        self._request = request
        self.usages: list[TokenUsage] = []
        self.problem = ""

    async def vote(self, first: ComparedClip, second: ComparedClip) -> _Vote | None:
        """One order; None when the answer is of no use."""
        judge, seed = self._judge, f"{first.video_id} {second.video_id}"
        controls = pair_control(first.facts, second.facts, seed)
        try:
            answer, usage = await judge.language_model.answer(
                model=judge.model,
                instruction=load_prompt("judge_pair", criteria=", ".join(CRITERIA)),
                text=self._question(first, second, controls),
                schema=PairJudgement,
                clip=first.path,
                second_clip=second.path,
            )
        except (AnswerError, ContentBlockedError) as error:
            self.usages.append(TokenUsage(model=judge.model, cost_usd=error.cost_usd))
            self.problem = error.message
            return None
        except BackendError as error:
            error.cost_usd = self._with_earlier(error.cost_usd)
            raise
        self.usages.append(usage)
        try:
            _check(answer, controls)
        except AnswerError as error:
            self.problem = error.message
            return None
        ids: dict[_Place, str | None] = {
            "first": first.video_id,
            "second": second.video_id,
            "equal": None,
        }
        return _Vote(ids[answer.better], _reasons(answer, ids))

    def _with_earlier(self, cost_usd: Decimal | None) -> Decimal | None:
        """What both orders cost, when the second one failed."""
        costs = [usage.cost_usd for usage in self.usages] + [cost_usd]
        known = [cost for cost in costs if cost is not None]
        return sum(known, Decimal(0)) if len(known) == len(costs) else None

    def _question(
        self, first: ComparedClip, second: ComparedClip, controls: Sequence[Control]
    ) -> str:
        parts = [
            *request_sections(self._request),
            f"## First clip\n{delivered(first.facts)}",
            f"## Second clip\n{delivered(second.facts)}",
            control_section(controls),
        ]
        return "\n\n".join(parts)


def _check(answer: PairJudgement, controls: Sequence[Control]) -> None:
    """Refuse an answer of somebody who did not look, or was told what to say.

    Raises:
        AnswerError: It is of no use.
    """
    if any_addresses_the_judge(answer.seen_text):
        raise AnswerError("words in a clip tell the judge what to answer", hint="judge each alone")
    check_control(controls, answer.control)


def _reasons(answer: PairJudgement, ids: dict[_Place, str | None]) -> tuple[str, ...]:
    """What was seen, with ids in place of the order."""
    lines = [
        f"{choice.criterion}: {ids[choice.better] or 'equal'}: {choice.evidence}"
        for choice in answer.choices
    ]
    return tuple(" ".join(line.split())[:_MAX_TEXT] for line in lines)
