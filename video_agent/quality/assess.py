"""From a file to a verdict: gates, signals, judge, score, report."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from video_agent.errors import MediaError
from video_agent.media.measures import ClipMeasures, Profile
from video_agent.media.onepass import measure_clip
from video_agent.models import (
    GenerationSettings,
    ProgressEvent,
    QualityReport,
    TokenUsage,
    VideoRequest,
)
from video_agent.ports import ClipAnalyzer, ProgressSink
from video_agent.quality.expected import ExpectedClip
from video_agent.quality.findings import Findings
from video_agent.quality.gate import DEFAULT_GATES, Gate, Tolerance, check_gates, undecodable
from video_agent.quality.given import LIKENESS, given_pictures, sheet_of
from video_agent.quality.insights import gather_evidence
from video_agent.quality.judge import Judge, Viewing, borderline_hints, question
from video_agent.quality.metric import Measured, Metric
from video_agent.quality.repeats import Repeats, judge_until_clear
from video_agent.quality.report import compose
from video_agent.quality.signals import DEFAULT_SIGNALS
from video_agent.quality.wishes import as_asked


@dataclass(frozen=True, slots=True)
class Assessment:
    """A report, what the judge used (None when no judge was asked).

    And the measures it rests on (None when nothing decodes), what an outside analyzer cost (None
    when it was free or not asked), and what each further judgement near the threshold used.
    """

    report: QualityReport
    usage: TokenUsage | None
    measures: ClipMeasures | None = field(default=None, repr=False)
    analyzer_usage: TokenUsage | None = None
    repeat_usages: tuple[TokenUsage, ...] = ()


@dataclass(frozen=True, slots=True)
class Measuring:
    """How clips are measured.

    Which signals and gates, how far the length may be off, and the decode pass's profile.
    """

    signals: Sequence[Metric] = DEFAULT_SIGNALS
    gates: Sequence[Gate] = DEFAULT_GATES
    tolerance: Tolerance = field(default_factory=Tolerance)
    profile: Profile = "full"


async def assess(  # noqa: PLR0913  # one clip, one order, one judge: nothing here belongs together
    video_path: Path,
    *,
    video_id: str,
    request: VideoRequest,
    settings: GenerationSettings,
    expected: ExpectedClip,
    threshold: float,
    judge: Judge | None,
    analyzer: ClipAnalyzer | None = None,
    report_progress: ProgressSink | None = None,
    measuring: Measuring | None = None,
    repeats: Repeats | None = None,
) -> Assessment:
    """Judge one clip against the original request: gates, signals, then, if worth it, the judge.

    `expected` is the order in measurable terms, `threshold` (0 to 1) the score from which the clip
    passes. Without a judge the signals decide alone and the report says what was not measured. An
    analyzer is asked last, about a clip worth judging. `repeats` bounds the judge's repeats.

    Raises:
        MediaError: There is no such file.
        BackendError: The judge's service failed; nothing is known then, assess again later.
    """
    say = _Speaker(report_progress)
    expected = as_asked(expected, request.prompt)
    findings, clip = await asyncio.to_thread(_measure, video_path, expected, measuring)
    await say.signals(findings)
    if judge is not None and clip is not None and not findings.gate_failed:
        await say.judge(judge.model)
        order = _Order(request, settings, expected)
        watched = _Watched(video_path, clip, video_id)
        findings = await _judged(judge, watched, order, findings, threshold, repeats)
    if analyzer is not None and clip is not None and findings.worth_a_look:
        found = await gather_evidence(analyzer, video_path, clip.picture_seconds, report_progress)
        findings = replace(findings, evidence=found)
    report = compose(findings, video_id=video_id, threshold=threshold)
    await say.score(report)
    return _assessment(report, findings, clip)


def _assessment(report: QualityReport, findings: Findings, clip: ClipMeasures | None) -> Assessment:
    first = next(iter(findings.usages), None)
    return Assessment(report, first, clip, findings.evidence.usage, findings.usages[1:])


@dataclass(frozen=True, slots=True)
class _Order:
    request: VideoRequest
    settings: GenerationSettings
    expected: ExpectedClip


@dataclass(frozen=True, slots=True)
class _Watched:
    path: Path
    clip: ClipMeasures
    video_id: str


async def _judged(
    judge: Judge,
    watched: _Watched,
    order: _Order,
    findings: Findings,
    threshold: float,
    repeats: Repeats | None,
) -> Findings:
    """What the judge says, shown the clip and, beside the clip itself, the request's pictures."""
    clip, given = watched.clip, given_pictures(order.request)
    whole = judge.shown_of(clip.picture_seconds) == "clip"
    async with sheet_of(given if whole else ()) as sheet:
        hints = borderline_hints(findings.measured)
        shown = given if sheet is not None else ()
        text = question(order.request, order.settings, clip.facts, hints, shown)
        heard = order.expected.audio and clip.sound is not None
        viewing = Viewing(watched.path, clip, text, audio=heard, seed=watched.video_id, given=sheet)
        likeness = bool(given) and not (shown and judge.recognises)
        blind = (*judge.blind_spots, *((LIKENESS,) if likeness else ()))
        found = replace(findings, blind_spots=blind)
        return await judge_until_clear(judge, viewing, found, threshold, repeats or Repeats())


