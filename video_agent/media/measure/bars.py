"""Black bars around the picture."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane

_BAR_LEVEL = 30
_SEEN = 0.01
_EDGE_PIXELS = 3
_LIT_SHARE = 0.33
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

    A wholly dark clip has no bars (there is no picture for them to frame), nor has a dark ground or
    a dark corner: the picture beside a bar begins in a straight line, lit along a third of it.
    """
    picture = np.asarray(brightest, np.uint8)
    top, bottom = _edges(picture)
    left, right = _edges(picture.T)
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


def _edges(picture: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """The dark rows at the top and at the bottom, as shares of all."""
    lit = np.flatnonzero(picture.max(axis=1) > _BAR_LEVEL)
    if lit.size == 0:
        return 0.0, 0.0
    first, last, count = int(lit[0]), int(lit[-1]), picture.shape[0]
    above = first if _begins(picture[first : first + _EDGE_PIXELS]) else 0
    below = count - 1 - last if _begins(picture[max(0, last + 1 - _EDGE_PIXELS) : last + 1]) else 0
    return above / count, below / count


def _begins(rows: npt.NDArray[np.uint8]) -> bool:
    return float((rows.max(axis=0) > _BAR_LEVEL).mean()) >= _LIT_SHARE
