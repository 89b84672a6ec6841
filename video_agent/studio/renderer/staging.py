"""The stage of a clip: what a prompt, its edits and its references ask to be drawn."""

from __future__ import annotations

import math
import zlib

import numpy as np

from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.editing import edit_scene
from video_agent.studio.renderer.influence import palette_like, scene_like
from video_agent.studio.renderer.palette import palette_for
from video_agent.studio.renderer.settings_of_clip import RenderSettings
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.still_source import decode_image
from video_agent.studio.renderer.understanding import understand

_DRAWN_PIXELS = 1920 * 1088  # larger clips are drawn at this size and enlarged
_JITTER = 0.04


def make_stage(prompt: str, settings: RenderSettings) -> Stage:
    """Set the stage for a prompt: what to draw, how large and how well.

    Raises:
        RenderError: A reference image cannot be read.
    """
    references = [decode_image(data) for data in settings.references]
    scene = scene_like(understand(prompt), references)
    quality = _quality(scene, settings.seed)
    for change in settings.changes:
        scene = edit_scene(scene, change)
    shrink = min(1.0, math.sqrt(_DRAWN_PIXELS / (settings.width * settings.height)))
    return Stage(
        scene=scene,
        width=round(settings.width * shrink / 2) * 2,
        height=round(settings.height * shrink / 2) * 2,
        frame_count=_frames(settings.duration_seconds, settings.fps),
        fps=settings.fps,
        seed=settings.seed,
        quality=quality,
        palette=palette_like(palette_for(scene), references),
        path_frames=_frames(settings.path_seconds, settings.fps) if settings.path_seconds else 0,
    )


def _frames(seconds: float, fps: int) -> int:
    return max(1, round(seconds * fps))


def _quality(scene: SceneDescription, seed: int) -> float:
    """Fidelity with the seed's luck of up to 0.04, seeded by scene, not wording."""
    rng = np.random.default_rng([abs(seed), zlib.crc32(scene.key.encode()), 7])
    return float(np.clip(scene.fidelity + rng.uniform(-_JITTER, _JITTER), 0.05, 1.0))
