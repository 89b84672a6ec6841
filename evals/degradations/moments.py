"""Faults in time and in places: flicker, freezes, cuts, black parts, bars, burnt-in text."""

import cv2
import numpy as np

from evals.degradations.kinds import (
    FPS,
    FRAMES,
    ChangeFrame,
    Degradation,
    Place,
    each_frame,
    levels_of,
    order_of,
)
from video_agent.media.pattern import Frame

_DETAIL = frozenset(
    {"sharpness", "detail", "noise", "blocking", "banding", "posterising", "compression"}
)
_MOTION = frozenset({"smoothness", "judder", "dynamics", "freeze", "repeated_frames"})
_START = 16
"""The frame at which a fault that has a place begins."""


def _flicker(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    def change(number: int, frame: Frame) -> Frame:
        return levels_of(frame * np.float32(1 - level * (number % 2)))

    return change


def _flicker_late(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    def change(number: int, frame: Frame) -> Frame:
        return levels_of(frame * np.float32(1 - level * (number % 2) * (number >= FRAMES // 2)))

    return change


def _tiles(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """Places flicker, the whole does not."""

    def change(number: int, frame: Frame) -> Frame:
        tiles = np.random.default_rng(number).normal(0, level, (9, 16)).astype(np.float32)
        light = cv2.resize(tiles, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_NEAREST)
        return levels_of(frame + light[..., None])

    return change


def _held(level: float, number: int) -> int:
    return _START if _START <= number < _START + int(level) else number


def _held_place(level: float) -> Place:
    return Place("freeze", _START / FPS, (_START + int(level) - 1) / FPS)


def _repeats(level: float, number: int) -> int:
    """Every `level`-th frame repeats the one before; a `level` of 1.5: two of three."""
    group = FRAMES if level == 0 else level
    if group >= 2:
        return number - 1 if number % int(group) == int(group) - 1 else number
    return number - number % round(1 / (group - 1) + 1)


def _shake(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    def change(number: int, frame: Frame) -> Frame:
        across, down = np.random.default_rng(number).normal(0, level, 2)
        move = np.array([[1, 0, across], [0, 1, down]], np.float32)
        size = (frame.shape[1], frame.shape[0])
        return np.asarray(
            cv2.warpAffine(frame, move, size, borderMode=cv2.BORDER_REFLECT), np.uint8
        )

    return change


def _slow(level: float, number: int) -> int:
    return round(number * level)


def _letterbox(level: float, frame: Frame) -> Frame:
    boxed, bar = frame.copy(), round(level * frame.shape[0])
    boxed[:bar], boxed[frame.shape[0] - bar :] = 0, 0
    return boxed


def _pillarbox(level: float, frame: Frame) -> Frame:
    boxed, bar = frame.copy(), round(level * frame.shape[1])
    boxed[:, :bar], boxed[:, frame.shape[1] - bar :] = 0, 0
    return boxed


_LINES = ("Scene 4", "SALE 50% today only", "Once upon a time in the west", "www.example.com/film")


def _text(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """So many lines of white text from the start frame on."""

    def change(number: int, frame: Frame) -> Frame:
        if number < _START:
            return frame
        written = frame.copy()
        height = frame.shape[0]
        for line in range(int(level)):
            place = (round(0.08 * frame.shape[1]), round(height * (0.93 - 0.1 * line)))
            scale, width = height / 400, max(1, round(height / 180))
            text = _LINES[line % len(_LINES)]
            for colour, stroke in (((0, 0, 0), 2 * width), ((250, 250, 250), width)):
                cv2.putText(
                    written, text, place, cv2.FONT_HERSHEY_DUPLEX, scale, colour, stroke,
                    cv2.LINE_AA,
                )  # fmt: skip
        return written

    return change


def _text_place(level: float) -> Place:
    return Place("burnt_in_text", _START / FPS, FRAMES / FPS)


def _black(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    def change(number: int, frame: Frame) -> Frame:
        return frame * np.uint8(0) if _START <= number < _START + int(level) else frame

    return change


def _black_place(level: float) -> Place:
    return Place("black_frames", _START / FPS, (_START + int(level)) / FPS)


def _cuts(level: float, source: tuple[Frame, ...]) -> ChangeFrame:
    """So many shots more: turned upside down and negative in turn."""
    length = FRAMES // (int(level) + 1)

    def change(number: int, frame: Frame) -> Frame:
        shot = min(int(level), number // length)
        return np.ascontiguousarray(255 - frame[::-1, ::-1]) if shot % 2 else frame

    return change


def _cut_place(level: float) -> Place:
    first = FRAMES // (int(level) + 1) / FPS
    return Place("cuts", first, first)


MOMENTS: tuple[Degradation, ...] = (
    Degradation(
        "flicker", (0.02, 0.04, 0.08, 0.14, 0.22), ("flicker", "vbench_flicker"),
        _MOTION | _DETAIL | {"exposure", "cuts"}, _flicker,
    ),
    Degradation(
        "flicker, 2nd half", (0.03, 0.06, 0.1, 0.16, 0.25), ("flicker",),
        _MOTION | _DETAIL | {"exposure", "cuts"}, _flicker_late,
        place=lambda level: Place("flicker", FRAMES / 2 / FPS, FRAMES / FPS),
    ),
    Degradation(
        "flickering places", (3, 6, 10, 16, 24), ("flicker",),
        _MOTION | _DETAIL | {"contrast"}, _tiles,
    ),
    Degradation(
        "freeze", (8, 12, 16, 22, 30), ("freeze",), _MOTION | _DETAIL | {"cuts", "flicker"},
        order_of(_held),
        place=_held_place,
    ),
    Degradation(
        "duplicates", (8, 5, 3, 2, 1.5), ("repeated_frames", "freeze"),
        _MOTION | _DETAIL | {"flicker"}, order_of(_repeats),
    ),
    Degradation(
        "shake", (0.5, 1.2, 2.5, 5, 9), ("smoothness", "vbench_smoothness"),
        _MOTION | _DETAIL | {"flicker", "cuts"}, _shake,
    ),
    Degradation(
        "slower", (0.6, 0.35, 0.2, 0.1, 0.05), ("dynamics",),
        _MOTION | {"flicker", "cuts", "detail"}, order_of(_slow),
    ),
    Degradation(
        "letterbox", (0.05, 0.08, 0.125, 0.17, 0.22), ("bars",),
        _DETAIL | _MOTION | {"flicker", "exposure"}, each_frame(_letterbox),
    ),
    Degradation(
        "pillarbox", (0.05, 0.08, 0.125, 0.17, 0.22), ("bars",),
        _DETAIL | _MOTION | {"flicker", "exposure"}, each_frame(_pillarbox),
    ),
    Degradation(
        "burnt-in text", (1, 2, 3, 4, 5), ("burnt_in_text",), _DETAIL | _MOTION, _text,
        place=_text_place,
    ),
    Degradation(
        "black part", (3, 6, 10, 15, 20), ("black_frames",),
        _MOTION
        | _DETAIL
        | {"exposure", "contrast", "colourfulness", "saturation", "flicker", "cuts"},
        _black, place=_black_place,
    ),
    Degradation(
        "cuts", (1, 2, 3, 4, 5), ("cuts",), _MOTION | _DETAIL | {"exposure", "flicker"}, _cuts,
        place=_cut_place,
    ),
)  # fmt: skip
