"""What a file is like, measured without a job."""

from decimal import Decimal
from pathlib import Path

from video_agent.models.generation import MediaFacts
from video_agent.models.quality import Defect, Dimension, JudgeAnswer, QualityReport, Signal
from video_agent.models.vocabulary import Score, Value


class Analysis(Value):
    """The verdict on a file that nobody ordered.

    `findings` are time-stamped faults, the worst first (times in seconds, severity 0 to 1).
    `dimensions` hold the judge's only when there was a prompt. `score` is None when a judge was
    asked and gave nothing usable; it never counts as passed. `uncertainty` is half the width of its
    interval after `repeats` judgements. `cost_usd` is what the judge took, None when that is not
    known; `charged` says whether that is real money.
    """

    path: Path
    facts: MediaFacts
    prompt: str | None = None
    score: Score | None
    uncertainty: float = 0.0
    repeats: int = 0
    passed: bool
    threshold: Score
    dimensions: tuple[Dimension, ...] = ()
    findings: tuple[Defect, ...] = ()
    signals: tuple[Signal, ...] = ()
    answers: tuple[JudgeAnswer, ...] = ()
    feedback: str = ""
    not_measured: tuple[str, ...] = ()
    judge_model: str | None = None
    cost_usd: Decimal | None = Decimal(0)
    charged: bool = False

    @classmethod
    def of(
        cls,
        report: QualityReport,
        path: Path,
        facts: MediaFacts,
        *,
        prompt: str | None,
        charged: bool,
    ) -> "Analysis":
        """A report as the verdict on a file."""
        return cls(
            path=path,
            facts=facts,
            prompt=prompt,
            score=report.score,
            uncertainty=report.uncertainty,
            repeats=report.repeats,
            passed=report.passed,
            threshold=report.threshold,
            dimensions=report.dimensions,
            findings=report.defects,
            signals=report.signals,
            answers=report.answers,
            feedback=report.feedback,
            not_measured=report.not_measured,
            judge_model=report.judge_model,
            cost_usd=report.cost_usd,
            charged=charged,
        )
