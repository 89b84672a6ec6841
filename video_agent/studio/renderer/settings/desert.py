"""The desert: mesas in the haze, dunes with a sharp crest between light and shade."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise, smooth_line
from video_agent.studio.renderer.pixels import (
    Colour,
    hex_colour,
    mix,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage


def _mesas(stage: Stage) -> Layer:
    """Flat-topped rocks with strata, far away."""
    rng = stage.rng("mesas")
    width, height = stage.world_width, int(0.24 * stage.height)
    rows = np.full(width, height - 3.0, np.float32)
    for _ in range(stage.several(2, 6)):
        centre, half = rng.uniform(0, width), rng.uniform(0.03, 0.09) * width
        level = rng.uniform(0.25, 0.8) * height
        edge = np.abs(np.arange(width) - centre) - half
        rows = np.minimum(rows, np.where(edge < 0, level, level + edge * 1.9))
    rows = rows + smooth_line(rng, width, 14 * stage.unit) * 7 * stage.unit
    grid = np.arange(height, dtype=np.float32)[:, None]
    strata = enlarged_noise(rng, (8, height), 12 * stage.unit, 3, 1)[:, :1]
    noise = enlarged_noise(rng, (width, height), 40 * stage.unit, stage.octaves, 2)
    tone = stage.palette.lit(hex_colour("b5633c"))
    share = np.clip(0.55 + 0.5 * strata + 0.5 * (noise - 0.5), 0, 1.1)[..., None]
    rgb = mix(stage.palette.lit(hex_colour("7a4632"), 0.2), tone, share)
    rgb = stage.palette.distant(rgb, 0.30)
    image = premultiply(rgb, np.clip(grid - rows[None] + 0.5, 0, 1))
    return Layer(image, 0.15, -stage.margin[0], stage.horizon - height + 4)


def _dune(stage: Stage, index: int, count: int) -> Layer:
    share = index / max(1, count - 1)
    depth = 0.25 + 0.60 * share
    rng = stage.rng(f"dune {index}")
    width, relief = stage.world_width, mix(40, 100, share) * stage.unit
    top = mix(stage.horizon, 0.82 * stage.height, share**1.2)
    height = int(stage.height + stage.margin[1] * 1.2 - top + relief) + 2
    crest = relief * (1 - smooth_line(rng, width, width / (3.4 - 0.5 * index), 2))
    rows = np.arange(height, dtype=np.float32)[:, None]
    below = rows - crest[None]
    # The slope of the crest tells which face of the dune looks at the sun.
    facing = np.gradient(cv2.blur(crest[None], (31, 1))[0]) * (
        1 if stage.sun[0] > stage.width / 2 else -1
    )
    lean = np.clip(0.5 + 0.9 * facing, 0, 1)[None]
    noise = enlarged_noise(rng, (width, height), 90 * stage.unit, stage.octaves, 3)
    warp = rows / stage.unit / (2.2 + 5 * share) + 5 * noise
    ripples = np.sin(warp + np.arange(width)[None] * 0.02) * (0.04 + 0.05 * share)
    grain = enlarged_noise(rng, (width, height), 7 * stage.unit, 2, 1) - 0.5
    ripples = ripples + grain * (0.05 + 0.16 * share) * stage.quality
    ripples = ripples * smoothstep(0, 60 * stage.unit, below) * min(1.0, stage.quality * 1.4)
    light = np.clip(lean * 0.75 + 0.25 + ripples + 0.10 * (noise - 0.5), 0, 1.1)[..., None]
    sand: Colour = hex_colour("e2b070")
    rgb = mix(stage.palette.lit(sand * 0.62, 0.25), stage.palette.lit(sand), light)
    rgb = stage.palette.distant(rgb, depth)
    edge = np.exp(-np.clip(below, 0, None) / (3 * stage.unit))[..., None]
    rgb = mix(rgb, stage.palette.sun, 0.30 * edge * lean[..., None])
    return Layer(
        premultiply(rgb, np.clip(below + 0.5, 0, 1)), depth, -stage.margin[0], top - relief
    )


def _cactus(stage: Stage) -> Layer:
    """A saguaro at the side, in front of the dunes."""
    size = int(250 * stage.unit)
    image = np.zeros((size, size, 4), np.uint8)
    dark = scalar(stage.palette.lit(hex_colour("3f6b3c"), 0.3))
    lit = scalar(stage.palette.lit(hex_colour("6f9a52")))
    arms = [
        ([[0.5, 1.0], [0.5, 0.12]], 0.11),
        ([[0.5, 0.66], [0.30, 0.64], [0.28, 0.36]], 0.075),
        ([[0.5, 0.54], [0.70, 0.52], [0.72, 0.26]], 0.075),
    ]
    side = 0.018 if stage.sun[0] > stage.width / 2 else -0.018
    for ink, shift, share in ((dark, 0.0, 1.0), (lit, side, 0.45)):
        for points, thick in arms:
            path = np.round((np.array(points) + np.array([shift, 0])) * size * 16).astype(np.int32)
            wide = max(2, int(thick * size * share))
            cv2.polylines(image, [path], False, ink, wide, cv2.LINE_AA, 4)
    x = stage.width * (0.84 if stage.wind > 0 else 0.04)
    return Layer(image, 0.95, x, 0.90 * stage.height - size)


def build(stage: Stage) -> Backdrop:
    """Paint the desert."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.6:
        layers.append(clouds(stage))
    layers.append(_mesas(stage))
    count = stage.several(2, 4)
    layers.extend(_dune(stage, index, count) for index in range(count))
    if stage.quality > 0.5:
        layers.append(_cactus(stage))
    water = None
    if stage.scene.water:
        colour = stage.palette.lit(hex_colour("2f8a96"))
        water = Water(stage.horizon + 0.08 * stage.height, 0.35, colour, 0.5, 0.7, depth=0.5)
    afloat = stage.horizon + 0.17 * stage.height
    return Backdrop(layers, 0.88 * stage.height, afloat, 0.9, water)
