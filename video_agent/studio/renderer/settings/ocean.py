"""The open sea: a low horizon, hazy islands, water that mirrors the sky."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.pixels import hex_colour, mix, scalar
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import HillShape, paint_hill, plant_pines


def _island(stage: Stage, index: int) -> Layer:
    """A far coast (0) or a nearer headland with trees (1), each at its side of the sun."""
    depth = (0.12, 0.34)[index]
    right = stage.sun[0] < stage.width / 2
    centre, half = ((0.16, 0.26), (1.04, 0.24))[index]
    shape = HillShape(
        f"island {index}",
        depth,
        stage.horizon + 1,
        (62, 84)[index] * stage.unit * (1.2 if stage.tall else 1.0),
        hex_colour(("6d7f86", "4f6b52")[index]),
        roughness=(0.42, 0.50)[index],
        texture=0.34,
        mist=0.25,
        cell=stage.world_width / (4.2 - index),
        window=(centre if right else 1 - centre, half),
    )
    hill = paint_hill(stage, shape)
    if index:
        plant_pines(stage, hill, stage.several(6, 70), (6, 22 * stage.unit), hex_colour("35503f"))
    keep = int(stage.horizon + 3 - hill.layer.y)
    hill.layer.image = hill.layer.image[: max(4, keep)]
    return hill.layer


def _beach(stage: Stage) -> Layer:
    """Sand along the lower edge with a line of foam."""
    shape = HillShape(
        "beach",
        0.8,
        0.865 * stage.height,
        16 * stage.unit,
        hex_colour("e0c79a"),
        roughness=0.0,
        texture=0.10,
        mist=0.0,
        cell=stage.world_width / 1.6,
    )
    hill = paint_hill(stage, shape)
    image = hill.layer.image
    foam = scalar(mix(stage.palette.lit(hex_colour("ffffff")), stage.palette.sun, 0.3))
    wet = scalar(stage.palette.lit(hex_colour("8f7a58"), 0.7))
    columns = np.arange(hill.ridge.size)
    for shift, ink, thick in ((9, wet, 16), (1, foam, 5), (-4, foam, 2)):
        path = np.stack([columns, hill.ridge + shift * stage.unit], 1)[::4]
        wide = max(1, round(thick * stage.unit))
        fixed = np.round(path * 16).astype(np.int32)
        cv2.polylines(image, [fixed], False, ink, wide, cv2.LINE_AA, 4)
    return hill.layer


def build(stage: Stage) -> Backdrop:
    """Paint the sea."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.25:
        layers.append(clouds(stage))
    layers.extend(_island(stage, index) for index in range(stage.several(0, 2)))
    if stage.scene.beach:
        layers.append(_beach(stage))
    colour = stage.palette.lit(hex_colour("1f86a8" if not stage.palette.dark else "16324f"))
    tint = 0.30 if stage.palette.sun_height < 0.3 else 0.46
    ripple = 1.5 if stage.scene.weather == "storm" else 1.0
    glitter = 0.35 if stage.scene.weather in ("rain", "storm", "fog") else 1.0
    water = Water(float(stage.horizon), tint, colour, ripple, glitter)
    ground = stage.horizon + 0.13 * stage.height
    return Backdrop(layers, 0.93 * stage.height, ground, 0.9, water)
