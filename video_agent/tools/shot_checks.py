"""What an enhancer may not do to a request, put right: no additions, no other subject or action.

Language models embellish. Speech, captions and music that nobody asked for cost a clip its
verdict, and a changed subject is another clip. The checks read English only; for a request in
another language, or one that starts from pictures, subject and action are not compared.
"""

import re

from video_agent.models import Shot, Value, VideoRequest
from video_agent.tools.shot_text import ADDITIONS, is_asked_for


class CheckedShot(Value):
    """A shot that says what was asked for, and what had to be put right."""

    shot: Shot
    corrections: tuple[str, ...] = ()


def check_shot(shot: Shot, request: VideoRequest) -> CheckedShot:
    """Take out what nobody asked for and put back what was changed."""
    corrections: list[str] = []
    shot = _without_additions(shot, request, corrections)
    shot = _with_the_asked_subject(shot, request, corrections)
    shot = _with_quotations(shot, request, corrections)
    return CheckedShot(shot=shot, corrections=tuple(corrections))


_HEARD_OR_READ = ("subject", "action", "setting", "style", "composition", "ambiance", "audio")
_CLAUSES = re.compile(r"(?<=[.;!?])\s+|,\s+(?=(?:and |with |while |as )?\w)")
_RULED_OUT = re.compile(r"\b(?:no|without|free of)\b", re.IGNORECASE)


def _without_additions(shot: Shot, request: VideoRequest, corrections: list[str]) -> Shot:
    """Without the clauses that add speech, captions or music."""
    changes: dict[str, str] = {}
    for name in _HEARD_OR_READ:
        text = str(getattr(shot, name))
        kept, dropped = _sorted_out(text, request)
        if dropped and (kept or name != "subject"):
            changes[name] = kept
            corrections += [f"{what} nobody asked for: {clause}" for what, clause in dropped]
    return shot.model_copy(update=changes) if changes else shot


def _sorted_out(text: str, request: VideoRequest) -> tuple[str, list[tuple[str, str]]]:
    """The clauses that may stay, and the others with what they add."""
    kept: list[str] = []
    dropped: list[tuple[str, str]] = []
    for clause in _clauses(text):
        what = _addition(clause, request)
        if what is None:
            kept.append(clause)
        else:
            dropped.append((what, clause.strip(" ,.;")))
    return " ".join(kept).strip(" ,;"), dropped


def _clauses(text: str) -> list[str]:
    """Parts of a text that can be taken out without breaking the rest; quotations stay whole."""
    quoted: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quoted.append(found.group(0))
        return f"\x00{len(quoted) - 1}\x00"

    hidden = re.sub(r"[\"“][^\"”]*[\"”]", hide, text)
    parts = [part for part in _CLAUSES.split(hidden) if part and part.strip()]
    ends = [hidden.find(part) + len(part) for part in parts]
    closed = [
        part + ("," if hidden[end : end + 1] == "," else "")
        for part, end in zip(parts, ends, strict=True)
    ]
    return [re.sub(r"\x00(\d+)\x00", lambda m: quoted[int(m.group(1))], part) for part in closed]


def _addition(clause: str, request: VideoRequest) -> str | None:
    if _RULED_OUT.search(clause):
        return None
    for name, words in ADDITIONS.items():
        if re.search(rf"\b(?:{words.told})\b", clause, re.IGNORECASE):
            return None if is_asked_for(name, request) else name
    return None


