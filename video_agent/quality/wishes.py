"""What a prompt asks for that signals would otherwise take for a fault, or can check.

Plain words, no model: lettering that is wanted, bars that are wanted, several shots, one camera
move. When in doubt nothing is read into a prompt, and the signals stay strict.
"""

import re

from video_agent.quality.expected import ExpectedClip

_TEXT = re.compile(
    r"\b(?:titles?|captions?|subtitles?|text|lettering|logo|signs?|neon sign|poster|billboard|"
    r"(?:that |which )?(?:reads?|says?)|words? [\"'\u201c]|written|typograph\w*|credits)\b",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(
    r"\b(?:no|without|never any|free of)(?: any| on-?screen| burnt-in)*[ ]"
    r"(?:text|titles?|captions?|subtitles?|lettering|logos?|words?)[^.;]*",
    re.IGNORECASE,
)
_BARS = re.compile(r"\b(?:letterbox\w*|pillarbox\w*|black bars|2\.(?:35|39|4):1)", re.IGNORECASE)
_NO_BARS = re.compile(r"\b(?:no|without) (?:letterbox\w*|pillarbox\w*|black bars)", re.IGNORECASE)
_SHOTS = re.compile(
    r"\b(two|three|four|five|six|[2-6]) (?:different |separate )?(?:shots|scenes)\b", re.IGNORECASE
)
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_PAN = r"(?:pan|track)(?:s|ning|ing)?(?: shot| camera)?(?: \w+ly)?(?: towards?| to)?(?: the)? "
_CAMERAS: tuple[tuple[str, str], ...] = (
    (_PAN + "left", "pan left"),
    (_PAN + "right", "pan right"),
    (r"tilt(?:s|ing)?[^.,;]{0,16}\bup|crane(?:s|ing)? up|camera rises", "tilt up"),
    (r"tilt(?:s|ing)?[^.,;]{0,16}\bdown|crane(?:s|ing)? down|camera sinks", "tilt down"),
    (r"zoom(?:s|ing)? in|push(?:es|ing)?[ -]in|dolly(?:ing)?[ -]in|dollies in", "zoom in"),
    (r"zoom(?:s|ing)? out|pull(?:s|ing)?[ -](?:out|back)|doll(?:y|ying|ies)[ -]out", "zoom out"),
    (r"static (?:camera|shot)|locked[ -](?:off|down)|(?:on a|fixed) tripod|camera stands still",
     "static"),
    (r"hand-?held", "handheld"),
    (r"camera pans?\b|panning (?:shot|camera)|(?:slow|smooth|gentle) pan\b", "pan"),
)  # fmt: skip


def as_asked(expected: ExpectedClip, prompt: str) -> ExpectedClip:
    """The order with what the original prompt says about text, bars, shots and the camera.

    Args:
        expected: What was ordered in numbers; its own wishes are kept.
        prompt: The person's words, not an enhanced version.
    """
    return expected.model_copy(
        update={
            "text": expected.text or wants_text(prompt),
            "bars": expected.bars or _wants_bars(prompt),
            "shots": max(expected.shots, planned_shots(prompt)),
            "camera": expected.camera or camera_move(prompt),
        }
    )


def wants_text(prompt: str) -> bool:
    """Whether lettering may be seen: titles, signs, captions; "no text" does not ask for it."""
    return _TEXT.search(_NO_TEXT.sub(" ", prompt)) is not None


def _wants_bars(prompt: str) -> bool:
    return _BARS.search(_NO_BARS.sub(" ", prompt)) is not None


def planned_shots(prompt: str) -> int:
    """How many shots the prompt names; 1 when it names none."""
    found = _SHOTS.search(prompt)
    if found is None:
        return 1
    word = found.group(1).lower()
    return _NUMBERS.get(word) or int(word)


def camera_move(prompt: str) -> str:
    """The one move the prompt names (`pan left`, `zoom in`, `static`); empty for none or several.

    A move without a direction (`pan`) leaves it open.
    """
    found = [
        name for words, name in _CAMERAS if re.search(rf"\b(?:{words})", prompt, re.IGNORECASE)
    ]
    exact = [name for name in found if name != "pan"] or found
    return exact[0] if len(exact) == 1 else ""
