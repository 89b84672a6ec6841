"""Small questions about a request that frames and samples can answer; graded, with evidence.

What only understanding could answer (who is seen, what it means) is not asked: it cannot be
measured here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from video_agent.media.measures import ClipMeasures
from video_agent.studio.judge.grades import fall, rise

YES = 0.5
ORDERED = "condition_fidelity"
"""The axis of what was ordered beside the words."""


@dataclass(frozen=True)
class Finding:
    """A question, how far the answer is yes (0 to 1), what was measured, and how much it counts."""

    question: str
    degree: float
    evidence: str
    weight: float = 1.0
    axis: str = "prompt_alignment"

    @property
    def satisfied(self) -> bool:
        """Whether the answer is yes."""
        return self.degree >= YES


@dataclass(frozen=True)
class Wanted:
    """What is asked for: the request's words, and whether sound and cuts are wanted."""

    text: str
    sound: bool = True
    cuts: bool = False
    duration_seconds: float | None = None


COLOURS: dict[str, tuple[str, ...]] = {
    "red": ("red",), "crimson": ("red",), "scarlet": ("red",), "orange": ("orange",),
    "golden": ("orange", "yellow"), "amber": ("orange", "yellow"), "brown": ("orange", "red"),
    "yellow": ("yellow",), "green": ("green",), "emerald": ("green",), "lime": ("green", "yellow"),
    "teal": ("teal", "cyan"), "turquoise": ("teal", "cyan"), "cyan": ("cyan", "teal"),
    "blue": ("blue", "cyan"), "navy": ("blue",), "azure": ("blue", "cyan"),
    "purple": ("purple", "magenta"), "violet": ("purple", "magenta"),
    "magenta": ("magenta", "pink"), "pink": ("pink", "magenta"),
}  # fmt: skip
_LEAST_SHARE, _CLEAR_SHARE = 0.0005, 0.006
_WARM = ("red", "orange", "yellow", "pink")
_NIGHT = re.compile(r"\b(?:night|midnight|moonlit|starry|nocturnal)\b", re.IGNORECASE)
_DAY = re.compile(r"\b(?:noon|midday|daylight|sunny|bright day|daytime)\b", re.IGNORECASE)
_WARM_TIME = re.compile(
    r"\b(?:sunset|sunrise|dawn|golden[- ](?:hour|light)|setting sun|dusk)\b", re.IGNORECASE
)
_FAST = re.compile(
    r"\b(?:rac(?:e|es|ing)|run(?:s|ning)?|speed\w*|crash\w*|danc(?:e|es|ing)|jump\w*|leap\w*|gallop\w*|"
    r"fl(?:y|ies|ying)|explod\w*|storm\w*|chas(?:e|es|ing)|fast|quick\w*)\b",
    re.IGNORECASE,
)
_QUIET = re.compile(
    r"\b(?:still|motionless|sleep\w*|rest(?:s|ing)|calm|slow(?:ly)?|gentl[ey]|quiet\w*|serene)\b",
    re.IGNORECASE,
)
_GREY = re.compile(r"\b(?:black[- ]and[- ]white|monochrome|greyscale|grayscale)\b", re.IGNORECASE)
_MONTAGE = re.compile(r"\b(?:montage|cuts? (?:to|between)|several shots|scenes)\b", re.IGNORECASE)
_SILENT = re.compile(r"\b(?:silent|no sound|without sound|muted|soundless)\b", re.IGNORECASE)
CAMERAS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"handheld|shaky", "Is the camera handheld?", ("handheld",)),
    (r"static (?:camera|shot)|tripod|locked[- ]off|camera stands still",
     "Does the camera stand still?", ("static",)),
    (r"dolly|push[- ]in|pull[- ]back|zoom", "Does the camera move in or out?", ("dolly",)),
    (r"track(?:s|ing)?(?: shot)?|follow(?:s|ing) shot|pan(?:s|ning)?\b|orbit\w*|arc shot",
     "Does the camera move sideways?", ("pan",)),
    (r"crane|pedestal|tilt\w*|rising shot", "Does the camera move up or down?", ("tilt",)),
    (r"aerial|drone|fly-?over", "Does the view move as if from the air?", ("tilt", "pan", "dolly")),
)  # fmt: skip
PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (r"underwater|reef|ocean|sea|lake|river", "water", ("blue", "cyan", "teal", "green")),
    (r"forest|jungle|meadow|grass\w*|garden|park", "green land", ("green", "teal", "yellow")),
    (r"desert|dunes?|sand|savanna\w*", "desert", ("orange", "yellow", "red")),
    (r"fire|flames?|lava|campfire", "fire", ("orange", "red", "yellow")),
)


def wanted_from(sections: dict[str, str]) -> Wanted:
    """What the message's sections ask for."""
    text = sections.get("request") or sections.get("prompt") or sections.get("", "")
    also = sections.get("also asked", "")
    ordered = re.search(r"ordered: (\d+(?:\.\d+)?) s", sections.get("delivered", ""))
    return Wanted(
        text=text,
        sound=not _SILENT.search(f"{also}\n{text}"),
        cuts=bool(_MONTAGE.search(text)),
        duration_seconds=float(ordered.group(1)) if ordered else None,
    )


