"""The values that travel between the parts: frozen, validated, without behaviour of their own.

Money is `Decimal` dollars, unknown is None and never 0. Times are timezone-aware UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from video_agent.errors import InvalidRequestError

MAX_PROMPT_CHARACTERS = 8_000

Style = Literal["cinematic", "animated", "documentary"]
Privacy = Literal["private", "unlisted", "public"]
Score = Annotated[float, Field(ge=0.0, le=1.0)]


class Value(BaseModel):
    """A frozen value; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tier(StrEnum):
    """How dear a generation is: `draft` for searching, `final` for what is delivered."""

    DRAFT = "draft"
    FINAL = "final"


class JobStatus(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"  # a video was delivered and it passed
    STOPPED = "stopped"  # a limit ended it; the best video so far, if any, was delivered
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"  # a paid call's outcome is unknown: a person decides


class StopReason(StrEnum):
    """Why a job ended."""

    PASSED = "passed"
    BUDGET = "budget"
    ATTEMPTS = "attempts"
    PATIENCE = "patience"  # the last attempts did not improve on the best
    BLOCKED = "blocked"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PLANNER = "planner"  # the planner gave up although it could have gone on
    ERROR = "error"


class GenerationState(StrEnum):
    """The ledger's states of one paid generation (design: section 5)."""

    INTENDED = "intended"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    BLOCKED = "blocked"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    OUTCOME_UNKNOWN = "outcome_unknown"
    NOT_STARTED = "not_started"
    UNRESOLVED = "unresolved"


class VideoRequest(Value):
    """What the person asked for.

    `negative` lists things that must not appear. `audio=False` asks for a silent clip. `references` holds image files; the
    first one becomes the first frame. `publish` is the widest privacy an upload may have; None means no upload.
    """

    prompt: str = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)
    style: Style | None = None
    duration_seconds: float = Field(default=6.0, gt=0, le=600, allow_inf_nan=False)
    resolution: str = "720p"
    aspect_ratio: str = "16:9"
    audio: bool = True
    negative: str | None = Field(default=None, max_length=2_000)
    references: tuple[Path, ...] = ()
    seed: int | None = Field(default=None, ge=0, le=2**32 - 1)
    model: str | None = None
    user_id: str = Field(default="local", min_length=1, max_length=128)
    quality_threshold: float = Field(default=0.8, ge=0.0, le=1.0, allow_inf_nan=False)
    max_attempts: int = Field(default=3, ge=1, le=50)
    budget_usd: Decimal = Field(default=Decimal("2.00"), gt=0, le=100_000, max_digits=15)
    publish: Privacy | None = None

    @field_validator("prompt")
    @classmethod
    def _prompt_says_something(cls, prompt: str) -> str:
        if not prompt.strip():
            message = "the prompt is empty"
            raise ValueError(message)
        return prompt.strip()


def parse_request(fields: Mapping[str, object]) -> VideoRequest:
    """Build a request from loose fields.

    Raises:
        InvalidRequestError: One line naming every field that is wrong and what is allowed.
    """
    try:
        return VideoRequest.model_validate(dict(fields))
    except ValidationError as error:
        problems = "; ".join(_problem(dict(item)) for item in error.errors(include_url=False))
        raise InvalidRequestError(
            problems, hint="nothing was paid; change it and try again"
        ) from None


_LIMITS = {
    "prompt": f"1 to {MAX_PROMPT_CHARACTERS:,} characters",
    "style": "cinematic, animated or documentary",
    "duration_seconds": "more than 0 seconds",
    "quality_threshold": "0 to 1",
    "max_attempts": "1 to 50",
    "budget_usd": "more than 0 dollars",
    "seed": "0 to 4294967295",
    "publish": "private, unlisted or public",
}


def _problem(item: Mapping[str, object]) -> str:
    location = item.get("loc")
    name = str(location[0]) if isinstance(location, tuple) and location else "request"
    given = item.get("input")
    if name == "prompt":
        text = given if isinstance(given, str) else ""
        return f"the prompt has {len(text.strip()):,} characters; allowed: {_LIMITS[name]}"
    if item.get("type") == "extra_forbidden":
        return f"there is no field {name}; allowed: {', '.join(VideoRequest.model_fields)}"
    if name in _LIMITS:
        return f"{name} is {given!r}; allowed: {_LIMITS[name]}"
    return f"{name}: {item.get('msg')}"


class Shot(Value):
    """The structured prompt: what is seen and heard in one continuous take. Empty text means "not said"."""

    subject: str = Field(min_length=1, max_length=2_000)
    action: str = ""
    setting: str = ""
    style: str = ""
    camera: str = ""
    composition: str = ""
    lens: str = ""
    lighting: str = ""
    ambiance: str = ""
    audio: str = ""
    negative: str = ""


class GenerationSettings(Value):
    """What one generation is asked to deliver (the request with the planner's changes)."""

    duration_seconds: float
    resolution: str
    aspect_ratio: str
    audio: bool = True
    tier: Tier = Tier.FINAL
    seed: int | None = None
    first_frame_sha256: str | None = None


