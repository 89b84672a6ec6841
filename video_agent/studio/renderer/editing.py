"""An edit of a scene: what the new words name changes, all else stays where it was."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.findings import Findings, find
from video_agent.studio.renderer.reading import read
from video_agent.studio.renderer.understanding import understand

_FIELDS: dict[str, tuple[str, ...]] = {
    "time": ("time_of_day",),
    "weather": ("weather",),
    "camera": ("camera", "camera_direction"),
    "shot": ("shot_size",),
    "style": ("style",),
    "mood": ("mood",),
    "setting": ("setting", "water", "beach"),
}
_SWAPS = wordsets.word_set("replace swap instead becomes turn change transform into")
_REMOVALS = wordsets.word_set("remove erase delete clear stop")


def edit_scene(scene: SceneDescription, text: str) -> SceneDescription:
    """Change a scene as a text asks; places and shapes stay those of the scene before."""
    found, asked = find(read(text)), understand(text)
    changes: dict[str, Any] = {"layout": scene.key}
    for category, names in _FIELDS.items():
        if found.values(category):
            changes |= {name: getattr(asked, name) for name in names}
    words = {token.text for token in found.reading.tokens}
    gone = any(finding.category == "weather" for finding in found.ruled_out)
    if gone or (words & _REMOVALS and found.values("weather")):
        changes["weather"] = "clear"
    changes |= _subject(scene, found, asked, words) | _colours(scene, found, asked)
    return replace(scene, **changes)


def _subject(
    scene: SceneDescription, found: Findings, asked: SceneDescription, words: set[str]
) -> dict[str, Any]:
    """Another subject only where the text swaps it, or where there was none."""
    if found.subject_place is None or asked.subject in ("landscape", "orb", scene.subject):
        return {}
    if scene.subject != "landscape" and not words & _SWAPS:
        return {}
    return {"subject": asked.subject, "subject_word": asked.subject_word, "action": asked.action}


def _colours(scene: SceneDescription, found: Findings, asked: SceneDescription) -> dict[str, Any]:
    if asked.sky_colour:
        return {"sky_colour": asked.sky_colour, "sky_share": asked.sky_share}
    if asked.flower_colour:
        return {"flower_colour": asked.flower_colour}
    named = [lexicon.COLOURS[name] for name in found.values("colour")]
    colour = asked.subject_colour or (named[-1] if named else None)
    if colour is None:
        return {}
    return {"sky_colour" if scene.subject == "landscape" else "subject_colour": colour}
