"""Measures on blocks of samples."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]
"""Shape (samples, channels), full scale 1.0."""

SILENCE_DB = -50.0
CLIP_LEVEL = 0.999
STEPS_PER_SECOND = 100
"""How finely a track's level is followed, for the moments at which something sounds."""
_QUIETEST = 1e-12
_SECOND_DIFFERENCE_GAIN = 6.0
"""Of white noise, in power: 1 + 4 + 1."""


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """What about 0.1 s of sound are like.

    Attributes:
        samples: How many sample times.
        level_db: Root mean square over all channels, dBFS.
        clipped: How many sample times have a channel at full scale.
        sums: Sum of the samples of each channel.
        hiss_db: Level of white noise with the same finest detail, dBFS; see `hiss_db`.
        steps_db: Levels of its hundredths of a second, dBFS.
    """

    samples: int
    level_db: float
    clipped: int
    sums: Samples
    hiss_db: float
    steps_db: tuple[float, ...]


def sound_block(samples: Samples, rate: int) -> SoundBlock:
    """Measure a block; `rate` is samples a second."""
    return SoundBlock(
        samples=samples.shape[0],
        level_db=level_db(samples),
        clipped=clipped_count(samples),
        sums=np.asarray(samples.sum(axis=0)),
        hiss_db=hiss_db(samples),
        steps_db=_steps_db(samples, max(1, rate // STEPS_PER_SECOND)),
    )


def level_db(samples: Samples) -> float:
    """Root mean square level of a block in dBFS over all channels; -120 for digital silence."""
    power = float(np.mean(np.square(samples))) if samples.size else 0.0
    return 10 * math.log10(max(power, _QUIETEST))


def clipped_count(samples: Samples) -> int:
    """How many sample times have a channel at full scale (0.999 and more)."""
    return int((np.abs(samples).max(axis=1) >= CLIP_LEVEL).sum()) if samples.size else 0


def hiss_db(samples: Samples) -> float:
    """Level of the white noise whose second difference is as strong, dBFS. Lower is cleaner.

    Immerkaer's idea for pictures (1996) in one dimension: what does not go on from sample to sample
    is noise. Voices and music have little up there: 300 Hz weigh 0.0004 of white noise.
    """
    if samples.shape[0] < 3:
        return 10 * math.log10(_QUIETEST)
    second = samples[2:] - 2 * samples[1:-1] + samples[:-2]
    power = float(np.mean(np.square(second))) / _SECOND_DIFFERENCE_GAIN
    return 10 * math.log10(max(power, _QUIETEST))


def _steps_db(samples: Samples, size: int) -> tuple[float, ...]:
    count = samples.shape[0] // size
    if count == 0:
        return ()
    steps = np.square(samples[: count * size]).reshape(count, -1).mean(axis=1)
    return tuple((10 * np.log10(np.maximum(steps, _QUIETEST))).tolist())
