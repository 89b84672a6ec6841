"""One fault, one entry: what the judge saw and a signal measured is the same finding.

A judge names faults in its own words. Its `kind` is compared with a signal's name and the other
beginnings of words the signal declares (`also_called`), and the times with where the signal is
worst. What agrees is told once, with the signal's words and advice and the higher severity.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.models import Defect
from video_agent.quality.metric import Measured, Metric

MENTION_BELOW = 0.8
_SLACK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Agreement:
    """Signals with the judge's defects that mean the same, and the judge's own.

    Attributes:
        confirmed: Every weak signal with what the judge saw of it (often nothing).
        alone: The judge's defects that no signal explains.
    """

    confirmed: tuple[tuple[Measured, tuple[Defect, ...]], ...]
    alone: tuple[Defect, ...]

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Each fault once: the signals' with the higher severity, else the judge's."""
        found: list[Defect] = []
        for item, seen in self.confirmed:
            worst = max((defect.severity for defect in seen), default=0.0)
            raised = [
                defect.model_copy(update={"severity": max(defect.severity, worst)})
                for defect in item.defects
            ]
            found += raised or _once_a_place(seen)
        return (*found, *self.alone)


def agree(measured: Sequence[Measured], judged: Sequence[Defect]) -> Agreement:
    """Bring the judge's defects and the weak signals (score under 0.8) together."""
    weak = sorted(
        (item for item in measured if item.score < MENTION_BELOW), key=lambda item: item.score
    )
    seen: dict[str, list[Defect]] = {item.metric.name: [] for item in weak}
    alone: list[Defect] = []
    for defect in judged:
        same = (item for item in weak if means(item.metric, defect.kind) and _meet(item, defect))
        item = next(same, None)
        (alone if item is None else seen[item.metric.name]).append(defect)
    confirmed = tuple((item, tuple(seen[item.metric.name])) for item in weak)
    return Agreement(confirmed, tuple(alone))


def _once_a_place(seen: Sequence[Defect]) -> list[Defect]:
    """The worst of those that name the same time."""
    by_place = {
        (defect.start_seconds, defect.end_seconds): defect
        for defect in sorted(seen, key=lambda defect: defect.severity)
    }
    return list(by_place.values())


def means(metric: Metric, kind: str) -> bool:
    """Whether a fault of this kind is what the metric measures."""
    words = " ".join(re.findall(r"[a-z]+", kind.lower()))
    names = (metric.name.replace("_", " "), *metric.also_called)
    return any(re.search(rf"\b{re.escape(name)}", words) for name in names)


def _meet(item: Measured, defect: Defect) -> bool:
    """Whether the times overlap; what has no place in time overlaps with everything."""
    start, end = defect.start_seconds, defect.end_seconds
    if start is None or not item.where:
        return True
    last = start if end is None else end
    return any(
        place.start_seconds - _SLACK_SECONDS <= last and start <= place.end_seconds + _SLACK_SECONDS
        for place in item.where
    )
