"""The tables around jobs: their events, the workers, batches, and what is delivered."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field

from video_agent.ids import new_id
from video_agent.models import utc_now
from video_agent.store.column_types import JsonDocument, PlainText, UsdAmount, UtcDateTime
from video_agent.store.session_tables import RowNumber
from video_agent.store.tables import JsonObject, StoreTable


class JobEventRow(StoreTable, table=True):
    """One thing that happened to a job, appended in the transaction in which it became true.

    `kind`, `message`, `attempt_number` and `data` are those of a `ProgressEvent`. Written under the
    lock of the job's row, so that within a job `sequence` is in the order of the commits.
    """

    table_name: ClassVar[str] = "job_events"
    __table_args__ = (
        Index("ix_job_events_job_id_sequence", "job_id", "sequence"),
        Index("ix_job_events_created_at", "created_at"),
        {"sqlite_autoincrement": True},
    )

    sequence: int | None = Field(default=None, primary_key=True, sa_type=RowNumber)
    job_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("video_jobs.id", ondelete="CASCADE")]
    )
    kind: str = Field(sa_type=PlainText)
    message: str = Field(sa_type=PlainText)
    attempt_number: int | None = None
    data: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class WorkerRow(StoreTable, table=True):
    """A process that executes jobs; alive as long as `beat_at` is young.

    `id` is its executor id at the engine, random for each process. `kind` is `worker` or `embedded`
    (inside a notebook, a command, a server).
    """

    table_name: ClassVar[str] = "workers"

    id: str = Field(primary_key=True, sa_type=PlainText)
    kind: str = Field(sa_type=PlainText)
    backend: str = Field(sa_type=PlainText)
    host: str = Field(sa_type=PlainText)
    process_id: int
    version: str = Field(sa_type=PlainText)
    draining: bool = False
    started_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    beat_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class LeaseRow(StoreTable, table=True):
    """The right to do something that one process at a time does, until it runs out by itself."""

    table_name: ClassVar[str] = "leases"

    name: str = Field(primary_key=True, sa_type=PlainText)
    holder: str = Field(sa_type=PlainText)
    until: datetime = Field(sa_type=UtcDateTime)


class BatchRow(StoreTable, table=True):
    """A file of requests. `id` comes from the file's bytes: the same file is the same batch."""

    table_name: ClassVar[str] = "batches"

    id: str = Field(primary_key=True, sa_type=PlainText)
    name: str = Field(sa_type=PlainText)
    user_id: str = Field(sa_type=PlainText)
    cap_usd: Decimal | None = Field(default=None, sa_type=UsdAmount)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class BatchItemRow(StoreTable, table=True):
    """One row of a batch: its job, or why it has none. `number` is 1..n within the file."""

    table_name: ClassVar[str] = "batch_items"
    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    batch_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("batches.id", ondelete="CASCADE")]
    )
    number: int
    job_id: str | None = Field(default=None, sa_type=PlainText)
    request: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    error: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)


class DeliverableRow(StoreTable, table=True):
    """A file made from a delivered video: `kind` is `final`, `thumbnail` or `contact_sheet`."""

    table_name: ClassVar[str] = "deliverables"
    __table_args__ = (UniqueConstraint("video_id", "kind"),)

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    job_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("video_jobs.id", ondelete="CASCADE")]
    )
    video_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("generated_videos.id", ondelete="CASCADE")]
    )
    kind: str = Field(sa_type=PlainText)
    path: str = Field(sa_type=PlainText)
    sha256: str = Field(sa_type=PlainText)
    size_bytes: int = Field(sa_type=BigInteger)
    storage_uri: str | None = Field(default=None, sa_type=PlainText)
    loudness_lufs: float | None = None
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
