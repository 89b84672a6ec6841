"""The verdict on a clip and what it rests on."""

from decimal import Decimal
from typing import Literal

from pydantic import Field

from video_agent.models.vocabulary import Score, Value


class Signal(Value):
    """One measured number.

    `direction` says which way is better; `passed` is None when the signal only informs.
    """

    name: str
    value: float
    unit: str = ""
    direction: Literal["higher", "lower", "range"] = "higher"
    score: Score | None = None
    passed: bool | None = None
    source: str = ""


class Label(Value):
    """Something that a service recognised, with its confidence."""

    name: str
    confidence: Score


class ClipInsights(Value):
    """What an outside service recognised in a clip. Times in seconds.

    `shots` are (start, end); `explicit` is the highest likelihood of explicit content, 0 (very
    unlikely) to 1 (very likely), None when it was not asked for. `notes` say what to know about the
    service, e.g. the day it ends.
    """

    service: str
    shots: tuple[tuple[float, float], ...] = ()
    labels: tuple[Label, ...] = ()
    explicit: Score | None = None
    explicit_at_seconds: float | None = None
    texts: tuple[str, ...] = ()
    transcript: str = ""
    cost_usd: Decimal | None = None
    notes: tuple[str, ...] = ()


class Defect(Value):
    """Something wrong in the clip, with where it is.

    `severity` 0 (barely visible) to 1 (ruins the clip).
    """

    kind: str
    description: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    severity: Score = 0.5
    origin: Literal["gate", "signal", "judge"] = "judge"


class Dimension(Value):
    """One named part of the score.

    `weight` is its share in the fusion; `evidence` says what it rests on.
    """

    name: str
    score: Score
    weight: float = Field(default=1.0, ge=0)
    origin: Literal["signals", "judge"]
    evidence: str = ""


class JudgeAnswer(Value):
    """One small checkable question about the clip, answered with evidence."""

    question: str
    satisfied: bool
    evidence: str
    time_seconds: float | None = None


class JudgedDimension(Value):
    """One dimension as the judge scored it."""

    name: str
    score: Score
    evidence: str


class Judgement(Value):
    """What a judge must answer: the schema of its structured output."""

    answers: list[JudgeAnswer] = Field(min_length=1, max_length=40)
    dimensions: list[JudgedDimension] = Field(min_length=1, max_length=20)
    defects: list[Defect] = Field(default_factory=list, max_length=40)
    summary: str


class QualityReport(Value):
    """The verdict on one video.

    `score` is None when the clip could not be judged ("unjudged"), which never counts as passed.
    `spread` is half the difference between the judge's extreme repeats, 0 for a single judgement.
    """

    video_id: str
    score: Score | None
    passed: bool
    threshold: Score
    dimensions: tuple[Dimension, ...] = ()
    defects: tuple[Defect, ...] = ()
    signals: tuple[Signal, ...] = ()
    answers: tuple[JudgeAnswer, ...] = ()
    feedback: str = ""
    spread: float = 0.0
    not_measured: tuple[str, ...] = ()
    insights: tuple[ClipInsights, ...] = ()
    judge_model: str | None = None
    cost_usd: Decimal | None = Decimal(0)
