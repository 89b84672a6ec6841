"""What a person wishes for a job that somebody may be working on: stop it, pause it, do it anew.

A wish is written down under the job's lock; whoever works for the job obeys it. What nobody can
have begun ends at once.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import NotFoundError
from video_agent.models import (
    ENDED_STATUSES,
    RESTING_STATUSES,
    GenerationState,
    JobStatus,
    StopReason,
    utc_now,
)
from video_agent.store.database import Database
from video_agent.store.events import append_event
from video_agent.store.jobs import status_event
from video_agent.store.tables import AttemptRow, GenerationRow, JobRow

_AT_THE_PROVIDER = (GenerationState.INTENDED.value, GenerationState.SUBMITTED.value)


async def wish_cancel(database: Database, job_id: str) -> JobRow:
    """Note that a job is to be stopped.

    One that has not begun, or that rests with nothing under way at the provider, is `cancelled` at
    once. One that rests while a paid call goes on is handed to the workers, who stop that. One that
    ended stays as it is.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """
    async with database.write(durable=True) as session:
        row = await _locked(session, job_id)
        status = JobStatus(row.status)
        if status in ENDED_STATUSES:
            return row
        row.cancel_requested_at = row.cancel_requested_at or utc_now()
        if not await _begun(session, row):
            await _become(session, row, JobStatus.CANCELLED, StopReason.CANCELLED)
        elif status in RESTING_STATUSES:
            row.runs += 1 if row.queued else 0
            row.queued = True
            await _become(session, row, JobStatus.QUEUED, None)
    return row


async def wish_pause(database: Database, job_id: str, *, at: datetime | None = None) -> JobRow:
    """Note that a job is to be parked, by letting its deadline be now.

    What it has begun goes on and is kept; nothing new is begun until it is resumed.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """

    def pause(row: JobRow) -> None:
        if JobStatus(row.status) not in RESTING_STATUSES:
            row.deadline_at = at or utc_now()

    return await _change(database, job_id, pause)


async def forget_pause(database: Database, job_id: str) -> JobRow:
    """Let a job that was to be parked go on.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """

    def go_on(row: JobRow) -> None:
        if row.deadline_at is not None and row.deadline_at <= utc_now():
            row.deadline_at = None

    return await _change(database, job_id, go_on)


async def wish_go_on(database: Database, job_id: str) -> JobRow:
    """Let a job that rests go on in the run that the engine still has.

    Wishes to cancel are forgotten, and so are times that were set.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """
    async with database.write(durable=True) as session:
        row = await _locked(session, job_id)
        if JobStatus(row.status) in RESTING_STATUSES:
            row.cancel_requested_at = row.not_before = row.deadline_at = None
            await session.exec(
                update(GenerationRow)
                .where(col(GenerationRow.job_id) == job_id)
                .values(settled_at=None)
                .execution_options(synchronize_session=False)
            )
            await _become(session, row, JobStatus.QUEUED, None)
    return row


async def run_anew(database: Database, job_id: str, *, seen_runs: int) -> JobRow:
    """Give a job that goes on another run, because the engine has given the present one up.

    Exactly one of several callers who saw the same number of runs changes it.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """

    def count(row: JobRow) -> None:
        if row.runs == seen_runs and JobStatus(row.status) not in RESTING_STATUSES:
            row.runs += 1

    return await _change(database, job_id, count)


async def _change(database: Database, job_id: str, change: Callable[[JobRow], None]) -> JobRow:
    async with database.write(durable=True) as session:
        row = await _locked(session, job_id)
        change(row)
    return row


async def _locked(session: AsyncSession, job_id: str) -> JobRow:
    query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
    row = (await session.exec(query)).first()
    if row is None:
        raise NotFoundError(f"there is no job {job_id}", hint="video-agent jobs lists them")
    return row


async def _become(
    session: AsyncSession, row: JobRow, status: JobStatus, why: StopReason | None
) -> None:
    row.status, row.stopped_because = status.value, why.value if why else None
    row.updated_at = utc_now()
    await append_event(session, row.id, status_event(status, why))


async def _begun(session: AsyncSession, row: JobRow) -> bool:
    """Whether somebody may be working for it, or something goes on at the provider."""
    if row.status == JobStatus.RUNNING:
        return True
    if row.status == JobStatus.QUEUED and await _any(session, AttemptRow, row):
        return True
    return await _any(session, GenerationRow, row)


async def _any(
    session: AsyncSession, table: type[AttemptRow] | type[GenerationRow], row: JobRow
) -> bool:
    query = select(col(table.id)).where(col(table.job_id) == row.id).limit(1)
    if table is GenerationRow:
        query = query.where(col(GenerationRow.state).in_(_AT_THE_PROVIDER))
    return (await session.exec(query)).first() is not None
