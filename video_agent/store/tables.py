"""The tables of our domain.

Rows are plain data: what may happen to them is decided in `ledger`, `jobs` and `pipeline`.

Names never clash with those of ADK's own stores, so one database may hold both.
"""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

from video_agent.ids import new_id
from video_agent.models import DEFAULT_PRIORITY, utc_now
from video_agent.store.column_types import JsonDocument, PlainText, UsdAmount, UtcDateTime

JsonObject = dict[str, object]

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class StoreTable(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMING))):
    """The root of our tables: their own metadata, apart from other SQLModel tables."""

    table_name: ClassVar[str]

    # SQLModel declares the name as a computed attribute; so do we, for all tables at once.
    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride]
        return cls.table_name


class JobRow(StoreTable, table=True):
    """One request and everything it led to.

    `request` is the dump of a `VideoRequest`; `status` a `JobStatus`; `stopped_because` a
    `StopReason`. `charged` is False when the studio stood in: prices are list prices only.
    `queued` says that workers do it (else the process that made it), `runs` how often it was handed
    to them. `cancel_requested_at` is a person's wish that whoever works for the job obeys.
    """

    table_name: ClassVar[str] = "video_jobs"
    __table_args__ = (
        Index("ix_video_jobs_user_id_created_at", "user_id", "created_at"),
        Index("ix_video_jobs_session", "app_name", "user_id", "session_id"),
        Index("ix_video_jobs_status_updated_at", "status", "updated_at"),
        Index("ix_video_jobs_batch_id", "batch_id"),
        Index("ix_video_jobs_charged", "charged"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    app_name: str = Field(sa_type=PlainText)
    user_id: str = Field(sa_type=PlainText)
    session_id: str = Field(sa_type=PlainText)
    request: JsonObject = Field(sa_type=JsonDocument)
    status: str = Field(sa_type=PlainText)
    stopped_because: str | None = Field(default=None, sa_type=PlainText)
    backend: str = Field(sa_type=PlainText)
    charged: bool
    budget_usd: Decimal = Field(sa_type=UsdAmount)
    best_attempt: int | None = None
    best_video_id: str | None = Field(default=None, sa_type=PlainText)
    best_score: float | None = None
    delivered_path: str | None = Field(default=None, sa_type=PlainText)
    error: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    queued: bool = False
    runs: int = 1
    priority: int = DEFAULT_PRIORITY
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deadline_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    batch_id: str | None = Field(default=None, sa_type=PlainText)
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancel_requested_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


def _job_id() -> str:
    """The column every table below has: its job, gone with the job."""
    return Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("video_jobs.id", ondelete="CASCADE")]
    )


