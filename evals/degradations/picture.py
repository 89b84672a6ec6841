"""Faults of the picture, each from barely visible to ruinous.

Soft, noisy, blocky, posterised, too bright, too dark, grey, garish: in every frame.
"""

import cv2
import numpy as np

from evals.degradations.kinds import ChangeFrame, Degradation, each_frame, levels_of
from video_agent.media.pattern import Frame

_DETAIL = frozenset(
    {"sharpness", "detail", "noise", "blocking", "banding", "posterising", "compression"}
)
_MOTION = frozenset({"smoothness", "judder", "dynamics", "freeze", "repeated_frames"})
_LIGHT = frozenset({"exposure", "contrast", "colourfulness", "saturation", "flicker"})


def _blur(level: float, frame: Frame) -> Frame:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), level), np.uint8)


def _grain(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    def change(number: int, frame: Frame) -> Frame:
        grain = np.random.default_rng(number).normal(0, level, frame.shape[:2])
        return levels_of(frame + grain[..., None])

    return change


def _blocks(level: float, frame: Frame) -> Frame:
    """JPEG's 8 x 8 transform without a deblocking filter."""
    _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, int(level)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _posterise(level: float, frame: Frame) -> Frame:
    return levels_of(frame // int(level) * int(level) + int(level) // 2)


def _brighter(level: float, frame: Frame) -> Frame:
    return levels_of(frame.astype(np.float32) * level)


def _flatten(level: float, frame: Frame) -> Frame:
    return levels_of(120 + (frame.astype(np.float32) - 120) * level)


def _colour(level: float, frame: Frame) -> Frame:
    pixels = frame.astype(np.float32)
    grey = pixels @ np.array([0.299, 0.587, 0.114], np.float32)
    return levels_of(grey[..., None] + (pixels - grey[..., None]) * level)


def _bit_rate(level: float) -> int:
    return int(level)


EVERY_FRAME: tuple[Degradation, ...] = (
    Degradation(
        "blur", (0.8, 1.2, 1.8, 2.6, 4.0), ("sharpness",), _DETAIL | {"contrast"} | _MOTION,
        each_frame(_blur),
    ),
    Degradation(
        "noise", (3, 6, 10, 15, 22), ("noise",), _DETAIL | _MOTION | {"flicker", "contrast"}, _grain
    ),
    Degradation(
        "blockiness", (50, 30, 18, 10, 5), ("blocking",), _DETAIL | _MOTION | {"flicker"},
        each_frame(_blocks),
    ),
    Degradation(
        "low bit rate", (240e3, 140e3, 90e3, 60e3, 40e3), ("compression",),
        _DETAIL | _MOTION | {"flicker"}, bit_rate=_bit_rate,
    ),
    Degradation(
        "posterise", (8, 14, 22, 32, 48), ("posterising",), _DETAIL | _MOTION | _LIGHT,
        each_frame(_posterise), least=0.15,
    ),
    Degradation(
        "overexposure", (1.15, 1.3, 1.5, 1.8, 2.4), ("exposure",),
        _DETAIL | _LIGHT | _MOTION, each_frame(_brighter),
    ),
    Degradation(
        "underexposure", (0.3, 0.2, 0.13, 0.08, 0.04), ("exposure",),
        _DETAIL | _LIGHT | _MOTION | {"black_frames"}, each_frame(_brighter),
    ),
    Degradation(
        "low contrast", (0.6, 0.4, 0.25, 0.15, 0.08), ("contrast",),
        _DETAIL | _LIGHT | _MOTION, each_frame(_flatten),
    ),
    Degradation(
        "desaturate", (0.6, 0.4, 0.2, 0.1, 0.0), ("colourfulness",), _LIGHT, each_frame(_colour)
    ),
    Degradation(
        "oversaturate", (1.6, 2.2, 3.0, 4.5, 7.0), ("saturation",),
        _LIGHT | _DETAIL | _MOTION, each_frame(_colour), least=0.1,
    ),
)  # fmt: skip
