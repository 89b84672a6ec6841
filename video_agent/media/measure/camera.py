"""What the camera did, from the same flow as the motion measures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.motion import Flow
from video_agent.media.measure.planes import Plane

CameraLabel = Literal["static", "pan", "tilt", "dolly", "handheld"]
CameraDirection = Literal["", "left", "right", "up", "down", "in", "out"]

_STEP = 6
_TEXTURED_SHARE = 0.6
_KEPT_SHARE = 0.7
_REFITS = 2
_DAMPING = 1e-9 * np.eye(3)
_MIN_POINTS = 30
_PAN_HEIGHTS_PER_SECOND = 0.008
_ZOOM_PER_SECOND = 0.012
_SHAKE_HEIGHTS_PER_SECOND = 0.02


@dataclass(frozen=True, slots=True)
class CameraStep:
    """Movement of the whole picture between two frames.

    Heights a second across and down, growth a second (zoom).
    """

    across: float
    down: float
    zoom: float


@dataclass(frozen=True, slots=True)
class CameraMotion:
    """The clip's camera movement.

    Attributes:
        label: `static`, `pan` (also tracking sideways), `tilt` (also crane and pedestal), `dolly`
            (also zoom) or `handheld`.
        direction: Where the camera goes: left, right, up, down, in, out; empty for static and
            handheld.
        across: Median movement of the picture in heights a second; positive: content moves right,
            so the camera goes left.
        down: The same downwards; positive: the camera goes up.
        zoom: Median growth of the picture a second; positive: the camera goes in.
        shake: Mean change of movement from step to step in heights a second.
    """

    label: CameraLabel
    direction: CameraDirection
    across: float
    down: float
    zoom: float
    shake: float


@dataclass(slots=True)
class CameraFit:
    """Fits the movement of the whole picture to flow of one size; keeps its grid between calls."""

    width: int
    height: int
    _points: npt.NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        columns, rows = np.meshgrid(
            np.arange(2, self.width, _STEP), np.arange(2, self.height, _STEP)
        )
        self._points = np.stack(
            [
                np.ones(columns.size),
                (columns.ravel() - self.width / 2) / self.height,
                (rows.ravel() - self.height / 2) / self.height,
            ],
            axis=1,
        )

    def step(self, flow: Flow, picture: Plane, frames: int, fps: float) -> CameraStep | None:
        """Fit one affine movement to the flow of the most textured points, three rounds.

        The worst 30 % left out each time.

        Zoom counts only where both axes grow or shrink together: parallax looks like zoom along
        one axis.

        Args:
            flow: Displacement in pixels, shape (height, width, 2).
            picture: The first of the two frames, shape (height, width).
            frames: How many frames lie between the two (1 for neighbours).
            fps: Frames a second.

        Returns:
            The movement; None when the picture has too little texture to tell.
        """
        texture = _texture(picture)
        limit = _quantile(texture, _TEXTURED_SHARE)
        chosen = np.flatnonzero(texture > max(limit, 1.0))
        if chosen.size < _MIN_POINTS:
            return None
        moves = flow[2::_STEP, 2::_STEP].reshape(-1, 2)[chosen] * (fps / frames / self.height)
        fit = _trimmed_fit(self._points[chosen], moves.astype(np.float64))
        wide, tall = float(fit[1, 0]), float(fit[2, 1])
        zoom = float(np.sign(wide)) * min(abs(wide), abs(tall)) if wide * tall > 0 else 0.0
        return CameraStep(float(fit[0, 0]), float(fit[0, 1]), zoom)


def _texture(picture: Plane) -> npt.NDArray[np.float64]:
    """Gradient magnitude at the grid's points, levels (Sobel scale)."""
    across = cv2.Sobel(picture, cv2.CV_16S, 1, 0)[2::_STEP, 2::_STEP]
    down = cv2.Sobel(picture, cv2.CV_16S, 0, 1)[2::_STEP, 2::_STEP]
    return np.hypot(np.asarray(across, np.float64), np.asarray(down, np.float64)).ravel()


def _quantile(values: npt.NDArray[np.float64], share: float) -> float:
    """The value that so large a share lies below; far cheaper than a percentile between two."""
    place = min(values.size - 1, int(values.size * share))
    return float(np.partition(values, place)[place])


def _trimmed_fit(
    points: npt.NDArray[np.float64], moves: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Least squares, refitted on the best 70 % twice; shape (3, 2)."""
    fit = _least_squares(points, moves)
    for _ in range(_REFITS):
        errors = np.abs(moves - points @ fit).sum(axis=1)
        kept = np.flatnonzero(errors <= _quantile(errors, _KEPT_SHARE))
        points, moves = points[kept], moves[kept]
        fit = _least_squares(points, moves)
    return fit


def _least_squares(
    points: npt.NDArray[np.float64], moves: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """By the normal equations, with a trace of damping for degenerate points."""
    normal = points.T @ points + _DAMPING
    # for three unknowns OpenCV's solver is ten times as fast as NumPy's
    _, fit = cv2.solve(normal, points.T @ moves, flags=cv2.DECOMP_CHOLESKY)
    return np.asarray(fit, np.float64)


def camera_motion(steps: Sequence[CameraStep]) -> CameraMotion | None:
    """Label a clip from its steps.

    Zoom over 0.012 a second, movement over 0.008 heights a second, shake over 0.02.

    Returns:
        The movement; None when there is nothing to judge it by.
    """
    if not steps:
        return None
    table = np.array([(step.across, step.down, step.zoom) for step in steps])
    across, down, zoom = (float(value) for value in np.median(table, axis=0))
    shake = 0.0
    if len(steps) > 1:
        shake = float(np.abs(np.diff(table[:, :2], axis=0)).mean(axis=0).max())
    label, direction = _label(across, down, zoom, shake)
    return CameraMotion(label, direction, across, down, zoom, shake)


def _label(
    across: float, down: float, zoom: float, shake: float
) -> tuple[CameraLabel, CameraDirection]:
    slide = float(np.hypot(across, down))
    if abs(zoom) > _ZOOM_PER_SECOND and abs(zoom) > 0.6 * slide:
        return "dolly", "in" if zoom > 0 else "out"
    if shake > _SHAKE_HEIGHTS_PER_SECOND and shake > slide:
        return "handheld", ""
    if slide > _PAN_HEIGHTS_PER_SECOND:
        if abs(across) > abs(down):
            return "pan", "left" if across > 0 else "right"
        return "tilt", "up" if down > 0 else "down"
    return "static", ""
