"""Black bars around the picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane

_BAR_LEVEL = 30
_SEEN = 0.01
_EDGE_PIXELS = 3
_GRID = 8


@dataclass(frozen=True, slots=True)
class Bars:
    """Black bars as shares of the height (top, bottom) or width (left, right), 0 to 1.

    Lower is better unless asked for.
    """

    top: float
    bottom: float
    left: float
    right: float

    @property
    def widest(self) -> float:
        """The widest of the four."""
        return max(self.top, self.bottom, self.left, self.right)


def bars(brightest: Plane) -> Bars:
    """Find bars in the per-pixel maximum over all frames.

    Rows and columns that never rise above level 30.

    A wholly dark clip has no bars (there is no picture for them to frame).
    """
    picture = np.asarray(brightest, np.uint8)
    rows, columns = picture.max(axis=1), picture.max(axis=0)
    top, bottom = _edges(rows)
    left, right = _edges(columns)
    return Bars(top, bottom, left, right)


def inside(plane: Plane, frame: Bars) -> Plane:
    """The plane without its bars: their hard edges are not detail.

    Starts on a multiple of 8 pixels.
    """
    if frame.widest < _SEEN:
        return plane
    height, width = plane.shape[:2]
    top, left = (
        -(-int(share * side + _EDGE_PIXELS) // _GRID) * _GRID if share > 0 else 0
        for share, side in ((frame.top, height), (frame.left, width))
    )
    bottom = height - (int(frame.bottom * height) + _EDGE_PIXELS if frame.bottom > 0 else 0)
    right = width - (int(frame.right * width) + _EDGE_PIXELS if frame.right > 0 else 0)
    return plane[top:bottom, left:right] if bottom > top and right > left else plane


NO_BARS = Bars(0.0, 0.0, 0.0, 0.0)


def _edges(line: npt.NDArray[np.uint8]) -> tuple[float, float]:
    lit = np.flatnonzero(line > _BAR_LEVEL)
    if lit.size == 0:
        return 0.0, 0.0
    return float(lit[0]) / line.size, float(line.size - 1 - lit[-1]) / line.size
