"""Colour grading and finish: contrast curves baked into layers, bloom, vignette, grain."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.degrade import Degradation
from video_agent.studio.renderer.pixels import Pixels, mix, smoothstep
from video_agent.studio.renderer.stage import Stage

# style: S-curve strength, shift of (blue, green, red) in shadows, saturation, vignette, grain
_LOOKS = {
    "cinematic": (0.50, (0.022, 0.004, -0.010), 1.06, 0.42, 0.7),
    "documentary": (0.42, (0.0, 0.0, 0.0), 0.96, 0.22, 0.7),
    "animated": (0.32, (0.0, 0.0, 0.0), 1.22, 0.0, 0.0),
}
_GRAIN_PAD = 128


class Grade:
    """The look of a style, for layers (at build time) and for sprites (per frame)."""

    def __init__(self, stage: Stage) -> None:
        curve, shadows, self._saturation, _, _ = _LOOKS[stage.scene.style]
        x = np.linspace(0, 1, 256)
        bent = mix(x, x * x * (3 - 2 * x), curve)
        flat = 0.5 + (bent - 0.5) * 0.5
        bent = mix(flat, bent, min(1.0, 0.45 + 0.6 * stage.quality))
        channels = [np.clip(255 * (bent + lift * (1 - x)), 0, 255) for lift in shadows]
        self._crisp = 0.9 * max(0.0, stage.quality - 0.45)
        self._radius = 1.1 * max(0.5, stage.unit)
        self._table = np.dstack(channels).reshape(1, 256, 3).astype(np.uint8)

    def bake(self, image: Pixels) -> Pixels:
        """Grade a layer once and crispen its texture by an unsharp mask."""
        if self._crisp > 0:
            soft = cv2.GaussianBlur(image, (0, 0), self._radius)
            crisp = cv2.addWeighted(image, 1 + self._crisp, soft, -self._crisp, 0)
            alpha = np.ascontiguousarray(image[..., 3])
            limit = cv2.max(cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGRA), image)
            image = cv2.min(crisp, limit)
            image[..., 3] = alpha
        return self.apply(image)

    def apply(self, image: Pixels) -> Pixels:
        """Grade a premultiplied image; alpha stays."""
        alpha = np.ascontiguousarray(image[..., 3])
        colour = np.ascontiguousarray(image[..., :3])
        if abs(self._saturation - 1) > 0.01:
            grey = cv2.cvtColor(cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
            share = self._saturation
            colour = cv2.addWeighted(colour, share, grey, 1 - share, 0)
        colour = cv2.LUT(colour, self._table)
        solid = bool(alpha.all())
        if not solid:
            colour = self._bounded(colour, image, alpha)
        return cv2.merge([*cv2.split(colour), alpha])

    @staticmethod
    def _bounded(colour: Pixels, image: Pixels, alpha: Pixels) -> Pixels:
        """Keep premultiplied colour under its alpha, and pure lights (alpha 0) as they were."""
        bounded = cv2.min(colour, cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR))
        original = np.ascontiguousarray(image[..., :3])
        over_alpha = cv2.subtract(original, cv2.cvtColor(alpha, cv2.COLOR_GRAY2BGR))
        return cv2.add(bounded, over_alpha)


class Finish:
    """Bloom on the composed picture, then vignette and grain on the luma plane."""

    def __init__(self, stage: Stage, faults: Degradation, size: tuple[int, int]) -> None:
        _, _, _, vignette, grain = _LOOKS[stage.scene.style]
        width, height = size
        self._size = size
        self._bloom = stage.quality > 0.35 and stage.scene.style != "documentary"
        self._vignette: tuple[Pixels, Pixels] | None = None
        if vignette:
            x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None]
            y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
            keep = 255 * (1 - vignette * smoothstep(0.32, 0.80, np.sqrt(x * x + y * y)))
            # Luma is limited range: darkening must tend to 16, not to 0.
            lift = (16 * (1 - keep / 255)).round().astype(np.uint8)
            self._vignette = keep.astype(np.uint8), lift
        self._grain: tuple[Pixels, Pixels] | None = None
        amount = grain + faults.noise
        if amount > 0.05:
            rng = stage.rng("grain")
            shape = (height + _GRAIN_PAD, width + _GRAIN_PAD)
            noise = rng.standard_normal(shape, dtype=np.float32) * np.float32(amount)
            plus, minus = np.clip(noise, 0, 255), np.clip(-noise, 0, 255)
            self._grain = plus.round().astype(np.uint8), minus.round().astype(np.uint8)

    def bloom(self, frame: Pixels) -> None:
        """Let bright parts glow into their surroundings, in place."""
        if not self._bloom:
            return
        height, width = frame.shape[:2]
        small = cv2.resize(frame, (width // 8, height // 8), interpolation=cv2.INTER_AREA)
        bright = cv2.subtract(small, np.full_like(small, 188))
        soft = cv2.GaussianBlur(bright, (0, 0), max(1.0, 0.022 * min(small.shape[:2]) * 2))
        wide = cv2.resize(
            cv2.convertScaleAbs(soft, alpha=0.85), (width, height), interpolation=cv2.INTER_LINEAR
        )
        cv2.add(frame, wide, frame)

    def luma(self, plane: Pixels, index: int) -> None:
        """Darken the corners and add the grain of one frame to a luma plane, in place."""
        if self._vignette:
            keep, lift = self._vignette
            plane[:] = cv2.add(cv2.multiply(plane, keep, scale=1 / 255), lift)
        if self._grain:
            plus, minus = self._grain
            x, y = np.random.default_rng(index).integers(0, _GRAIN_PAD, 2)
            width, height = self._size
            area = slice(y, y + height), slice(x, x + width)
            plane[:] = cv2.subtract(cv2.add(plane, plus[area]), minus[area])
