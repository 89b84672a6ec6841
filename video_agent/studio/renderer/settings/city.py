"""The city: towers in depth, lit windows, signs, lamps, a street that shines at night."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop, Water
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise
from video_agent.studio.renderer.pixels import (
    Colour,
    Pixels,
    add_light,
    glow_stamp,
    hex_colour,
    mix,
    opaque,
    scalar,
)
from video_agent.studio.renderer.sky import clouds, paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage

_LAMPS = ("ffdf9a", "ffc46a", "fff1cf", "9fd8ff")
_SIGNS = ("ff3f8f", "22e0ff", "ff9a3c", "8f6bff", "5affb0")


def _windows(stage: Stage, facade: Pixels, depth: float, rng: np.random.Generator) -> None:
    """Put a grid of windows on a facade, in place: lit at night, mirroring the sky by day."""
    height, width = facade.shape[:2]
    step_x = max(5, int(rng.uniform(10, 17) * stage.unit * (0.55 + 0.6 * depth)))
    step_y = max(6, int(rng.uniform(13, 20) * stage.unit * (0.55 + 0.6 * depth)))
    columns, rows = (width - 6) // step_x, (height - 8) // step_y
    if columns < 1 or rows < 1:
        return
    palette = stage.palette
    lit = rng.random((rows, columns)) < (0.46 if palette.dark else 0.10)
    tone = rng.integers(len(_LAMPS), size=(rows, columns))
    level = rng.uniform(0.5, 1.0, (rows, columns))
    glass = palette.distant(mix(palette.middle, palette.low, 0.5) * 0.85, depth)
    sky_share = rng.uniform(0.2, 0.9, (rows, columns))
    wide, high = max(2, int(step_x * 0.62)), max(2, int(step_y * 0.55))
    left = (width - columns * step_x + step_x - wide) // 2
    for row in range(rows):
        for column in range(columns):
            if lit[row, column]:
                colour = hex_colour(_LAMPS[tone[row, column]]) * level[row, column]
            elif palette.dark:
                continue
            else:
                wall = facade[row * step_y, column * step_x, :3].astype(np.float32)
                colour = mix(wall * 0.8, glass, sky_share[row, column])
            x, y = left + column * step_x, 6 + row * step_y
            facade[y : y + high, x : x + wide, :3] = colour.astype(np.uint8)


def _sign(stage: Stage, image: Pixels, x: int, y: int, rng: np.random.Generator) -> None:
    """A glowing upright sign on a wall."""
    colour = hex_colour(_SIGNS[int(rng.integers(len(_SIGNS)))])
    wide, high = int(13 * stage.unit), int(rng.uniform(50, 95) * stage.unit)
    glow = glow_stamp(high * 0.8, colour, 0.45)
    patch = cv2.resize(glow, (int(wide * 6), int(high * 1.7)))
    height, width = image.shape[:2]
    before = image[..., 3].copy()
    add_light(image, patch, x - patch.shape[1] // 2, y + high // 2 - patch.shape[0] // 2)
    image[..., :3] = cv2.min(image[..., :3], cv2.cvtColor(before, cv2.COLOR_GRAY2BGR))
    x0, x1 = max(0, x - wide // 2), min(width, x + wide // 2)
    image[y : min(height, y + high), x0:x1, :3] = mix(colour, 255.0, 0.25)
    for row in range(y + wide // 2, min(height, y + high) - wide // 2, max(4, wide)):
        dark = (colour * 0.25).astype(np.uint8)
        image[row : row + max(1, wide // 3), x0 + wide // 4 : x1 - wide // 4, :3] = dark


def _roof(
    image: Pixels, x: int, y: int, width: int, tone: Colour, rng: np.random.Generator
) -> None:
    kind = int(rng.integers(4))
    ink = scalar(tone)
    if kind == 0:
        top = y - int(0.7 * width)
        cv2.line(image, (x + width // 2, y), (x + width // 2, top), ink, 2, cv2.LINE_AA)
    elif kind == 1:
        cv2.rectangle(image, (x + width // 4, y - width // 5), (x + 3 * width // 4, y), ink, -1)
    elif kind == 2:
        for step, share in enumerate((0.12, 0.26)):
            inset, rise = int(share * width), int((step + 1) * 0.16 * width)
            cv2.rectangle(image, (x + inset, y - rise), (x + width - inset, y), ink, -1)


def _towers(stage: Stage, index: int, count: int) -> Layer:
    share = index / max(1, count - 1)
    depth = 0.16 + 0.46 * share
    rng = stage.rng(f"towers {index}")
    width, base = stage.world_width, int(stage.horizon + 3)
    image = np.zeros((base, width, 4), np.uint8)
    palette = stage.palette
    x = -int(rng.uniform(0, 60))
    while x < width:
        wide = int(rng.uniform(56, 130) * stage.unit * (0.6 + 0.75 * depth))
        tall = rng.uniform(0.30, 0.92 - 0.30 * share) * stage.horizon * (0.92 - 0.12 * share)
        top = int(base - tall)
        wall = mix(hex_colour("6d7686"), hex_colour("a58f80"), rng.random())
        wall = palette.lit(wall, 0.2 if palette.dark else rng.uniform(0.55, 1.0))
        tone = palette.distant(wall * (0.5 if palette.dark else 1.0), depth + 0.1)
        x0, x1 = max(0, x), min(width, x + wide)
        if x1 - x0 > 8:
            facade = image[top:, x0:x1]
            facade[...] = scalar(tone)
            edge = max(2, wide // 12)
            facade[:, :edge, :3] = mix(tone, palette.low, 0.22).astype(np.uint8)
            facade[:, -edge:, :3] = (tone * 0.82).astype(np.uint8)
            _roof(image, x0, top, x1 - x0, tone, rng)
            if stage.quality > 0.2:
                _windows(stage, facade, depth, rng)
            if palette.dark and share > 0.5 and rng.random() < 0.55 * stage.quality:
                _sign(stage, image, (x0 + x1) // 2, top + int(0.2 * tall), rng)
        x += wide + int(rng.uniform(-4, 14) * stage.unit)
    rows = np.linspace(-0.5, 1, base, dtype=np.float32).clip(0, 1)[:, None, None]
    glow = mix(palette.haze, palette.low, 0.6)
    solid = image[..., 3:].astype(np.float32) / 255
    fog = rows * (0.62 * (1 - depth)) * solid
    image[..., :3] = mix(image[..., :3].astype(np.float32), glow, fog).astype(np.uint8)
    return Layer(image, depth, -stage.margin[0], 0.0)


def _street(stage: Stage) -> Layer:
    """Asphalt below the horizon; half transparent when it has to mirror the lights."""
    palette = stage.palette
    width = stage.world_width
    height = int(stage.height - stage.horizon + stage.margin[1] * 1.1) + 2
    shine = palette.dark or stage.scene.weather in ("rain", "storm")
    noise = enlarged_noise(stage.rng("asphalt"), (width, height), 24 * stage.unit, stage.octaves, 1)
    tone = palette.lit(hex_colour("6c6a70"), 0.45 if palette.dark else 0.8)
    rgb = tone * (0.82 + 0.34 * noise)[..., None]
    rows = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    rgb = mix(mix(rgb, palette.low, 0.25), rgb, rows)
    image = opaque(rgb)
    kerb = int(0.16 * height)
    image[:kerb, :, :3] = np.clip(rgb[:kerb] * 1.35, 0, 255).astype(np.uint8)
    image[kerb : kerb + max(2, height // 40), :, :3] = scalar(tone * 1.7)[:3]
    mark = int(0.62 * height)
    for x in range(0, width, int(190 * stage.unit)):
        thick = max(2, int(0.035 * height))
        image[mark : mark + thick, x : x + int(95 * stage.unit), :3] = scalar(
            palette.lit(hex_colour("f0e8d0"), 0.75)
        )[:3]
    if shine:
        image = cv2.convertScaleAbs(image, alpha=0.42 if palette.dark else 0.62)
    return Layer(image, 0.68, -stage.margin[0], float(stage.horizon))


def _lamp(stage: Stage, x: float) -> Layer:
    """A street lamp with its cone of light."""
    height, width = int(0.50 * stage.height), int(340 * stage.unit)
    image = np.zeros((height, width, 4), np.uint8)
    tone = scalar(stage.palette.lit(hex_colour("2a2d36"), 0.3))
    thick = max(2, int(5 * stage.unit))
    head = (width // 2 + int(46 * stage.unit), int(0.30 * height))
    cv2.line(image, (width // 2, height), (width // 2, head[1] + 8), tone, thick, cv2.LINE_AA)
    cv2.line(image, (width // 2, head[1] + 8), head, tone, thick - 1, cv2.LINE_AA)
    cv2.ellipse(image, head, (int(16 * stage.unit), thick), 0, 0, 360, tone, -1, cv2.LINE_AA)
    if stage.palette.dark:
        glow = glow_stamp(0.34 * width, hex_colour("ffd28a"), 0.75)
        add_light(image, glow, head[0] - glow.shape[1] // 2, head[1] - glow.shape[0] // 2 + 6)
    return Layer(image, 0.74, x, stage.horizon + 0.055 * stage.height - height)


def build(stage: Stage) -> Backdrop:
    """Paint the city."""
    layers = [place_sky(stage, paint_sky(stage))]
    if stage.quality > 0.3:
        layers.append(clouds(stage))
    count = stage.several(2, 4)
    layers.extend(_towers(stage, index, count) for index in range(count))
    layers.append(_street(stage))
    shine = stage.palette.dark or stage.scene.weather in ("rain", "storm")
    water = None
    if shine:
        colour = stage.palette.lit(hex_colour("3a3a46"), 0.3)
        water = Water(float(stage.horizon), 0.25, colour, 0.28, 0.0, depth=0.66)
    if stage.quality > 0.4:
        shares = (0.08, 0.62) if not stage.tall else (0.55,)
        layers.extend(_lamp(stage, share * stage.width) for share in shares)
    ground = stage.horizon + 0.155 * stage.height
    return Backdrop(layers, ground, ground, 0.85, water)
