"""Plays degradations on a source and says what does not hold."""

from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from evals.degradations.kinds import FPS, SECONDS, Degradation, Place
from evals.degradations.sources import HEIGHT, WIDTH, Source
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, write_pattern
from video_agent.quality import ExpectedClip, measure_signals
from video_agent.quality.metric import Measured, ramp
from video_agent.quality.score import technical_score

EXPECTED = ExpectedClip(width=WIDTH, height=HEIGHT, fps=FPS, duration_seconds=SECONDS)
RISE = 0.02
"""How far a score may rise against the level before: codec noise."""
FALL = 0.004
"""How far all signals together have to fall at the strongest level, at least."""
STABLE = 0.12
"""How far the score of an untouched signal may move."""
PLACE_SECONDS = 0.5

Level = dict[str, Measured]


@dataclass(frozen=True)
class Row:
    """One degradation on one source: the clip or the planted scene without fault, then five."""

    degradation: Degradation
    source: str
    levels: tuple[Level, ...]
    problems: tuple[str, ...] = field(default=())

    def scores(self, name: str) -> list[float]:
        """The signal's score at each level; 1 where it does not apply."""
        return [_score(level[name]) if name in level else 1.0 for level in self.levels]

    def technical(self) -> list[float]:
        """The score of all signals together, at each level."""
        return [technical_score(list(level.values())) for level in self.levels]


def _score(item: Measured) -> float:
    """Its score; that of a number which only informs is where it lies from bad to good."""
    metric = item.metric
    return ramp(item.signal.value, metric.bad, metric.good) if metric.informs else item.score


def play(degradation: Degradation, source: Source, folder: Path, clean: Level) -> Row:
    """Write, measure and check the five levels."""
    none = degradation.none
    first = clean if none is None else _level(degradation, none, source, folder)
    levels = (first, *(_level(degradation, level, source, folder) for level in degradation.levels))
    row = Row(degradation, source.name, levels)
    problems = (*_falls(row), *_stable(row), *_placed(row))
    return Row(degradation, source.name, levels, problems)


def clean_level(source: Source, folder: Path) -> Level:
    """The source without a fault, through the same encoder."""
    return _level(Degradation("none", (0, 0, 0, 0, 0), ()), 0, source, folder)


def _level(degradation: Degradation, level: float, source: Source, folder: Path) -> Level:
    change = degradation.picture(level, source.frames) if degradation.picture else None

    def frame(number: int, drawn: Frame) -> Frame:
        shown = source.frames[min(number, len(source.frames) - 1)]
        return change(number, shown) if change else shown

    bit_rate = degradation.bit_rate(level) if degradation.bit_rate else None
    sound = degradation.sound(level) if degradation.sound else None
    pattern = Pattern(WIDTH, HEIGHT, FPS, SECONDS, bit_rate=bit_rate)
    path = write_pattern(folder / "level.mp4", pattern, change_frame=frame, change_sound=sound)
    measured = measure_signals(measure_clip(path), EXPECTED)
    return {item.metric.name: item for item in measured}


def _falls(row: Row) -> list[str]:
    found: list[str] = []
    for name in row.degradation.signals:
        scores = row.scores(name)
        rises = [b - a for a, b in pairwise(scores) if b - a > RISE]
        if rises:
            found.append(f"{name} rises by {max(rises):.2f}")
        if scores[0] - scores[-1] < row.degradation.least:
            found.append(f"{name} falls by {scores[0] - scores[-1]:.2f} only")
    technical = row.technical()
    if technical[-1] > technical[0] - FALL:
        found.append(f"all together: {technical[0]:.2f} to {technical[-1]:.2f}")
    return found


def _stable(row: Row) -> list[str]:
    free = {*row.degradation.signals, *row.degradation.touches}
    judging = {name for level in row.levels for name in level if not level[name].metric.informs}
    names = sorted(judging - free)
    moved = {name: max(abs(x - row.scores(name)[0]) for x in row.scores(name)) for name in names}
    return [f"{name} moves by {by:.2f}" for name, by in moved.items() if by > STABLE]


def _placed(row: Row) -> list[str]:
    """The finding overlaps the planted stretch and begins and ends within half a second of it."""
    if row.degradation.place is None:
        return []
    found: list[str] = []
    for strength, level in zip(row.degradation.levels, row.levels[1:], strict=True):
        place = row.degradation.place(strength)
        if not _meets(place, level):
            found.append(f"no {place.signal} at {place.start_seconds:.2f} s for {strength:g}")
    return found


def _meets(place: Place, level: Level) -> bool:
    item = level.get(place.signal)
    if item is None or not item.where:
        return False
    start = min(found.start_seconds for found in item.where)
    end = max(found.end_seconds for found in item.where)
    return (
        abs(start - place.start_seconds) <= PLACE_SECONDS
        and abs(end - place.end_seconds) <= PLACE_SECONDS
    ) or any(
        abs(found.start_seconds - place.start_seconds) <= PLACE_SECONDS
        and abs(found.end_seconds - place.end_seconds) <= PLACE_SECONDS
        for found in item.where
    )
