"""Statements about a clip, as true or false as is known of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from video_agent.media.measures import ClipMeasures

_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*])\s*(.+?)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TOLD = re.compile(
    r"(?P<seconds>[\d.]+) s, (?P<width>\d+) x (?P<height>\d+), (?P<fps>[\d.]+) frames a second, "
    r"(?P<sound>with|without) sound"
)
_STILL_LEVELS = 0.02


@dataclass(frozen=True)
class Known:
    """What statements can be about: pixels, seconds, frames a second."""

    width: int
    height: int
    seconds: float
    fps: float
    sound: bool
    black: bool = False
    moves: bool = True
    single: bool = False


Truth = Callable[[Known, float], bool]
KNOWN: tuple[tuple[str, Truth], ...] = (
    (r"wider than", lambda clip, _: clip.width > clip.height),
    (r"(?:higher|taller) than", lambda clip, _: clip.width < clip.height),
    (r"square", lambda clip, _: clip.width == clip.height),
    (r"no sound", lambda clip, _: not clip.sound),
    (r"sound", lambda clip, _: clip.sound),
    (r"(?:less|shorter) than", lambda clip, number: clip.seconds < number),
    (r"(?:more|longer) than \d", lambda clip, number: clip.seconds > number),
    (r"not black", lambda clip, _: not clip.black),
    (r"black", lambda clip, _: clip.black),
    (r"changes", lambda clip, _: clip.moves),
    (r"identical", lambda clip, _: not clip.moves),
    (r"pixels wide", lambda clip, number: clip.width == number),
    (r"pixels high", lambda clip, number: clip.height == number),
    (r"frames a second", lambda clip, number: abs(clip.fps - number) < 0.01 * number),
    (r"more than one frame", lambda clip, _: not clip.single),
    (r"only one frame", lambda clip, _: clip.single),
)
"""What is understood, the first that fits; a statement about anything else counts as not seen."""


def known_of(clip: ClipMeasures) -> Known:
    """What was measured."""
    facts = clip.facts
    return Known(
        width=facts.width,
        height=facts.height,
        seconds=clip.picture_seconds,
        fps=facts.fps,
        sound=clip.sound is not None,
        black=clip.light.black_share >= 1,
        moves=clip.cadence.mean_difference > _STILL_LEVELS,
        single=facts.frame_count == 1,
    )


def told_of(delivered: str) -> Known | None:
    """What a message tells of a clip that is not shown itself; None when it tells nothing."""
    told = _TOLD.search(delivered)
    if told is None:
        return None
    return Known(
        width=int(told["width"]),
        height=int(told["height"]),
        seconds=float(told["seconds"]),
        fps=float(told["fps"]),
        sound=told["sound"] == "with",
    )


def statements(section: str) -> list[str]:
    """The lines of a list."""
    return _NUMBERED.findall(section)


def truths(section: str, clip: Known) -> list[bool]:
    """Whether each statement of a list is true of the clip."""
    return [known_truth(statement, clip) for statement in statements(section)]


def known_truth(statement: str, clip: Known) -> bool:
    """Whether one statement is true; one that is not understood counts as not seen."""
    number = _NUMBER.search(statement)
    value = float(number.group()) if number else 0.0
    known = (truth for words, truth in KNOWN if re.search(words, statement, re.IGNORECASE))
    truth = next(known, None)
    return truth is not None and truth(clip, value)
