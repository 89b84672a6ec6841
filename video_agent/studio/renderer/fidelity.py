"""How well a video model would follow a prompt: a model of "specific, coherent prompts do better".

What counts is what a shot needs: a concrete subject, an action that fits it, a place, a style,
camera, lens or shot size, light, ambience, sound. A word counts only where grammar ties it to its
role ("slow dolly in", "at sunset", "the sound of waves"); as a bare entry of a list it counts
little, in a heap of words nothing. Contradictions take credit away and lower the whole. The number
of words plays no part.
"""

from __future__ import annotations

from collections.abc import Callable

from video_agent.studio.renderer import lexicon, wordsets
from video_agent.studio.renderer.coherence import contradictions
from video_agent.studio.renderer.findings import Finding, Findings
from video_agent.studio.renderer.reading import Token
from video_agent.studio.renderer.stems import stem

_WEIGHTS = {
    "subject": 0.13,
    "action": 0.13,
    "setting": 0.11,
    "style": 0.08,
    "camera": 0.13,
    "lens": 0.10,
    "light": 0.12,
    "ambience": 0.09,
    "sound": 0.11,
}
_FLOOR, _RANGE, _BEND = 0.22, 0.76, 1.22
_PER_CONTRADICTION = 0.74
_LOOSE_COST = 0.40
_STRAY_COST = 0.12
_UNREAD = 0.38
_BARE = 0.35
_SOUND_ITSELF = frozenset({"sound", "sounds", "audio"})
# Verbs that take a place as their object.
_REACHING = wordsets.word_set("cross climb overlook explore roam navigate pass circle")
_UNPARSED = 0.6
_BEYOND_LATIN = 0x250


def _free(found: Findings, place: int) -> bool:
    token = found.token(place)
    return token is not None and not token.loose and not token.negated


def _subject_credit(found: Findings) -> float:
    place = found.subject_place
    if place is None:
        return 0.0
    before = found.near(place, 4, 0)
    if not found.reading.parsed:
        return _UNPARSED
    if found.reading.tokens[place].loose and not before:
        return 0.3
    around = set(before) | set(found.near(place, 0, 4))
    qualified = around & (wordsets.QUALIFIERS | set(lexicon.COLOURS))
    concrete = 0.5 if found.subject == "orb" else 0.7
    return concrete + (0.3 if qualified and not found.reading.tokens[place].loose else 0.0)


def _action_credit(found: Findings) -> float:
    place = found.action_place
    if place is None:
        # A landscape moves by itself a little: water, clouds, light.
        return 0.5 if found.subject == "landscape" and found.subject_place is not None else 0.0
    if not found.reading.parsed:
        return _UNPARSED
    verb = stem(found.reading.tokens[place].text)
    kinds = lexicon.kinds_of(found.subject)
    fits = not kinds or any(verb in lexicon.actions_of(kind) for kind in kinds)
    after = found.near(place, 0, 3)
    before = found.near(place, 2, 0)
    manner = bool((set(after) | set(before)) & wordsets.MANNERS)
    relation = any(word in wordsets.PREPOSITIONS for word in after)
    return (0.6 if fits else 0.25) + (0.2 if manner else 0.0) + (0.2 if relation else 0.0)


def _tied(found: Findings, finding: Finding, label: tuple[str, ...]) -> bool:
    token = found.reading.tokens[finding.place]
    if token.loose:
        return False
    if token.label in label:
        return True
    before = found.near(finding.place, 4, 0)
    return any(word in wordsets.PREPOSITIONS or stem(word) in _REACHING for word in before)


def _best(found: Findings, category: str, label: tuple[str, ...]) -> float:
    credit = 0.0
    for finding in found.of(category):
        if not found.reading.parsed:
            credit = max(credit, _UNPARSED)
        elif _tied(found, finding, label):
            credit = 1.0
        elif _free(found, finding.place):
            credit = max(credit, _BARE)
    return credit


