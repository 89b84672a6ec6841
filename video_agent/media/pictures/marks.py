"""Defects as marks: their number, their colour, and when they are seen."""

from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.media.pictures.paper import Colour, Theme
from video_agent.models import Defect

SLIGHT, SEVERE = 0.4, 0.75
"""Severities from which a defect is more than slight, and severe (as the score's caps have it)."""
_WORDS = ("slight", "clear", "severe")


@dataclass(frozen=True)
class Mark:
    """A defect with its number in the legend; the worst is 1. Without times: the whole clip."""

    number: int
    defect: Defect
    span: tuple[float, float] | None

    @property
    def grade(self) -> int:
        """0 slight, 1 clear, 2 severe."""
        return (self.defect.severity >= SLIGHT) + (self.defect.severity >= SEVERE)

    @property
    def word(self) -> str:
        """The grade in a word."""
        return _WORDS[self.grade]

    @property
    def when(self) -> str:
        """The time for people."""
        if self.span is None:
            return "whole clip"
        start, end = self.span
        return f"{start:.2f} s" if end - start < 0.01 else f"{start:.2f} to {end:.2f} s"

    def colour(self, theme: Theme) -> Colour:
        """The grade's colour."""
        return theme.severities[self.grade]

    def covers(self, seconds: float, slack: float) -> bool:
        """Whether the defect is seen at a time, give or take `slack` seconds."""
        if self.span is None:
            return False
        return self.span[0] - slack <= seconds <= self.span[1] + slack


def marks_of(defects: Sequence[Defect], duration_seconds: float) -> tuple[Mark, ...]:
    """The defects as marks, the worst first; times outside the clip are brought inside."""
    return tuple(
        Mark(number, defect, _span(defect, duration_seconds))
        for number, defect in enumerate(worst_first(defects), 1)
    )


def worst_first(defects: Sequence[Defect]) -> list[Defect]:
    """Defects in the order of their numbers: by severity, then by time."""
    return sorted(defects, key=lambda one: (-one.severity, one.start_seconds or 0.0))


def lanes_of(marks: Sequence[Mark], *, apart_seconds: float) -> list[list[Mark]]:
    """Marks with times in as few rows as keep them `apart_seconds` from each other."""
    lanes: list[list[Mark]] = []
    timed = [mark for mark in marks if mark.span is not None]
    for mark in sorted(timed, key=lambda mark: (mark.span or (0.0, 0.0), mark.number)):
        begin = mark.span[0] if mark.span else 0.0
        for lane in lanes:
            last = lane[-1].span
            if last is not None and last[1] + apart_seconds <= begin:
                lane.append(mark)
                break
        else:
            lanes.append([mark])
    return lanes


def moments_for(marks: Sequence[Mark], duration_seconds: float, count: int) -> list[float]:
    """Which `count` times to show, in seconds: evenly spaced, but each defect is seen.

    A defect that falls between two times takes the nearer one, the worst defects first; at most
    half of the times move, so that the clip as a whole stays visible.
    """
    even = [duration_seconds * (index + 0.5) / count for index in range(count)]
    moved: dict[int, float] = {}
    for mark in marks:
        if mark.span is None or any(mark.covers(t, 0.0) for t in (*even, *moved.values())):
            continue
        free = [index for index in range(count) if index not in moved]
        if len(moved) >= max(1, count // 2) or not free:
            break
        middle = sum(mark.span) / 2
        nearest = min(free, key=lambda index: abs(even[index] - middle))
        moved[nearest] = middle
    return sorted(moved.get(index, moment) for index, moment in enumerate(even))


def _span(defect: Defect, duration_seconds: float) -> tuple[float, float] | None:
    start, end = defect.start_seconds, defect.end_seconds
    if start is None and end is None:
        return None
    begin = start if start is not None else end or 0.0
    stop = end if end is not None else begin
    low, high = sorted((begin, stop))
    return max(0.0, min(low, duration_seconds)), max(0.0, min(high, duration_seconds))
