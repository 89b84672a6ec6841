"""Writing a shot: the request's own words for what it names, fitting ones for what it leaves open.

The first draft is a hurried one; a later one (with feedback) answers what the feedback names and
fills in more.
"""

import re
import zlib
from dataclasses import dataclass, replace

from video_agent.studio.enhancer.anatomy import ASPECTS, Anatomy, take_apart
from video_agent.studio.enhancer.knowledge import (
    OVERCAST,
    PLACES,
    STYLES,
    TIMES,
    UNKNOWN,
    Thing,
    home_of,
    place_of,
    thing_of,
)
from video_agent.studio.enhancer.remedies import all_words_for, remedies_for
from video_agent.studio.enhancer.translation import in_english
from video_agent.studio.planner.intents import bare_prompt
from video_agent.studio.safety import refused_word

CORE = ("subject", "action", "setting", "style")
FINISHING = ("camera", "lighting", "composition", "lens", "ambiance", "audio")
NEW_IN_A_ROUND = 2
NEARLY_DONE = 3
VAGUE = re.compile(
    r"\b(?:something|anything|whatever|surprise me|some (?:video|clip)|a nice (?:one|video))\b",
    re.IGNORECASE,
)
FOR_WANT_OF_A_SUBJECT = "a calm mountain lake"
ONLY_REFUSED = re.compile(r"(?:no|without) (?:music|voices?|narration|soundtrack)", re.IGNORECASE)
HURRIED_LIGHT = "soft light"


@dataclass(frozen=True)
class Brief:
    """What the writer is asked: the sections of the message."""

    request: str
    style: str = ""
    avoid: str = ""
    silent: bool = False
    previous: str = ""
    feedback: str = ""


def write_shot(brief: Brief) -> dict[str, str]:
    """A shot by field name, without empty fields. The same brief gives the same shot."""
    request = in_english(_allowed(bare_prompt(brief.request)))
    anatomy = take_apart(request)
    thing = thing_of(anatomy.subject) if anatomy.english else UNKNOWN
    place = place_of(request) or home_of(thing, request) or ("plain" if anatomy.english else "")
    if thing is UNKNOWN and VAGUE.search(request):
        anatomy = replace(anatomy, subject=f"{anatomy.subject}, {FOR_WANT_OF_A_SUBJECT}")
        place = place_of(anatomy.subject)
    full = _full_shot(brief, anatomy, thing, place)
    remedies = remedies_for(brief.feedback) if brief.feedback else {}
    fields = {name: full[name] for name in CORE} | {
        name: _remedied(name, full[name], remedies, brief.previous)
        for name in _finishing(brief, anatomy, full, remedies)
    }
    if not brief.feedback and "lighting" in fields and "lighting" not in anatomy.named:
        fields["lighting"] = HURRIED_LIGHT
    if brief.silent:
        fields.pop("audio", None)
    fields["negative"] = brief.avoid
    return {name: text for name, text in fields.items() if text}


def _allowed(request: str) -> str:
    """The request without words that the safety system refuses."""
    while word := refused_word(request):
        request = re.sub(rf"\s*\b{re.escape(word)}\b", "", request, flags=re.IGNORECASE)
    return request.strip() or "a quiet landscape"


def _full_shot(brief: Brief, anatomy: Anatomy, thing: Thing, place: str) -> dict[str, str]:
    known = PLACES.get(place)
    light, colours = TIMES.get(anatomy.time, ("", ""))
    if anatomy.weather and not light:
        light = OVERCAST
    noise = known.noise if known else "the quiet sounds of the place"
    written = {
        "subject": anatomy.subject,
        "action": anatomy.action or thing.does or _motion_of(anatomy, place),
        "setting": _setting(anatomy, place),
        "style": _style(brief.style, anatomy),
        "camera": _camera(anatomy, thing),
        "lighting": light or (known.light if known else "in soft daylight from the side"),
        "composition": "medium shot at eye level with the subject on the left third",
        "lens": "35mm lens with shallow depth of field",
        "ambiance": "calm mood with a palette of "
        f"{colours or (known.colours if known else 'soft natural')} tones",
        "audio": f"Ambient noise: {noise}" + (f". SFX: {thing.noise}" if thing.noise else ""),
    }
    named = {name: text for name, text in anatomy.named.items() if name != "style"}
    if ONLY_REFUSED.fullmatch(named.get("audio", "")):  # "no music" leaves open what is heard
        named["audio"] = f"{written['audio']}. {named['audio'].capitalize()}"
    return written | named


def _motion_of(anatomy: Anatomy, place: str) -> str:
    """What moves in a place that is itself the subject; nothing is made up for an unknown thing."""
    return PLACES[place].motion if place and place_of(anatomy.subject) else ""


def _style(wanted: str, anatomy: Anatomy) -> str:
    if "style" in anatomy.named:
        return anatomy.named["style"]
    if wanted:
        return STYLES.get(wanted.lower(), wanted)
    return "" if ASPECTS["style"].search(anatomy.text) else STYLES["cinematic"]


def _setting(anatomy: Anatomy, place: str) -> str:
    seen = PLACES[place].seen if place else ""
    if not anatomy.place or not seen:
        return anatomy.place or seen
    if place_of(anatomy.place):
        return f"{anatomy.place}, {_background(seen)}"
    return f"{seen}, {anatomy.place}"


def _background(seen: str) -> str:
    """The part of a place's description that fits any place of its kind."""
    return "with " + seen.split(" with ", 1)[1] if " with " in seen else seen


def _camera(anatomy: Anatomy, thing: Thing) -> str:
    if thing.moves and thing.does:
        return "slow tracking shot moving alongside the subject"
    choice = zlib.crc32(anatomy.text.encode()) % 2
    return ("slow dolly in toward the subject", "slow pan to the right")[choice]


def _finishing(
    brief: Brief, anatomy: Anatomy, full: dict[str, str], remedies: dict[str, str]
) -> list[str]:
    """The finishing fields to write this time, in their order."""
    asked = {name for name in FINISHING if name in anatomy.named}
    if not brief.feedback:
        hurried = "" if anatomy.time or _says(anatomy.text, "lighting") else "lighting"
        return [name for name in FINISHING if name in asked or name == hurried]
    earlier = {name for name in FINISHING if _was_said(name, full[name], brief.previous)}
    chosen = asked | earlier | {name for name in remedies if name in FINISHING}
    missing = [name for name in FINISHING if name not in chosen]
    if len(earlier) >= NEARLY_DONE:
        return list(FINISHING)
    fresh = len(chosen - earlier - asked)
    chosen |= set(missing[: max(0, NEW_IN_A_ROUND - fresh)])
    return [name for name in FINISHING if name in chosen]


def _says(text: str, name: str) -> bool:
    return ASPECTS[name].search(text) is not None


def _was_said(name: str, words: str, previous: str) -> bool:
    head = re.split(r"[.,]", words)[0].lower()
    return bool(previous) and (head in previous.lower() or _says(previous, name))


def _remedied(name: str, words: str, remedies: dict[str, str], previous: str) -> str:
    """The field with what the feedback asks for now, and with what an earlier round added."""
    added = [phrase for phrase in all_words_for(name) if phrase.lower() in previous.lower()]
    if (phrase := remedies.get(name)) and phrase not in added:
        added.append(phrase)
    return ", ".join([words, *added])