def _water_credit(found: Findings) -> float:
    """A lake or river is a place too, though no setting of its own is drawn for it."""
    places = [n for n, token in enumerate(found.reading.tokens) if token.text in wordsets.WATERS]
    tied = any(_free(found, n) and _tied(found, Finding("setting", "", n), ()) for n in places)
    return 0.8 if tied else 0.0


def _setting_credit(found: Findings) -> float:
    credit = max(_best(found, "setting", ("setting",)), _water_credit(found))
    if found.subject == "landscape":
        # A landscape names its place by being the subject.
        return max(credit, 0.7 if found.subject_place is not None else 0.0)
    return credit


def _style_credit(found: Findings) -> float:
    credit = 0.0
    for finding in found.of("style"):
        if not _free(found, finding.place):
            continue
        token = found.reading.tokens[finding.place]
        nouns = wordsets.STYLE_NOUNS | {"shot", "scene", "view"}
        around = set(found.near(finding.place, 3, 3))
        tied = token.label == "style" or bool(around & nouns)
        credit = max(credit, 1.0 if tied else 0.5)
    return credit


def _camera_credit(found: Findings) -> float:
    credit = 0.0
    for finding in found.of("camera"):
        if not _free(found, finding.place):
            continue
        token = found.reading.tokens[finding.place]
        around = set(found.near(finding.place, 4, 4))
        ties = (
            token.label == "camera",
            bool(around & {"camera", "shot", "move", "movement"}),
            bool(around & wordsets.SPEEDS),
            bool(set(found.near(finding.place, 0, 2)) & wordsets.DIRECTIONS),
            finding.value in ("static", "handheld", "crane")
            and bool(around & {"shot", "view", "on"}),
        )
        credit = max(credit, (0.0, 0.7, 0.9, 1.0)[min(3, sum(ties))])
    return credit


def _lens_kinds(found: Findings, token: Token, place: int) -> set[str]:
    kinds: set[str] = set()
    text, around = token.text, set(found.near(place, 2, 2))
    if text in lexicon.index_of("SHOT_SIZES"):
        kinds.add("size")
    if text in wordsets.ANGLES:
        kinds.add("angle")
    if text in wordsets.FOCUS and (
        text != "focus" or around & {"sharp", "shallow", "deep", "soft"}
    ):
        kinds.add("focus")
    millimetres = text.endswith("mm") and text[:-2].isdigit()
    if millimetres or (
        text in wordsets.LENSES and around & {"lens", "shallow", "telephoto", "anamorphic"}
    ):
        kinds.add("lens")
    return kinds


def _lens_credit(found: Findings) -> float:
    kinds: set[str] = set()
    for place, token in enumerate(found.reading.tokens):
        if not token.loose and not token.negated:
            kinds |= _lens_kinds(found, token, place)
    return (0.0, 0.7, 1.0)[min(2, len(kinds))]


def _light_credit(found: Findings) -> float:
    timed = _best(found, "time", ("light", "setting", "ambience"))
    phrase = 0.0
    for place, token in enumerate(found.reading.tokens):
        if token.loose or token.negated or token.text not in wordsets.LIGHT_NOUNS:
            continue
        described = set(found.near(place, 3, 0)) & wordsets.LIGHT_WORDS or token.label == "light"
        joined = any(f.category == "time" and abs(f.place - place) <= 3 for f in found.wanted)
        phrase = max(phrase, 1.0 if described or joined else 0.0)
    return min(1.0, 0.62 * timed + 0.55 * phrase)


