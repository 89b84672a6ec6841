"""What a prompt asks for, as the drawing code needs it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SceneDescription:
    """One shot as understood from a prompt text.

    Attributes:
        subject: Name of a sprite, or ``"landscape"`` when the place itself is the subject.
        subject_word: The word the prompt used for it, ``""`` if none was found.
        subject_colour: ``"rrggbb"`` tied to the subject, None if the prompt names none.
        action: Stem of the verb that the subject performs, ``""`` if none.
        setting: Name of a setting module.
        water: Whether a lake or river lies in a setting that has none by itself.
        beach: Whether the sea is seen from the sand.
        time_of_day: Name of a light palette, e.g. ``"day"``, ``"sunset"``, ``"night"``.
        weather: ``"clear"``, ``"rain"``, ``"snow"``, ``"fog"`` or ``"storm"``.
        camera: Name of a camera move; ``"drift"`` when the prompt asks for none.
        camera_direction: 1 for right, in or up; -1 for left, out or down.
        shot_size: ``"close"``, ``"medium"`` or ``"wide"``.
        style: ``"cinematic"``, ``"animated"`` or ``"documentary"``.
        mood: ``"calm"``, ``"bright"``, ``"dark"`` or ``"tense"``.
        sky_colour: ``"rrggbb"`` asked for the sky, light or palette, None if none.
        sky_share: How far that colour bends the light, 0..1.
        flower_colour: ``"rrggbb"`` of the flowers around, None if the prompt names none.
        music: Whether the sound has a music bed.
        ambience: Whether the sound of the place is heard.
        subject_sound: Whether the subject is heard.
        fidelity: 0..1, how well a video model would follow this text (see ``fidelity.py``).
        layout: The key of the scene that this one was edited from, which keeps its places; else "".
    """

    subject: str = "landscape"
    subject_word: str = ""
    subject_colour: str | None = None
    action: str = ""
    setting: str = "plain"
    water: bool = False
    beach: bool = False
    time_of_day: str = "day"
    weather: str = "clear"
    camera: str = "drift"
    camera_direction: int = 1
    shot_size: str = "medium"
    style: str = "cinematic"
    mood: str = "calm"
    sky_colour: str | None = None
    sky_share: float = 1.0
    flower_colour: str | None = None
    music: bool = True
    ambience: bool = True
    subject_sound: bool = True
    fidelity: float = 0.3
    layout: str = ""

    @property
    def key(self) -> str:
        """What the drawing is seeded by: the scene, not the wording (filler changes nothing)."""
        parts = (self.subject, self.setting, self.time_of_day, self.weather, self.style)
        return self.layout or "|".join(parts)
