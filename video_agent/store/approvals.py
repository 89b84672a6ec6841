"""Jobs that wait until a person agrees to what they may cost, and the person's answer."""

from collections.abc import Callable
from decimal import Decimal

from sqlmodel import col, select

from video_agent.errors import InvalidRequestError, NotFoundError
from video_agent.models import JobStatus, StopReason, utc_now
from video_agent.store.column_types import nano_dollars
from video_agent.store.database import Database
from video_agent.store.events import append_event
from video_agent.store.jobs import status_event
from video_agent.store.tables import JobRow
from video_agent.store.values import to_request

_WAITING = JobStatus.WAITING_FOR_APPROVAL


def hold(row: JobRow, *, most_usd: Decimal, limit_usd: Decimal | None, approved: bool) -> JobRow:
    """Make a job that is not stored yet one that nobody runs before a person agrees, if it must.

    Until somebody agrees a job has no more budget than the limit, whatever a planner asks for.

    Args:
        row: The job.
        most_usd: The most it may cost by its estimate.
        limit_usd: What may be spent without asking; None: anything.
        approved: A person has agreed already.
    """
    if approved:
        row.approved_at = utc_now()
    elif limit_usd is not None:
        row.budget_usd = min(row.budget_usd, nano_dollars(limit_usd))
        if most_usd > limit_usd:
            row.status = _WAITING.value
    return row


async def approve_job(database: Database, job_id: str) -> JobRow:
    """A person agrees: a waiting job is queued, with its whole budget. Twice is once.

    A deadline counts from now on.

    Raises:
        NotFoundError: There is no such job.
        InvalidRequestError: It was declined, or ended otherwise without being approved.
        StoreError: The database refused.
    """

    def approve(row: JobRow) -> None:
        if row.approved_at is not None:
            return
        status = JobStatus(row.status)
        if status not in (_WAITING, JobStatus.QUEUED, JobStatus.RUNNING):
            raise InvalidRequestError(f"job {job_id} is {_words(status)}: nothing to approve")
        row.approved_at = now = utc_now()
        row.budget_usd = nano_dollars(to_request(row).budget_usd)
        if status is _WAITING:
            row.status = JobStatus.QUEUED.value
            if row.deadline_at is not None:
                row.deadline_at += now - row.created_at

    return await _decide(database, job_id, approve)


async def decline_job(database: Database, job_id: str) -> JobRow:
    """A person does not agree: a waiting job is cancelled. Twice is once.

    Raises:
        NotFoundError: There is no such job.
        InvalidRequestError: It does not wait for an approval.
        StoreError: The database refused.
    """

    def decline(row: JobRow) -> None:
        status = JobStatus(row.status)
        if status is JobStatus.CANCELLED and row.approved_at is None:
            return
        if status is not _WAITING:
            raise InvalidRequestError(
                f"job {job_id} is {_words(status)}: nothing to decline",
                hint="video-agent cancel stops a job that was approved",
            )
        row.status = JobStatus.CANCELLED.value
        row.stopped_because = StopReason.CANCELLED.value

    return await _decide(database, job_id, decline)


async def waiting_jobs(database: Database, batch_id: str) -> list[str]:
    """The jobs of a batch that wait for an approval.

    Raises:
        StoreError: The database refused.
    """
    query = select(JobRow.id).where(
        col(JobRow.batch_id) == batch_id, col(JobRow.status) == _WAITING.value
    )
    async with database.read() as session:
        return list(await session.exec(query.order_by(col(JobRow.id))))


async def _decide(database: Database, job_id: str, decide: Callable[[JobRow], None]) -> JobRow:
    """Change a job under its lock, and tell its new status."""
    async with database.write(durable=True) as session:
        query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
        row = (await session.exec(query)).first()
        if row is None:
            raise NotFoundError(f"there is no job {job_id}", hint="video-agent jobs lists them")
        before = row.status
        decide(row)
        if session.is_modified(row):
            row.updated_at = utc_now()
        if row.status != before:
            why = StopReason(row.stopped_because) if row.stopped_because else None
            await append_event(session, job_id, status_event(JobStatus(row.status), why))
    return row


def _words(status: JobStatus) -> str:
    return status.value.replace("_", " ")