class GenerationOrder(Value):
    """Everything a generator needs for one paid submit. `generation_id` travels as a label where the provider keeps one."""

    generation_id: str
    job_id: str
    model: str
    prompt: str
    settings: GenerationSettings
    first_frame: Path | None = None


class MediaSource(Value):
    """Where a finished generation's bytes are: a provider link or the bytes themselves (base64)."""

    uri: str | None = None
    base64_data: str | None = Field(default=None, repr=False)
    mime_type: str = "video/mp4"


class TokenUsage(Value):
    """What one language-model call used and, by the catalog, cost. `cost_usd` is None when the price is unknown."""

    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = None


class GenerationUpdate(Value):
    """What one poll of a generation found.

    `status` is `running`, `succeeded` (then `sources` is not empty), `blocked` or `failed` (then `reason` says why).
    `progress` is 0 to 1 where the provider tells. `cost_usd` comes from reported usage; None when it was not reported.
    """

    status: Literal["running", "succeeded", "blocked", "failed"]
    progress: Score | None = None
    sources: tuple[MediaSource, ...] = ()
    reason: str = ""
    cost_usd: Decimal | None = None
    usage: dict[str, int] = Field(default_factory=dict)


class Generation(Value):
    """One ledger row as the rest of the program sees it."""

    id: str
    job_id: str
    attempt_number: int
    state: GenerationState
    model: str
    prompt: str
    settings: GenerationSettings
    estimate_usd: Decimal
    cost_usd: Decimal | None = None
    provider_id: str | None = None
    progress: float | None = None
    error: str | None = None
    intended_at: datetime
    submitted_at: datetime | None = None
    finished_at: datetime | None = None


class MediaFacts(Value):
    """What a file is, as measured by opening it. Sizes in pixels and bytes."""

    duration_seconds: float
    width: int
    height: int
    fps: float
    frame_count: int
    video_codec: str
    pixel_format: str = ""
    audio_codec: str | None = None
    audio_duration_seconds: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    size_bytes: int = 0


class Video(Value):
    """A stored file with its facts."""

    id: str
    job_id: str
    attempt_number: int
    generation_id: str
    path: Path
    sha256: str
    facts: MediaFacts
    thumbnail_path: Path | None = None


class Signal(Value):
    """One measured number. `direction` says which way is better; `passed` is None when the signal only informs."""

    name: str
    value: float
    unit: str = ""
    direction: Literal["higher", "lower", "range"] = "higher"
    score: Score | None = None
    passed: bool | None = None
    source: str = ""


class Defect(Value):
    """Something wrong in the clip, with where it is. `severity` 0 (barely visible) to 1 (ruins the clip)."""

    kind: str
    description: str
    start_seconds: float | None = None
    end_seconds: float | None = None
    severity: Score = 0.5
    origin: Literal["gate", "signal", "judge"] = "judge"


class Dimension(Value):
    """One named part of the score. `weight` is its share in the fusion; `evidence` says what it rests on."""

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

    `score` is None when the clip could not be judged ("unjudged"), which never counts as passed. `spread` is half the
    difference between the judge's extreme repeats, 0 for a single judgement.
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
    judge_model: str | None = None
    cost_usd: Decimal | None = Decimal(0)


class Attempt(Value):
    """One attempt of a job: a shot, its generation(s), at most one video, at most one report."""

    number: int
    prompt: str
    tier: Tier = Tier.FINAL
    shot: Shot | None = None
    feedback: str | None = None
    generation: Generation | None = None
    video: Video | None = None
    report: QualityReport | None = None


class Job(Value):
    """One request and everything it led to. `charged` is False when the studio stood in: then prices are list prices only."""

    id: str
    session_id: str
    user_id: str
    app_name: str
    request: VideoRequest
    status: JobStatus
    stopped_because: StopReason | None = None
    backend: str
    charged: bool
    cost_usd: Decimal
    unknown_cost: bool = False
    best_attempt: int | None = None
    best_score: float | None = None
    path: Path | None = None
    attempts: tuple[Attempt, ...] = ()
    error: str | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def best(self) -> Attempt | None:
        """The attempt that is delivered, if any."""
        return next((item for item in self.attempts if item.number == self.best_attempt), None)

    @property
    def passed(self) -> bool:
        """Whether the delivered video's report passed."""
        best = self.best
        return bool(best and best.report and best.report.passed)


class ProgressEvent(Value):
    """One line of live progress. `fraction` is 0 to 1 inside the current step, None where it makes no sense."""

    kind: Literal[
        "backend",
        "plan",
        "enhance",
        "generate",
        "poll",
        "signals",
        "judge",
        "score",
        "decision",
        "cost",
        "done",
        "warning",
    ]
    message: str
    job_id: str | None = None
    attempt_number: int | None = None
    fraction: Score | None = None
    data: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


def utc_now() -> datetime:
    """Now, timezone-aware."""
    return datetime.now(UTC)
