"""Hills, mountains, trees and grass: lit, hazy, drawn once as layers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise, ridge_line, smooth_line
from video_agent.studio.renderer.pixels import (
    Colour,
    Field,
    Pixels,
    mix,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.stage import Stage


@dataclass(frozen=True, slots=True, eq=False)
class HillShape:
    """How a row of hills looks.

    Attributes:
        name: Names its random source.
        depth: 0 far .. 1 near.
        top: Row of the lowest point of the ridge, in frame pixels.
        relief: Height of the highest peak above that, in pixels.
        material: Its own colour in white light, BGR.
        roughness: 0 gives rounded hills; about 0.5 jagged mountains.
        texture: Strength of the lit relief.
        snow: Share of the relief that is snow, from the top.
        mist: How far the foot dissolves into haze, 0..1.
        cell: Width of the coarsest bump in pixels, 0 for a fifth of the layer.
        window: Centre and half width (shares of the layer) outside which the ridge sinks away.
    """

    name: str
    depth: float
    top: float
    relief: float
    material: Colour
    roughness: float = 0.5
    texture: float = 0.3
    snow: float = 0.0
    mist: float = 0.6
    cell: float = 0.0
    window: tuple[float, float] | None = None


@dataclass(slots=True, eq=False)
class Hill:
    """A painted row of hills and its ridge (row of the ground for each column of the layer)."""

    layer: Layer
    ridge: Field
    tone: Colour


def _ridge(stage: Stage, shape: HillShape) -> Field:
    rng = stage.rng(f"ridge {shape.name}")
    width = stage.world_width
    cell = shape.cell or width / 5
    if shape.roughness <= 0:
        line = smooth_line(rng, width, cell)
    else:
        line = ridge_line(rng, width, stage.octaves + 2, shape.roughness, cell)
    if shape.window:
        centre, half = shape.window
        away = np.abs(np.linspace(0, 1, width, dtype=np.float32) - centre) / half
        line = (0.45 + 0.55 * line) * smoothstep(1.0, 0.15, away)
    return line


def _relief(stage: Stage, shape: HillShape, size: tuple[int, int]) -> Field:
    """Light on the rock: slope of a height field towards the sun, about -1..1."""
    cell = (110 if shape.roughness > 0 else 60) * stage.unit * (0.6 + shape.depth)
    noise = enlarged_noise(stage.rng(f"rock {shape.name}"), size, cell, stage.octaves, 2)
    side = 1 if stage.sun[0] > stage.width / 2 else -1
    slope = cv2.Sobel(noise, cv2.CV_32F, 1, 0, ksize=5) * side
    slope -= 0.8 * cv2.Sobel(noise, cv2.CV_32F, 0, 1, ksize=5)
    slope = cv2.GaussianBlur(slope, (0, 0), 1.0 + 1.4 * stage.unit * (1 - shape.depth))
    return np.clip(slope / (3 * float(slope.std()) + 1e-6), -1, 1) + 0.35 * (noise - 0.5)


def _snowed(stage: Stage, rgb: Field, light: Field, rows: Field, shape: HillShape) -> Field:
    """Cover what lies above the snow line, whose edge follows the rock."""
    ragged = 0.42 * shape.relief * light
    line = shape.snow * shape.relief + ragged - rows
    cover = smoothstep(0.0, 0.08 * shape.relief + 1, line)
    white = stage.palette.lit(np.array([255, 250, 246], np.float32))
    cold = mix(white, stage.palette.shade, 0.42)
    tone = mix(cold, white, np.clip(0.62 + 0.8 * light, 0, 1)[..., None])
    return mix(rgb, stage.palette.distant(tone, shape.depth + 0.25), 0.94 * cover[..., None])


def paint_hill(stage: Stage, shape: HillShape) -> Hill:
    """Paint one row of hills reaching down to the lower edge of the frame and margin."""
    palette = stage.palette
    width = stage.world_width
    relief = max(2.0, shape.relief)
    ridge = relief * (1 - _ridge(stage, shape))
    bottom = stage.height + stage.margin[1] * (0.2 + shape.depth)
    height = max(8, int(bottom - shape.top + relief) + 2)
    rows = np.arange(height, dtype=np.float32)[:, None]
    below = rows - ridge[None]
    light = _relief(stage, shape, (width, height)) * shape.texture
    share = np.clip(0.72 + 1.5 * light, 0, 1.25)[..., None]
    lit = palette.lit(shape.material)
    rgb = mix(palette.lit(shape.material, 0.0), lit, share)
    rgb = palette.distant(rgb, shape.depth)
    if shape.snow > 0:
        rgb = _snowed(stage, rgb, light, rows, shape)
    # Mist follows a smoothed ridge: under the real one every spike would draw a streak.
    calm = cv2.blur(ridge[None], (max(3, width // 6) | 1, 1))
    fade = smoothstep(0.0, 1.0, (rows - calm) / (0.30 * stage.height)) * shape.mist
    rgb = mix(rgb, palette.haze, (fade * (1 - min(1.0, shape.depth)))[..., None])
    if stage.scene.style == "animated":
        rgb = np.round(rgb / 14) * 14
    image = premultiply(rgb, np.clip(below + 0.5, 0, 1))
    layer = Layer(image, shape.depth, -stage.margin[0], shape.top - relief)
    return Hill(layer, ridge, palette.distant(lit, shape.depth))


def raised(hill: Hill, pixels: int) -> None:
    """Give a hill's layer more room above the ridge, in place, for trees."""
    hill.layer.image = cv2.copyMakeBorder(
        hill.layer.image, pixels, 0, 0, 0, cv2.BORDER_CONSTANT, value=(0, 0, 0, 0)
    )
    hill.layer.y -= pixels
    hill.ridge = hill.ridge + pixels


