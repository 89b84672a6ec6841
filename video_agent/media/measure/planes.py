"""Planes and how they are made smaller."""

import cv2
from cv2.typing import MatLike

Plane = MatLike
"""One channel of a picture: shape (height, width)."""

ANALYSIS_SHORT_SIDE = 270
"""Short side in pixels of the small luma picture that the per-frame measures look at."""


def analysis_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the small picture.

    Short side 270 pixels, both even, never larger than the source.
    """
    factor = min(1.0, ANALYSIS_SHORT_SIDE / min(width, height))
    return max(2, round(width * factor / 2) * 2), max(2, round(height * factor / 2) * 2)


def shrink(plane: Plane, width: int, height: int) -> Plane:
    """Reduce a plane to exactly (height, width).

    Exact area halvings first (they are vectorised), one bilinear step for the rest: about four
    times cheaper than a general area reduction and free of the aliasing of a single bilinear step.
    """
    while plane.shape[1] >= 2 * width and plane.shape[0] >= 2 * height:
        half = (plane.shape[1] // 2, plane.shape[0] // 2)
        plane = cv2.resize(plane, half, interpolation=cv2.INTER_AREA)
    if plane.shape == (height, width):
        return plane
    return cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)


def halve(plane: Plane) -> Plane:
    """Half the size by area means."""
    size = (max(1, plane.shape[1] // 2), max(1, plane.shape[0] // 2))
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)


def gradient(plane: Plane, *, across: bool) -> Plane:
    """Absolute difference of neighbouring pixels, in levels.

    `across` along the row, else along the column.
    """
    if across:
        return cv2.absdiff(plane[:, 1:], plane[:, :-1])
    return cv2.absdiff(plane[1:], plane[:-1])


def mean_difference(first: Plane, second: Plane) -> float:
    """Mean absolute difference in levels (0 to 255) of two planes of one size."""
    return float(cv2.norm(first, second, cv2.NORM_L1)) / max(1, first.size)