def _measure(
    video_path: Path, expected: ExpectedClip, measuring: Measuring | None
) -> tuple[Findings, ClipMeasures | None]:
    """Gates and signals; a clip that cannot be decoded has failed its first gate."""
    how = measuring or Measuring()
    if not video_path.is_file():
        raise MediaError(f"{video_path} is not a file")
    try:
        clip = measure_clip(video_path, profile=how.profile)
    except MediaError as error:
        return Findings((undecodable(error),)), None
    gates = check_gates(clip, expected, tolerance=how.tolerance, gates=how.gates)
    missing = (signal.missing(clip, expected) for signal in how.signals)
    unclear = tuple(what for what in missing if what is not None)
    return Findings(gates, measure_signals(clip, expected, how.signals), unclear=unclear), clip


def measure_signals(
    clip: ClipMeasures, expected: ExpectedClip, signals: Sequence[Metric] = DEFAULT_SIGNALS
) -> tuple[Measured, ...]:
    """Every signal that applies to the clip."""
    results = (signal.measure(clip, expected) for signal in signals)
    return tuple(result for result in results if result is not None)


@dataclass(frozen=True, slots=True)
class _Speaker:
    sink: ProgressSink | None

    async def signals(self, findings: Findings) -> None:
        failed = [gate.description for gate in findings.gates if not gate.passed]
        weak = [item.signal.name for item in findings.measured if item.signal.passed is False]
        if failed:
            message = "not worth judging: " + "; ".join(failed)
        else:
            message = f"{len(findings.measured)} signals measured; " + (
                f"weak: {', '.join(weak)}" if weak else "none is weak"
            )
        await self._send(
            ProgressEvent(kind="signals", message=message, data={"gate_passed": not failed})
        )

    async def judge(self, model: str) -> None:
        await self._send(
            ProgressEvent(kind="judge", message=f"{model} watches the clip", data={"model": model})
        )

    async def score(self, report: QualityReport) -> None:
        if report.score is None:
            message = "unjudged: " + report.feedback.splitlines()[0]
        else:
            verdict = "passed" if report.passed else "below the threshold"
            message = f"score {report.score:.2f} of {report.threshold:.2f}: {verdict}"
        data = {"score": report.score, "passed": report.passed, "threshold": report.threshold}
        await self._send(ProgressEvent(kind="score", message=message, data={**data}))

    async def _send(self, event: ProgressEvent) -> None:
        if self.sink is not None:
            await self.sink(event)
