"""Noise and the marks that coarse coding leaves."""

import math

import cv2
import numpy as np

from video_agent.media.measure.planes import Plane, gradient

_SECOND_DIFFERENCE = np.array([1, -2, 1], np.float32)
_NOISE_BLOCK = 32
_GRID = 8
_EDGE_LIMIT = 24.0


def noise_deviation(luma: Plane) -> float:
    """Noise in levels (standard deviation).

    Immerkaer 1996, 20th percentile over 32 x 32 blocks so that texture does not count.

    0 clean; 0.9 fine grain; 6 strong. Lower is better. Needs at least 32 x 32 pixels at native
    resolution.
    """
    response = cv2.sepFilter2D(luma, cv2.CV_16S, _SECOND_DIFFERENCE, _SECOND_DIFFERENCE)
    height, width = (side // _NOISE_BLOCK for side in luma.shape[:2])
    if height == 0 or width == 0:
        return 0.0
    magnitude = cv2.convertScaleAbs(response, alpha=4)
    blocks = cv2.resize(
        magnitude[: height * _NOISE_BLOCK, : width * _NOISE_BLOCK],
        (width, height),
        interpolation=cv2.INTER_AREA,
    )
    return float(np.percentile(blocks, 20)) / 4 * math.sqrt(math.pi / 2) / 6


def blocking(luma: Plane) -> float:
    """Visibility of the 8 x 8 coding grid.

    Mean gradient on the grid / typical gradient off it (Wang, Sheikh, Bovik 2002).

    1 none; 1.6 visible; 4.5 strong. Lower is better. Steps are clipped at 24 levels because real
    edges are larger. The window must start on a multiple of 8 pixels.
    """
    ratios: list[float] = []
    for across in (True, False):
        _, steps = cv2.threshold(gradient(luma, across=across), _EDGE_LIMIT, 255, cv2.THRESH_TRUNC)
        sums = cv2.reduce(steps, 0 if across else 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
        profile = np.asarray(sums, np.float64).ravel()
        whole = profile.size // _GRID * _GRID
        if whole == 0:
            return 1.0
        phases = profile[:whole].reshape(-1, _GRID).mean(axis=0)
        ratios.append(float((phases[_GRID - 1] + 1) / (np.median(phases[: _GRID - 1]) + 1)))
    return sum(ratios) / len(ratios)


def banding(luma: Plane) -> float:
    """Share of smooth pixels that sit on a lone contour.

    A step of 2 to 14 levels with exact zeros for 4 pixels on both sides.

    0 to 1; 0.005 visible in gradients; 0.025 strong. Lower is better. Own measure after the idea of
    CAMBI (Netflix 2021).
    """
    steps = gradient(luma, across=True)
    _, smooth = cv2.threshold(cv2.blur(steps, (33, 9)), 1, 255, cv2.THRESH_BINARY_INV)
    smooth_count = cv2.countNonZero(smooth)
    if smooth_count < 0.05 * steps.size:
        return 0.0
    contour = cv2.inRange(steps, np.array([2.0]), np.array([14.0]))
    _, touched = cv2.threshold(steps, 0, 1, cv2.THRESH_BINARY)
    near = cv2.boxFilter(touched, cv2.CV_8U, (9, 1), normalize=False)
    lone = cv2.inRange(near, np.array([1.0]), np.array([1.0]))
    hits = cv2.countNonZero(cv2.min(cv2.min(contour, smooth), lone))
    return hits / smooth_count
