"""Jobs: made, found, listed, changed. Money and generations belong to `ledger`."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypedDict, Unpack

from sqlmodel import Session, col, select

from video_agent.errors import NotFoundError
from video_agent.models import (
    JobStatus,
    JobTerms,
    ProgressEvent,
    StopReason,
    VideoRequest,
    utc_now,
)
from video_agent.store.column_types import nano_dollars
from video_agent.store.database import Database
from video_agent.store.events import add_event, append_event
from video_agent.store.tables import JobRow, JsonObject


class JobChanges(TypedDict, total=False):
    """What may change in a job; what is left out stays."""

    request: JsonObject
    status: JobStatus
    stopped_because: StopReason | None
    budget_usd: Decimal
    best_attempt: int | None
    best_video_id: str | None
    best_score: float | None
    delivered_path: str | None
    error: JsonObject | None
    queued: bool
    runs: int
    not_before: datetime | None
    deadline_at: datetime | None
    approved_at: datetime | None
    cancel_requested_at: datetime | None


def new_job(
    request: VideoRequest, *, app_name: str, session_id: str, backend: str, charged: bool
) -> JobRow:
    """A running job for a request; not stored yet (see `create_job`)."""
    return JobRow(
        app_name=app_name,
        user_id=request.user_id,
        session_id=session_id,
        request=request.model_dump(mode="json"),
        status=JobStatus.RUNNING.value,
        backend=backend,
        charged=charged,
        budget_usd=nano_dollars(request.budget_usd),
    )


def queue(row: JobRow, terms: JobTerms) -> JobRow:
    """Make a job that is not stored yet one that waits for a worker, on these terms."""
    now = utc_now()
    row.queued, row.status = True, JobStatus.QUEUED.value
    row.id = terms.idempotency_key or row.id
    row.session_id = f"job-{row.id}"
    row.priority, row.batch_id = terms.priority, terms.batch_id
    if terms.delay_seconds:
        row.not_before = now + timedelta(seconds=terms.delay_seconds)
    if terms.deadline_seconds is not None:
        row.deadline_at = now + timedelta(seconds=terms.deadline_seconds)
    return row


async def create_job(database: Database, job: JobRow) -> JobRow:
    """Store a new job; it survives a power loss.

    Raises:
        StoreError: The id is taken, or the database refused.
    """
    async with database.write(durable=True) as session:
        session.add(job)
        await session.flush()
        await append_event(session, job.id, status_event(JobStatus(job.status)))
    return job


async def get_job(database: Database, job_id: str) -> JobRow:
    """One job.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    row = await database.reading(lambda session: session.get(JobRow, job_id))
    return _found(row, job_id)


async def list_jobs(
    database: Database,
    *,
    user_id: str | None = None,
    app_name: str | None = None,
    session_id: str | None = None,
    statuses: Collection[JobStatus] | None = None,
    limit: int = 50,
) -> list[JobRow]:
    """Jobs that match everything given, newest first.

    Raises:
        StoreError: The database refused.
    """
    query = select(JobRow).order_by(col(JobRow.created_at).desc(), col(JobRow.id).desc())
    for column, wanted in (
        (col(JobRow.user_id), user_id),
        (col(JobRow.app_name), app_name),
        (col(JobRow.session_id), session_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if statuses is not None:
        query = query.where(col(JobRow.status).in_([status.value for status in statuses]))
    return await database.reading(lambda session: list(session.exec(query.limit(limit))))


async def update_job(database: Database, job_id: str, **changes: Unpack[JobChanges]) -> JobRow:
    """Change a job and return it as it is now.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    return await database.writing(lambda session: _changed(session, job_id, changes))


def _changed(session: Session, job_id: str, changes: JobChanges) -> JobRow:
    query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
    row = _found(session.exec(query).first(), job_id)
    before = row.status
    for name, value in changes.items():
        setattr(row, name, value)
    row.updated_at = utc_now()
    if row.status != before:
        told = status_event(JobStatus(row.status), changes.get("stopped_because"))
        add_event(session, job_id, told)
    return row


def status_event(status: JobStatus, why: StopReason | None = None) -> ProgressEvent:
    """A job's new status as an event."""
    reason = why.value if why else None
    words = status.value.replace("_", " ")
    return ProgressEvent(
        kind="status",
        message=f"{words} ({reason})" if reason else words,
        data={"state": status.value, "stopped_because": reason},
    )


def _found(row: JobRow | None, job_id: str) -> JobRow:
    if row is None:
        raise NotFoundError(f"there is no job {job_id}", hint="video-agent jobs lists them")
    return row
