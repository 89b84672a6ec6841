"""Hard cuts."""

import numpy as np
import numpy.typing as npt

from video_agent.media.measure.cadence import DUPLICATE_LEVELS
from video_agent.media.measure.planes import Plane

Series = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_HALF_WINDOW = 6
_LEVELS_PER_PERCENT = 2.55
_MIN_STRUCTURE_CHANGE = 0.1
_FLAT_VARIANCE = 1.0


def structure_change(first: Plane, second: Plane) -> float:
    """1 - correlation of two pictures: 0 for the same picture, also when one is brighter, to 2.

    From or to a flat picture is 1; two flat pictures count as unchanged.
    """
    one, two = np.asarray(first, np.float64).ravel(), np.asarray(second, np.float64).ravel()
    one, two = one - one.sum() / one.size, two - two.sum() / two.size
    flat = [float(part @ part) < _FLAT_VARIANCE * part.size for part in (one, two)]
    if any(flat):
        return 0.0 if all(flat) else 1.0
    return 1.0 - float(one @ two) / float(np.sqrt((one @ one) * (two @ two)))


def find_cuts(
    differences: Series, histogram_distances: Series, structure_changes: Series, black: Mask
) -> list[int]:
    """Indices of the first frame after each hard cut.

    The idea of FFmpeg's scdet (a large difference that is also a large change of difference), taken
    against the 75th percentile of the twelve differences around it instead of the one before, so
    that fast motion and stutter are not cuts; a change of the histogram confirms it. Steps into and
    out of black are not cuts, nor are cross-fades.

    Args:
        differences: Mean absolute difference to the frame before, levels, shape (n - 1,).
        histogram_distances: 0 to 1, shape (n - 1,).
        structure_changes: See `structure_change`, shape (n - 1,); tells a cut from a flash.
        black: Whether each frame is black, shape (n,).
    """
    if differences.size < 3:
        return []
    usual = _usual_difference(differences)
    score = np.minimum(differences, np.abs(differences - usual)) / _LEVELS_PER_PERCENT
    clear = (score > 8) & (differences > 2.2 * usual + 2) & (histogram_distances > 0.15)
    soft = (score > 3) & (differences > 3 * usual + 2) & (histogram_distances > 0.4)
    alone = (score > 8) & (differences > 4 * usual + 4)
    at_black = np.diff(black.astype(np.int8)) != 0
    other = structure_changes > _MIN_STRUCTURE_CHANGE
    found = (clear | soft | alone) & other & ~at_black
    return [int(index) + 1 for index in np.flatnonzero(found)]


def _usual_difference(differences: Series) -> Series:
    """The 75th percentile of the twelve neighbours, repeats left out; 0 where there is none."""
    live = np.where(differences < DUPLICATE_LEVELS, np.nan, differences)
    padded = np.pad(live, _HALF_WINDOW, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _HALF_WINDOW + 1).copy()
    windows[:, _HALF_WINDOW] = np.nan
    windows.sort(axis=1)  # what is not a number goes to the end
    place = 0.75 * np.maximum(0, np.count_nonzero(~np.isnan(windows), axis=1) - 1)
    lower = place.astype(np.intp)
    rows, share = np.arange(len(windows)), place - lower
    below, above = windows[rows, lower], windows[rows, np.ceil(place).astype(np.intp)]
    return np.nan_to_num(below + (above - below) * share)
