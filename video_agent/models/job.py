"""One request and everything it led to, and the lines of live progress."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from video_agent.models.generation import Generation, Shot, Video
from video_agent.models.quality import QualityReport
from video_agent.models.request import VideoRequest
from video_agent.models.vocabulary import JobStatus, Score, StopReason, Tier, Value

_LONGEST_HEADLINE = 160


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
    """One request and everything it led to.

    `charged` is False when the studio stood in: then prices are list prices only.
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
    """One line of live progress.

    `fraction` is 0 to 1 inside the current step, None where it makes no sense.
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
