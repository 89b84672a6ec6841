"""Contradictions in a prompt: words that cannot be true of one shot, and piles of alternatives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.findings import Findings
from video_agent.studio.renderer.stems import stem

_EXCLUSIVE: dict[str, frozenset[frozenset[str]]] = {
    category: frozenset(frozenset(pair.split("-")) for pair in pairs.split())
    for category, pairs in {
        "time": "day-night day-sunset day-dusk day-dawn dawn-night dawn-sunset dawn-dusk "
        "golden-night "
        "sunset-night",
        "weather": "rain-snow rain-clear snow-storm storm-clear fog-clear",
        "shot": "close-wide",
        "style": "animated-documentary",
        "mood": "calm-tense bright-dark bright-tense",
        "setting": "underwater-desert underwater-space underwater-city underwater-forest "
        "underwater-plain "
        "underwater-mountain underwater-interior space-forest space-ocean space-plain "
        "space-interior "
        "desert-ocean desert-forest interior-ocean interior-desert",
    }.items()
}
_FREE_PAIRS = frozenset(
    frozenset(pair.split("-"))
    for pair in [
        "handheld-track",
        "crane-track",
        "crane-pan",
        "crane-dolly",
        "crane-orbit",
        "track-dolly",
    ]
)
# More distinct values of one category than a shot can hold.
_MOST = {
    "time": 2, "weather": 2, "camera": 2, "style": 2, "shot": 2, "mood": 3,
    "setting": 3, "subject": 3,
    "colour": 5,
}  # fmt: skip
_REACH = 30
_PICTURES = frozenset({"scene", "frame", "picture", "screen", "shot", "image"})
_BEING = frozenset({"is", "are", "remains", "stays"})


def _linked(found: Findings, category: str) -> bool:
    """Whether the prompt tells a change from one value to the next ("fades into night")."""
    places = [finding.place for finding in found.of(category)]
    between = found.reading.tokens[min(places) : max(places) + 1]
    if len(between) > _REACH:
        return False
    return any(token.text in wordsets.CHANGES for token in between)


def _camera_clash(values: list[str]) -> bool:
    if len(values) < 2:
        return False
    return any(frozenset(pair) not in _FREE_PAIRS for pair in combinations(values, 2))


def _clashes(found: Findings, category: str) -> bool:
    values = found.values(category)
    if len(values) > _MOST[category]:
        return True
    if category == "camera":
        clash = _camera_clash(values)
    else:
        exclusive = _EXCLUSIVE.get(category, frozenset[frozenset[str]]())
        clash = any(frozenset(pair) in exclusive for pair in combinations(values, 2))
    return clash and not _linked(found, category)


def _sound_clash(found: Findings) -> bool:
    tokens = found.reading.tokens
    wanted = {token.text for token in tokens if not token.negated}
    refused = {token.text for token in tokens if token.negated}
    silent = wanted & {"silent", "silence", "soundless"} or refused & {"sound", "sounds", "audio"}
    return bool(silent) and bool(wanted & {"music", "loud", "noisy", "orchestra"})


def _pace_clash(found: Findings) -> bool:
    """A camera or action that is both slow and fast."""
    words = {stem(token.text) for token in found.reading.tokens if not token.negated}
    slow = words & {"slow", "slowly", "slow-motion"}
    return bool(slow) and bool(words & {"fast", "quickly", "rapid", "rapidly", "hyperlapse"})


def _denied(found: Findings) -> list[str]:
    """Categories in which the same thing is asked for and ruled out ("no boat" beside a boat)."""
    wanted = {(finding.category, finding.value) for finding in found.wanted}
    return [f.category for f in found.ruled_out if (f.category, f.value) in wanted]


def _absence_clash(found: Findings) -> bool:
    """A subject in a picture that is said to show nothing."""
    tokens = found.reading.tokens
    for place, token in enumerate(tokens):
        around = set(found.near(place, 3, 3))
        if token.text == "empty" and around & _PICTURES and around & _BEING:
            return True
        if token.text in ("nothing", "nobody") and around & {"there", "in", "visible", "seen"}:
            return True
        if token.negated and token.text in ("visible", "seen", "shown", "present"):
            return True
    return False


def _colours_of(found: Findings, place: int) -> set[str]:
    """The colours a thing is given right before it or by "is" after it."""
    colours: set[str] = set()
    for word in reversed(found.near(place, 3, 0)):
        if word in wordsets.FUNCTION_WORDS:
            break
        if word in lexicon.COLOURS:
            colours.add(word)
    after = found.near(place, 0, 2)
    if len(after) == 2 and after[0] in _BEING and after[1] in lexicon.COLOURS:
        colours.add(after[1])
    return colours


def _recoloured(found: Findings) -> bool:
    """The subject named twice with different colours."""
    places = [f.place for f in found.of("subject") if f.value == found.subject]
    given = [colours for place in places if (colours := _colours_of(found, place))]
    return any(not one & other for one, other in combinations(given, 2))


def _palette_clash(found: Findings) -> bool:
    words = {token.text for token in found.reading.tokens if not token.negated}
    grey = words & {"monochrome", "black-and-white", "greyscale", "grayscale", "colourless"}
    return bool(grey) and bool(
        words & {"rainbow", "colourful", "colorful", "multicolored", "vivid"}
    )


_CLASHES: dict[str, Callable[[Findings], bool]] = {
    "sound": _sound_clash,
    "pace": _pace_clash,
    "subject": _absence_clash,
    "colour": lambda found: _palette_clash(found) or _recoloured(found),
}


def contradictions(found: Findings) -> tuple[str, ...]:
    """Categories in which a prompt contradicts itself or piles up alternatives."""
    out = [category for category in _MOST if _clashes(found, category)]
    out += _denied(found)
    out += [category for category, clash in _CLASHES.items() if clash(found)]
    return tuple(dict.fromkeys(out))
