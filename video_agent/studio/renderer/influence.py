"""What reference images do to a clip: their colours become those of its subject and its light."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.palette import Palette, tinted
from video_agent.studio.renderer.pixels import Pixels

_SIDE = 48
_STEP = 32
_SHARE = 0.75


def main_colours(image: Pixels) -> tuple[str, str]:
    """The most striking colour of a BGR image and the mean of all, each ``"rrggbb"``."""
    small = cv2.resize(image, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    cells, cell_of, counts = np.unique(
        small // _STEP, axis=0, return_inverse=True, return_counts=True
    )
    spread = cells.max(axis=1).astype(float) - cells.min(axis=1)
    best = int(np.argmax(np.sqrt(counts) * (0.2 + spread)))
    return _code(small[cell_of.reshape(-1) == best].mean(axis=0)), _code(small.mean(axis=0))


def _code(colour: Pixels) -> str:
    blue, green, red = (round(float(value)) for value in colour)
    return f"{red:02x}{green:02x}{blue:02x}"


def scene_like(scene: SceneDescription, references: list[Pixels]) -> SceneDescription:
    """Give the subject the most striking colour of the first image, unless the prompt names one."""
    if not references or scene.subject_colour:
        return scene
    return replace(scene, subject_colour=main_colours(references[0])[0])


def palette_like(palette: Palette, references: list[Pixels]) -> Palette:
    """Bend the light towards the images: first each one's striking colour, then its mean."""
    for image in references:
        striking, mean = main_colours(image)
        share = _SHARE / len(references)
        palette = tinted(tinted(palette, striking, share), mean, share / 2)
    return palette
