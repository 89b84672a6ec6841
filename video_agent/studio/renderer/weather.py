"""What is in the air: rain, snow, fog, dust, fireflies, bubbles."""

from __future__ import annotations

import math

import cv2
import numpy as np

from video_agent.studio.renderer.camera import View
from video_agent.studio.renderer.noise import enlarged_noise
from video_agent.studio.renderer.pixels import (
    Colour,
    Pixels,
    add_light,
    glow_stamp,
    hex_colour,
    mix,
    over,
    premultiply,
)
from video_agent.studio.renderer.stage import Stage

_SIZES = 6
# setting: (count at full quality, radius, brightness, speed down in heights a second)
_FLOATING = {
    "underwater": (64, 3.4, 0.55, -0.055),
    "forest": (54, 2.6, 0.75, -0.012),
    "plain": (34, 2.2, 0.50, -0.015),
    "desert": (36, 2.0, 0.35, 0.004),
    "mountain": (20, 2.0, 0.35, 0.006),
    "interior": (40, 2.4, 0.50, -0.010),
    "ocean": (16, 2.0, 0.35, -0.008),
    "city": (14, 2.0, 0.30, -0.010),
    "space": (0, 1.0, 0.0, 0.0),
}


class Particles:
    """Floating points or falling snow that wrap around the frame; rain as short strokes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        weather = stage.scene.weather
        self.kind = {"rain": "rain", "storm": "rain", "snow": "snow"}.get(weather, "float")
        if stage.scene.setting in ("underwater", "space", "interior"):
            self.kind = "float"
        count, radius, strength, speed = _FLOATING[stage.scene.setting]
        colour: Colour = mix(stage.palette.sun, np.float32(255), 0.4)
        if self.kind == "rain":
            count, speed = 460, 1.65
        elif self.kind == "snow":
            count, radius, strength, speed, colour = 300, 4.0, 0.95, 0.17, np.full(3, 255.0)
        elif stage.palette.dark and stage.scene.setting in ("forest", "plain"):
            radius, strength, colour = 5.5, 0.95, hex_colour("d8ff7a")
        rng = stage.rng("particles")
        count = int(count * (0.25 + 0.75 * stage.quality))
        if stage.width < stage.height:
            count = int(count * 0.75)
        self._place = rng.random((count, 2))
        self._depth = rng.uniform(0.3, 1.0, count)
        self._phase = rng.uniform(0, 2 * math.pi, count)
        self._speed = speed
        self._stamps = [
            glow_stamp(max(1.6, radius * stage.unit * share), colour, strength * share)
            for share in np.linspace(0.35, 1.0, _SIZES)
        ]

    def draw(self, frame: Pixels, seconds: float, view: View) -> None:
        """Add the particles of one moment to a frame, in place."""
        if not self._depth.size:
            return
        height, width = frame.shape[:2]
        sway = 0.0 if self.kind == "rain" else 0.018 * np.sin(seconds * 1.1 + self._phase)
        blown = 0.05 * seconds * self._stage.wind * self._depth
        x = (self._place[:, 0] + sway + blown - view.x * self._depth) % 1
        fall = self._speed * self._depth * (0.8 + 0.4 * self._depth)
        y = (self._place[:, 1] + seconds * fall - view.y * self._depth) % 1
        if self.kind == "rain":
            self._strokes(frame, x * width, y * height)
            return
        flicker = 0.6 + 0.4 * np.sin(seconds * 2 + self._phase)
        for column, row, depth, level in zip(x, y, self._depth, flicker, strict=True):
            stamp = self._stamps[min(_SIZES - 1, int(depth * _SIZES))]
            if self.kind != "snow":
                stamp = cv2.convertScaleAbs(stamp, alpha=float(level))
            half = stamp.shape[0] // 2
            add_light(frame, stamp, int(column * width) - half, int(row * height) - half)

    def _strokes(self, frame: Pixels, x: Pixels, y: Pixels) -> None:
        unit = self._stage.unit
        length = 42 * self._depth * unit
        starts = np.stack([x, y], 1)
        ends = np.stack([x + 0.13 * length * self._stage.wind, y + length], 1)
        strokes = np.round(np.stack([starts, ends], 1) * 16).astype(np.int32)
        mask = np.zeros(frame.shape[:2], np.uint8)
        thick = max(1, round(unit * 1.1))
        cv2.polylines(mask, list(strokes), False, 62, thick, cv2.LINE_AA, 4)
        cv2.add(frame, cv2.cvtColor(mask, cv2.COLOR_GRAY2BGRA), frame)


class Fog:
    """Banks of fog that drift over the lower part of the picture."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        width, height = int(stage.width * 1.5), int(stage.height * 0.62)
        noise = enlarged_noise(stage.rng("fog"), (width, height), 240 * stage.unit, 4, 4)
        rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
        window = np.clip(np.sin(rows * math.pi), 0, 1) ** 1.2
        alpha = (0.25 + 0.75 * noise) * window * 0.62
        tone = mix(stage.palette.haze, stage.palette.low, 0.5)
        self._image = premultiply(np.ones((1, 1, 1), np.float32) * tone, alpha)
        self._y = int(stage.horizon - height * 0.55)

    def draw(self, frame: Pixels, seconds: float, view: View) -> None:
        """Lay the fog of one moment over a frame, in place."""
        width = self._stage.width
        room = self._image.shape[1] - width
        shift = room * (0.5 + 0.03 * seconds * self._stage.wind + 0.6 * view.x)
        over(frame, self._image, -int(np.clip(shift, 0, room)), self._y)
