"""A vector pen: antialiased shapes in unit coordinates, drawn at twice the size and reduced."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import cv2
import numpy as np

from video_agent.studio.renderer.pixels import Colour, Pixels, mix, scalar

Points: TypeAlias = Sequence[Sequence[float]]
_SHIFT = 4


def curve(points: Points, steps: int = 8, *, closed: bool = True) -> list[list[float]]:
    """Round a polygon into a Catmull-Rom spline through its points."""
    knots = np.asarray(points, np.float64)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([knots[:1], knots, knots[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    pieces = [
        0.5
        * (
            2 * p1
            + (p2 - p0) * t
            + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2
            + (3 * p1 - p0 - 3 * p2 + p3) * t**3
        )
        for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    rounded: list[list[float]] = np.concatenate(pieces).tolist()
    return rounded if closed else [*rounded, list(points[-1])]


class Pen:
    """Draws on a square canvas whose coordinates run from -1 to 1 (y down).

    Args:
        size: Side of the finished picture in pixels.
        detail: Supersampling, 2 as a rule.
    """

    def __init__(self, size: int, detail: int = 2) -> None:
        self.size = max(8, size)
        self._canvas = np.zeros((self.size * detail, self.size * detail, 4), np.uint8)
        self._half = self.size * detail / 2
        self._lights: list[tuple[float, float, float, Colour]] = []

    def _fixed(self, points: Points) -> list[Pixels]:
        pixels = (np.asarray(points, np.float64) + 1) * self._half
        return [np.round(pixels * (1 << _SHIFT)).astype(np.int32)]

    def polygon(self, points: Points, colour: Colour) -> None:
        """Fill a polygon."""
        cv2.fillPoly(self._canvas, self._fixed(points), scalar(colour), cv2.LINE_AA, _SHIFT)

    def blob(self, points: Points, colour: Colour, steps: int = 8) -> None:
        """Fill the smooth closed curve through the points."""
        self.polygon(curve(points, steps), colour)

    def ellipse(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        colour: Colour,
        turn: float = 0,
    ) -> None:
        """Fill an ellipse; ``turn`` in degrees clockwise."""
        scale = self._half * (1 << _SHIFT)
        middle = (round((centre[0] + 1) * scale), round((centre[1] + 1) * scale))
        axes = (max(1, round(radii[0] * scale)), max(1, round(radii[1] * scale)))
        cv2.ellipse(
            self._canvas, middle, axes, turn, 0, 360, scalar(colour), -1, cv2.LINE_AA, _SHIFT
        )

    def line(self, points: Points, colour: Colour, width: float) -> None:
        """Draw an open line; ``width`` in unit coordinates."""
        thick = max(1, round(width * self._half))
        fixed = self._fixed(points)
        cv2.polylines(self._canvas, fixed, False, scalar(colour), thick, cv2.LINE_AA, _SHIFT)

    def limb(self, points: Points, colour: Colour, start: float, end: float) -> None:
        """Draw a line that tapers from width ``start`` to ``end``, with round joints."""
        path = np.asarray(points, np.float64)
        widths = np.linspace(start, end, len(path)) / 2
        for (a, b), (wa, wb) in zip(pairwise(path), pairwise(widths), strict=True):
            along = b - a
            normal = np.array([-along[1], along[0]]) / (math.hypot(*along) + 1e-9)
            corners = [a + normal * wa, b + normal * wb, b - normal * wb, a - normal * wa]
            self.polygon([list(corner) for corner in corners], colour)
            self.ellipse((b[0], b[1]), (wb, wb), colour)
        self.ellipse((path[0][0], path[0][1]), (widths[0], widths[0]), colour)

    def light(self, centre: tuple[float, float], radius: float, colour: Colour) -> None:
        """Note a lamp: a soft glow that is added after shading (see :meth:`finish`)."""
        self._lights.append((*centre, radius, colour))

    def finish(self) -> Pixels:
        """Reduce to the final size: premultiplied BGRA (transparent black edges are already so)."""
        return cv2.resize(self._canvas, (self.size, self.size), interpolation=cv2.INTER_AREA)

    def add_lights(self, image: Pixels) -> None:
        """Add the noted lamps to the finished picture, in place."""
        half = self.size / 2
        for x, y, radius, colour in self._lights:
            reach = max(2, int(radius * half))
            column, row = int((x + 1) * half), int((y + 1) * half)
            x0, y0 = max(0, column - reach), max(0, row - reach)
            x1, y1 = min(self.size, column + reach), min(self.size, row + reach)
            if x1 <= x0 or y1 <= y0:
                continue
            across = (np.arange(x0, x1, dtype=np.float32) - column) / reach
            down = (np.arange(y0, y1, dtype=np.float32) - row) / reach
            fall = np.clip(1 - (down[:, None] ** 2 + across[None] ** 2), 0, 1) ** 3
            glow = np.zeros((y1 - y0, x1 - x0, 4), np.float32)
            glow[..., :3] = fall[..., None] * colour
            area = image[y0:y1, x0:x1]
            cv2.add(area, np.clip(glow, 0, 255).astype(np.uint8), area)


def shade(image: Pixels, towards: tuple[float, float], sun: Colour, strength: float) -> Pixels:
    """Give a flat drawing volume: a lit rim towards the light and a soft dark side away from it.

    Args:
        image: Premultiplied BGRA.
        towards: Direction of the light, x right and y down, about unit length.
        sun: Colour of the rim.
        strength: 0..1.
    """
    size = image.shape[0]
    reach = max(1.5, size * 0.035)
    alpha = image[..., 3]
    soft = cv2.blur(alpha, (int(reach) | 1, int(reach) | 1))
    matrix = np.array([[1, 0, towards[0] * reach], [0, 1, towards[1] * reach]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(soft, matrix, (size, size), flags=flags)
    rim = cv2.multiply(cv2.subtract(alpha, moved), alpha, scale=strength * 0.55 / 255)
    gloom = cv2.bitwise_not(cv2.convertScaleAbs(cv2.subtract(moved, soft), alpha=strength * 0.9))
    out = cv2.multiply(image, cv2.cvtColor(gloom, cv2.COLOR_GRAY2BGRA), scale=1 / 255)
    bright = [cv2.convertScaleAbs(rim, alpha=float(v) / 255) for v in sun]
    out = cv2.add(out, cv2.merge([*bright, rim]))
    out[..., 3] = alpha
    return cv2.min(out, cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGRA))


def outlined(image: Pixels, colour: Colour, width: int) -> Pixels:
    """Put a dark contour around a drawing, as cartoons do."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
    fat = cv2.dilate(image[..., 3], kernel)
    keep = cv2.cvtColor(cv2.bitwise_not(image[..., 3]), cv2.COLOR_GRAY2BGRA)
    ink = cv2.merge([cv2.convertScaleAbs(fat, alpha=float(v) / 255) for v in colour] + [fat])
    return cv2.add(cv2.multiply(ink, keep, scale=1 / 255), image)


def shades(colour: Colour, light: Colour) -> tuple[Colour, Colour, Colour]:
    """Give (lighter, same, darker) tones of a colour; the lighter one leans to the light."""
    return mix(colour, light, 0.35), colour, colour * 0.66
