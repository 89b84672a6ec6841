"""Noise and the marks that coarse coding leaves."""

import math

import cv2
import numpy as np

from video_agent.media.measure.planes import Plane, gradient

_SECOND_DIFFERENCE = np.array([1, -2, 1], np.float32)
_NOISE_BLOCK = 32
_GRID = 8
_EDGE_LIMIT = 24.0
_SMOOTH_AREA = (33, 9)
_MIN_SMOOTH_SHARE = 0.05
_PLATEAU = 5
_CONTOUR_WIDTH = 5
_CONTOUR_LEVELS = (np.array([2.0]), np.array([14.0]))


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
    """Height of the false contours in smooth areas, over all smooth pixels: root mean square.

    A false contour is a step of 2 to 14 levels, at most 5 pixels wide as coding leaves it, between
    two plateaus of one exact level, 5 pixels each; along rows and along columns.

    0 to 14 levels; 0.25 a clean gradient as coded; 0.5 visible; 1.2 strong. Lower is better. For a
    given gradient the number of contours falls as their height grows; the square makes few high
    ones count more than many low ones, as they do to the eye. Own measure after the idea of CAMBI
    (Netflix 2021).
    """
    ways = (_contours(luma), _contours(cv2.transpose(luma)))
    return math.sqrt(sum(ways))


def _contours(luma: Plane) -> float:
    """Squared height of the contours met along the rows, for each smooth pixel."""
    steps = gradient(luma, across=True)
    width = steps.shape[1] - 2 * _PLATEAU - _CONTOUR_WIDTH + 1
    if width <= 0:
        return 0.0
    # whatever is cut out with these has at `x` what belongs to the contour that begins there
    first = slice(_PLATEAU, _PLATEAU + width)
    last = slice(first.start + _CONTOUR_WIDTH, first.stop + _CONTOUR_WIDTH)
    mean = cv2.blur(steps, _SMOOTH_AREA)[:, first]
    _, smooth = cv2.threshold(mean, 1, 255, cv2.THRESH_BINARY_INV)
    smooth_count = cv2.countNonZero(smooth)
    if smooth_count < _MIN_SMOOTH_SHARE * smooth.size:
        return 0.0
    _, touched = cv2.threshold(steps, 0, 255, cv2.THRESH_BINARY)
    plateau = cv2.bitwise_not(cv2.dilate(touched, np.ones((1, _PLATEAU), np.uint8), anchor=(0, 0)))
    heights = cv2.absdiff(luma[:, last], luma[:, first])
    # only its first pixel, so that a contour counts once however wide it is
    begins = cv2.bitwise_and(touched[:, first], plateau[:, :width])
    between = cv2.bitwise_and(begins, plateau[:, last])
    high = cv2.inRange(heights, *_CONTOUR_LEVELS)
    seen = cv2.bitwise_and(cv2.bitwise_and(between, high), smooth)
    return cv2.norm(heights, cv2.NORM_L2SQR, seen) / smooth_count
