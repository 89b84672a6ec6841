"""A request taken apart: who, does what, where, when, and which other wishes it names itself."""

import re
from dataclasses import dataclass, field

_NOT_VERBS = """
    king ring evening morning building spring wing string ceiling painting thing lightning clothing
    wedding something nothing anything everything railing awning dining sterling pudding icing
    sibling duckling sapling offspring lighting
""".split()  # noqa: SIM905 - readable as a paragraph
_VERBS = """
    run walk fly sail swim drive race jump leap dance sing play sleep sit stand ride climb fall
    float drift glide soar dive hover circle chase hunt eat drink cook read write paint surf ski
    skate row paddle cruise roll spin turn move pass cross travel march hike stroll wander explore
    look watch gaze stare wait rest lie lean smile laugh cry talk speak shout whisper wave bow
    throw catch kick hit build carve cut pour stir steam boil burn glow shine flicker bloom grow
    close melt freeze crash break splash ripple flow crackle explode launch land lift take drop
    push carry hold pick gallop trot prowl stretch yawn bark howl graze perch flutter flap swoop
    leave enter arrive appear emerge vanish unfold swirl sway blow spread stream shimmer sparkle
    pulse breach serve juggle knit sew drum strum practise practice descend ascend approach return
    follow guide fill cover rise search kneel open pull migrate twinkle
""".split()  # noqa: SIM905 - readable as a paragraph
_BASE = frozenset(_VERBS)
_THIRD_PERSON = frozenset(
    form
    for verb in _VERBS
    for form in (f"{verb}s", f"{verb}es", f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}s")
)
_PLURALS = frozenset({"people", "children", "men", "women", "deer", "fish", "sheep", "they"})
_PREPOSITION = re.compile(
    r"\b(in|on|at|by|under|over|above|across|through|along|beneath|beside|near|inside|behind|"
    r"during|against|among|between|from|into|onto|around|within|amid|before|toward|towards|with)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CLAUSE = re.compile(r"\s*[,;]\s*|\.\s+|\s+[–—-]\s+")
ASPECTS: dict[str, re.Pattern[str]] = {
    "camera": re.compile(
        r"\b(camera|dolly|pan(?:ning)? shot|slow pan|tracking shot|crane shot|aerial|drone|"
        r"handheld|steadicam|zoom|orbit(?:ing)? shot|tilt|static shot|push[- ]in|pull[- ]back|"
        r"tripod)\b",
        re.IGNORECASE,
    ),
    "lens": re.compile(
        r"\b(lens|\d+\s?mm|depth of field|bokeh|macro|telephoto|anamorphic|focus)\b", re.IGNORECASE
    ),
    "composition": re.compile(
        r"\b(close[- ]?up|wide shot|long shot|medium shot|low angle|high angle|eye[- ]level|"
        r"rule of thirds|foreground|symmetr\w+|framed)\b",
        re.IGNORECASE,
    ),
    "lighting": re.compile(
        r"\b(light(?:ing)?|sunlight|moonlight|backlit|candlelight|golden[- ]hour|neon|shadows?|"
        r"spotlight)\b",
        re.IGNORECASE,
    ),
    "audio": re.compile(
        r"\b(sounds?|music|audio|soundtrack|voice|narrat\w+|silent|says?|sings?)\b", re.IGNORECASE
    ),
    "style": re.compile(
        r"\b(cinematic|animated|animation|cartoon|anime|documentary|realistic|photorealistic|noir|"
        r"watercolou?r|claymation|film look|pixel art|hand[- ]drawn)\b",
        re.IGNORECASE,
    ),
    "ambiance": re.compile(
        r"\b(mood|atmosphere|palette|dreamy|moody|peaceful|ominous|joyful|pastel)\b", re.IGNORECASE
    ),
}
_TIMES = (
    ("night", r"night|midnight|moonlit|moonlight|starry|stars|aurora|neon|fireworks|fireflies"),
    ("sunset", r"sunset|sundown|evening"),
    ("dawn", r"dawn|sunrise|daybreak"),
    ("dusk", r"dusk|twilight|blue hour"),
    ("golden", r"golden[- ]hour|golden light|morning"),
    ("day", r"day|noon|midday|afternoon|sunny|daylight"),
)
_WEATHER = re.compile(
    r"\b(rain\w*|snow\w*|fog\w*|mist\w*|storm\w*|blizzard|drizzle)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Anatomy:
    """The parts, each in the request's own words.

    Attributes:
        text: The whole.
        subject: Who or what.
        action: What it does; empty when nothing is said.
        place: Where and when, as far as it stands apart from the action.
        named: Clauses that speak of the camera, the light and so on, by aspect.
        time: `night`, `sunset`, `dawn`, `dusk`, `golden`, `day`, or empty.
        weather: The request's weather word, or empty.
        english: Whether the words can be understood at all.
    """

    text: str
    subject: str
    action: str
    place: str
    named: dict[str, str] = field(default_factory=dict[str, str])
    time: str = ""
    weather: str = ""
    english: bool = True


def take_apart(request: str) -> Anatomy:
    """Split a request. Nothing of it is lost: every clause ends up in one of the parts."""
    clauses = [clause.strip(" .") for clause in _CLAUSE.split(request) if clause.strip(" .")]
    named: dict[str, str] = {}
    core: list[str] = clauses[:1]
    for clause in clauses[1:]:
        aspect = next((name for name, words in ASPECTS.items() if words.search(clause)), "")
        if aspect:
            named[aspect] = f"{named[aspect]}, {clause}" if aspect in named else clause
        else:
            core.append(clause)
    subject, action, place = _split_core(", ".join(core))
    lower = request.lower()
    weather = _WEATHER.search(request)
    return Anatomy(
        text=request,
        subject=subject or request,
        action=action,
        place=place,
        named=named,
        time=next((name for name, words in _TIMES if re.search(rf"\b(?:{words})\b", lower)), ""),
        weather=weather.group(1).lower() if weather else "",
        english=_is_english(request),
    )


def _split_core(core: str) -> tuple[str, str, str]:
    verb = _first_verb(core)
    if verb is not None:
        return core[:verb].strip(" ,"), core[verb:].strip(), ""
    first = _PREPOSITION.search(core, 1)
    if first and first.group(1).lower() != "with":
        return core[: first.start()].strip(" ,"), "", core[first.start() :].strip()
    return core, "", ""


def _first_verb(core: str) -> int | None:
    """Where the first verb stands that can be the action, with its "is" or "are"."""
    words = list(_WORD.finditer(core))
    texts = [word.group().lower() for word in words]
    for index in range(1, len(texts)):
        if not _can_be_verb(texts, index):
            continue
        if index + 1 < len(texts) and _can_be_verb(texts, index + 1):
            continue  # "huge waves crash": the first of two is a noun
        auxiliary = texts[index - 1] in ("is", "are", "was", "were")
        return words[index - auxiliary].start()
    return None


def _can_be_verb(texts: list[str], index: int) -> bool:
    word, before = texts[index], texts[index - 1]
    if before in ("of", "the", "a", "an", "to") or _PREPOSITION.fullmatch(before):
        return False
    if word.endswith("ing") and len(word) > 4:
        return word not in _NOT_VERBS
    if word in _BASE:
        return before in _PLURALS or (before.endswith("s") and not before.endswith("ss"))
    return word in _THIRD_PERSON


def _is_english(text: str) -> bool:
    words = {word.group().lower() for word in _WORD.finditer(text)}
    if not words or not all(ord(sign) < 0x250 for sign in text if sign.isalpha()):
        return False
    return len(_ENGLISH & words) >= len(_FOREIGN & words)


_ENGLISH = frozenset({"a", "an", "the", "in", "on", "at", "of", "with", "and", "is", "are", "by"})
_FOREIGN = frozenset(
    """
    ein eine der die das im und mit den auf le la les une un dans sur el los con una por del il nel
    """.split()  # noqa: SIM905 - readable as a paragraph
)
