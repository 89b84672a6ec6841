"""The events of jobs: appended in the transaction of the change they tell, read by who watches."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from video_agent.models import JobEvent, ProgressEvent
from video_agent.store.database import PENDING_EVENTS, Database
from video_agent.store.job_tables import JobEventRow
from video_agent.store.tables import JobRow


async def append_event(session: AsyncSession, job_id: str, event: ProgressEvent) -> None:
    """Append an event inside a writing transaction, as its last statement where possible.

    The job's row is locked until the commit: within a job the events are in commit order. Once it
    is committed, the database's watchers hear of it.
    """
    await session.run_sync(lambda _: add_event(session.sync_session, job_id, event))


def add_event(session: Session, job_id: str, event: ProgressEvent) -> None:
    """The same inside a transaction that is done in one go."""
    session.exec(_lock(), params={"job_id": job_id})
    session.add(
        JobEventRow(
            job_id=job_id,
            kind=event.kind,
            message=event.message,
            attempt_number=event.attempt_number,
            data=dict(event.data) or None,
        )
    )
    session.flush()
    session.info.setdefault(PENDING_EVENTS, []).append((job_id, event))


async def record_event(database: Database, job_id: str, event: ProgressEvent) -> None:
    """Append an event that tells no change of a row.

    Raises:
        StoreError: The database refused, or there is no such job.
    """
    await database.writing(lambda session: add_event(session, job_id, event))


async def events_of(
    database: Database, job_id: str, *, after: int = 0, limit: int = 1_000
) -> list[JobEvent]:
    """The job's events after a sequence number, in their order.

    Raises:
        StoreError: The database refused.
    """
    asked = {"job_id": job_id, "after": after, "limit": limit}
    return await database.reading(
        lambda session: [to_event(row) for row in session.exec(_events(), params=asked)]
    )


@cache
def _lock() -> SelectOfScalar[str]:
    return select(JobRow.id).where(col(JobRow.id) == bindparam("job_id")).with_for_update()


@cache
def _events() -> SelectOfScalar[JobEventRow]:
    """Put together once: whoever watches a job asks again and again."""
    return (
        select(JobEventRow)
        .where(
            col(JobEventRow.job_id) == bindparam("job_id"),
            col(JobEventRow.sequence) > bindparam("after"),
        )
        .order_by(col(JobEventRow.sequence))
        .limit(bindparam("limit"))
    )


async def last_sequences(database: Database, job_ids: Sequence[str]) -> dict[str, int]:
    """The last sequence number of each job that has events.

    Raises:
        StoreError: The database refused.
    """
    query = (
        select(JobEventRow.job_id, func.max(JobEventRow.sequence))
        .where(col(JobEventRow.job_id).in_(job_ids))
        .group_by(col(JobEventRow.job_id))
    )
    async with database.read() as session:
        return {job_id: sequence or 0 for job_id, sequence in await session.exec(query)}


def to_event(row: JobEventRow) -> JobEvent:
    """A row as a value."""
    event = ProgressEvent.model_validate(
        {
            "kind": row.kind,
            "message": row.message,
            "job_id": row.job_id,
            "attempt_number": row.attempt_number,
            "data": row.data or {},
        }
    )
    return JobEvent(sequence=row.sequence or 0, created_at=row.created_at, event=event)
