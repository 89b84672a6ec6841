"""From signals and a judge's verdict to one number.

```
technical = 0.65 * weighted mean of the signal scores
          + 0.35 * (3 * worst + 2 * second + third) / 6, of signals with weight >= 0.8
judged    = weighted mean of the judged dimensions (weights below; those that do not apply left out)
            where prompt adherence is pulled to the mean with the share of questions answered yes
            if that is less
score     = 0.5 * technical + 0.5 * judged, then never above
            technical + 0.12     a judge's praise cannot lift a technically poor clip far,
            judged + 0.12        nor good technique a clip that shows the wrong thing
            1 - 0.45 * severity  of the worst defect with severity >= 0.75, whoever found it
            0.20                 when a gate failed
```
Without a judge the score is the technical one with the same caps. All numbers are in [0, 1]. Mean
and worst values are mixed because one ruined quality ruins a clip, which a mean hides.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.models import Defect, Dimension
from video_agent.quality.metric import Measured
from video_agent.quality.verdict import Verdict

JUDGED_WEIGHTS: dict[str, float] = {
    "prompt_adherence": 0.40,
    "visual_quality": 0.20,
    "motion": 0.15,
    "temporal_consistency": 0.15,
    "audio": 0.10,
}
TECHNICAL_SHARE = 0.5
WORST_SHARE = 0.35
PRAISE_MARGIN = 0.12
SEVERE = 0.75
SEVERITY_COST = 0.45
GATE_CAP = 0.20
_CRITICAL_WEIGHT = 0.8
_WORST_WEIGHTS = (3.0, 2.0, 1.0)
ADHERENCE = "prompt_adherence"


@dataclass(frozen=True, slots=True)
class Fusion:
    """The score, its parts, and the caps that lowered it (in words)."""

    score: float
    technical: float
    dimensions: tuple[Dimension, ...]
    caps: tuple[str, ...] = ()


def technical_score(measured: Sequence[Measured]) -> float:
    """One number for all signals, 0 to 1; 0 when there is none."""
    if not measured:
        return 0.0
    total = sum(item.metric.weight for item in measured)
    mean = sum(item.score * item.metric.weight for item in measured) / total
    critical = sorted(item.score for item in measured if item.metric.weight >= _CRITICAL_WEIGHT)[
        : len(_WORST_WEIGHTS)
    ]
    if not critical:
        return mean
    weights = _WORST_WEIGHTS[: len(critical)]
    worst = sum(w * s for w, s in zip(weights, critical, strict=True)) / sum(weights)
    return (1 - WORST_SHARE) * mean + WORST_SHARE * worst


def judged_score(verdict: Verdict) -> float:
    """One number for a valid verdict, 0 to 1."""
    scores = judged_dimensions(verdict)
    total = sum(dimension.weight for dimension in scores)
    return sum(dimension.score * dimension.weight for dimension in scores) / total


def judged_dimensions(verdict: Verdict) -> tuple[Dimension, ...]:
    """The judge's dimensions with their weights.

    Questions answered no pull prompt adherence down.
    """
    satisfied = sum(answer.satisfied for answer in verdict.answers) / len(verdict.answers)
    found: list[Dimension] = []
    for dimension in verdict.dimensions:
        score = dimension.score
        if dimension.name == ADHERENCE:
            score = min(score, (score + satisfied) / 2)
        found.append(
            Dimension(
                name=dimension.name,
                score=round(score, 4),
                weight=JUDGED_WEIGHTS[dimension.name],
                origin="judge",
                evidence=dimension.evidence,
            )
        )
    return tuple(found)


def signal_dimensions(measured: Sequence[Measured]) -> tuple[Dimension, ...]:
    """Weighted means by dimension, with the weakest signals as evidence."""
    groups: dict[str, list[Measured]] = {}
    for item in measured:
        groups.setdefault(item.metric.dimension, []).append(item)
    found: list[Dimension] = []
    for name, items in groups.items():
        weight = sum(item.metric.weight for item in items)
        score = sum(item.score * item.metric.weight for item in items) / weight
        weakest = sorted(items, key=lambda item: item.score)[:3]
        evidence = ", ".join(f"{item.signal.name} {item.score:.2f}" for item in weakest)
        found.append(
            Dimension(
                name=name,
                score=round(score, 4),
                weight=round(weight, 3),
                origin="signals",
                evidence=evidence,
            )
        )
    return tuple(found)


def fuse(
    measured: Sequence[Measured],
    verdict: Verdict | None,
    defects: Sequence[Defect],
    *,
    gate_failed: bool = False,
) -> Fusion:
    """Put everything together by the formula in this module's docstring."""
    technical = technical_score(measured)
    dimensions = signal_dimensions(measured)
    score, limits = technical, list[tuple[float, str]]()
    if verdict is not None:
        judged = judged_score(verdict)
        score = TECHNICAL_SHARE * technical + (1 - TECHNICAL_SHARE) * judged
        dimensions = (*judged_dimensions(verdict), *dimensions)
        limits.append((technical + PRAISE_MARGIN, "measured quality"))
        limits.append((judged + PRAISE_MARGIN, "the judge's verdict"))
    worst = max(defects, key=lambda defect: defect.severity, default=None)
    if worst is not None and worst.severity >= SEVERE:
        limits.append((1 - SEVERITY_COST * worst.severity, f"a severe defect: {worst.kind}"))
    if gate_failed:
        limits.append((GATE_CAP, "a failed gate"))
    caps = tuple(f"held to {limit:.2f} by {why}" for limit, why in limits if limit < score)
    final = min([score, *(limit for limit, _ in limits)])
    return Fusion(round(min(1.0, max(0.0, final)), 4), technical, dimensions, caps)
