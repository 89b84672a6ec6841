"""What to say differently when a clip was found wanting: a complaint leads to a field and words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Remedy:
    """A complaint, the field that answers it and the words to add there."""

    complaint: re.Pattern[str]
    field: str
    words: str


def _remedy(complaint: str, field: str, words: str) -> Remedy:
    return Remedy(re.compile(rf"\b(?:{complaint})", re.IGNORECASE), field, words)


REMEDIES: tuple[Remedy, ...] = (
    _remedy(
        r"blur|soft\b|softness|unsharp|sharp|focus|mushy|detail|block", "lens", "every detail sharp"
    ),
    _remedy(
        r"flicker|unstable light|brightness (?:jump|pump)|exposure pump",
        "lighting",
        "the light stays constant",
    ),
    _remedy(
        r"dull|dark|underexpos|dim\b|gloomy|flat|contrast|exposure",
        "lighting",
        "bright enough to see every shape",
    ),
    _remedy(r"nois[ey]|grain", "lighting", "plenty of light"),
    _remedy(
        r"jerk|stutter|judder|shak|jitter|freez|frozen|held|repeat|smooth|camera|motion|movement|jump",
        "camera",
        "in one smooth continuous move",
    ),
    _remedy(r"cuts?\b|scene change", "camera", "in one continuous take"),
    _remedy(
        r"fram(?:ing|ed)\b|composition|cropp|cent(?:re|er)|off[- ]screen",
        "composition",
        "the whole subject in frame",
    ),
    _remedy(r"colou?r|palette|saturat|gr[ea]y|washed", "ambiance", "rich but natural"),
    _remedy(
        r"clipped|distort|loud|audio|sound|silen|quiet", "audio", "clean and at a moderate level"
    ),
)
FIELD_NAMED = {
    "camera": r"camera",
    "lens": r"lens|depth of field",
    "lighting": r"light(?:ing)?\b",
    "composition": r"composition|shot size",
    "ambiance": r"ambiance|mood|palette",
    "audio": r"audio|sound",
}


def remedies_for(feedback: str) -> dict[str, str]:
    """Words to add by field for what the feedback complains of; empty words only name it."""
    found: dict[str, str] = {}
    for remedy in REMEDIES:
        if remedy.complaint.search(feedback):
            found.setdefault(remedy.field, remedy.words)
    for name, words in FIELD_NAMED.items():
        if re.search(rf"\b(?:{words})", feedback, re.IGNORECASE):
            found.setdefault(name, "")
    return found


def all_words_for(field: str) -> list[str]:
    """Every phrase a remedy can add to a field."""
    return [remedy.words for remedy in REMEDIES if remedy.field == field and remedy.words]
