"""How a low fidelity looks: coarse detail, held frames, flicker, shake, noise.

Fidelity acts on the picture alone, through the numbers here; nothing is written beside the picture.
It models, in kind, what video models do with vague or contradictory prompts.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from video_agent.studio.renderer.pixels import Pixels, mix, smoothstep
from video_agent.studio.renderer.stage import Stage

_NEARLY_ONE = 0.985


@dataclass(frozen=True, slots=True, eq=False)
class Degradation:
    """The faults of one clip.

    Attributes:
        resolution: Share of the full resolution that the picture really has.
        source: For each frame, the frame that is shown (held frames repeat).
        gain: Exposure multiplier for each frame.
        shake: Offset of the subject in design pixels, ``[frames, 2]``.
        noise: Standard deviation of the grain in levels, above the style's own.
        crf: x264 quality, lower is better.
    """

    resolution: float
    source: Pixels
    gain: Pixels
    shake: Pixels
    noise: float
    crf: int


def plan_degradation(stage: Stage) -> Degradation:
    """Work out the faults for the stage's quality."""
    quality, count = stage.quality, stage.frame_count
    lack = 1 - quality
    rng = stage.rng("faults")
    held = rng.random(count) < 0.50 * max(0.0, 0.80 - quality)
    held[0] = False
    source = np.maximum.accumulate(np.where(held, 0, np.arange(count)))
    gain = 1 + rng.normal(0, 1, count) * 0.085 * lack**1.35
    return Degradation(
        resolution=float(mix(0.30, 1.0, smoothstep(-0.25, 0.97, quality))),
        source=source,
        gain=gain,
        shake=rng.normal(0, 1, (count, 2)) * 7.0 * lack**1.1,
        noise=9.5 * lack**1.1,
        crf=round(mix(34, 20, quality)),
    )


def degrade_frame(frame: Pixels, faults: Degradation, index: int) -> Pixels:
    """Apply exposure and resolution faults to a finished frame."""
    gain = float(faults.gain[index])
    if abs(gain - 1) > 1e-3:
        # The offset keeps flicker visible in dark scenes, where a gain alone would hide it.
        frame = cv2.convertScaleAbs(frame, alpha=gain, beta=max(0.0, (gain - 1) * 60))
    if faults.resolution < _NEARLY_ONE:
        height, width = frame.shape[:2]
        small = (max(16, int(width * faults.resolution)), max(16, int(height * faults.resolution)))
        coarse = cv2.resize(frame, small, interpolation=cv2.INTER_AREA)
        frame = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return frame
