"""The rhythm of frames: repeats, freezes, judder, uneven time stamps."""

import numpy as np
import numpy.typing as npt

Series = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

DUPLICATE_LEVELS = 0.10
"""A frame whose mean difference to the one before is under this many levels repeats it."""


def duplicates(differences: Series) -> Mask:
    """Which frames (from the second on) repeat the one before: difference under 0.10 levels."""
    return differences < DUPLICATE_LEVELS


def runs(mask: Mask) -> list[tuple[int, int]]:
    """First and last index (inclusive) of every run of True."""
    padded = np.concatenate(([False], mask, [False])).astype(np.int8)
    edges = np.diff(padded)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def judder(differences: Series) -> float:
    """Unevenness of motion.

    Mean |second difference of the frame differences| / (their mean + 0.25).

    0 even; 0.9 noticeable; 3 every other frame repeated or lost. Lower is better.
    """
    if differences.size < 4:
        return 0.0
    second = np.abs(differences[2:] - 2 * differences[1:-1] + differences[:-2])
    return float(second.mean() / (differences.mean() + 0.25))


def step_error(times: Series, fps: float) -> float:
    """Largest relative deviation of a time-stamp step from 1/fps: 0 is a constant frame rate.

    Lower is better.
    """
    if times.size < 2:
        return 0.0
    return float(np.abs(np.diff(times) * fps - 1.0).max())
