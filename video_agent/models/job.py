"""One request and everything it led to, and the lines of live progress."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from video_agent.models.deliverable import Deliverable
from video_agent.models.generation import Generation, Shot, Video
from video_agent.models.quality import QualityReport
from video_agent.models.request import VideoRequest
from video_agent.models.vocabulary import JobStatus, Score, StopReason, Tier, Value

_LONGEST_HEADLINE = 160
DEFAULT_PRIORITY = 10
"""Of a job; 1 is the most urgent, 100 the least."""


class Attempt(Value):
    """One attempt of a job: a shot, its generation(s), at most one video, at most one report.

    Attempts that are made side by side have one `round_number`; None: a round of its own.
    """

    number: int
    round_number: int | None = None
    prompt: str
    tier: Tier = Tier.FINAL
    shot: Shot | None = None
    feedback: str | None = None
    generation: Generation | None = None
    video: Video | None = None
    report: QualityReport | None = None


class Job(Value):
    """One request and everything it led to.

    `charged` is False when the studio stood in: then prices are list prices only. `not_before` and
    `deadline_at` are when it may start and when it is parked. `batch_id` is the file it came from.
    `approved_at`: a person agreed to what it may cost.
    """

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
    deliverables: tuple[Deliverable, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    error: str | None = None
    priority: int = DEFAULT_PRIORITY
    not_before: datetime | None = None
    deadline_at: datetime | None = None
    batch_id: str | None = None
    approved_at: datetime | None = None
    cancel_requested_at: datetime | None = None
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
    """One line of live progress.

    `fraction` is 0 to 1 inside the current step, None where it makes no sense. `status`, `stage`
    and `generation` tell state changes of the job, its workflow and a paid generation; the new
    state is `data["state"]`.
    """

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
        "publish",
        "done",
        "warning",
        "status",
        "stage",
        "generation",
    ]
    message: str
    job_id: str | None = None
    attempt_number: int | None = None
    fraction: Score | None = None
    data: dict[str, str | int | float | bool | None] = Field(default_factory=dict)

    @property
    def headline(self) -> str:
        """The message's first line, at most 160 characters; an ellipsis where more was said."""
        first, _, rest = self.message.strip().partition("\n")
        if len(first) > _LONGEST_HEADLINE:
            return first[: _LONGEST_HEADLINE - 1] + "…"
        return f"{first} …" if rest else first


class JobEvent(Value):
    """A progress event as it is kept: append-only.

    `sequence` grows within a job in the order in which things became true; a reader that has seen
    all up to one asks for those after it.
    """

    sequence: int
    created_at: datetime
    event: ProgressEvent


class JobTerms(Value):
    """When and how urgently a job is to be done.

    Args:
        idempotency_key: The client's own id of the job: the same key again is the same job.
        priority: 1 (most urgent) to 100.
        delay_seconds: Start no earlier than so many seconds from now.
        deadline_seconds: Park it, so many seconds from now, if it has not ended.
        batch_id: The batch it belongs to.
    """

    idempotency_key: str | None = Field(default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{3,127}$")
    priority: int = Field(default=DEFAULT_PRIORITY, ge=1, le=100)
    delay_seconds: float = Field(default=0.0, ge=0, le=2_592_000)
    deadline_seconds: float | None = Field(default=None, gt=0, le=2_592_000)
    batch_id: str | None = None
