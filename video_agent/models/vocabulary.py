"""The words everything else is made of: the value base, enumerations and the clock."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Style = Literal["cinematic", "animated", "documentary"]
Privacy = Literal["private", "unlisted", "public"]
Task = Literal[
    "text_to_video",
    "image_to_video",
    "first_and_last_frame",
    "reference_to_video",
    "edit",
    "extend",
]
"""The ways of making a clip."""
PolicyName = Literal["economical", "refine", "draft_then_promote", "tournament"]
"""How a job goes on from a clip that fell short; see `video_agent.policies`."""

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

    WAITING_FOR_APPROVAL = "waiting_for_approval"  # it may cost more than is allowed without asking
    QUEUED = "queued"  # it waits for a worker, or for its time
    RUNNING = "running"
    PARKED = "parked"  # its deadline passed; nothing is lost, it can be resumed
    SUCCEEDED = "succeeded"  # a video was delivered and it passed
    STOPPED = "stopped"  # a limit ended it; the best video so far, if any, was delivered
    FAILED = "failed"
    NEEDS_ATTENTION = "needs_attention"  # a paid call's outcome is unknown: a person decides
    CANCELLED = "cancelled"  # a person stopped it; what was made until then is kept


class StopReason(StrEnum):
    """Why a job ended."""

    PASSED = "passed"
    BUDGET = "budget"
    ATTEMPTS = "attempts"
    PATIENCE = "patience"  # the last attempts did not improve on the best
    BLOCKED = "blocked"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PLANNER = "planner"  # the planner gave up although it could have gone on
    CANCELLED = "cancelled"
    DEADLINE = "deadline"  # only parked: what was started goes on and is kept
    ERROR = "error"


ENDED_STATUSES = frozenset(
    {JobStatus.SUCCEEDED, JobStatus.STOPPED, JobStatus.FAILED, JobStatus.CANCELLED}
)
"""Nothing more happens by itself, and nothing is open."""
RESTING_STATUSES = ENDED_STATUSES | {
    JobStatus.WAITING_FOR_APPROVAL,
    JobStatus.PARKED,
    JobStatus.NEEDS_ATTENTION,
}
"""Nothing more happens until a person acts."""


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


def utc_now() -> datetime:
    """Now, timezone-aware."""
    return datetime.now(UTC)