def draw_pine(
    image: Pixels, foot: tuple[float, float], height: float, tones: tuple[Colour, Colour], side: int
) -> None:
    """Draw a fir with a lit side; ``foot`` in pixels, ``side`` 1 if light comes from the right."""
    x, y = foot
    tiers = 6 if height > 46 else 4
    dark, lit = scalar(tones[0]), scalar(tones[1])
    trunk = np.array([[x - 0.02 * height, y], [x + 0.02 * height, y], [x, y - 0.5 * height]])
    cv2.fillPoly(image, [np.round(trunk * 16).astype(np.int32)], dark, cv2.LINE_AA, 4)
    for tier in range(tiers - 1, -1, -1):
        low, high = (tier + 1.7) / (tiers + 0.7), tier / (tiers + 0.7)
        half = height * (0.055 + 0.20 * low)
        tip, base = y - height * (1 - high), y - height * (1 - low) - height * 0.06
        droop = height * 0.03
        whole = [[x, tip], [x - half, base + droop], [x, base], [x + half, base + droop]]
        bright = [[x, tip], [x + side * half, base + droop], [x + side * half * 0.1, base]]
        for points, ink in ((whole, dark), (bright, lit)):
            fixed = np.round(np.array(points) * 16).astype(np.int32)
            cv2.fillPoly(image, [fixed], ink, cv2.LINE_AA, 4)


def plant_pines(
    stage: Stage, hill: Hill, count: int, sizes: tuple[float, float], tone: Colour
) -> None:
    """Plant firs along a ridge; ``sizes`` are heights in pixels, small and large."""
    raised(hill, int(sizes[1] * 1.1))
    rng = stage.rng(f"pines {hill.layer.depth:.3f}")
    side = 1 if stage.sun[0] > stage.width / 2 else -1
    near = hill.layer.depth
    columns = np.sort(rng.integers(4, hill.ridge.size - 4, count))
    clumps = ridge_line(stage.rng(f"clump {near:.3f}"), hill.ridge.size, 4, 0.6)
    floor = float(hill.ridge.max()) - 0.5 * sizes[1]
    for x in columns:
        if not 0 < hill.ridge[x] < floor and hill.ridge.max() - hill.ridge.min() > sizes[1]:
            continue  # trees stand on land, not where a ridge sinks below the horizon
        size = mix(sizes[0], sizes[1], clumps[x] * rng.uniform(0.45, 1.0))
        shadow = mix(tone, stage.palette.shade, 0.45) * rng.uniform(0.8, 1.0)
        dark = stage.palette.distant(shadow, near)
        lit = stage.palette.distant(mix(tone, stage.palette.sun, 0.10), near)
        foot = (float(x), float(hill.ridge[x]) + 0.10 * size)
        draw_pine(hill.layer.image, foot, float(size), (dark, lit), side)


