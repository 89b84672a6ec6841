"""High mountains: ranges in aerial perspective, snow, firs, a lake if the prompt has one."""

from __future__ import annotations

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.pixels import hex_colour, mix
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import HillShape, grass, paint_hill, plant_pines


def _range(stage: Stage, index: int, count: int) -> Layer:
    share = index / max(1, count - 1)
    depth = 0.15 + 0.47 * share
    winter = stage.scene.weather == "snow"
    top = mix(0.80 * stage.horizon, 1.0 * stage.horizon, share)
    scale = stage.height / 720 if stage.tall else stage.unit
    rock = mix(hex_colour("5a6080"), hex_colour("2f4a38"), min(1.0, 1.5 * share))
    if winter:
        rock = mix(rock, hex_colour("e4ebf4"), 0.6 * share)
    shape = HillShape(
        f"range {index}",
        depth,
        top,
        mix(275, 62, share**0.8) * scale,
        rock,
        roughness=0.56 - 0.08 * share,
        texture=(0.46 - 0.22 * share) * (1 - 0.5 * share * winter),
        snow=(0.95 if winter else 0.62) if share < 0.3 else (0.30 if share < 0.4 else 0.0),
        mist=0.62,
        cell=stage.world_width / (3.6 + 1.2 * index),
    )
    hill = paint_hill(stage, shape)
    if share > 0.45:
        tone = hex_colour("33523f") if not winter else hex_colour("5d7468")
        size = (10 + 34 * share) * stage.unit
        plant_pines(stage, hill, stage.several(8, 70 + 60 * share), (size * 0.5, size * 1.5), tone)
    return hill.layer


def _foreground(stage: Stage) -> list[Layer]:
    """A meadow at the near shore, with firs at its ends and blades in front."""
    winter = stage.scene.weather == "snow"
    tone = hex_colour("dfe8f2") if winter else hex_colour("4f7a3a")
    shape = HillShape(
        "meadow",
        0.8,
        0.86 * stage.height,
        46 * stage.unit,
        tone,
        roughness=0.0,
        texture=0.22,
        mist=0.2,
        cell=stage.world_width / 2.2,
    )
    hill = paint_hill(stage, shape)
    trees = hex_colour("6b8076") if winter else hex_colour("24402f")
    plant_pines(stage, hill, stage.several(2, 20), (50 * stage.unit, 120 * stage.unit), trees)
    layers = [hill.layer]
    if not winter and stage.quality > 0.45:
        palette = stage.palette
        root, tip = palette.lit(hex_colour("27421f"), 0.5), palette.lit(hex_colour("86a84c"))
        layers.append(
            grass(stage, "front", 1.1, 0.965 * stage.height, (root, tip), 46 * stage.unit)
        )
    return layers


def build(stage: Stage) -> Backdrop:
    """Paint the mountains."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.25:
        layers.append(clouds(stage))
    count = stage.several(2, 4)
    layers.extend(_range(stage, index, count) for index in range(count))
    water = None
    if stage.scene.water:
        colour = stage.palette.lit(hex_colour("2f6f86"))
        water = Water(float(stage.horizon + 0.03 * stage.height), 0.30, colour, 0.55, 0.8)
    layers.extend(_foreground(stage))
    afloat = stage.horizon + 0.15 * stage.height
    return Backdrop(layers, 0.91 * stage.height, afloat, 0.82, water)
