"""Contradictions in a prompt: words that cannot be true of one shot, and piles of alternatives."""

from __future__ import annotations

from itertools import combinations

from video_agent.studio.renderer import wordsets
from video_agent.studio.renderer.findings import Findings
from video_agent.studio.renderer.reading import stem

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
    words = {token.text for token in found.reading.tokens if not token.negated}
    return bool(words & {"silent", "silence", "soundless"}) and bool(words & {"music", "loud"})


def _pace_clash(found: Findings) -> bool:
    """A camera or action that is both slow and fast."""
    words = {stem(token.text) for token in found.reading.tokens if not token.negated}
    slow = words & {"slow", "slowly", "slow-motion"}
    return bool(slow) and bool(words & {"fast", "quickly", "rapid", "rapidly", "hyperlapse"})


def contradictions(found: Findings) -> tuple[str, ...]:
    """Categories in which a prompt contradicts itself or piles up alternatives."""
    out = [category for category in _MOST if _clashes(found, category)]
    if _sound_clash(found):
        out.append("sound")
    if _pace_clash(found):
        out.append("pace")
    return tuple(out)
