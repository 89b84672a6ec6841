"""Skies: gradient, sun or moon with glow, stars, clouds and shafts of light."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise, fractal_noise
from video_agent.studio.renderer.pixels import (
    Field,
    Pixels,
    mix,
    opaque,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.stage import Stage

_PAD = 0.06  # the sky reaches this share beyond the frame on each side: it moves little


def sky_size(stage: Stage) -> tuple[int, int]:
    """Width and height of the sky picture."""
    return int(stage.width * (1 + 2 * _PAD)), int(stage.height * (1 + 2 * _PAD))


def gradient(stage: Stage) -> Field:
    """Float BGR ``[h, 1, 3]``: zenith to horizon, then on below it for safety."""
    palette = stage.palette
    height = sky_size(stage)[1]
    offset = stage.height * _PAD
    row = (np.arange(height, dtype=np.float32) - offset) / max(1, stage.horizon)
    row = np.clip(row, 0, 1.2)[:, None, None]
    upper = mix(palette.top, palette.middle, smoothstep(-0.05, 0.58, row))
    return mix(upper, palette.low, smoothstep(0.45, 1.0, row))


def _stars(stage: Stage, sky: Field, count: int) -> None:
    rng = stage.rng("stars")
    height, width = sky.shape[:2]
    floor = min(height, int(stage.horizon + stage.height * _PAD))
    columns, rows = rng.integers(2, width - 2, count), rng.integers(2, floor, count)
    strength = rng.random(count) ** 3
    warmth = rng.random(count)
    for x, y, bright, warm in zip(columns, rows, strength, warmth, strict=True):
        tone = mix(np.array([255, 236, 214]), np.array([206, 228, 255]), warm)
        colour = mix(sky[y, x], tone, 0.30 + 0.7 * bright)
        radius = stage.unit * (0.7 + 1.3 * bright)
        centre = (int(x) * 16, int(y) * 16)
        ink = scalar(colour)[:3]
        cv2.circle(sky, centre, max(9, int(radius * 16)), ink, -1, cv2.LINE_AA, 4)


def _distance(stage: Stage, width: int, height: int) -> Field:
    sun_x, sun_y = stage.sun
    x = np.arange(width, dtype=np.float32) - (sun_x + stage.width * _PAD)
    y = np.arange(height, dtype=np.float32) - (sun_y + stage.height * _PAD)
    scale = np.float32(720 * stage.unit)
    return np.sqrt(y[:, None] ** 2 + x[None] ** 2) / scale


def _disc(stage: Stage, sky: Field) -> Field:
    palette = stage.palette
    height, width = sky.shape[:2]
    distance = _distance(stage, width, height)
    wide, share = (0.22, 0.34) if palette.dark else (0.42, 0.72)
    if not palette.dark and palette.sun_height > 0.4:
        wide, share = 0.34, 0.42  # a high sun leaves the sky its blue
    glow = np.exp(-((distance / wide) ** 1.15)) * share
    glow += np.exp(-((distance / 0.085) ** 1.4)) * (0.30 if palette.dark else 0.45)
    sky = sky + (palette.sun - sky) * np.clip(glow, 0, 1)[..., None]
    if stage.scene.weather in ("rain", "fog", "storm", "snow"):
        return sky
    radius = 0.042 if palette.dark else 0.050
    disc = smoothstep(radius + 0.003, radius - 0.003, distance)
    if palette.dark and palette.sun_height > 0.4:
        spots = fractal_noise(stage.rng("moon"), width // 8, height // 8, 9, 3)
        spots = cv2.resize(spots, (width, height), interpolation=cv2.INTER_CUBIC)
        disc *= 1 - 0.2 * smoothstep(0.5, 0.75, spots)
    return mix(sky, mix(palette.sun, np.float32(255), 0.35), disc[..., None])


def _cirrus(stage: Stage, sky: Field) -> Field:
    """Thin high streaks, lit from the sun's side."""
    height, width = sky.shape[:2]
    noise = enlarged_noise(stage.rng("cirrus"), (width // 3, height), 120 * stage.unit, 4, 3)
    streaks = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    rows = np.linspace(0, 1.25, height, dtype=np.float32)[:, None]
    window = np.clip(np.sin(np.clip(rows, 0, 1) * np.pi), 0, 1)
    amount = smoothstep(0.5, 1.0, streaks) * window * (0.16 if stage.palette.dark else 0.42)
    tone = mix(stage.palette.low, np.float32(255), 0.35)
    return mix(sky, tone, amount[..., None])


def paint_sky(stage: Stage) -> Pixels:
    """Paint the whole sky (opaque BGRA), a little larger than the frame."""
    width = sky_size(stage)[0]
    sky = np.repeat(gradient(stage), width, axis=1).astype(np.float32)
    cloudy = stage.scene.weather in ("rain", "storm", "fog", "snow")
    if stage.palette.dark and not cloudy:
        few = 0.25 if stage.scene.setting == "city" else 0.8
        _stars(stage, sky, int((60 + 620 * stage.quality) * few))
    if stage.quality > 0.3:
        sky = _cirrus(stage, sky)
    sky = _disc(stage, sky)
    sky += stage.rng("dither").normal(0, 0.8, sky.shape[:2]).astype(np.float32)[..., None]
    return opaque(sky)


def place_sky(stage: Stage, sky: Pixels) -> Layer:
    """Turn the sky into the farthest layer."""
    layer = Layer(sky, 0.0, -stage.width * _PAD, -stage.height * _PAD)
    layer.opaque_from = 0
    return layer


def clouds(stage: Stage) -> Layer:
    """Drifting clouds with lit tops and shaded undersides."""
    palette, scene = stage.palette, stage.scene
    width = int(stage.world_width * 1.12)
    height = int(stage.horizon * 0.92)
    noise = enlarged_noise(
        stage.rng("clouds"), (width, height), 150 * stage.unit, stage.octaves + 1, 3
    )
    heavy = scene.weather in ("rain", "storm", "snow", "fog")
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    window = np.clip(np.sin(np.clip(rows * 1.08 + 0.04, 0, 1) * np.pi), 0, 1) ** 0.6
    if heavy:
        window = np.clip(1.25 - rows * 1.2, 0, 1)
    cover = 0.26 if heavy else 0.50
    alpha = smoothstep(cover, cover + 0.34, noise * window)
    alpha *= 0.5 if palette.dark else 0.94
    lift = max(3, int(16 * stage.unit))
    relief = np.clip(0.5 + 2.6 * (noise - np.roll(noise, -lift, axis=0)), 0, 1)[..., None]
    under = mix(palette.middle, palette.haze, 0.5) * (0.7 if heavy else 0.92)
    top = mix(palette.low, palette.sun, 0.35 if heavy else 0.6)
    colour = mix(under, top, relief * (0.55 if heavy else 1.0))
    x = -(width - stage.width) / 2
    drift = stage.wind * stage.width * 0.006
    return Layer(premultiply(colour, alpha), 0.05, x, 0.0, drift)


def light_shafts(stage: Stage, strength: float, spread: float = 1.0) -> Field:
    """Make slanting beams: float32 ``[height, width]`` in 0..1, fading downwards."""
    rng = stage.rng("shafts")
    width, height = stage.width // 4, stage.height // 4
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    source = stage.sun[0] / stage.width * 2 - 1
    beams = np.zeros((height, width), np.float32)
    for _ in range(10):
        offset, breadth = rng.uniform(-0.7, 0.7) * spread, rng.uniform(0.025, 0.10) * spread
        centre = source + offset * 0.4 + offset * 1.5 * y
        beams += rng.uniform(0.35, 1) * np.exp(-(((x - centre) / (breadth * (0.6 + y))) ** 2))
    beams *= (1 - y) ** 0.9 * strength
    full = cv2.resize(beams, (stage.width, stage.height), interpolation=cv2.INTER_LINEAR)
    return np.clip(full, 0, 1)