def ask(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    """All questions that this request and this clip allow, the request's own first."""
    checks: tuple[Callable[[Wanted, ClipMeasures], list[Finding]], ...] = (
        _colours,
        _time_of_day,
        _places,
        _camera,
        _motion,
        _sound,
        _one_take,
        _length,
    )
    return [finding for check in checks for finding in check(wanted, clip)]


def _colours(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    if _GREY.search(wanted.text):
        degree = fall(clip.colour.colourfulness, 3, 12)
        return [Finding("Is the picture without colour?", degree, _colourfulness(clip))]
    words = [word for word in COLOURS if re.search(rf"\b{word}\b", wanted.text, re.IGNORECASE)]
    findings: list[Finding] = []
    for word in words:
        share = sum(clip.colour.hue_shares.get(hue, 0.0) for hue in COLOURS[word])
        degree = rise(share, _LEAST_SHARE, _CLEAR_SHARE)
        seen = f"{share:.1%} of the pixels are {' or '.join(COLOURS[word])}"
        findings.append(Finding(f"Is there something {word}?", degree, seen, 1.5))
    return findings


def _colourfulness(clip: ClipMeasures) -> str:
    return f"colourfulness {clip.colour.colourfulness:.0f} (0 is grey)"


def _time_of_day(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    luma, evidence = clip.light.luma_mean, f"mean luma is {clip.light.luma_mean:.0f} of 235"
    if _NIGHT.search(wanted.text):
        return [Finding("Does it look like night?", fall(luma, 85, 135), evidence)]
    if _WARM_TIME.search(wanted.text):
        share = sum(clip.colour.hue_shares.get(hue, 0.0) for hue in _WARM)
        degree = max(rise(share, 0.04, 0.2), rise(clip.colour.warmth, -0.5, 0.3))
        seen = f"{share:.0%} of the pixels have warm hues, warmth {clip.colour.warmth:.2f}"
        return [Finding("Is there the warm light of a low sun?", degree, seen)]
    if _DAY.search(wanted.text):
        return [Finding("Does it look like day?", rise(luma, 60, 100), evidence)]
    return []


def _places(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    """The colours one expects of a place; not under a coloured or dark sky, which changes them."""
    if _NIGHT.search(wanted.text) or _WARM_TIME.search(wanted.text) or _GREY.search(wanted.text):
        return []
    for words, name, hues in PLACES:
        if re.search(rf"\b(?:{words})\b", wanted.text, re.IGNORECASE):
            share = sum(clip.colour.hue_shares.get(hue, 0.0) for hue in hues)
            seen = f"{share:.0%} of the pixels are {', '.join(hues)}"
            question = f"Are the colours those of {name}?"
            return [Finding(question, rise(share, 0.02, 0.15), seen, 0.7)]
    return []


def _camera(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    if clip.camera is None:
        return []
    for words, question, labels in CAMERAS:
        if re.search(rf"\b(?:{words})", wanted.text, re.IGNORECASE):
            degree = 1.0 if clip.camera.label in labels else 0.25
            return [Finding(question, degree, _move(clip))]
    return []


def _move(clip: ClipMeasures) -> str:
    if clip.camera is None:
        return "not measurable"
    if clip.camera.label == "static":
        return "the camera stands still"
    if clip.camera.label == "handheld":
        return "the camera moves as if held by hand"
    return f"the camera moves {clip.camera.direction}"


def _motion(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    if clip.motion is None:
        return []
    speed = clip.motion.dynamic_degree
    seen = f"the fastest parts move {speed:.3f} heights a second"
    if _FAST.search(wanted.text) and not _QUIET.search(wanted.text):
        return [Finding("Is there clear movement?", rise(speed, 0.004, 0.03), seen)]
    if _QUIET.search(wanted.text):
        return [Finding("Is the movement calm?", fall(speed, 0.12, 0.4), seen)]
    return [Finding("Does something move?", rise(speed, 0.001, 0.012), seen, 0.7)]


def _sound(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    sound = clip.sound
    heard = sound is not None and sound.loudness_lufs > -50
    level = f"loudness {sound.loudness_lufs:.0f} LUFS" if sound else "there is no sound track"
    if not wanted.sound:
        silent = 0.0 if heard else 1.0
        return [Finding("Is it silent, as asked?", silent, level, axis=ORDERED)]
    return [Finding("Is something heard?", 1.0 if heard else 0.0, level, 0.5, ORDERED)]


def _one_take(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    if wanted.cuts:
        return []
    cuts = clip.steadiness.cuts_seconds
    seen = f"cuts at {', '.join(f'{time:.1f} s' for time in cuts)}" if cuts else "no cut was found"
    return [Finding("Is it one continuous shot?", fall(len(cuts), 0, 2), seen, 0.5)]


def _length(wanted: Wanted, clip: ClipMeasures) -> list[Finding]:
    if wanted.duration_seconds is None:
        return []
    off = abs(clip.picture_seconds - wanted.duration_seconds)
    seen = f"it lasts {clip.picture_seconds:.2f} s"
    question = f"Does it last {wanted.duration_seconds:g} s?"
    return [Finding(question, fall(off, 0.1, 1.0), seen, 0.5, ORDERED)]
