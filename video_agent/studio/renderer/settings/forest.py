"""The forest: firs fading into mist, great trunks, a mossy floor, shafts of light."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise
from video_agent.studio.renderer.pixels import (
    Pixels,
    hex_colour,
    mix,
    opaque,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.sky import light_shafts, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import HillShape, grass, paint_hill, plant_pines


def _stand(stage: Stage, index: int, count: int) -> Layer:
    """One row of firs, higher and darker the nearer it is."""
    share = index / max(1, count - 1)
    depth = 0.14 + 0.40 * share
    winter = stage.scene.weather == "snow"
    floor = hex_colour("dde6ee") if winter else hex_colour("47663a")
    tall = stage.height / 720 if stage.tall else stage.unit
    shape = HillShape(
        f"stand {index}",
        depth,
        mix(0.78 * stage.horizon, 1.0 * stage.horizon, share),
        mix(70, 26, share) * tall,
        floor,
        roughness=0.4,
        texture=0.2,
        mist=0.9,
        cell=stage.world_width / 3,
    )
    hill = paint_hill(stage, shape)
    tone = hex_colour("7f958c") if winter else hex_colour("2f5138")
    size = mix(110, 300, share**1.2) * tall
    plant_pines(stage, hill, stage.several(16, mix(120, 46, share)), (0.35 * size, size), tone)
    return hill.layer


def _trunk(stage: Stage, depth: float, x: float, wide: float, rng: np.random.Generator) -> Layer:
    """A trunk from above the frame down to its root flare, bark lit from one side."""
    foot = (0.86 if depth < 0.9 else 1.02) * stage.height
    down = stage.margin[1] * (0.12 + depth) + 4
    height = int(foot + 2 * down)
    width = int(wide * 2.6)
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    half = wide * (0.42 + 0.10 * rows + 0.55 * np.clip((rows - 0.86) / 0.14, 0, 1) ** 2.2)
    lean = rng.uniform(-0.2, 0.2) * wide * (1 - rows)
    across = (np.arange(width, dtype=np.float32)[None] - width / 2 - lean) / half
    bark = enlarged_noise(rng, (width, max(8, height // 7)), 0.22 * wide, stage.octaves, 1)
    bark = cv2.resize(bark, (width, height), interpolation=cv2.INTER_CUBIC)
    side = 1 if stage.sun[0] > x else -1
    round_ = np.clip(0.35 + 0.5 * across * side + 0.7 * (bark - 0.5), 0, 1)
    tone = hex_colour("6b5340")
    rgb = mix(stage.palette.lit(tone * 0.45, 0.15), stage.palette.lit(tone), round_[..., None])
    rim = np.clip((across * side - 0.72) / 0.25, 0, 1) * 0.5
    rgb = mix(rgb, stage.palette.sun, rim[..., None] * (0.4 if stage.palette.dark else 0.8))
    rgb = stage.palette.distant(rgb, min(1.0, depth + 0.1))
    alpha = np.clip((1 - np.abs(across)) * half + 0.5, 0, 1)
    image: Pixels = premultiply(rgb, alpha)
    if depth > 1:
        image = cv2.GaussianBlur(image, (0, 0), 2.2 * stage.unit)
    return Layer(image, depth, x - width / 2, -down)


def _floor(stage: Stage) -> Layer:
    """The clearing: moss and earth with patches of light."""
    winter = stage.scene.weather == "snow"
    tone = hex_colour("e4ecf4") if winter else hex_colour("5f7a3c")
    top = stage.horizon - 0.01 * stage.height
    shape = HillShape(
        "floor", 0.62, top, 20 * stage.unit, tone, 0.0, 0.30, mist=0.35, cell=stage.world_width / 2
    )
    hill = paint_hill(stage, shape)
    height, width = hill.layer.image.shape[:2]
    noise = enlarged_noise(stage.rng("patches"), (width // 3, height), 40 * stage.unit, 3, 2)
    noise = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    patch = smoothstep(0.55, 0.95, noise) * (0.06 if stage.palette.dark else 0.22)
    rows = np.linspace(1.0, 0.55, height, dtype=np.float32)[:, None, None]
    rgb = hill.layer.image[..., :3].astype(np.float32) * rows
    rgb = mix(rgb, stage.palette.sun, patch[..., None])
    alpha = hill.layer.image[..., 3].astype(np.float32) / 255
    hill.layer.image = premultiply(rgb, alpha)
    return hill.layer


def _canopy(stage: Stage) -> Layer:
    """Leaves and twigs that hang into the picture from above, darker than the rest."""
    rng = stage.rng("canopy")
    width, height = stage.world_width, int(0.34 * stage.height)
    image = np.zeros((height, width, 4), np.uint8)
    winter = stage.scene.weather == "snow"
    leaf = hex_colour("b9c6cc") if winter else hex_colour("3f6a34")
    dark, lit = stage.palette.lit(leaf * 0.5, 0.2), stage.palette.lit(leaf * 1.15, 0.9)
    for _ in range(stage.several(200, 1500)):
        x = rng.uniform(0, 1)
        edge = abs(x - 0.5) * 2
        deep = (0.20 + 0.62 * edge**1.6) * height
        y = deep * (1 - rng.random() ** 1.7) - 6
        long = rng.uniform(7, 19) * stage.unit
        turn = rng.uniform(20, 160)
        tone = mix(dark, lit, rng.random() ** 2 * min(1.0, y / deep + 0.2))
        centre = (int(x * width * 16), int(y * 16))
        axes = (int(long * 16), int(0.36 * long * 16))
        cv2.ellipse(image, centre, axes, turn, 0, 360, scalar(tone), -1, cv2.LINE_AA, 4)
    return Layer(image, 0.95, -stage.margin[0], -stage.margin[1] * 1.1)


def _beams(stage: Stage) -> Pixels | None:
    cloudy = stage.scene.weather in ("rain", "storm")
    if stage.quality < 0.4 or cloudy:
        return None
    strength = 0.12 if stage.palette.dark else 0.25
    beams = light_shafts(stage, strength)
    image = opaque(beams[..., None] * stage.palette.sun)
    image[..., 3] = 0
    return image


def build(stage: Stage) -> Backdrop:
    """Paint the forest."""
    layers = [place_sky(stage, paint_sky(stage))]
    count = stage.several(2, 4)
    layers.extend(_stand(stage, index, count) for index in range(count))
    layers.append(_floor(stage))
    rng = stage.rng("trunks")
    sides = (0.06, 0.20, 0.80, 0.95) if not stage.tall else (0.04, 0.96)
    for share in sides[: stage.several(2, len(sides))]:
        x = stage.width * (share + rng.uniform(-0.03, 0.03))
        layers.append(_trunk(stage, 0.72, x, rng.uniform(40, 62) * stage.unit, rng))
    if stage.quality > 0.5:
        edge = stage.width * (0.985 if stage.wind < 0 else 0.015)
        layers.append(_trunk(stage, 1.05, edge, 120 * stage.unit, rng))
    if stage.quality > 0.4 and stage.scene.weather != "snow":
        palette = stage.palette
        tones = (palette.lit(hex_colour("1f3a1c"), 0.3), palette.lit(hex_colour("7fa04a"), 0.8))
        layers.append(grass(stage, "fern", 1.1, 0.97 * stage.height, tones, 62 * stage.unit))
    layers.append(_canopy(stage))
    layers.sort(key=lambda layer: layer.depth)
    water = None
    if stage.scene.water:
        colour = stage.palette.lit(hex_colour("2f5f5a"))
        water = Water(stage.horizon + 0.06 * stage.height, 0.40, colour, 0.4, 0.5, depth=0.65)
    light = _beams(stage)
    afloat = stage.horizon + 0.13 * stage.height
    return Backdrop(layers, 0.87 * stage.height, afloat, 0.85, water, light)
