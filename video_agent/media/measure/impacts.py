"""Moments at which something clearly happens, heard and seen, and how far the two are apart.

An impact is heard where the level jumps within hundredths of a second, and seen where motion
suddenly stands out of what it was. Their distance is told only when it is beyond doubt:
most seen impacts have a heard one at the same distance, and no other distance explains as many.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

Series = npt.NDArray[np.float64]

LONGEST_OFFSET_SECONDS = 0.5
_STEPS = 100
_BEFORE_STEPS, _AFTER_STEPS = 10, 3
_RISE_DB = 12.0
_BELOW_LOUDEST_DB = 15.0
_QUIETEST_DB = -45.0
_APART_SECONDS = 0.12
_BEFORE_SECONDS = 0.4
_LEAST_LEVELS = 2.0
_LEAST_SHARE = 0.3
_SPREADS = 4.0
_SHARE_EXPLAINED = 0.6
_HEARD_SLACK_SECONDS = 0.015
_EPSILON = 1e-6


@dataclass(frozen=True, slots=True)
class Offset:
    """How much later than seen impacts are heard (negative: earlier), and where they are seen."""

    seconds: float
    seen_seconds: tuple[float, ...]


def heard_impacts(levels_db: Series, start_seconds: float = 0.0) -> tuple[float, ...]:
    """Times of sudden loud sounds.

    Args:
        levels_db: Level of each hundredth of a second, dBFS.
        start_seconds: When the first of them begins.
    """
    size = _BEFORE_STEPS + _AFTER_STEPS
    if levels_db.size < size:
        return ()
    windows = sliding_window_view(levels_db, size)
    before = np.percentile(windows[:, :_BEFORE_STEPS], 90, axis=1)
    after = windows[:, _BEFORE_STEPS:].max(axis=1)
    loud = max(_QUIETEST_DB, float(levels_db.max()) - _BELOW_LOUDEST_DB)
    rises = np.where(after >= loud, after - before, 0.0)
    found: list[float] = []
    for index in _steepest(rises, round(_APART_SECONDS * _STEPS)):
        window = windows[index]
        half = before[index] + rises[index] / 2
        first = int(np.argmax(window[_BEFORE_STEPS:] >= half))
        found.append(start_seconds + (index + _BEFORE_STEPS + first) / _STEPS)
    return tuple(found)


def seen_impacts(
    seconds: Sequence[float], differences: Sequence[float], cuts: Sequence[float], fps: float
) -> tuple[float, ...]:
    """Times at which motion suddenly becomes much more than it was; cuts are left out.

    Args:
        seconds: Time of each frame.
        differences: Mean change of each frame to the one before, levels; the first is 0.
        cuts: Times of hard cuts.
        fps: Frames a second.
    """
    width = max(3, round(fps * _BEFORE_SECONDS))
    changes = np.asarray(differences, np.float64)[1:]
    if changes.size <= width:
        return ()
    low, high = np.percentile(sliding_window_view(changes, width)[:-1], (10, 90), axis=1)
    rises = changes[width:] - high
    least = np.maximum(_LEAST_LEVELS, np.maximum(_LEAST_SHARE * high, _SPREADS * (high - low)))
    apart = max(1, round(_APART_SECONDS * fps))
    times = (float(seconds[i + width + 1]) for i in _first_of_each(rises >= least, apart))
    return tuple(time for time in times if all(abs(time - cut) > 1.5 / fps for cut in cuts))


def _steepest(rises: Series, apart: int) -> list[int]:
    """Where the level rises enough; of places close together the first of the steepest."""
    found: list[int] = []
    for index in np.flatnonzero(rises >= _RISE_DB):
        if found and index - found[-1] <= apart:
            if rises[index] > rises[found[-1]]:
                found[-1] = int(index)
        else:
            found.append(int(index))
    return found


def _first_of_each(risen: npt.NDArray[np.bool_], apart: int) -> list[int]:
    """Where motion rises enough; of frames close together the first: there it begins."""
    found: list[int] = []
    last = -apart - 1
    for index in np.flatnonzero(risen):
        if index - last > apart:
            found.append(int(index))
        last = int(index)
    return found


def offset(seen: Sequence[float], heard: Sequence[float], fps: float) -> Offset | None:
    """How far sound lies behind the picture; None where no impact is clear."""
    slack = 0.5 / fps + _HEARD_SLACK_SECONDS
    distances = sorted(
        later - sooner
        for sooner in seen
        for later in heard
        if abs(later - sooner) <= LONGEST_OFFSET_SECONDS + _EPSILON
    )
    if not distances:
        return None
    explained = {distance: _explained(distance, seen, heard, slack) for distance in distances}
    best = max(distances, key=lambda distance: (len(explained[distance]), -abs(distance)))
    count = len(explained[best])
    rivals = (len(places) for other, places in explained.items() if abs(other - best) > 2 * slack)
    if count < _SHARE_EXPLAINED * len(seen) or max(rivals, default=0) >= count:
        return None
    close = [distance for distance in distances if abs(distance - best) <= slack]
    return Offset(float(np.median(close)), explained[best])


def _explained(
    distance: float, seen: Sequence[float], heard: Sequence[float], slack: float
) -> tuple[float, ...]:
    """The seen impacts that have a heard one at this distance."""
    return tuple(
        time for time in seen if any(abs(other - time - distance) <= slack for other in heard)
    )
