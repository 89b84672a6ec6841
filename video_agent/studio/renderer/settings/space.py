"""Outer space: nebula, a lit planet with atmosphere, a moon, drifting rocks."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.backdrop import Backdrop
from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.noise import enlarged_noise, fractal_noise
from video_agent.studio.renderer.pixels import (
    Field,
    Pixels,
    hex_colour,
    mix,
    premultiply,
    scalar,
    smoothstep,
)
from video_agent.studio.renderer.sky import paint_sky, place_sky
from video_agent.studio.renderer.stage import Stage

_WORLDS = (  # lowlands, highlands, seas
    ("8a3f22", "eab985", "5a2818"),
    ("3f7a4c", "d9cfa8", "1c4f8f"),
    ("b58fd0", "f4e4f0", "5a4a9a"),
    ("2f8f9a", "e8fbf6", "155070"),
)


def _nebula(stage: Stage, sky: Pixels) -> None:
    height, width = sky.shape[:2]
    clouds = ((0.42, "b8489a", 260), (0.50, "3f6be0", 190), (0.58, "ffb070", 150))
    total = np.zeros((height, width, 3), np.float32)
    dust = enlarged_noise(stage.rng("dust"), (width, height), 120 * stage.unit, stage.octaves, 3)
    for index, (floor, code, cell) in enumerate(clouds):
        noise = enlarged_noise(
            stage.rng(f"nebula {index}"), (width, height), cell * stage.unit, stage.octaves + 1, 3
        )
        amount = smoothstep(floor, 1.1, noise) * (0.35 + 0.65 * dust)
        total += amount[..., None] * hex_colour(code) * 0.62
    sky[..., :3] = np.clip(sky[..., :3] + total, 0, 255).astype(np.uint8)


def _sphere(size: int) -> tuple[Field, Field, Field, Field]:
    axis = (np.arange(size, dtype=np.float32) - size / 2) / (size / 2 * 0.86)
    x, y = np.meshgrid(axis, axis)
    radius = np.sqrt(x * x + y * y)
    return x, y, np.sqrt(np.clip(1 - radius**2, 0, 1)), radius


def _planet(stage: Stage, radius: float) -> Pixels:
    rng = stage.rng("planet")
    size = int(2 * radius / 0.86)
    x, y, z, far = _sphere(size)
    low, high, sea = (hex_colour(code) for code in _WORLDS[int(rng.integers(len(_WORLDS)))])
    noise = enlarged_noise(rng, (size, size), 0.5 * radius, stage.octaves + 1, 2)
    bands = enlarged_noise(rng, (max(8, size // 8), size), 0.16 * radius, stage.octaves, 1)
    bands = cv2.resize(bands, (size, size), interpolation=cv2.INTER_CUBIC)
    ground = 0.6 * noise + 0.4 * bands
    colour = mix(low, high, smoothstep(0.35, 0.8, ground)[..., None])
    colour = mix(colour, sea, (smoothstep(0.46, 0.36, ground) * 0.9)[..., None])
    white = enlarged_noise(stage.rng("weather"), (size, size), 0.3 * radius, stage.octaves + 1, 2)
    colour = mix(colour, 245.0, (smoothstep(0.62, 0.95, white) * 0.8)[..., None])
    side = -0.66 if stage.sun[0] < stage.width / 2 else 0.66
    light = np.clip(side * x - 0.5 * y + 0.56 * z, 0, 1)
    rgb = colour * (0.035 + 1.12 * light**0.85)[..., None]
    rim = np.exp(-(((far - 0.985) / 0.045) ** 2)) * np.clip(light + 0.25, 0, 1)
    rgb = rgb + rim[..., None] * mix(hex_colour("6fb8ff"), high, 0.25) * 0.9
    air = np.exp(-np.clip(far - 1, 0, None) / 0.030) * (far < 1.15) * smoothstep(1.15, 1.0, far)
    air *= np.clip(side * x - 0.5 * y + 0.35, 0, 1) * 0.55
    body = smoothstep(1.003, 0.994, far)
    rgb = mix(np.ones((1, 1, 3), np.float32) * hex_colour("8cc8ff"), rgb, body[..., None])
    return premultiply(rgb, np.maximum(body, air))


def _moon(stage: Stage, radius: float) -> Pixels:
    size = int(2 * radius / 0.86)
    x, y, z, far = _sphere(size)
    rng = stage.rng("small moon")
    noise = fractal_noise(rng, size, size, radius * 0.4, stage.octaves)
    side = -0.66 if stage.sun[0] < stage.width / 2 else 0.66
    light = np.clip(side * x - 0.5 * y + 0.56 * z, 0, 1)
    tone = mix(hex_colour("6e6a78"), hex_colour("d8d2cc"), noise[..., None])
    return premultiply(tone * (0.04 + light)[..., None], smoothstep(1.02, 0.97, far))


def _rock(stage: Stage, rng: np.random.Generator) -> Layer:
    radius = rng.uniform(5, 24) * stage.unit
    size = int(radius * 3) + 4
    angles = np.sort(rng.uniform(0, 2 * np.pi, 10))
    reach = radius * rng.uniform(0.7, 1.2, 10)
    outline = np.stack([np.cos(angles) * reach, np.sin(angles) * reach], 1) + size / 2
    image = np.zeros((size, size, 4), np.uint8)
    side = -1 if stage.sun[0] < stage.width / 2 else 1
    for share, code, offset in (
        (1.0, "23212e", 0.0),
        (0.82, "6a6674", 0.14),
        (0.5, "a8a2a6", 0.24),
    ):
        shift = np.array([side * offset * radius, -offset * radius])
        points = (outline - size / 2) * share + size / 2 + shift
        fixed = np.round(points * 16).astype(np.int32)
        cv2.fillPoly(image, [fixed], scalar(hex_colour(code)), cv2.LINE_AA, 4)
    # What the offset facets paint outside the body is cut away again.
    body = np.zeros((size, size), np.uint8)
    cv2.fillPoly(body, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    image = cv2.min(image, cv2.cvtColor(body, cv2.COLOR_GRAY2BGRA))
    depth = float(rng.uniform(0.4, 1.2))
    x, y = rng.uniform(-0.1, 1.1) * stage.width, rng.uniform(0.1, 0.95) * stage.height
    return Layer(image, depth, x, y, stage.wind * stage.width * 0.012 * depth)


def build(stage: Stage) -> Backdrop:
    """Paint space."""
    sky = paint_sky(stage)
    _nebula(stage, sky)
    layers = [place_sky(stage, sky)]
    left = stage.sun[0] > stage.width / 2
    radius = 0.50 * min(stage.height, stage.width * 1.1)
    centre_x, centre_y = stage.width * (0.18 if left else 0.82), stage.height * 0.80
    planet = _planet(stage, radius)
    half = planet.shape[0] / 2
    if stage.quality > 0.3:
        moon = _moon(stage, 46 * stage.unit)
        x = stage.width * (0.52 if left else 0.40)
        layers.append(Layer(moon, 0.22, x, stage.height * 0.16))
    layers.append(Layer(planet, 0.35, centre_x - half, centre_y - half))
    rng = stage.rng("rocks")
    layers.extend(_rock(stage, rng) for _ in range(stage.several(0, 16)))
    layers.sort(key=lambda layer: layer.depth)
    row = 0.60 * stage.height
    return Backdrop(layers, row, row, 0.8)