_OTHER_LANGUAGE = frozenset(
    """
    der die das ein eine einen und mit im el los las un una con por le les des du et dans il gli di
    uno na em och ett en van het een
    """.split()  # noqa: SIM905 - readable as a paragraph
)
_ENGLISH = frozenset(
    """
    the a an of with and at on is in over across through by to from into under along
    near its his her
    """.split()  # noqa: SIM905 - readable as a paragraph
)
_OPENING = re.compile(
    r"^(?:please\s+)?(?:(?:can|could) you\s+)?(?:i(?:'d| would)? (?:want|like)(?: to see)?\s+|"
    r"(?:make|create|generate|show|film|shoot|render|give|draw)\s+(?:me\s+|us\s+)?)?"
    r"(?:an?\s+|the\s+)?(?:(?:short|quick|vertical|cinematic|animated|\d+[- ]seconds?)\s+)*"
    r"(?:(?:video|clip|film|movie|shot|scene|footage|animation)s?\s+(?:of|about|showing|with|"
    r"where|in which)\s+)?",
    re.IGNORECASE,
)
_HEAD_ENDS = re.compile(
    r"[,.;:!?()\"“”]|\b(?:in|on|at|by|under|over|above|across|through|along|beneath|beside|near|"
    r"inside|behind|during|against|among|between|from|into|onto|around|within|toward|towards|with|"
    r"without|while|as|and|who|which|that|of|to|like)\b",
    re.IGNORECASE,
)
_SAYS_LITTLE = frozenset(
    """
    something anything whatever thing nice beautiful pretty cool great amazing good stunning epic
    some any this that there here very really just small little big large video clip scene shot make
    show being has
    """.split()  # noqa: SIM905 - readable as a paragraph
)
_LEAST_LETTERS, _STEM_LETTERS = 3, 4


def _with_the_asked_subject(shot: Shot, request: VideoRequest, corrections: list[str]) -> Shot:
    """With the person's own words where the subject or its action was changed."""
    if request.task != "text_to_video":
        return shot
    missing = missing_words(shot, request.prompt)
    if not missing:
        return shot
    corrections.append(f"what was asked for is put back: {', '.join(missing)}")
    own = " ".join(request.prompt.split())[:2_000]
    return shot.model_copy(update={"subject": own, "action": ""})


def missing_words(shot: Shot, prompt: str) -> tuple[str, ...]:
    """The words of a request's subject and action that a shot does not say, in any form."""
    text = _OPENING.sub("", " ".join(prompt.split()), count=1)
    if not _is_english(re.findall(r"[^\W\d_]+", prompt.lower())):
        return ()
    seen = shot.model_dump(exclude={"audio", "negative"})
    said = _stems(" ".join(str(value) for value in seen.values()))
    return tuple(word for word in _core(text) if _stem(word) not in said)


def _is_english(words: list[str]) -> bool:
    return bool(_ENGLISH & set(words)) and not _OTHER_LANGUAGE - _ENGLISH & set(words)


def _core(text: str) -> list[str]:
    """The words before the first preposition, comma or conjunction: who does what."""
    for part in _HEAD_ENDS.split(text):
        words = [word for word in re.findall(r"[^\W\d_]+", part.lower()) if _says_something(word)]
        if words:
            return words
    return []


def _says_something(word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and word not in _SAYS_LITTLE and word not in _ENGLISH


def _stems(text: str) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())}


def _stem(word: str) -> str:
    """The first letters: `glides`, `gliding` and `glide` are one, `runs` and `running` too."""
    bare = _ENDING.sub("", word) if len(word) > _STEM_LETTERS - 1 else word
    return _DOUBLED.sub(r"\1", bare)[:_STEM_LETTERS]


_ENDING = re.compile(r"(?:ing|ed|es|s)$")
_DOUBLED = re.compile(r"([^aeiou])\1$")
_QUOTED = re.compile(r"[\"“]([^\"”]{2,200})[\"”]")


def _with_quotations(shot: Shot, request: VideoRequest, corrections: list[str]) -> Shot:
    """With every quotation of the request, word for word: it is to be heard or read."""
    said = " ".join(str(value) for value in shot.model_dump().values())
    lost = [text for text in _QUOTED.findall(request.prompt) if text.lower() not in said.lower()]
    if not lost:
        return shot
    corrections.append(f"the words of the request are put back: {'; '.join(lost)}")
    words = " ".join(f'"{text}"' for text in lost)
    if is_asked_for("voice-over", request) and request.audio:
        return shot.model_copy(update={"audio": f"{shot.audio} Dialogue: {words}".strip()})
    return shot.model_copy(update={"composition": f"{shot.composition} It reads {words}".strip()})
