"""From prompt text to the description of a scene."""

from __future__ import annotations

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.coherence import contradictions
from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.fidelity import measure_fidelity
from video_agent.studio.renderer.findings import Findings, find
from video_agent.studio.renderer.reading import read
from video_agent.studio.renderer.sprites import SPRITES
from video_agent.studio.renderer.stems import stem

# Where a subject is at home when the prompt names no place.
_HOMES = {
    "under": "underwater",
    "water": "ocean",
    "space": "space",
    "air": "mountain",
    "rise": "mountain",
}
_PLACES = {
    name: place
    for place, names in {
        "space": "rocket",
        "city": "car bus bicycle robot",
        "forest": "fox wolf deer bear",
        "plain": "person rabbit lantern butterfly dragonfly",
        "mountain": "train bird",
        "desert": "elephant",
        "interior": "cup orb",
        "ocean": "lighthouse",
    }.items()
    for name in names.split()
}
_NEGATIVE_DIRECTIONS = wordsets.word_set("left out back backward backwards down downward away")
_COLOUR_LINKS = wordsets.word_set("is are painted in wearing a with")
# Palette colours that a sky may take on: a meadow's green or a desert's ochre belong to the ground.
_WARM = wordsets.word_set(
    "red crimson scarlet pink magenta purple violet lavender gold golden amber orange copper peach "
    "cream yellow"
)
_COOL = wordsets.word_set("blue navy azure indigo violet lavender purple slate silver grey gray")
_SETTING_FIRST = ("underwater", "space")
_LEAPS = wordsets.word_set("breach leap jump")


def _setting(found: Findings, subject: str) -> str:
    values = found.values("setting")
    home = SPRITES[subject].home if subject in SPRITES else ""
    action = _action(found)
    if home == "under" and (not values or values[0] == "ocean") and action not in _LEAPS:
        return "underwater"
    for value in _SETTING_FIRST:
        if value in values:
            return value
    labelled = [
        f.value for f in found.of("setting") if found.reading.tokens[f.place].label == "setting"
    ]
    if labelled or values:
        return (labelled or values)[0]
    words = {stem(token.text) for token in found.reading.tokens if not token.negated}
    if words & wordsets.WATERS:
        return "mountain"
    return _PLACES.get(subject, _HOMES.get(home, "plain"))


def _action(found: Findings) -> str:
    if found.action_place is None:
        return ""
    return stem(found.reading.tokens[found.action_place].text)


def _first(found: Findings, category: str, default: str) -> str:
    values = found.values(category)
    return values[0] if values else default


def _time(found: Findings, style: str) -> str:
    if found.values("time"):
        return found.values("time")[0]
    words = {token.text for token in found.reading.tokens if not token.negated}
    if words & {"stars", "star", "aurora", "fireflies"}:
        return "night"
    weather = found.values("weather")
    if weather or style != "cinematic" or not found.values("style"):
        return "day"
    return "golden"


def _colour_before(found: Findings, place: int) -> str | None:
    """The colour among the words right before the subject, within its noun phrase."""
    for word in reversed(found.near(place, 3, 0)):
        if word in wordsets.FUNCTION_WORDS:
            return None
        if word in lexicon.COLOURS:
            return lexicon.COLOURS[word]
    return None


def _colour_after(found: Findings, place: int) -> str | None:
    """A colour told after the subject ("painted red", "with a red sail"), not another thing's."""
    after = found.near(place, 0, 5)
    others = lexicon.index_of("SETTINGS").keys() | lexicon.index_of("SUBJECTS").keys()
    others |= wordsets.SKY_NOUNS | wordsets.WATERS | wordsets.LIGHT_NOUNS | wordsets.PALETTE_NOUNS
    for number, word in enumerate(after[:4]):
        if word not in lexicon.COLOURS:
            continue
        before = after[number - 1] if number else ""
        owner = after[number + 1] if number + 1 < len(after) else ""
        if before in _COLOUR_LINKS and stem(owner) not in others:
            return lexicon.COLOURS[word]
    return None


