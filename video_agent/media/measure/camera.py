"""What the camera did, from the same flow as the motion measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.motion import Flow
from video_agent.media.measure.planes import Plane

CameraLabel = Literal["static", "pan", "tilt", "dolly", "handheld"]
CameraDirection = Literal["", "left", "right", "up", "down", "in", "out"]

_STEP = 6
_TEXTURED_PERCENTILE = 60
_TRIM_PERCENTILE = 70
_ROUNDS = 3
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


def camera_step(flow: Flow, picture: Plane, frames: int, fps: float) -> CameraStep | None:
    """Fit one affine movement to the flow of the most textured points, three rounds.

    The worst 30 % left out each time.

    Zoom counts only where both axes grow or shrink together: parallax looks like zoom along one
    axis.

    Returns:
        The movement; None when the picture has too little texture to tell.
    """
    height, width = flow.shape[:2]
    across, down = cv2.Sobel(picture, cv2.CV_32F, 1, 0), cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    texture = np.asarray(cv2.magnitude(across, down))[2::_STEP, 2::_STEP].ravel()
    limit = np.percentile(texture, _TEXTURED_PERCENTILE)
    chosen = texture > max(float(limit), 1.0)
    if int(chosen.sum()) < _MIN_POINTS:
        return None
    columns, rows = np.meshgrid(np.arange(2, width, _STEP), np.arange(2, height, _STEP))
    points = np.stack(
        [
            np.ones(columns.size),
            (columns.ravel() - width / 2) / height,
            (rows.ravel() - height / 2) / height,
        ],
        axis=1,
    )[chosen]
    moves = flow[2::_STEP, 2::_STEP].reshape(-1, 2)[chosen] * (fps / frames / height)
    fit = _trimmed_fit(points, moves.astype(np.float64))
    wide, tall = float(fit[1, 0]), float(fit[2, 1])
    zoom = float(np.sign(wide)) * min(abs(wide), abs(tall)) if wide * tall > 0 else 0.0
    return CameraStep(float(fit[0, 0]), float(fit[0, 1]), zoom)


def _trimmed_fit(
    points: npt.NDArray[np.float64], moves: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Least squares, refitted on the best 70 % twice; shape (3, 2)."""
    fit = np.zeros((3, 2), np.float64)
    for _ in range(_ROUNDS):
        normal = points.T @ points + 1e-9 * np.eye(3)
        fit = np.asarray(np.linalg.solve(normal, points.T @ moves), np.float64)
        errors = np.abs(moves - points @ fit).sum(axis=1)
        kept = errors <= np.percentile(errors, _TRIM_PERCENTILE)
        points, moves = points[kept], moves[kept]
    return fit


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
