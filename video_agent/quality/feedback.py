"""A reviewer's note in plain words: the verdict, what to keep, what to fix and how.

It is read by people and by the enhancer, so every point says what to change in the prompt, nothing
is said twice, and no number is given that only an instrument understands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from video_agent.models import Defect, JudgeAnswer
from video_agent.quality.agreement import means
from video_agent.quality.findings import Findings
from video_agent.quality.gate import GateResult
from video_agent.quality.insights import EXPLICIT_ADVICE
from video_agent.quality.metric import PASS_SCORE, Measured
from video_agent.quality.score import Fusion

MAX_POINTS = 6
_KEEP_FROM = 0.85
_MINOR_BELOW = 0.3
_INSTANT_SECONDS = 0.05
_TECHNICAL = frozenset(
    {"technical_picture", "technical_stability", "technical_motion", "technical_sound"}
)


@dataclass(frozen=True, slots=True)
class _GateAdvice:
    """What to do after a failed gate, and the dimensions whose faults it explains."""

    text: str
    explains: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Point:
    """One fault in words; minor when the clip is acceptable with it."""

    severity: float
    minor: bool
    text: str


_GATE_ADVICE = {
    "undecodable": _GateAdvice("generate it again", _TECHNICAL),
    "wrong_length": _GateAdvice("generate it again with the asked length"),
    "wrong_size": _GateAdvice("generate it again with the asked resolution and aspect ratio"),
    "wrong_fps": _GateAdvice("generate it again"),
    "black": _GateAdvice(
        "describe what is seen from the first moment on, and the light",
        _TECHNICAL - {"technical_sound"},
    ),
    "frozen": _GateAdvice(
        "say what moves during the whole clip, and how the camera moves",
        frozenset({"technical_motion"}),
    ),
    "silent": _GateAdvice(
        "describe the sound: ambience, effects, voices", frozenset({"technical_sound"})
    ),
}
_SAY_IT = "Say it early and plainly."
_OTHER_GATE = _GateAdvice("generate it again")


def feedback(findings: Findings, fusion: Fusion, threshold: float) -> str:
    """The note, one point a line: the verdict first, then the points, the worst first."""
    lines = [_verdict_line(findings, fusion, threshold)]
    if fusion.caps and not findings.unjudged:
        lines.append("The score is " + " and ".join(fusion.caps) + ".")
    if findings.verdict and findings.verdict.summary:
        lines.append(f"The judge: {findings.verdict.summary}")
    keep = _keep(findings)
    if keep:
        lines.append("Keep: " + "; ".join(keep) + ".")
    points = [
        *_broken_gates(findings),
        *_explicit(findings),
        *_not_as_asked(findings),
        *_faults(findings),
    ]
    lines += [f"- {point}" for point in points[:MAX_POINTS]]
    return "\n".join(lines)


def _verdict_line(findings: Findings, fusion: Fusion, threshold: float) -> str:
    if findings.gate_failed:
        return "The clip is unusable as delivered."
    if findings.unjudged:
        problem = findings.opinion.problem if findings.opinion else ""
        return f"The clip could not be judged ({problem}); measured quality {fusion.technical:.2f}."
    close = _how_sure(findings)
    if fusion.score >= threshold:
        return f"The clip passes: {fusion.score:.2f} of at least {threshold:.2f}{close}."
    return f"The clip falls short: {fusion.score:.2f}, asked for {threshold:.2f}{close}."


def _how_sure(findings: Findings) -> str:
    """How often it was judged, where once was not enough."""
    scores = findings.scores
    if len(scores) <= 1:
        return ""
    return f" (close, so judged {len(scores)} times: {min(scores):.2f} to {max(scores):.2f})"


def _keep(findings: Findings) -> list[str]:
    if findings.verdict is None:
        return []
    good = [item for item in findings.verdict.dimensions if item.score >= _KEEP_FROM]
    return [item.name.replace("_", " ") for item in good]


def _broken_gates(findings: Findings) -> list[str]:
    return [
        _point(gate.description, _advice(gate).text, [gate.defect] if gate.defect else ())
        for gate in _failed(findings)
    ]


def _failed(findings: Findings) -> Iterable[GateResult]:
    return (gate for gate in findings.gates if not gate.passed)


def _advice(gate: GateResult) -> _GateAdvice:
    return _GATE_ADVICE.get(gate.name, _OTHER_GATE)


def _not_as_asked(findings: Findings) -> list[str]:
    return [
        f"Not as asked{_at(answer.time_seconds)}: "
        + " ".join(filter(None, (answer.question, _sentence(answer.evidence), _SAY_IT)))
        for answer in _unmet(findings)
    ]


def _unmet(findings: Findings) -> list[JudgeAnswer]:
    answers = findings.verdict.answers if findings.verdict else ()
    return [answer for answer in answers if not answer.satisfied]


def _explicit(findings: Findings) -> list[str]:
    return [
        _point(defect.description, EXPLICIT_ADVICE, (defect,))
        for defect in findings.evidence.defects
    ]


def _faults(findings: Findings) -> list[str]:
    """Weak signals and what the judge alone saw, each fault once, minor ones last."""
    explained = {dimension for gate in _failed(findings) for dimension in _advice(gate).explains}
    agreement = findings.agreement
    points: list[_Point] = []
    told: list[Measured] = []
    for item, seen in agreement.confirmed:
        if item.metric.dimension in explained or _is_told(item, told):
            continue
        told.append(item)
        points.append(_signal_point(item, seen))
    questions = [answer.question.casefold() for answer in _unmet(findings)]
    points += [
        _judge_point(defect)
        for defect in agreement.alone
        if not any(question in defect.description.casefold() for question in questions)
    ]
    points.sort(key=lambda point: (point.minor, -point.severity))
    return [f"Minor: {point.text}" if point.minor else point.text for point in points]


def _is_told(item: Measured, told: Iterable[Measured]) -> bool:
    """Whether a worse signal has said the same (stutter and jumps are one thing to a viewer)."""
    return any(means(other.metric, item.metric.name) for other in told)


def _signal_point(item: Measured, seen: tuple[Defect, ...]) -> _Point:
    return _Point(
        severity=max([1.0 - item.score, *(defect.severity for defect in seen)]),
        minor=item.score >= PASS_SCORE and not seen,
        text=_point(item.metric.complaint, item.metric.advice, item.defects or seen),
    )


def _judge_point(defect: Defect) -> _Point:
    return _Point(
        severity=defect.severity,
        minor=defect.severity < _MINOR_BELOW,
        text=_point(defect.description, "", (defect,)),
    )


def _point(complaint: str, advice: str, places: Sequence[Defect]) -> str:
    what = _sentence(complaint.rstrip(". ") + _during(places))
    return f"{what} {_sentence(advice)}".rstrip()


def _sentence(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    ended = text if text[-1] in ".!?…" else f"{text}."
    return ended[0].upper() + ended[1:]


def _at(seconds: float | None) -> str:
    return "" if seconds is None else f" at {seconds:.1f} s"


def _during(places: Sequence[Defect]) -> str:
    """All times, in order: ` at 1.0 s`, ` (0.5-1.0 s)`, ` (0.5-1.0, 2.0 s)`."""
    times = sorted(
        {
            (place.start_seconds, place.end_seconds or place.start_seconds)
            for place in places
            if place.start_seconds is not None
        }
    )
    spans = [
        f"{start:.1f}" if end - start < _INSTANT_SECONDS else f"{start:.1f}-{end:.1f}"
        for start, end in times
    ]
    if len(spans) == 1 and "-" not in spans[0]:
        return f" at {spans[0]} s"
    return f" ({', '.join(spans)} s)" if spans else ""
