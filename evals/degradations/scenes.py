"""Faults that need a scene of their own to be planted in: a sky, a wall, a moving camera."""

import cv2
import numpy as np

from evals.degradations.kinds import FPS, ChangeFrame, Degradation, each_frame
from video_agent.media.pattern import Frame

_DETAIL = frozenset(
    {"sharpness", "detail", "noise", "blocking", "banding", "posterising", "compression"}
)
_MOTION = frozenset({"smoothness", "judder", "dynamics", "freeze", "repeated_frames"})
_LIGHT = frozenset({"exposure", "contrast", "colourfulness", "saturation", "flicker"})

_SKY_SHARE = 0.6
_ZENITH, _HORIZON = np.array([90, 115, 150], np.float32), np.array([160, 165, 170], np.float32)
_TONES = 50.0
"""So many tones from zenith to horizon, each a bit more than one level apart."""
_TONES_PER_SECOND = 3.0
_PAN_HEIGHTS_PER_SECOND = 0.2


def _sky(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """The glow of a low sun over the picture, in tones that lie so far apart.

    The sun rises slowly; 0 is as fine as eight bits are.
    """

    def change(number: int, frame: Frame) -> Frame:
        height, width = frame.shape[:2]
        sky = round(_SKY_SHARE * height)
        down, across = np.mgrid[:sky, :width].astype(np.float32) / height
        glow = 1 - np.hypot(across - 0.5 * width / height, down - 0.75) / 1.2
        tones = _TONES * glow + _TONES_PER_SECOND * number / FPS
        if level > 0:
            tones = (np.floor(tones / level) + 0.5) * level
        painted = frame.copy()
        colours = _ZENITH + (_HORIZON - _ZENITH) * tones[..., None] / _TONES
        painted[:sky] = np.clip(colours, 0, 255).astype(np.uint8)
        return painted

    return change


def _wall(level: float, frame: Frame) -> Frame:
    """A bare wall before so much of the picture, in its mean colour."""
    bare = frame.copy()
    bare[:, : round(level * frame.shape[1])] = frame.mean(axis=(0, 1)).astype(np.uint8)
    return bare


def _stepping(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """The camera pans over a still in steps that are larger and smaller in turn by this share.

    Where it is after two frames stays right, as do the time stamps; 1 would repeat frames. Over a
    still, because a clip's own motion the other way would make the steps alike again.
    """
    still = source[0]

    def change(number: int, frame: Frame) -> Frame:
        height, width = frame.shape[:2]
        step = _PAN_HEIGHTS_PER_SECOND * height / FPS
        across = step * (number + level * (number % 2))
        move = np.array([[1, 0, across], [0, 1, 0]], np.float32)
        return np.asarray(
            cv2.warpAffine(
                still, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
            ),
            np.uint8,
        )

    return change


SCENES: tuple[Degradation, ...] = (
    Degradation(
        "banded sky", (2, 3, 4, 6, 9), ("banding",), _DETAIL, _sky, none=0
    ),
    Degradation(
        "empty parts", (0.15, 0.3, 0.5, 0.7, 0.9), ("detail",), _DETAIL | _MOTION | _LIGHT,
        each_frame(_wall),
    ),
    Degradation(
        "stepping motion", (0.1, 0.2, 0.35, 0.55, 0.8), ("judder",),
        _MOTION, _stepping, none=0,
    ),
)  # fmt: skip
