"""Flicker.

Brightness that goes back and forth from frame to frame, in the whole picture or in places.
"""

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane, mean_difference

Series = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


def middle_residual(before: Plane, middle: Plane, after: Plane) -> float:
    """How far the middle of three frames lies outside the two others.

    Mean |f1 - median(f0, f1, f2)| in levels.

    Steady motion and fades give about 0, a frame brighter or darker than both neighbours gives its
    excess. Lower is better.
    """
    median = cv2.max(cv2.min(before, after), cv2.min(cv2.max(before, after), middle))
    return mean_difference(middle, median)


def alternation(means: Series, usable: Mask) -> Series:
    """Per inner frame.

    Min(|step before|, |step after|) of mean luma where the two steps have opposite signs, else 0.

    Args:
        means: Mean luma of each frame, shape (n,).
        usable: Shape (n - 2,), False where a cut spoils the comparison.

    Returns:
        Levels, shape (n - 2,). Its mean over the usable frames is the global flicker (0 none; 0.25
        unseen; 3 strong).
    """
    steps = np.diff(means)
    turns = (steps[1:] * steps[:-1] < 0) & usable
    return np.where(turns, np.minimum(np.abs(steps[1:]), np.abs(steps[:-1])), 0.0)


def relative_flicker(residuals: Series, differences: Series) -> float:
    """Local flicker as a share of all change.

    Sum of residuals / (sum of frame differences + 0.3 a frame). 0 to 1, lower is better.

    Separates flicker (0.6 and more) from honest fast motion (under 0.3).
    """
    return float(residuals.sum() / (differences.sum() + 0.3 * max(1, residuals.size)))
