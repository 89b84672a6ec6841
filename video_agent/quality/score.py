"""From signals and a judge's verdict to one number.

```
technical = 0.65 * weighted mean of the signal scores
          + 0.35 * (3 * worst + 2 * second + third) / 6, of signals with weight >= 0.8
judged    = weighted mean of the judged dimensions (both roles merged, see `roles.py`; those that do
            not apply left out) where prompt adherence, and visual quality, is pulled to the mean
            with the share of its questions answered yes if that is less
score     = 0.5 * technical + 0.5 * judged, then never above
            technical + 0.12     a judge's praise cannot lift a technically poor clip far,
            judged + 0.12        nor good technique a clip that shows the wrong thing
            1 - 0.45 * severity  of the worst defect with severity >= 0.75, whoever found it
            0.20                 when a gate failed
```
Without a judge the score is the technical one with the same caps. All numbers are in [0, 1]. Mean
and worst values are mixed because one ruined quality ruins a clip, which a mean hides. Weights and
caps stand, each with its provenance, in `calibration.toml`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.models import Defect, Dimension
from video_agent.quality.calibration import Calibration, calibration
from video_agent.quality.metric import Measured
from video_agent.quality.verdict import Verdict

_CRITICAL_WEIGHT = 0.8
_WORST_WEIGHTS = (3.0, 2.0, 1.0)
_ASKED_ABOUT: dict[str, tuple[str, ...]] = {
    "prompt_adherence": ("prompt_alignment", "condition_fidelity"),
    "visual_quality": ("visual_quality",),
}
"""The questions' axes whose answers pull a dimension down."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """The score, its parts, and the caps that lowered it (in words)."""

    score: float
    technical: float
    dimensions: tuple[Dimension, ...]
    caps: tuple[str, ...] = ()


def technical_score(measured: Sequence[Measured]) -> float:
    """One number for all signals, 0 to 1; 0 when there is none that judges."""
    measured = [item for item in measured if item.metric.weight > 0]
    if not measured:
        return 0.0
    mean = _mean(measured)
    critical = sorted(item.score for item in measured if item.metric.weight >= _CRITICAL_WEIGHT)[
        : len(_WORST_WEIGHTS)
    ]
    if not critical:
        return mean
    weights = _WORST_WEIGHTS[: len(critical)]
    worst = sum(w * s for w, s in zip(weights, critical, strict=True)) / sum(weights)
    share = calibration().fusion.worst_share
    return (1 - share) * mean + share * worst


def _mean(measured: Sequence[Measured]) -> float:
    """Weighted; 1 when there is nothing but rare faults, and none of them is there."""
    total = sum(item.weight for item in measured)
    return sum(item.score * item.weight for item in measured) / total if total else 1.0


def judged_score(verdict: Verdict) -> float:
    """One number for a valid verdict, 0 to 1."""
    scores = judged_dimensions(verdict)
    total = sum(dimension.weight for dimension in scores)
    return sum(dimension.score * dimension.weight for dimension in scores) / total


def judged_dimensions(verdict: Verdict) -> tuple[Dimension, ...]:
    """The judge's dimensions with their weights.

    Questions answered no pull prompt adherence down.
    """
    weights = calibration().judged_weights({item.name for item in verdict.dimensions})
    found: list[Dimension] = []
    for dimension in verdict.dimensions:
        score, share = dimension.score, _share_of_yes(verdict, dimension.name)
        if share is not None:
            score = min(score, (score + share) / 2)
        found.append(
            Dimension(
                name=dimension.name,
                score=round(score, 4),
                weight=round(weights[dimension.name], 4),
                origin="judge",
                evidence=dimension.evidence,
            )
        )
    return tuple(found)


def _share_of_yes(verdict: Verdict, dimension: str) -> float | None:
    """The share of a dimension's questions answered yes; None when none was asked."""
    axes = _ASKED_ABOUT.get(dimension, ())
    asked = [answer.satisfied for answer in verdict.answers if answer.axis in axes]
    return sum(asked) / len(asked) if asked else None


def signal_dimensions(measured: Sequence[Measured]) -> tuple[Dimension, ...]:
    """Weighted means by dimension, with the weakest signals as evidence."""
    groups: dict[str, list[Measured]] = {}
    for item in measured:
        if item.metric.weight == 0:
            continue
        groups.setdefault(item.metric.dimension, []).append(item)
    found: list[Dimension] = []
    for name, items in groups.items():
        weight, score = sum(item.metric.weight for item in items), _mean(items)
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
    numbers = calibration()
    technical = technical_score(measured)
    dimensions = signal_dimensions(measured)
    score, judged = technical, None
    if verdict is not None:
        judged, share = judged_score(verdict), numbers.fusion.technical_share
        score = share * technical + (1 - share) * judged
        dimensions = (*judged_dimensions(verdict), *dimensions)
    limits = _limits(numbers, technical, judged, defects, gate_failed=gate_failed)
    caps = tuple(f"held to {limit:.2f} by {why}" for limit, why in limits if limit < score)
    final = min([score, *(limit for limit, _ in limits)])
    return Fusion(round(min(1.0, max(0.0, final)), 4), technical, dimensions, caps)


def best_possible(measured: Sequence[Measured]) -> float:
    """The highest score that any judge could give a clip with these signals."""
    numbers = calibration()
    share, technical = numbers.fusion.technical_share, technical_score(measured)
    praised = share * technical + (1 - share)
    return min(1.0, praised, technical + numbers.caps.praise_margin)


def _limits(
    numbers: Calibration,
    technical: float,
    judged: float | None,
    defects: Sequence[Defect],
    *,
    gate_failed: bool,
) -> list[tuple[float, str]]:
    """What the score may not get above, and why."""
    caps, limits = numbers.caps, list[tuple[float, str]]()
    if judged is not None:
        limits.append((technical + caps.praise_margin, "measured quality"))
        limits.append((judged + caps.praise_margin, "the judge's verdict"))
    worst = max(defects, key=lambda defect: defect.severity, default=None)
    if worst is not None and worst.severity >= caps.severe:
        held = 1 - caps.severity_cost * worst.severity
        limits.append((held, f"a severe defect: {worst.kind}"))
    if gate_failed:
        limits.append((caps.gate, "a failed gate"))
    return limits
