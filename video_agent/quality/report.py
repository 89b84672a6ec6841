"""The report: what a good reviewer would write, and the numbers it rests on."""

from dataclasses import dataclass
from decimal import Decimal

from video_agent.models import Defect, QualityReport, Signal
from video_agent.quality.gate import GateResult
from video_agent.quality.judge import JudgeOpinion
from video_agent.quality.metric import Measured
from video_agent.quality.score import Fusion, fuse
from video_agent.quality.verdict import Verdict

MAX_FEEDBACK_LINES = 8
NEEDS_A_JUDGE = (
    "prompt adherence",
    "identity and anatomy over time",
    "physical plausibility",
    "fit of sound and picture",
)
_SIGNALS_NEVER_SEE = ("burnt-in text", "lip sync")
_KEEP_FROM = 0.85
_MENTION_BELOW = 0.8
_GATE_ADVICE = {
    "undecodable": "generate it again",
    "wrong_length": "generate it again with the asked length",
    "wrong_size": "generate it again with the asked resolution and aspect ratio",
    "wrong_fps": "generate it again",
    "black": "describe what is seen from the first moment on, and the light",
    "frozen": "say what moves during the whole clip, and how the camera moves",
    "silent": "describe the sound: ambience, effects, voices",
}


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything an assessment found, before it is put into words."""

    gates: tuple[GateResult, ...]
    measured: tuple[Measured, ...] = ()
    opinion: JudgeOpinion | None = None
    blind_spots: tuple[str, ...] = ()

    @property
    def gate_failed(self) -> bool:
        """Whether any gate failed."""
        return any(not gate.passed for gate in self.gates)

    @property
    def verdict(self) -> Verdict | None:
        """The judge's valid verdict, if there is one."""
        return self.opinion.verdict if self.opinion else None

    @property
    def unjudged(self) -> bool:
        """A judge was asked and gave nothing usable."""
        return self.opinion is not None and self.opinion.verdict is None

    @property
    def defects(self) -> tuple[Defect, ...]:
        """All defects, the worst first."""
        found = [gate.defect for gate in self.gates if gate.defect is not None]
        found += [defect for item in self.measured for defect in item.defects]
        if self.verdict:
            found += self.verdict.defects
        return tuple(sorted(found, key=lambda defect: -defect.severity))

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Gates and signals as the report lists them."""
        return tuple([gate.signal for gate in self.gates] + [item.signal for item in self.measured])


def compose(findings: Findings, *, video_id: str, threshold: float) -> QualityReport:
    """The report. An unjudged clip has no score and has not passed."""
    fusion = fuse(
        findings.measured, findings.verdict, findings.defects, gate_failed=findings.gate_failed
    )
    score = None if findings.unjudged else fusion.score
    passed = score is not None and not findings.gate_failed and score >= threshold
    opinion = findings.opinion
    return QualityReport(
        video_id=video_id,
        score=score,
        passed=passed,
        threshold=threshold,
        dimensions=fusion.dimensions,
        defects=findings.defects,
        signals=findings.signals,
        answers=findings.verdict.answers if findings.verdict else (),
        feedback=feedback(findings, fusion, threshold),
        not_measured=not_measured(findings),
        judge_model=opinion.usage.model if opinion else None,
        cost_usd=opinion.usage.cost_usd if opinion else Decimal(0),
    )


def not_measured(findings: Findings) -> tuple[str, ...]:
    """What nobody looked at, so that a good score is not mistaken for more than it is."""
    if findings.verdict is None:
        return (*NEEDS_A_JUDGE, *_SIGNALS_NEVER_SEE)
    return findings.blind_spots


def feedback(findings: Findings, fusion: Fusion, threshold: float) -> str:
    """A reviewer's note in plain words: the verdict, what to keep, what to fix and how.

    One point a line, the worst first.
    """
    lines = [_verdict_line(findings, fusion, threshold)]
    if fusion.caps and not findings.unjudged:
        lines.append("The score is " + " and ".join(fusion.caps) + ".")
    if findings.verdict and findings.verdict.summary:
        lines.append(f"The judge: {findings.verdict.summary}")
    keep = _keep(findings)
    if keep:
        lines.append("Keep: " + "; ".join(keep) + ".")
    points = [*_missing(findings), *_problems(findings)]
    lines += [f"- {point}" for point in points[:MAX_FEEDBACK_LINES]]
    return "\n".join(lines)


def _verdict_line(findings: Findings, fusion: Fusion, threshold: float) -> str:
    if findings.gate_failed:
        return "The clip is unusable as delivered."
    if findings.unjudged:
        problem = findings.opinion.problem if findings.opinion else ""
        return f"The clip could not be judged ({problem}); measured quality {fusion.technical:.2f}."
    if fusion.score >= threshold:
        return f"The clip passes: {fusion.score:.2f} of at least {threshold:.2f}."
    return f"The clip falls short: {fusion.score:.2f}, asked for {threshold:.2f}."


def _keep(findings: Findings) -> list[str]:
    if findings.verdict is None:
        return []
    good = [item for item in findings.verdict.dimensions if item.score >= _KEEP_FROM]
    return [item.name.replace("_", " ") for item in good]


def _missing(findings: Findings) -> list[str]:
    if findings.verdict is None:
        return []
    return [
        f"missing{_at(answer.time_seconds)}: {answer.question}"
        + (f" ({answer.evidence})" if answer.evidence else "")
        + ": say it first and plainly"
        for answer in findings.verdict.answers
        if not answer.satisfied
    ]


def _problems(findings: Findings) -> list[str]:
    """Gates, the judge's defects and weak signals as sentences, the worst first, each kind once."""
    points: list[tuple[float, str]] = []
    for gate in findings.gates:
        if gate.defect:
            advice = _GATE_ADVICE.get(gate.name, "generate it again")
            points.append((2.0, f"{gate.description}{_during(gate.defect)}: {advice}"))
    if findings.verdict:
        points += [
            (defect.severity, f"{defect.description}{_during(defect)}")
            for defect in findings.verdict.defects
        ]
    points += [
        (1.0 - item.score, _signal_point(item))
        for item in findings.measured
        if item.score < _MENTION_BELOW
    ]
    points.sort(key=lambda point: -point[0])
    return [text for _, text in points]


def _signal_point(item: Measured) -> str:
    strength = "" if item.score < 0.5 else "minor: "
    place = _during(item.defects[0]) if item.defects else ""
    return f"{strength}{item.metric.complaint}{place}: {item.metric.advice}"


def _at(seconds: float | None) -> str:
    return "" if seconds is None else f" at {seconds:.1f} s"


def _during(defect: Defect) -> str:
    start, end = defect.start_seconds, defect.end_seconds
    if start is None:
        return ""
    if end is None or end - start < 0.05:
        return f" at {start:.1f} s"
    return f" ({start:.1f}-{end:.1f} s)"