class AttemptRow(StoreTable, table=True):
    """One attempt: what was asked for and the feedback that led to it.

    `number` is 1..n within the job. Attempts made side by side share a `round_number`; None, of
    earlier releases, is a round of its own.
    """

    table_name: ClassVar[str] = "attempts"
    __table_args__ = (UniqueConstraint("job_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = _job_id()
    number: int
    round_number: int | None = None
    prompt: str = Field(sa_type=PlainText)
    shot: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    feedback: str | None = Field(default=None, sa_type=PlainText)
    tier: str = Field(sa_type=PlainText)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class GenerationRow(StoreTable, table=True):
    """One paid provider operation: the ledger's row.

    `state` is a `GenerationState`; `version` grows with each transition (compare and set). At most
    one row of an attempt may be in a state other than `rejected` and `not_started`: the database
    itself refuses a second paid submit. `submitted_at` is set when the right to send is claimed.
    `settled_at`: the workers are done with it (its videos are home, or nothing is to be had).
    """

    table_name: ClassVar[str] = "generations"
    __table_args__ = (
        Index(
            "uq_generations_one_per_attempt",
            "job_id",
            "attempt_number",
            unique=True,
            sqlite_where=text("state NOT IN ('rejected', 'not_started')"),
            postgresql_where=text("state NOT IN ('rejected', 'not_started')"),
        ),
        Index("ix_generations_job_id", "job_id"),
        Index("ix_generations_state_updated_at", "state", "updated_at"),
        Index("ix_generations_fingerprint", "fingerprint"),
        Index("ix_generations_intended_at", "intended_at"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = _job_id()
    attempt_number: int
    fingerprint: str = Field(sa_type=PlainText)
    state: str = Field(sa_type=PlainText)
    version: int = 1
    model: str = Field(sa_type=PlainText)
    backend: str = Field(sa_type=PlainText)
    prompt: str = Field(sa_type=PlainText)
    settings: JsonObject = Field(sa_type=JsonDocument)
    estimate_usd: Decimal = Field(sa_type=UsdAmount)
    reserved_usd: Decimal = Field(sa_type=UsdAmount)
    cost_usd: Decimal | None = Field(default=None, sa_type=UsdAmount)
    provider_id: str | None = Field(default=None, sa_type=PlainText)
    error: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    usage: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    progress: float | None = None
    intended_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ChargeRow(StoreTable, table=True):
    """What one language-model call cost. `cost_usd` is None when the price is not known.

    The row is written before the call, with what is `reserved_usd` for it, and settled after:
    `settled_at` None means that it is under way, or that its process died.
    """

    table_name: ClassVar[str] = "charges"
    __table_args__ = (
        Index("ix_charges_job_id", "job_id"),
        Index("ix_charges_created_at", "created_at", "job_id", "cost_usd", "reserved_usd"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = _job_id()
    kind: str = Field(sa_type=PlainText)
    model: str = Field(sa_type=PlainText)
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal | None = Field(default=None, sa_type=UsdAmount)
    reserved_usd: Decimal | None = Field(default=None, sa_type=UsdAmount)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class VideoRow(StoreTable, table=True):
    """A finished file under our own name, with its measured facts (`facts`: a `MediaFacts` dump).

    `sample_number` is 1..n within its generation. `source_uri`, the provider's link, is only a
    note; `storage_uri` is where our copy lies in Cloud Storage (gs://).
    """

    table_name: ClassVar[str] = "generated_videos"
    __table_args__ = (
        UniqueConstraint("generation_id", "sha256"),
        Index("ix_generated_videos_job_id_attempt_number", "job_id", "attempt_number"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = _job_id()
    attempt_number: int
    generation_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("generations.id", ondelete="CASCADE")]
    )
    path: str = Field(sa_type=PlainText)
    sha256: str = Field(sa_type=PlainText)
    size_bytes: int = Field(sa_type=BigInteger)
    duration_seconds: float
    width: int
    height: int
    fps: float
    video_codec: str = Field(sa_type=PlainText)
    audio_codec: str | None = Field(default=None, sa_type=PlainText)
    loudness_lufs: float | None = None
    thumbnail_path: str | None = Field(default=None, sa_type=PlainText)
    source_uri: str | None = Field(default=None, sa_type=PlainText)
    storage_uri: str | None = Field(default=None, sa_type=PlainText)
    sample_number: int = 1
    facts: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class ReportRow(StoreTable, table=True):
    """The verdict on one video.

    `report` is the whole `QualityReport`; `score` None means that it could not be judged.
    """

    table_name: ClassVar[str] = "quality_reports"
    __table_args__ = (
        Index("ix_quality_reports_job_id_attempt_number", "job_id", "attempt_number"),
        Index("ix_quality_reports_video_id", "video_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = _job_id()
    video_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("generated_videos.id", ondelete="CASCADE")]
    )
    attempt_number: int
    score: float | None = None
    passed: bool
    threshold: float
    report: JsonObject = Field(sa_type=JsonDocument)
    judge_model: str | None = Field(default=None, sa_type=PlainText)
    cost_usd: Decimal | None = Field(default=None, sa_type=UsdAmount)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
