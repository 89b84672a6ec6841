"""An outside analyzer's evidence in the report: it informs, warns, and never costs the report."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from video_agent.errors import AnswerError, AuthError, BackendError, VideoAgentError
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import ClipInsights, Judgement, Label, ProgressEvent
from video_agent.quality import Assessment, Judge

SEEN = ClipInsights(
    service="a service",
    shots=((0.0, 1.2), (1.2, 2.0)),
    labels=(Label(name="balloon", confidence=0.9),),
    explicit=0.0,
    cost_usd=Decimal("0.20"),
    notes=("it ends one day",),
)
Order = Callable[..., Awaitable[Assessment]]
Saying = Callable[[Judgement | Exception], tuple[Judge, list[dict[str, object]]]]


@dataclass
class ScriptedAnalyzer:
    """An analyzer that finds what it is told and remembers what it was asked."""

    answer: ClipInsights | VideoAgentError
    asked: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    async def examine(self, clip: Path, *, duration_seconds: float) -> ClipInsights:
        self.asked.append((clip.name, duration_seconds))
        if isinstance(self.answer, VideoAgentError):
            raise self.answer
        return self.answer


async def test_insights_stand_in_the_report_and_inform(good_clip: Path, order: Order):
    analyzer = ScriptedAnalyzer(SEEN)
    plain = (await order(good_clip)).report
    events: list[ProgressEvent] = []
    assessment = await order(good_clip, analyzer=analyzer, progress=events)

    report = assessment.report
    assert analyzer.asked == [("good.mp4", pytest.approx(2.0))]
    assert report.insights == (SEEN,)
    signal = next(item for item in report.signals if item.name == "shot_changes")
    assert (signal.value, signal.passed, signal.score) == (1.0, None, None)
    assert (report.score, report.defects) == (plain.score, plain.defects)
    assert plain.insights == ()
    assert any("outside service" in event.message for event in events)


async def test_explicit_content_is_a_severe_defect_with_its_time(
    good_clip: Path, order: Order, judge_saying: Saying, praising: Callable[..., Judgement]
):
    judge, _ = judge_saying(praising())
    found = SEEN.model_copy(update={"explicit": 0.75, "explicit_at_seconds": 1.5})
    report = (await order(good_clip, judge, analyzer=ScriptedAnalyzer(found))).report

    defect = report.defects[0]
    assert (defect.kind, defect.origin, defect.start_seconds) == ("explicit_content", "signal", 1.5)
    assert defect.severity >= 0.9
    assert not report.passed
    assert report.score is not None
    assert report.score <= 0.6
    assert "explicit" in report.feedback
    assert "at 1.5 s" in report.feedback


async def test_possible_explicit_content_is_no_defect(good_clip: Path, order: Order):
    found = SEEN.model_copy(update={"explicit": 0.5, "explicit_at_seconds": 1.5})
    report = (await order(good_clip, analyzer=ScriptedAnalyzer(found))).report
    assert all(defect.kind != "explicit_content" for defect in report.defects)


@pytest.mark.parametrize(
    "error",
    [
        BackendError("it did not answer", retryable=True, cost_usd=Decimal("0.20")),
        AuthError("not allowed"),
    ],
)
async def test_a_failure_of_the_service_is_told_and_the_report_given(
    good_clip: Path, order: Order, error: BackendError
):
    assessment = await order(good_clip, analyzer=ScriptedAnalyzer(error))
    report = assessment.report
    assert report.score is not None
    assert report.insights == ()
    assert any(error.message in line for line in report.not_measured)
    assert report.cost_usd == error.cost_usd


async def test_costs_of_judge_and_analyzer_are_added_and_told_apart(
    good_clip: Path, order: Order, judge_saying: Saying, praising: Callable[..., Judgement]
):
    judge, _ = judge_saying(praising())
    assessment = await order(good_clip, judge, analyzer=ScriptedAnalyzer(SEEN))

    assert assessment.usage
    assert assessment.analyzer_usage
    assert assessment.analyzer_usage.cost_usd == Decimal("0.20")
    assert assessment.analyzer_usage.model == "a service"
    assert assessment.report.cost_usd == Decimal("0.2123")


async def test_a_clip_that_is_unusable_or_unjudged_is_not_examined(
    good_clip: Path, tmp_path: Path, order: Order, judge_saying: Saying
):
    analyzer = ScriptedAnalyzer(SEEN)
    short = write_pattern(tmp_path / "short.mp4", Pattern(duration_seconds=1.0))
    await order(short, analyzer=analyzer)
    judge, _ = judge_saying(AnswerError("cut off"))
    unjudged = await order(good_clip, judge, analyzer=analyzer)

    assert unjudged.report.score is None
    assert analyzer.asked == []
