"""Seeded noise: fractal value noise for textures and clouds, ridge lines for hills."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.pixels import Field


def fractal_noise(
    rng: np.random.Generator,
    width: int,
    height: int,
    cell: float,
    octaves: int = 5,
    gain: float = 0.5,
) -> Field:
    """Sum octaves of cubic value noise (fractional Brownian motion).

    Args:
        rng: Source of the random grids.
        width: Pixels across.
        height: Pixels down.
        cell: Size in pixels of the coarsest bump.
        octaves: How many halvings of the cell are added.
        gain: Amplitude ratio from one octave to the next.

    Returns:
        float32 ``[height, width]`` stretched to 0..1 between its 1st and 99th percentile.
    """
    total = np.zeros((height, width), np.float32)
    amplitude = 1.0
    for _ in range(octaves):
        rows, columns = max(2, int(height / cell) + 3), max(2, int(width / cell) + 3)
        grid = rng.random((rows, columns), dtype=np.float32)
        total += amplitude * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        amplitude *= gain
        cell = max(2.0, cell / 2)
    low, high = np.percentile(total[::4, ::4], (1, 99))
    spread = np.float32(high - low + 1e-6)
    return np.clip((total - np.float32(low)) / spread, 0, 1).astype(np.float32)


def enlarged_noise(
    rng: np.random.Generator,
    size: tuple[int, int],
    cell: float,
    octaves: int,
    shrink: int = 2,
) -> Field:
    """Make noise at ``1/shrink`` of ``size`` (width, height) and enlarge it: much cheaper."""
    width, height = size
    small = fractal_noise(
        rng, max(8, width // shrink), max(8, height // shrink), cell / shrink, octaves, 0.55
    )
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def ridge_line(
    rng: np.random.Generator, width: int, octaves: int, roughness: float = 0.5, cell: float = 0.0
) -> Field:
    """Midpoint-like ridge: float32 ``[width]`` in 0..1; higher ``roughness`` is more jagged."""
    line = np.zeros(width, np.float32)
    amplitude, step = 1.0, cell or width / 5
    for _ in range(octaves):
        points = rng.random(int(width / step) + 4).astype(np.float32)
        line += amplitude * np.interp(np.arange(width) / step, np.arange(points.size), points)
        amplitude *= roughness
        step = max(2.0, step / 2)
    return ((line - line.min()) / (np.ptp(line) + 1e-6)).astype(np.float32)


def smooth_line(rng: np.random.Generator, width: int, cell: float, octaves: int = 2) -> Field:
    """Rounded line for dunes and meadows: float32 ``[width]`` in 0..1, cubic between points."""
    line = np.zeros(width, np.float32)
    amplitude = 1.0
    for _ in range(octaves):
        points = rng.random((1, int(width / cell) + 4)).astype(np.float32)
        line += amplitude * cv2.resize(points, (width, 1), interpolation=cv2.INTER_CUBIC)[0]
        amplitude *= 0.4
        cell /= 2.3
    return ((line - line.min()) / (np.ptp(line) + 1e-6)).astype(np.float32)