def _ambience_credit(found: Findings) -> float:
    kinds: set[str] = set()
    for finding in found.wanted:
        if not _free(found, finding.place):
            continue
        token = found.reading.tokens[finding.place]
        around = set(found.near(finding.place, 3, 3))
        labelled = token.label == "ambience"
        if finding.category == "colour" and (labelled or around & wordsets.PALETTE_NOUNS):
            kinds.add("palette")
        if finding.category == "mood" and (
            labelled or around & wordsets.MOOD_NOUNS or around & {"and"}
        ):
            kinds.add("mood")
        if finding.category == "weather" and (labelled or around & wordsets.FUNCTION_WORDS):
            kinds.add("weather")
    return (0.0, 0.7, 1.0)[min(2, len(kinds))]


def _names_source(found: Findings, place: int) -> bool:
    """Whether "sound" goes on to say of what ("the sound of the room")."""
    after = found.near(place, 0, 4)
    said = [word for word in after[1:] if word not in wordsets.FUNCTION_WORDS]
    return bool(after) and after[0] == "of" and bool(said)


def _sound_credit(found: Findings) -> float:
    heads = sources = 0
    for place, token in enumerate(found.reading.tokens):
        if token.loose or token.label == "negative":
            continue
        if token.negated:
            # "No sound." asks for something; "no music" only rules something out.
            silenced = token.text in ("sound", "audio")
            heads, sources = heads + silenced, sources + silenced
        elif token.text in wordsets.SOUND_NOUNS:
            clause = set(found.clause(place))
            tied = token.label == "sound" or bool(clause & wordsets.SOUND_HEADS - {token.text})
            tied = tied or token.text in wordsets.SOUND_HEADS
            heads += token.text in wordsets.SOUND_HEADS or token.label == "sound"
            sources += tied and (token.text not in _SOUND_ITSELF or _names_source(found, place))
        if token.text in ("silent", "silence", "soundless"):
            heads, sources = heads + 1, sources + 1
    if heads == 0 or sources == 0:
        return 0.0
    return 0.75 if sources == 1 and heads == 1 else 1.0


_CREDITS: dict[str, Callable[[Findings], float]] = {
    "subject": _subject_credit,
    "action": _action_credit,
    "setting": _setting_credit,
    "style": _style_credit,
    "camera": _camera_credit,
    "lens": _lens_credit,
    "light": _light_credit,
    "ambience": _ambience_credit,
    "sound": _sound_credit,
}
_VOIDS = {"time": "light", "weather": "ambience", "mood": "ambience", "colour": "ambience",
          "shot": "lens", "pace": "camera"}  # fmt: skip


def _speaks_foreign(found: Findings) -> bool:
    """Whether the subject stands in a script that is not read here (a model would read it)."""
    words = (token.text for token in found.reading.tokens if not token.negated)
    return found.subject_place is None and any(
        sign.isalpha() and ord(sign) >= _BEYOND_LATIN for word in words for sign in word
    )


def credits(found: Findings) -> dict[str, float]:
    """Credit of each element of a shot, 0..1; contradictory elements have none."""
    out = {name: min(1.0, measure(found)) for name, measure in _CREDITS.items()}
    if _speaks_foreign(found):
        out |= {name: max(out[name], _UNPARSED) for name in ("subject", "action", "setting")}
    for clash in contradictions(found):
        out[_VOIDS.get(clash, clash)] = 0.0
    return out


def measure_fidelity(found: Findings) -> float:
    """Fidelity in 0..1 of a prompt (see the module's text)."""
    tokens = found.reading.tokens
    if not any(token.label != "negative" for token in tokens) or not found.wanted:
        strange = found.reading.letters >= 4 and not found.reading.parsed
        unknown = found.subject == "orb"
        return _UNREAD if strange else (0.27 if unknown else 0.20)
    earned = credits(found)
    total = sum(_WEIGHTS[name] * credit for name, credit in earned.items())
    value = _FLOOR + _RANGE * total**_BEND
    value *= _PER_CONTRADICTION ** len(contradictions(found))
    value *= 1 - _LOOSE_COST * found.reading.loose_share
    value *= 1 - _STRAY_COST * found.reading.stray_share
    return max(0.08, min(1.0, value))
