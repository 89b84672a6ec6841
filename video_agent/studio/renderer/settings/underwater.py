"""Under water: light from above, a seabed with caustics, corals, kelp, a far shoal."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise
from video_agent.studio.renderer.pen import curve
from video_agent.studio.renderer.pixels import (
    Colour,
    Pixels,
    hex_colour,
    mix,
    opaque,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.sky import gradient, light_shafts, place_sky, sky_size
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.terrain import HillShape, paint_hill, raised

_CORALS = ("ff7a66", "ffb04a", "cf6fe0", "ff5f8f", "5ad6a8", "f2e27a")


def _fill(image: Pixels, points: Pixels, colour: Colour) -> None:
    fixed = np.round(points * 16).astype(np.int32)
    cv2.fillPoly(image, [fixed], scalar(colour), cv2.LINE_AA, 4)


def _branching(
    image: Pixels,
    foot: tuple[float, float],
    size: float,
    tones: tuple[Colour, Colour],
    rng: np.random.Generator,
) -> None:
    """A coral bush: branches that fork once, tips lit."""
    for _ in range(9):
        angle = rng.uniform(-0.9, 0.9)
        mid = (foot[0] + 0.5 * size * np.sin(angle), foot[1] - 0.5 * size * np.cos(angle))
        for fork in (-0.35, 0.3):
            bend = angle + fork
            tip = (mid[0] + 0.45 * size * np.sin(bend), mid[1] - 0.45 * size * np.cos(bend))
            path = np.round(np.array([foot, mid, tip]) * 16).astype(np.int32)
            wide = max(2, int(0.085 * size))
            cv2.polylines(image, [path], False, scalar(tones[0]), wide, cv2.LINE_AA, 4)
            end = (int(tip[0] * 16), int(tip[1] * 16))
            cv2.circle(image, end, int(0.062 * size * 16), scalar(tones[1]), -1, cv2.LINE_AA, 4)


def _dome(
    image: Pixels, foot: tuple[float, float], size: float, tones: tuple[Colour, Colour]
) -> None:
    """A brain coral: a dome with lit grooves."""
    centre = (int(foot[0] * 16), int((foot[1]) * 16))
    axes = (int(0.55 * size * 16), int(0.42 * size * 16))
    cv2.ellipse(image, centre, axes, 0, 180, 360, scalar(tones[0]), -1, cv2.LINE_AA, 4)
    for share in (0.8, 0.58, 0.36):
        ring = (int(axes[0] * share), int(axes[1] * share))
        wide = max(1, int(0.03 * size))
        cv2.ellipse(image, centre, ring, 0, 190, 350, scalar(tones[1]), wide, cv2.LINE_AA, 4)


def _fan(
    image: Pixels, foot: tuple[float, float], size: float, tones: tuple[Colour, Colour]
) -> None:
    """A sea fan: rays within a rounded outline."""
    angles = np.linspace(-1.0, 1.0, 15)
    rim = np.stack([np.sin(angles), -np.cos(angles * 0.9)], 1) * size + foot
    _fill(image, np.concatenate([[foot], rim]), tones[0])
    for point in rim[1:-1:2]:
        path = np.round(np.array([foot, point]) * 16).astype(np.int32)
        wide = max(1, int(0.022 * size))
        cv2.polylines(image, [path], False, scalar(tones[1]), wide, cv2.LINE_AA, 4)


def _reef(stage: Stage, index: int, count: int) -> Layer:
    share = index / max(1, count - 1)
    depth = 0.22 + 0.62 * share
    sand = mix(hex_colour("b9c2a0"), hex_colour("d8c79a"), share)
    shape = HillShape(
        f"reef {index}",
        depth,
        mix(0.72, 0.93, share) * stage.height,
        mix(120, 56, share) * stage.unit,
        sand,
        roughness=0.42 * (1 - share),
        texture=0.36,
        mist=0.3,
        cell=stage.world_width / (3 + index),
    )
    hill = paint_hill(stage, shape)
    size = mix(50, 120, share) * stage.unit
    raised(hill, int(size * 1.5))
    rng = stage.rng(f"coral {index}")
    for x in np.sort(rng.integers(10, hill.ridge.size - 10, stage.several(3, 19))):
        tone = hex_colour(_CORALS[int(rng.integers(len(_CORALS)))])
        near = min(1.0, depth + 0.12)
        dark = stage.palette.distant(mix(tone * 0.66, stage.palette.haze, 0.30), near)
        lit = stage.palette.distant(mix(tone, hex_colour("ffffff"), 0.18), near)
        foot = (float(x), float(hill.ridge[x]) + 0.08 * size)
        high, kind = size * rng.uniform(0.5, 1.1), int(rng.integers(3))
        if kind == 0:
            _branching(hill.layer.image, foot, high, (dark, lit), rng)
        elif kind == 1:
            _dome(hill.layer.image, foot, high, (dark, lit))
        else:
            _fan(hill.layer.image, foot, high * 0.8, (dark, lit))
    return hill.layer


def _kelp(stage: Stage, x: float, depth: float, high: float) -> Layer:
    """One frond, bent by the current, from the floor upwards."""
    rng = stage.rng(f"kelp {x:.0f}")
    width, height = int(120 * stage.unit), int(high)
    image = np.zeros((height, width, 4), np.uint8)
    share = np.linspace(0, 1, 12)
    stem_x = width / 2 + np.sin(share * 5 + rng.uniform(0, 6)) * width * 0.16 * share
    stem = np.stack([stem_x, height * (1 - share)], 1)
    tone = stage.palette.distant(hex_colour("2f6b3a"), min(1, depth))
    leaf = stage.palette.distant(hex_colour("6fae4a"), min(1, depth))
    path = np.round(stem * 16).astype(np.int32)
    cv2.polylines(image, [path], False, scalar(tone), max(2, int(5 * stage.unit)), cv2.LINE_AA, 4)
    for index in range(2, 12):
        side = 1 if index % 2 else -1
        base = stem[index]
        tip = base + np.array([side * 0.34 * width, -0.05 * height])
        bulge = np.array([0, 7 * stage.unit])
        bend = (base + tip) / 2
        points = curve([base, bend - bulge, tip, bend + bulge], 5)
        _fill(image, np.array(points), mix(tone, leaf, index / 11))
    return Layer(image, depth, x - width / 2, stage.height + 8 - height)


def _shoal(stage: Stage) -> Layer:
    """Small far fish that drift past."""
    rng = stage.rng("shoal")
    width, height = int(0.42 * stage.width), int(0.2 * stage.height)
    image = np.zeros((height, width, 4), np.uint8)
    tone = stage.palette.distant(hex_colour("1c4a66"), 0.55)
    for _ in range(stage.several(4, 34)):
        size = rng.uniform(5, 10) * stage.unit
        x, y = rng.uniform(0.1, 0.9) * width, rng.normal(0.5, 0.16) * height
        side = stage.wind
        body = np.array([[1, 0], [0, -0.4], [-1, 0], [-1.5, -0.4], [-1.5, 0.4], [-1, 0], [0, 0.4]])
        _fill(image, body * [size * side, size] + [x, y], tone)
    start = stage.width * (0.05 if stage.wind > 0 else 0.55)
    return Layer(image, 0.3, start, 0.34 * stage.height, stage.wind * 0.035 * stage.width)


def build(stage: Stage) -> Backdrop:
    """Paint the reef."""
    width = sky_size(stage)[0]
    sea = np.repeat(gradient(stage), width, axis=1).astype(np.float32)
    noise = enlarged_noise(stage.rng("sea"), (width, sea.shape[0]), 300 * stage.unit, 3, 4)
    sea = sea * (0.92 + 0.16 * noise[..., None])
    sea += stage.rng("dither").normal(0, 0.8, sea.shape[:2]).astype(np.float32)[..., None]
    layers = [place_sky(stage, opaque(sea))]
    if stage.quality > 0.4:
        layers.append(_shoal(stage))
    count = stage.several(2, 4)
    layers.extend(_reef(stage, index, count) for index in range(count))
    if stage.quality > 0.35:
        for share, high in ((0.05, 0.62), (0.13, 0.40), (0.93, 0.52)):
            layers.append(_kelp(stage, share * stage.width, 1.0, high * stage.height))
    beams = light_shafts(stage, 0.16 if stage.palette.dark else 0.36, 1.3)
    rows = np.linspace(0, 1, stage.height, dtype=np.float32)[:, None]
    beams = np.minimum(beams, 0.55) + 0.10 * smoothstep(0.30, 0.0, rows)
    light = premultiply(np.ones((1, 1, 1), np.float32) * stage.palette.sun * 0.9, beams)
    light[..., 3] = 0
    row = 0.90 * stage.height
    return Backdrop(layers, row, row, 0.80, light=light)
