"""Sharpness and detail."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from video_agent.media.measure.planes import Plane, gradient, halve

_NOISE_GAIN = 20.0
"""Variance of the 3x3 Laplacian's answer to white noise of variance 1."""
_MIN_DETAIL_VARIANCE = 4.0
_BLOCK = 16


def blur_effect(luma: Plane) -> float:
    """Re-blur metric of Crete, Dolmiere, Ladret and Nicolas 2007.

    0 sharp to 1 blurred, lower is better.

    Blurs once more along each axis and asks how much of the gradient that costs; the worse axis
    counts. Independent of noise-free contrast; 1.0 when there is no gradient at all.
    """
    worst = 0.0
    for across, kernel in ((True, (9, 1)), (False, (1, 9))):
        sharp = gradient(luma, across=across)
        soft = gradient(cv2.blur(luma, kernel), across=across)
        total = cv2.sumElems(sharp)[0]
        if total <= luma.size * 0.01:
            return 1.0
        lost = cv2.sumElems(cv2.subtract(sharp, soft))[0]
        worst = max(worst, (total - lost) / total)
    return worst


@dataclass(frozen=True, slots=True)
class FineDetail:
    """Detail at three scales of one window.

    Attributes:
        ratio: std of the Laplacian at half / at quarter of the native resolution, noise removed:
            0.30 soft to 0.70 crisp, free of contrast and brightness. None where the window is flat.
            Higher is better.
    """

    ratio: float | None


def fine_detail(window: Plane, noise_levels: float) -> FineDetail:
    """Measure a window at native resolution whose noise (standard deviation in levels) is known."""
    half = halve(window)
    quarter = halve(half)
    fine = _laplacian_variance(half, noise_levels / 2)
    coarse = _laplacian_variance(quarter, noise_levels / 4)
    return FineDetail(math.sqrt(fine / coarse) if coarse > _MIN_DETAIL_VARIANCE else None)


def _laplacian_variance(plane: Plane, noise_levels: float) -> float:
    deviation = laplacian_deviation(plane)
    return max(0.0, deviation**2 - _NOISE_GAIN * noise_levels**2)


def laplacian_deviation(luma: Plane) -> float:
    """Standard deviation of the Laplacian in levels (Pech-Pacheco 2000).

    0 to about 60, higher is more detail.

    Grows with contrast and noise, so it is read together with the others.
    """
    _, deviation = cv2.meanStdDev(cv2.Laplacian(luma, cv2.CV_16S))
    return float(deviation[0, 0])


def detail_share(luma: Plane, noise_levels: float = 0.0) -> float:
    """Share of 16 x 16 blocks that hold texture: deviation above 3 levels + the noise.

    0 empty to 1 rich; higher is better up to 0.8.

    Own measure: flat sky and flat fills are the mark of a picture with little to look at.
    """
    height, width = (side // _BLOCK for side in luma.shape[:2])
    if height == 0 or width == 0:
        return 0.0
    area = np.asarray(luma[: height * _BLOCK, : width * _BLOCK], np.float32)
    size = (width, height)
    mean = cv2.resize(area, size, interpolation=cv2.INTER_AREA)
    square = cv2.resize(area * area, size, interpolation=cv2.INTER_AREA)
    variance = np.maximum(square - mean * mean, 0.0)
    return float((variance > (3.0 + noise_levels) ** 2).mean())
