"""Measures on blocks of samples."""

import math

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""Shape (samples, channels), full scale 1.0."""

SILENCE_DB = -50.0
CLIP_LEVEL = 0.999


def level_db(samples: Samples) -> float:
    """Root mean square level of a block in dBFS over all channels; -120 for digital silence."""
    power = float(np.mean(np.square(samples))) if samples.size else 0.0
    return 10 * math.log10(max(power, 1e-12))


def clipped_count(samples: Samples) -> int:
    """How many sample times have a channel at full scale (0.999 and more)."""
    return int((np.abs(samples).max(axis=1) >= CLIP_LEVEL).sum()) if samples.size else 0
