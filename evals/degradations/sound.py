"""Faults of the sound track, each from barely audible to ruinous."""

from collections.abc import Callable

import cv2
import numpy as np

from evals.degradations.kinds import FPS, SECONDS, ChangeFrame, ChangeSound, Degradation, Place
from video_agent.media.pattern import Frame, Track

RATE = 48_000
_HOLE_SECONDS = 0.2
_IMPACTS = (0.75, 1.6)
_IMPACT_FRAMES = 3
_BURST_SECONDS = 0.05
_MOVES = frozenset({"loudness", "distortion", "hiss", "silence", "true_peak", "clipping"})
_PICTURE = frozenset(
    {"sharpness", "detail", "noise", "blocking", "banding", "smoothness", "judder", "dynamics"}
    | {"freeze", "repeated_frames", "flicker", "exposure", "contrast", "colourfulness", "cuts"}
    | {"saturation", "highlights", "compression", "burnt_in_text", "bars"}
)


def _louder(level: float) -> ChangeSound:
    return lambda track: np.asarray(track * 10 ** (level / 20), np.float32)


def _driven(level: float) -> ChangeSound:
    return lambda track: np.asarray(np.clip(track * 10 ** (level / 20), -1, 1), np.float32)


def _hole(level: float) -> ChangeSound:
    def change(track: Track) -> Track:
        holed, start = track.copy(), round(_HOLE_SECONDS * RATE)
        holed[:, start : start + round(level * RATE)] = 0
        return holed

    return change


def _hole_place(level: float) -> Place:
    return Place("silence", _HOLE_SECONDS, _HOLE_SECONDS + level)


def _offset(level: float) -> ChangeSound:
    return lambda track: np.asarray(track + np.float32(level), np.float32)


def _short(level: float) -> ChangeSound:
    return lambda track: track[:, : track.shape[1] - round(level * RATE)]


def _short_place(level: float) -> Place:
    return Place("sound_length", SECONDS - level, SECONDS)


def _hiss(level: float) -> ChangeSound:
    def change(track: Track) -> Track:
        noise = np.random.default_rng(5).normal(0, 10 ** (level / 20), track.shape)
        return np.asarray(np.clip(track + noise, -1, 1), np.float32)

    return change


def struck(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """Twice something bursts in the middle of the picture."""
    first = [round(seconds * FPS) for seconds in _IMPACTS]

    def change(number: int, frame: Frame) -> Frame:
        burst = frame.copy()
        for start in first:
            if start <= number < start + _IMPACT_FRAMES:
                height, width = frame.shape[:2]
                radius = round((number - start + 3) * height / 9)
                cv2.circle(burst, (width // 2, height // 2), radius, (255, 240, 200), -1)
        return burst

    return change


def thuds(level: float) -> ChangeSound:
    """A thud for each hit, so many seconds later (negative: sooner)."""

    def change(track: Track) -> Track:
        struck_track = np.asarray(track * 0.1, np.float32)
        times = np.arange(round(_BURST_SECONDS * RATE)) / RATE
        burst = 0.6 * np.sin(2 * np.pi * 180 * times) * np.exp(-60 * times)
        for seconds in _IMPACTS:
            start = round((seconds + level) * RATE)
            part = struck_track[:, max(0, start) : start + burst.size]
            part += burst[: part.shape[1]].astype(np.float32)
        return struck_track

    return change


def _thud_place(level: float) -> Place:
    ends = sorted((_IMPACTS[0], _IMPACTS[0] + level))
    return Place("av_sync", ends[0], ends[1])


def _fault(
    name: str,
    levels: tuple[float, float, float, float, float],
    signal: str,
    change: Callable[[float], ChangeSound],
    *more: str,
    place: Callable[[float], Place] | None = None,
) -> Degradation:
    return Degradation(name, levels, (signal, *more), _MOVES, sound=change, place=place, least=0.2)


SOUND: tuple[Degradation, ...] = (
    _fault("quieter sound", (-6, -10, -15, -20, -26), "loudness", _louder),
    _fault("driven into clipping", (12, 15, 19, 24, 30), "clipping", _driven, "distortion"),
    _fault("peaks too high", (11.8, 13, 14.5, 16.5, 19), "true_peak", _louder),
    _fault("silent part", (0.5, 0.8, 1.1, 1.4, 1.7), "silence", _hole, place=_hole_place),
    _fault("constant offset", (0.01, 0.03, 0.05, 0.08, 0.12), "dc_offset", _offset),
    _fault("sound ends early", (0.15, 0.3, 0.5, 0.8, 1.2), "sound_length", _short,
           place=_short_place),
    _fault("hiss", (-44, -36, -30, -24, -18), "hiss", _hiss),
    Degradation(
        "sound comes late", (0.1, 0.15, 0.18, 0.22, 0.3), ("av_sync",), _MOVES | _PICTURE,
        struck, thuds, place=_thud_place,
    ),
    Degradation(
        "sound comes early", (-0.03, -0.06, -0.09, -0.12, -0.3), ("av_sync",), _MOVES | _PICTURE,
        struck, thuds, place=_thud_place,
    ),
)  # fmt: skip
