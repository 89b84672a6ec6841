"""How a shot is said to a video model: prose, one continuous take, exclusions where they belong."""

import re
from typing import NamedTuple

from video_agent.catalog import VideoLimits
from video_agent.models import Defect, Shot, VideoRequest


def render(shot: Shot, request: VideoRequest, *, exclude_in_words: bool = True) -> str:
    """A shot as the prose a video model reads: one continuous take, exclusions in words.

    What must not appear is said as "No ..." where the model has no field for it.
    """
    picture = (_subject_in_action(shot), shot.setting)
    film = (shot.camera, shot.composition, shot.lens, shot.style or request.style or "")
    mood = (shot.lighting, shot.ambiance)
    sentences = [_sentence(part) for part in (*picture, *film, *mood)]
    if not _CUTS.search(request.prompt):  # video models like to cut where nobody asked for it
        sentences.append("A single continuous shot without cuts.")
    sentences.append(_sentence(_notated(shot.audio)) if request.audio else "No sound.")
    if exclude_in_words:
        sentences += [f"No {item}." for item in exclusions(shot, request)]
    return " ".join(sentence for sentence in sentences if sentence)


def _notated(audio: str) -> str:
    """Sound as the models know it: "Ambient noise:", "SFX:", speech in quotation marks."""
    text = audio.strip()
    if not text or _NOTATION.search(text):
        return text
    return f"Music: {text}" if _MUSIC.search(text) else f"Ambient noise: {text}"


_NOTATION = re.compile(
    r"\b(?:ambient(?: noise| sounds?)?|sfx|sound effects?|music|dialogue|audio)\s*:|[\"“]",
    re.IGNORECASE,
)
_MUSIC = re.compile(r"\b(?:music|song|melod\w+|soundtrack)\b", re.IGNORECASE)
_CUTS = re.compile(
    r"\b(?:montage|cuts? (?:to|between)|jump cuts?|several (?:scenes|shots)|split screen)\b",
    re.IGNORECASE,
)


def own_words(request: VideoRequest, limits: VideoLimits) -> str:
    """The person's own words as a prompt, without any rewording."""
    shot = Shot(subject=request.prompt.strip()[:_LONGEST_SUBJECT])
    return render(shot, request, exclude_in_words=limits.negative == "in_words")


def edit_instruction(defect: Defect) -> str:
    """One short change that removes a defect; long ones make a clip drift (Google's own advice)."""
    what = " ".join(f"{defect.description or defect.kind}".split())[:_LONGEST_CHANGE].rstrip(" .")
    where = ""
    if defect.start_seconds is not None and defect.end_seconds is not None:
        where = f" from {defect.start_seconds:.1f} s to {defect.end_seconds:.1f} s"
    kind = defect.kind.replace("_", " ")
    return f"Remove the {kind}{where} ({what}). Keep everything else the same."


_LONGEST_SUBJECT = 2_000
_LONGEST_CHANGE = 120


class Addition(NamedTuple):
    """Something that models add by themselves.

    `asked` are the words (whole ones) by which a person asks for it, `told` those that bring it in.
    """

    asked: str
    told: str


ADDITIONS = {
    "captions": Addition(
        r"captions?|subtitles?|text|titles?|signs?|words?|letters?|lettering|writing|reads?|logos?",
        r"captions?|subtitles?|on-screen (?:text|title)s?|title cards?|text overlays?|watermarks?|"
        r"lower thirds?|end cards?",
    ),
    "voice-over": Addition(
        r"voices?|voice-?over|narrat\w*|speak\w*|says?|saying|said|dialogue|talk\w*|sing\w*|"
        r"shout\w*|whisper\w*",
        r"voice-?overs?|narrat(?:or|ion|es|ing)\w*|dialogues?|says|saying|a voice|"
        r"(?:male|female|deep|warm|calm) voice",
    ),
    "music": Addition(
        r"music\w*|songs?|melod\w+|soundtrack|piano|guitar\w*|orchestra\w*|sing\w*|violin\w*|"
        r"drum\w*|band|danc\w*|concert|jazz|trumpet\w*|saxophon\w*|cello|flute|accordion",
        r"music|songs?|melod(?:y|ies)|soundtracks?|(?:film |orchestral |musical )score|"
        r"orchestral|background track",
    ),
}


def is_asked_for(name: str, request: VideoRequest) -> bool:
    """Whether a request speaks of one of the `ADDITIONS`; quoted words are to be spoken or read."""
    words = ADDITIONS[name].asked
    asked = re.sub(rf"\b(?:no|without)\s+(?:\w+\s+)?(?:{words})\b", "", request.prompt.lower())
    quoted = name != "music" and any(mark in asked for mark in ('"', "“"))
    return quoted or re.search(rf"\b(?:{words})\b", asked) is not None


def exclusions(shot: Shot | None, request: VideoRequest) -> list[str]:
    """What must not appear: the request's and the shot's words, without repetition.

    Speech, captions and music are excluded unless the request speaks of them. The items are bare
    things ("people", not "no people"), as Google asks for lists; what the request itself shows is
    not excluded by the shot.
    """
    unwanted = [name for name in ADDITIONS if not is_asked_for(name, request)]
    wished = [_bare(item) for item in (request.negative or "").split(",")]
    shown = request.prompt.lower()
    added = [_bare(item) for item in (shot.negative if shot else "").split(",")]
    named = [*wished, *(item for item in added if item and item.lower() not in shown)]
    return list(dict.fromkeys(item for item in [*named, *unwanted] if item))


def _bare(item: str) -> str:
    """An excluded thing without the words that exclude it."""
    return _NEGATION.sub("", item.strip(" ."))


_NEGATION = re.compile(r"^(?:no|without|avoid|do not show|don't show|never show)\s+", re.IGNORECASE)


def _subject_in_action(shot: Shot) -> str:
    """Who does what, in one sentence: a video model ties the verb to its subject."""
    subject, action = shot.subject.strip().rstrip("."), shot.action.strip()
    if not action:
        return subject
    pronoun, _, rest = action.partition(" ")
    if pronoun.lower() in {"it", "he", "she", "they"} and rest:
        action = rest
    elif action[1:2].islower():
        action = action[0].lower() + action[1:]
    return f"{subject} {action}"


def _sentence(text: str) -> str:
    clean = text.strip()
    if not clean:
        return ""
    clean = clean[0].upper() + clean[1:]
    return clean if clean.endswith((".", "!", "?", '"')) else f"{clean}."
