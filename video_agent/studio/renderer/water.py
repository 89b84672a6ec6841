"""Water: the picture above it mirrored through ripples, its own colour, and the sun's path."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Water
from video_agent.studio.renderer.pixels import Field, Pixels, mix
from video_agent.studio.renderer.stage import Stage


class WaterSurface:
    """Draws a :class:`Water` onto finished frames; keeps what is equal in all frames.

    Args:
        stage: The stage.
        water: The surface.
    """

    def __init__(self, stage: Stage, water: Water) -> None:
        self._stage = stage
        self._water = water
        self._columns = np.arange(stage.width, dtype=np.float32)[None]
        rng = stage.rng("glitter")
        small = rng.random((320, max(8, stage.width // 14)), dtype=np.float32)
        self._sparkle = cv2.resize(small, (max(16, stage.width // 2), 640))
        self._tints: dict[int, tuple[Pixels, Pixels]] = {}

    def _tint(self, rows: int) -> tuple[Pixels, Pixels]:
        """Multiplier and addend that blend in the water's own colour, stronger when nearer."""
        if rows not in self._tints:
            share = np.linspace(0, 1, rows, dtype=np.float32)
            amount = (self._water.tint * (0.55 + 0.75 * share)).clip(0, 1)[:, None, None]
            shape = (rows, self._stage.width, 4)
            colour = np.append(mix(self._stage.palette.low, self._water.colour, 0.75), 255)
            keep = np.broadcast_to((255 * (1 - amount)).astype(np.uint8), shape)
            own = np.broadcast_to((amount * colour).clip(0, 255).astype(np.uint8), shape)
            self._tints[rows] = np.ascontiguousarray(keep), np.ascontiguousarray(own)
        return self._tints[rows]

    def _phase(self, rows: int) -> Field:
        """Wave phase by row: crests grow with nearness, as perspective has it."""
        distance = np.arange(rows, dtype=np.float32) * 0.35 / self._stage.unit
        return (34 * np.log1p(distance)).astype(np.float32)

    def draw(self, frame: Pixels, row: int, seconds: float, sun_x: float) -> None:
        """Fill the frame below ``row`` with water, in place; ``sun_x`` is the sun's column."""
        rows = frame.shape[0] - row
        if rows < 4 or row < 4:
            return
        near = np.arange(rows, dtype=np.float32) / rows
        phase = self._phase(rows)
        size = self._stage.unit * self._water.ripple
        swing = np.sin(phase - seconds * 3.1) + 0.6 * np.sin(phase * 2.3 + seconds * 2.2 + 1)
        aside = (2 + 17 * near) * size * swing
        source = row - 1 - np.arange(rows, dtype=np.float32) * 0.93
        source += (1 + 10 * near) * size * np.sin(phase * 1.7 - seconds * 2.6)
        source = np.abs(source).clip(0, row - 1)
        across = self._columns + aside[:, None]
        down = np.ascontiguousarray(np.broadcast_to(source[:, None], across.shape), np.float32)
        mirrored = cv2.remap(
            frame[:row],
            across.astype(np.float32),
            down,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT,
        )
        keep, own = self._tint(rows)
        cv2.multiply(mirrored, keep, mirrored, 1 / 255)
        cv2.add(mirrored, own, mirrored)
        if self._water.glitter > 0 and self._stage.quality > 0.35:
            self._glitter(mirrored, phase, near, seconds, sun_x)
        frame[row:] = mirrored

    def _glitter(
        self, area: Pixels, phase: Field, near: Field, seconds: float, sun_x: float
    ) -> None:
        """Add the sun's broken path, computed at half size around the sun's column."""
        rows, width = area.shape[:2]
        left = max(0, int(sun_x - 0.22 * width)) // 2 * 2
        right = min(width, int(sun_x + 0.22 * width)) // 2 * 2
        if right - left < 8:
            return
        phase, near = phase[::2], near[::2]
        columns = np.arange(left // 2, right // 2, dtype=np.float32) * 2
        index = (np.arange(near.size) * 6 + int(seconds * 40)) % self._sparkle.shape[0]
        sparkle = self._sparkle[index][:, left // 2 : right // 2]
        columns = columns[: sparkle.shape[1]]
        breadth = width * (0.030 + 0.085 * near)[:, None]
        path = np.exp(-(((columns[None] - sun_x) / breadth) ** 2))
        crest = np.sin(phase * 1.9 - seconds * 3.4)[:, None] * 0.45 + sparkle
        fade = (1 - 0.55 * near)[:, None]
        light = (path * crest * 1.7 - 0.62).clip(0, 0.9) * fade * self._water.glitter
        mask = cv2.resize((light * 255).astype(np.uint8), (right - left, rows))
        parts = [cv2.convertScaleAbs(mask, alpha=float(v) / 255) for v in self._stage.palette.sun]
        part = np.ascontiguousarray(area[:, left:right])
        area[:, left:right] = cv2.add(part, cv2.merge([*parts, mask]))
