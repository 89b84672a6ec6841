"""What a degradation is."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from video_agent.media.pattern import Frame, Track

LEVELS = 5
SECONDS = 2.0
FPS = 24
FRAMES = round(SECONDS * FPS)

ChangeFrame = Callable[[int, Frame], Frame]
"""A frame's number and the frame (RGB, to be left as it is) to the frame that is written."""
ChangeSound = Callable[[Track], Track]


@dataclass(frozen=True)
class Place:
    """Where a fault was planted, and the signal whose finding must lie there."""

    signal: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class Degradation:
    """One fault in five strengths.

    Attributes:
        name: Of the fault.
        levels: Five strengths from mild to strong, in the fault's own unit.
        signals: Each of these must fall from level to level.
        touches: Signals that may change too, because the fault changes what they measure.
        picture: Makes the change of frames for a strength and the source's frames.
        sound: Makes the change of the sound track for a strength.
        bit_rate: Bits a second for a strength, where coarse coding is the fault.
        place: Where the fault is for a strength, when it is not everywhere.
        least: How far the score of each of `signals` has to fall at the strongest level.
        none: The strength at which what is planted has no fault, for faults that need a scene of
            their own (a gradient, a camera move): the row then starts from that scene.
    """

    name: str
    levels: tuple[float, float, float, float, float]
    signals: tuple[str, ...]
    touches: frozenset[str] = frozenset()
    picture: Callable[[float, tuple[Frame, ...]], ChangeFrame] | None = None
    sound: Callable[[float], ChangeSound] | None = None
    bit_rate: Callable[[float], int] | None = None
    place: Callable[[float], Place] | None = None
    least: float = 0.2
    none: float | None = None


def each_frame(change: Callable[[float, Frame], Frame]) -> Callable[..., ChangeFrame]:
    """A change that does not depend on where in the clip the frame is."""

    def build(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
        return lambda number, frame: change(level, frame)

    return build


def order_of(frames: Callable[[float, int], int]) -> Callable[..., ChangeFrame]:
    """A change of which frame of the source is shown when."""

    def build(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
        return partial(_pick, frames, level, source)

    return build


def _pick(
    frames: Callable[[float, int], int],
    level: float,
    source: tuple[Frame, ...],
    number: int,
    frame: Frame,
) -> Frame:
    return source[min(len(source) - 1, max(0, frames(level, number)))]


def levels_of(image: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Frame:
    """Clipped to 0..255 and rounded down to whole levels."""
    return np.clip(np.asarray(image, np.float32), 0, 255).astype(np.uint8)
