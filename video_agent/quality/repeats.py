"""Judging again where the answer is near the threshold, and how sure the mean then is.

One judgement settles a clip whose score is clearly above or below the threshold. Near it the clip
is judged again, a bounded number of times and never for more than was reserved; every call is paid
for and told. The score is the mean of the judgements, and half the width of its interval

    width * sqrt((w * d^2 + sum((score - mean)^2)) / (w + n - 1)) / sqrt(n)

after n judgements, where d is the deviation known beforehand and w the number of repeats it counts
like (a variance shrunk to its prior; all numbers are in `calibration.toml`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import sqrt

from video_agent.errors import VideoAgentError
from video_agent.models import TokenUsage
from video_agent.quality.calibration import calibration
from video_agent.quality.findings import Findings
from video_agent.quality.judge import Judge, JudgeOpinion, Viewing
from video_agent.quality.score import best_possible, fuse


@dataclass(frozen=True, slots=True)
class Repeats:
    """How often one clip is judged at most, and for how much.

    Attributes:
        most: Judgements in all; None: the calibration's number.
        most_usd: What all of them may cost together; a repeat that could go beyond it is not made.
            None: no limit.
    """

    most: int | None = None
    most_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The score after all judgements, 0 to 1.

    With half the width of its interval and half the difference between the extremes.
    """

    score: float
    half_width: float = 0.0
    spread: float = 0.0

    @property
    def lower(self) -> float:
        """The interval's lower end."""
        return max(0.0, round(self.score - self.half_width, 4))

    def clear_of(self, threshold: float) -> bool:
        """Whether the whole interval lies on one side of the threshold."""
        return self.lower >= threshold or self.score + self.half_width < threshold


def estimate(scores: Sequence[float]) -> Estimate:
    """What these judgements of one clip say together; at least one."""
    numbers, count = calibration().repeats, len(scores)
    mean = sum(scores) / count
    squares = numbers.deviation_weight * numbers.deviation**2
    squares += sum((score - mean) ** 2 for score in scores)
    deviation = sqrt(squares / (numbers.deviation_weight + count - 1))
    return Estimate(
        score=round(mean, 4),
        half_width=round(numbers.width * deviation / sqrt(count), 4),
        spread=round((max(scores) - min(scores)) / 2, 4),
    )


async def judge_until_clear(
    judge: Judge, viewing: Viewing, findings: Findings, threshold: float, repeats: Repeats
) -> Findings:
    """Judge a clip once, and again while that leaves open whether it passes.

    Returns:
        The findings with the judgement that is nearest to the mean, all scores and what every call
        used. Unjudged when the first judgement, or half of them, gave nothing usable.

    Raises:
        BackendError: The service failed at the first judgement. A repeat that fails ends the
            repeats; what was paid for before counts.
    """
    opinions = [await judge.watch(viewing)]
    lost: TokenUsage | None = None
    while _worth_another(opinions, findings, threshold, repeats):
        try:
            opinions.append(await judge.watch(viewing, len(opinions)))
        except VideoAgentError as error:  # also a file that vanished: the first was paid for
            lost = TokenUsage(model=judge.model, cost_usd=error.cost_usd)
            break
    usages = [opinion.usage for opinion in opinions]
    if lost is not None and lost.cost_usd != 0:
        usages.append(lost)
    return replace(_weighed(findings, opinions), usages=tuple(usages))


def _worth_another(
    opinions: Sequence[JudgeOpinion], findings: Findings, threshold: float, repeats: Repeats
) -> bool:
    most = calibration().repeats.most if repeats.most is None else repeats.most
    if len(opinions) >= most or opinions[0].verdict is None or not _covered(opinions, repeats):
        return False
    if best_possible(findings.measured) < threshold:
        return False  # no verdict could lift it there
    return not estimate(_scores(findings, opinions)).clear_of(threshold)


def _covered(opinions: Sequence[JudgeOpinion], repeats: Repeats) -> bool:
    """Whether another call as dear as the dearest so far stays within what is reserved."""
    costs = [opinion.usage.cost_usd for opinion in opinions]
    known = [cost for cost in costs if cost is not None]
    if len(known) < len(costs):
        return False  # what is not known cannot be bounded
    return repeats.most_usd is None or sum(known, max(known)) <= repeats.most_usd


def _weighed(findings: Findings, opinions: Sequence[JudgeOpinion]) -> Findings:
    usable = [opinion for opinion in opinions if opinion.verdict is not None]
    if 2 * len(usable) <= len(opinions):
        silent = next(opinion for opinion in opinions if opinion.verdict is None)
        return replace(findings, opinion=silent)
    scores = _scores(findings, usable)
    mean = sum(scores) / len(scores)
    _, speaker = min(
        zip(scores, usable, strict=True), key=lambda pair: (abs(pair[0] - mean), pair[0])
    )
    return replace(findings, opinion=speaker, scores=scores)


def _scores(findings: Findings, opinions: Sequence[JudgeOpinion]) -> tuple[float, ...]:
    """The score that each usable judgement alone would give the clip."""
    alone = (replace(findings, opinion=opinion) for opinion in opinions if opinion.verdict)
    return tuple(fuse(one.measured, one.verdict, one.defects).score for one in alone)
