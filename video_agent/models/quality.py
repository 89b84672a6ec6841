"""The verdict on a clip and what it rests on."""

from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field

from video_agent.models.vocabulary import Score, Value


class Signal(Value):
    """One measured number.

    `direction` says which way is better; `passed` is None when the signal only informs. `label` is
    the value in words where a number says little ("pan left").
    """

    name: str
    value: float
    unit: str = ""
    direction: Literal["higher", "lower", "range"] = "higher"
    score: Score | None = None
    passed: bool | None = None
    source: str = ""
    label: str = ""


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


JudgedAxis = Literal["prompt_alignment", "visual_quality", "condition_fidelity"]
"""What a question checks: the words, the picture, or the given images, clip and settings."""


class JudgeAnswer(Value):
    """One small checkable question about the clip, answered with evidence."""

    model_config = ConfigDict(
        json_schema_extra={"required": ["question", "axis", "satisfied", "evidence"]}
    )

    question: str
    axis: JudgedAxis = "prompt_alignment"
    satisfied: bool
    evidence: str
    time_seconds: float | None = None


class JudgedDimension(Value):
    """One dimension as the judge scored it, in both roles.

    `score` is the fair viewer's, `critic` the harshest critic's; a judge has to play both.
    """

    model_config = ConfigDict(
        json_schema_extra={"required": ["name", "score", "critic", "evidence"]}
    )

    name: str
    score: Score
    critic: Score | None = None
    evidence: str


class Judgement(Value):
    """What a judge must answer: the schema of its structured output.

    `seen_text` is what can be read or is said in the clip; `control` are the answers to the control
    questions, in their order.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "required": ["seen_text", "control", "answers", "dimensions", "defects", "summary"]
        }
    )

    seen_text: list[str] = Field(default_factory=list, max_length=20)
    control: list[bool] = Field(default_factory=list, max_length=20)
    answers: list[JudgeAnswer] = Field(min_length=1, max_length=40)
    dimensions: list[JudgedDimension] = Field(min_length=1, max_length=20)
    defects: list[Defect] = Field(default_factory=list, max_length=40)
    summary: str


class PairChoice(Value):
    """Which of two clips is better on one criterion, and what was seen."""

    criterion: str
    better: Literal["first", "second", "equal"]
    evidence: str


class PairJudgement(Value):
    """What a judge of two clips must answer: the schema of its structured output."""

    model_config = ConfigDict(
        json_schema_extra={"required": ["seen_text", "control", "choices", "better", "reason"]}
    )

    seen_text: list[str] = Field(default_factory=list, max_length=20)
    control: list[bool] = Field(default_factory=list, max_length=20)
    choices: list[PairChoice] = Field(min_length=1, max_length=20)
    better: Literal["first", "second", "equal"]
    reason: str


class PairResult(Value):
    """What a clip was to another clip of the same request, when a judge saw both in both orders.

    `other` and `winner` are video ids; `winner` None is a tie. `judged` is False where the tie
    rests on no usable answer, which `problem` explains. `reasons` tell what was seen.
    """

    other: str
    winner: str | None
    judged: bool = True
    reasons: tuple[str, ...] = ()
    problem: str = ""


class QualityReport(Value):
    """The verdict on one video.

    `score` is None when the clip could not be judged ("unjudged"), which never counts as passed.
    `spread` is half the difference between the judge's extreme repeats, 0 for a single judgement.
    `repeats` is how often a judge gave a usable verdict, `uncertainty` half the width of the
    interval around the score. It has passed when the interval's lower end reaches the threshold,
    or the score does and no more repeats are allowed. `compared` is what it was to others of its
    job, where their policy compares clips in pairs; each pair stands at one of the two.
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
    uncertainty: Score = 0.0
    repeats: int = 0
    not_measured: tuple[str, ...] = ()
    insights: tuple[ClipInsights, ...] = ()
    compared: tuple[PairResult, ...] = ()
    judge_model: str | None = None
    cost_usd: Decimal | None = Decimal(0)

    @property
    def lower(self) -> float | None:
        """The lower end of the score's interval, 0 to 1; None when unjudged."""
        return None if self.score is None else max(0.0, round(self.score - self.uncertainty, 4))

    @property
    def upper(self) -> float | None:
        """The upper end of the score's interval, 0 to 1; None when unjudged."""
        return None if self.score is None else min(1.0, round(self.score + self.uncertainty, 4))