def draw_round_tree(
    image: Pixels,
    foot: tuple[float, float],
    height: float,
    tones: tuple[Colour, Colour, Colour],
    rng: np.random.Generator,
) -> None:
    """Draw a leafy tree of overlapping crowns: tones are trunk, dark and lit leaves."""
    x, y = foot
    trunk = np.array([[-0.035, 0], [0.035, 0], [0.02, -0.5], [-0.02, -0.5]]) * height + [x, y]
    cv2.fillPoly(image, [np.round(trunk * 16).astype(np.int32)], scalar(tones[0]), cv2.LINE_AA, 4)
    for step in range(26):
        share = step / 25
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0, 1) ** 0.5
        centre_x = x + np.cos(angle) * far * 0.28 * height
        centre_y = y - height * (0.66 + 0.24 * np.sin(angle) * far) - share * 0.05 * height
        radius = height * rng.uniform(0.06, 0.13) * (1.15 - 0.5 * share)
        tone = mix(tones[1], tones[2], share * rng.uniform(0.6, 1.0))
        centre = (int(centre_x * 16), int(centre_y * 16))
        cv2.circle(image, centre, int(radius * 16), scalar(tone), -1, cv2.LINE_AA, 4)


def _draw_blades(
    stage: Stage, image: Pixels, wave: Field, blade: float, tones: tuple[Colour, Colour]
) -> None:
    rng = stage.rng(f"blades {blade:.0f}")
    width = image.shape[1]
    count = int(width / (3.2 * stage.unit) * (0.35 + 0.65 * stage.quality))
    for x in rng.integers(0, width, count):
        length = blade * rng.uniform(0.35, 1.0)
        lean = rng.normal(0.15 * stage.wind, 0.28) * length
        foot = blade + float(wave[x]) + rng.uniform(0, blade * 0.5)
        half = max(0.7, 0.035 * length)
        points = np.array(
            [
                [x - half, foot],
                [x + lean * 0.35, foot - length * 0.6],
                [x + lean, foot - length],
                [x + lean * 0.35 + half, foot - length * 0.55],
                [x + half, foot],
            ]
        )
        tone = mix(tones[0], tones[1], rng.random() ** 1.5)
        fixed = np.round(points * 16).astype(np.int32)
        cv2.fillPoly(image, [fixed], scalar(tone), cv2.LINE_AA, 4)


def grass(
    stage: Stage, name: str, depth: float, top: float, tones: tuple[Colour, Colour], blade: float
) -> Layer:
    """Draw a fringe of blades along the lower edge, in front of the subject.

    Args:
        stage: The stage.
        name: Names its random source.
        depth: Depth, above the subject's.
        top: Row where the fringe begins to be solid.
        tones: Root and tip colour.
        blade: Length of a blade in pixels.
    """
    rng = stage.rng(f"grass {name}")
    width = stage.world_width
    height = int(stage.height - top + blade + stage.margin[1] * 1.3) + 4
    image = np.zeros((height, width, 4), np.uint8)
    wave = smooth_line(rng, width, 200 * stage.unit) * blade * 0.7
    _draw_blades(stage, image, wave, blade, tones)
    rows = np.arange(height, dtype=np.float32)[:, None]
    solid = np.clip((rows - (blade + wave)[None]) / (0.6 * blade), 0, 1)
    floor = premultiply(np.ones((1, 1, 1), np.float32) * tones[0] * 0.9, solid)
    keep = cv2.cvtColor(cv2.bitwise_not(image[..., 3]), cv2.COLOR_GRAY2BGRA)
    image = cv2.add(cv2.multiply(floor, keep, scale=1 / 255), image)
    return Layer(image, depth, -stage.margin[0], top - blade)
