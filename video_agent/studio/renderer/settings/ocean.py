"""The open sea: a low horizon, hazy islands, water that mirrors the sky."""

from __future__ import annotations

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.pixels import hex_colour
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import HillShape, paint_hill, plant_pines


def _island(stage: Stage, index: int) -> Layer:
    depth = 0.10 + 0.14 * index
    shape = HillShape(
        f"island {index}",
        depth,
        stage.horizon - 1,
        (66 - 30 * index) * stage.unit * (1.3 if stage.tall else 1.0),
        hex_colour("5f7a6a"),
        roughness=0.48,
        texture=0.30,
        mist=0.35,
        cell=stage.world_width / (2.2 + index),
    )
    hill = paint_hill(stage, shape)
    # A steep tone curve on the ridge leaves gaps of open horizon between the islands.
    sink = int(shape.relief * (0.45 if index == 0 else 0.60))
    hill.layer.y += sink
    if index:
        plant_pines(stage, hill, stage.several(4, 46), (4, 15 * stage.unit), hex_colour("35503f"))
    keep = int(stage.horizon + 3 - hill.layer.y)
    hill.layer.image = hill.layer.image[: max(4, keep)]
    return hill.layer


def build(stage: Stage) -> Backdrop:
    """Paint the sea."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.25:
        layers.append(clouds(stage))
    layers.extend(_island(stage, index) for index in range(stage.several(0, 2)))
    colour = stage.palette.lit(hex_colour("1f86a8" if not stage.palette.dark else "16324f"))
    tint = 0.30 if stage.palette.sun_height < 0.3 else 0.46
    ripple = 1.5 if stage.scene.weather == "storm" else 1.0
    glitter = 0.35 if stage.scene.weather in ("rain", "storm", "fog") else 1.0
    water = Water(float(stage.horizon), tint, colour, ripple, glitter)
    ground = stage.horizon + 0.13 * stage.height
    return Backdrop(layers, 0.93 * stage.height, ground, 0.9, water)