def _subject_colour(found: Findings) -> str | None:
    place = found.subject_place
    if place is None:
        return None
    if not found.reading.parsed and found.values("colour"):
        return lexicon.COLOURS[found.values("colour")[0]]
    return _colour_before(found, place) or _colour_after(found, place)


def _sky_colour(found: Findings, time: str) -> tuple[str | None, float]:
    """Colour asked for the sky, or by the palette if a sky has it at that time; and its share."""
    fitting = _WARM if time in ("sunset", "dawn", "golden") else _COOL
    for finding in found.of("colour"):
        following = found.near(finding.place, 0, 3)
        if set(following[:2]) & wordsets.SKY_NOUNS:
            return lexicon.COLOURS[finding.value], 1.0
        asked = set(following) & wordsets.PALETTE_NOUNS
        asked = asked or "palette" in found.near(finding.place, 4, 0)
        if asked and finding.value in fitting:
            return lexicon.COLOURS[finding.value], 0.4
    return None, 0.0


def _flower_colour(found: Findings) -> str | None:
    """The colour of flowers that are not the subject ("a butterfly on a pink flower")."""
    for finding in found.of("subject"):
        if finding.value == "flower" and finding.place != found.subject_place:
            return _colour_before(found, finding.place)
    return None


def _direction(found: Findings) -> int:
    for finding in found.of("camera"):
        if set(found.near(finding.place, 2, 3)) & _NEGATIVE_DIRECTIONS:
            return -1
        if found.reading.tokens[finding.place].text in ("pull", "pull-back"):
            return -1
    return 1


def _camera(found: Findings) -> str:
    values = found.values("camera")
    clash = "camera" in contradictions(found)
    still = any(f.value != "static" for f in found.ruled_out if f.category == "camera")
    words = [token for token in found.reading.tokens if token.negated]
    if still or any(token.text in ("movement", "motion") for token in words):
        return "static"
    if clash:
        return "drift"
    return values[0] if values else "drift"


def _sounds(found: Findings) -> tuple[bool, bool, bool]:
    """Music, ambience, subject: what is heard."""
    refused = {token.text for token in found.reading.tokens if token.negated}
    wanted = {token.text for token in found.reading.tokens if not token.negated}
    silent = bool(wanted & {"silent", "soundless", "silence"} or refused & {"sound", "audio"})
    music = not (silent or refused & {"music", "soundtrack", "score", "song"})
    ambience = not (silent or refused & {"ambience", "noise"})
    return music, ambience, not silent


def _negation_free(found: Findings, category: str, value: str, other: str) -> str:
    """Replace a default that the prompt rules out."""
    refused = {f.value for f in found.ruled_out if f.category == category}
    return other if value in refused else value


def understand(prompt: str) -> SceneDescription:
    """Read a prompt in any language into a scene; unknown words end in a graceful default."""
    found = find(read(prompt))
    subject = found.subject
    setting = _setting(found, subject)
    words = {stem(token.text) for token in found.reading.tokens if not token.negated}
    style = _first(found, "style", "cinematic")
    home = SPRITES[subject].home if subject in SPRITES else ""
    music, ambience, voice = _sounds(found)
    time = _negation_free(found, "time", _time(found, style), "day")
    sky_colour, sky_share = _sky_colour(found, time)
    place = found.subject_place
    weather = _negation_free(found, "weather", _first(found, "weather", "clear"), "clear")
    if setting == "space" and subject == "landscape" and not found.wanted:
        setting = "plain"
    return SceneDescription(
        subject=subject,
        subject_word="" if place is None else stem(found.reading.tokens[place].text),
        subject_colour=_subject_colour(found),
        action=_action(found),
        setting=setting,
        water=bool(words & wordsets.WATERS) or (home == "water" and setting != "ocean"),
        beach=bool(words & wordsets.BEACHES) or home == "ground",
        time_of_day=time,
        weather=weather,
        camera=_camera(found),
        camera_direction=_direction(found),
        shot_size=_first(found, "shot", "medium"),
        style=style,
        mood=_first(found, "mood", "calm"),
        sky_colour=sky_colour,
        sky_share=sky_share,
        flower_colour=_flower_colour(found),
        music=music,
        ambience=ambience,
        subject_sound=voice,
        fidelity=measure_fidelity(found),
    )
