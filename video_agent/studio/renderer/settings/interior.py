"""Indoors: a dim room with soft lights out of focus and a polished table top."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise
from video_agent.studio.renderer.pixels import hex_colour, mix, opaque, premultiply, smoothstep
from video_agent.studio.renderer.sky import place_sky, sky_size
from video_agent.studio.renderer.stage import Stage

_LIGHTS = ("ffcf87", "ffa65a", "ffe6bf", "ff8f70", "a9d4ff")


def _wall(stage: Stage) -> Layer:
    width, height = sky_size(stage)
    palette = stage.palette
    warm = mix(hex_colour("a06a48"), palette.low, 0.15)
    dark = mix(hex_colour("35201b"), palette.shade, 0.12)
    x = np.linspace(0, 1, width, dtype=np.float32)[None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    source = stage.sun[0] / stage.width
    light = np.exp(-(((x - source) / 0.42) ** 2 + ((y - 0.30) / 0.55) ** 2))
    noise = enlarged_noise(stage.rng("wall"), (width, height), 200 * stage.unit, stage.octaves, 3)
    share = np.clip(light * 0.95 + 0.25 * (noise - 0.5), 0, 1)[..., None]
    rgb = mix(dark * (0.7 if palette.dark else 1.0), mix(warm, palette.sun, 0.25), share)
    rgb += stage.rng("dither").normal(0, 0.9, rgb.shape[:2]).astype(np.float32)[..., None]
    return place_sky(stage, opaque(rgb))


def _window(stage: Stage) -> Layer:
    """A tall window full of sky, its panes soft."""
    width, height = int(300 * stage.unit), int(0.52 * stage.height)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    rgb = mix(stage.palette.middle, stage.palette.low, rows) * np.ones((1, width, 1), np.float32)
    rgb = mix(rgb, 255.0, 0.05 if stage.palette.dark else 0.25)
    frame = hex_colour("3a2a24")
    bar = max(3, int(9 * stage.unit))
    for x in (0, width // 2 - bar // 2, width - bar):
        rgb[:, x : x + bar] = frame
    for y in (0, int(0.45 * height), height - bar):
        rgb[y : y + bar] = frame
    image = opaque(cv2.GaussianBlur(rgb.astype(np.float32), (0, 0), 1.6 * stage.unit))
    x = stage.sun[0] - width / 2
    return Layer(image, 0.12, x, 0.09 * stage.height)


def _bokeh(stage: Stage, depth: float, count: int, size: float) -> Layer:
    rng = stage.rng(f"bokeh {depth}")
    width, height = stage.world_width, int(stage.horizon * 0.96)
    total = np.zeros((height, width, 3), np.float32)
    for _ in range(count):
        radius = int(rng.uniform(0.5, 1.0) * size * stage.unit)
        x, y = int(rng.integers(0, width)), int(rng.normal(0.45, 0.20) * height)
        colour = hex_colour(_LIGHTS[int(rng.integers(len(_LIGHTS)))]) * rng.uniform(0.12, 0.42)
        disc = np.zeros((height, width), np.uint8)
        cv2.circle(disc, (x, y), radius, 190, -1, cv2.LINE_AA)
        cv2.circle(disc, (x, y), radius, 255, max(1, radius // 9), cv2.LINE_AA)
        y0, y1 = max(0, y - radius - 3), min(height, y + radius + 3)
        x0, x1 = max(0, x - radius - 3), min(width, x + radius + 3)
        if y1 > y0 and x1 > x0:
            total[y0:y1, x0:x1] += (disc[y0:y1, x0:x1, None] / 255.0) * colour
    image = opaque(total)
    image[..., 3] = 0
    return Layer(image, depth, -stage.margin[0], 0.0)


def _table(stage: Stage) -> Layer:
    """Wood with grain, see-through enough to mirror the lights."""
    width = stage.world_width
    height = int(stage.height - stage.horizon + stage.margin[1] * 1.1) + 2
    grain = enlarged_noise(stage.rng("wood"), (width // 6, height), 9 * stage.unit, 4, 1)
    grain = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    tone = mix(hex_colour("3a2116"), hex_colour("9a6238"), grain[..., None])
    rgb = mix(tone, tone * 0.55, rows[..., None]) * (0.7 if stage.palette.dark else 1.0)
    edge = smoothstep(0.06, 0.0, rows)[..., None]
    rgb = mix(rgb, mix(stage.palette.sun, hex_colour("c98a52"), 0.5), 0.45 * edge)
    alpha = np.full((height, width), 0.66, np.float32)
    return Layer(premultiply(rgb, alpha), 0.7, -stage.margin[0], float(stage.horizon))


def build(stage: Stage) -> Backdrop:
    """Paint the room."""
    layers = [_wall(stage), _window(stage)]
    if stage.quality > 0.25:
        layers.append(_bokeh(stage, 0.2, stage.several(5, 26), 42))
    layers.append(_table(stage))
    water = Water(float(stage.horizon), 0.2, hex_colour("3a2418"), 0.06, 0.0, depth=0.6)
    row = stage.horizon + 0.12 * stage.height
    return Backdrop(layers, row, row, 0.9, water)
