"""Statements about a clip, as true or false as the measures say."""

import re
from collections.abc import Callable

from video_agent.media.measures import ClipMeasures

_NUMBERED = re.compile(r"^\s*(?:\d+[.)]|[-*])\s*(.+?)\s*$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STILL_LEVELS = 0.02
Truth = Callable[[ClipMeasures, float], bool]
KNOWN: tuple[tuple[str, Truth], ...] = (
    (r"wider than", lambda clip, _: clip.facts.width > clip.facts.height),
    (r"(?:higher|taller) than", lambda clip, _: clip.facts.width < clip.facts.height),
    (r"square", lambda clip, _: clip.facts.width == clip.facts.height),
    (r"no sound", lambda clip, _: clip.sound is None),
    (r"sound", lambda clip, _: clip.sound is not None),
    (r"(?:less|shorter) than", lambda clip, number: clip.picture_seconds < number),
    (r"(?:more|longer) than \d", lambda clip, number: clip.picture_seconds > number),
    (r"not black", lambda clip, _: clip.light.black_share < 1),
    (r"black", lambda clip, _: clip.light.black_share >= 1),
    (r"changes", lambda clip, _: clip.cadence.mean_difference > _STILL_LEVELS),
    (r"identical", lambda clip, _: clip.cadence.mean_difference <= _STILL_LEVELS),
    (r"pixels wide", lambda clip, number: clip.facts.width == number),
    (r"pixels high", lambda clip, number: clip.facts.height == number),
    (r"frames a second", lambda clip, number: abs(clip.facts.fps - number) < 0.01 * number),
    (r"more than one frame", lambda clip, _: clip.facts.frame_count > 1),
    (r"only one frame", lambda clip, _: clip.facts.frame_count == 1),
)
"""What is understood, the first that fits; a statement about anything else counts as not seen."""


def statements(section: str) -> list[str]:
    """The lines of a list."""
    return _NUMBERED.findall(section)


def truths(section: str, clip: ClipMeasures) -> list[bool]:
    """Whether each statement of a list is true of the clip."""
    return [known_truth(statement, clip) for statement in statements(section)]


def known_truth(statement: str, clip: ClipMeasures) -> bool:
    """Whether one statement is true; one that is not understood counts as not seen."""
    number = _NUMBER.search(statement)
    value = float(number.group()) if number else 0.0
    known = (truth for words, truth in KNOWN if re.search(words, statement, re.IGNORECASE))
    truth = next(known, None)
    return truth is not None and truth(clip, value)
