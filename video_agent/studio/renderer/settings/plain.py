"""Open country: rolling meadows, hedgerows, big clouds, flowers in front."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.pixels import Colour, hex_colour, mix, scalar
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import (
    Hill,
    HillShape,
    draw_round_tree,
    grass,
    paint_hill,
    raised,
)

_GREENS = ("8fae6a", "7da653", "6c9a45", "5c8b3b")
_WHITES = ("eef3f8", "e6edf5", "dfe8f2", "d8e2ee")


def _trees(stage: Stage, hill: Hill, count: int, size: float) -> None:
    raised(hill, int(size * 1.3))
    rng = stage.rng(f"trees {hill.layer.depth:.2f}")
    palette, depth = stage.palette, hill.layer.depth
    leaves = hex_colour("c9d6df") if stage.scene.weather == "snow" else hex_colour("5f8f3f")
    tones = (
        palette.distant(palette.lit(hex_colour("4a3a2c"), 0.4), depth),
        palette.distant(palette.lit(leaves * 0.62, 0.4), depth),
        palette.distant(palette.lit(leaves * 1.12), depth),
    )
    for x in np.sort(rng.integers(10, hill.ridge.size - 10, count)):
        foot = (float(x), float(hill.ridge[x]) + 0.04 * size)
        draw_round_tree(hill.layer.image, foot, size * rng.uniform(0.6, 1.15), tones, rng)


def _field(stage: Stage, index: int, count: int) -> Layer:
    share = index / max(1, count - 1)
    winter = stage.scene.weather == "snow"
    tone = hex_colour((_WHITES if winter else _GREENS)[min(3, index)])
    shape = HillShape(
        f"field {index}",
        0.16 + 0.62 * share,
        mix(stage.horizon, 0.84 * stage.height, share**1.15),
        mix(34, 74, share) * stage.unit,
        tone,
        roughness=0.0,
        texture=0.12 + 0.14 * share,
        mist=0.5,
        cell=stage.world_width / (3.2 - 0.6 * index),
    )
    hill = paint_hill(stage, shape)
    if index < count - 1 and stage.quality > 0.25:
        size = (34 + 60 * share) * stage.unit
        _trees(stage, hill, stage.several(3, 26 - 14 * share), size)
    return hill.layer


def _flowers(stage: Stage, layer: Layer, accent: Colour) -> None:
    rng = stage.rng("flowers")
    height, width = layer.image.shape[:2]
    tones = [accent, hex_colour("fff6f0"), hex_colour("e8709a"), hex_colour("f2c14a")]
    for _ in range(stage.several(10, 110)):
        x, y = int(rng.integers(0, width)), int(rng.uniform(0.06, 0.5) * height)
        tone = scalar(stage.palette.lit(tones[int(rng.integers(4))], 0.9))
        radius = max(1, int(rng.uniform(1.6, 4.4) * stage.unit))
        cv2.circle(layer.image, (x, y), radius, tone, -1, cv2.LINE_AA)


def _blossoms(stage: Stage, layer: Layer, code: str) -> None:
    """Large flowers of an asked-for colour: petals around a yellow heart."""
    rng = stage.rng("blossoms")
    height, width = layer.image.shape[:2]
    heart = scalar(stage.palette.lit(hex_colour("f6d04a")))
    for _ in range(stage.several(8, 36)):
        x, y = rng.uniform(0, width), rng.uniform(0.08, 0.55) * height
        size = rng.uniform(7, 13) * stage.unit
        petal = scalar(stage.palette.lit(hex_colour(code), float(rng.uniform(0.75, 1.0))))
        turn = rng.uniform(0, 2 * np.pi)
        for angle in turn + np.arange(5) * 2 * np.pi / 5:
            centre = int(x + np.cos(angle) * size * 0.75), int(y + np.sin(angle) * size * 0.6)
            cv2.circle(layer.image, centre, max(2, int(size * 0.62)), petal, -1, cv2.LINE_AA)
        cv2.circle(layer.image, (int(x), int(y)), max(1, int(size * 0.4)), heart, -1, cv2.LINE_AA)


def build(stage: Stage) -> Backdrop:
    """Paint the country."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.2:
        layers.append(clouds(stage))
    count = stage.several(2, 4)
    shown = [i for i in range(count) if not (stage.scene.water and 0 < count - 1 - i < 2)]
    layers.extend(_field(stage, index, count) for index in shown)
    palette = stage.palette
    winter = stage.scene.weather == "snow"
    if stage.quality > 0.45:
        root = palette.lit(hex_colour("b8c6d4" if winter else "2f5222"), 0.55)
        tip = palette.lit(hex_colour("ffffff" if winter else "9cc356"))
        front = grass(stage, "front", 1.1, 0.955 * stage.height, (root, tip), 60 * stage.unit)
        if not winter:
            _flowers(stage, front, palette.accent)
        if stage.scene.flower_colour:
            _blossoms(stage, front, stage.scene.flower_colour)
        layers.append(front)
    water = None
    if stage.scene.water:
        colour = palette.lit(hex_colour("3a7f96"))
        water = Water(stage.horizon + 0.10 * stage.height, 0.32, colour, 0.5, 0.7, depth=0.5)
    afloat = stage.horizon + 0.19 * stage.height
    return Backdrop(layers, 0.885 * stage.height, afloat, 0.86, water)
