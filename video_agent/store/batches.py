"""Batches: stored with all their jobs at once or not at all, and read again."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from video_agent.errors import NotFoundError, StoreError
from video_agent.ids import new_id
from video_agent.models import JobStatus, utc_now
from video_agent.store.database import PENDING_EVENTS, Database
from video_agent.store.job_tables import BatchItemRow, BatchRow, JobEventRow
from video_agent.store.jobs import status_event
from video_agent.store.new_jobs import columns_of, first_event
from video_agent.store.tables import JobRow, JsonObject, StoreTable

_GOING_ON = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


async def create_batch(
    database: Database,
    batch: BatchRow,
    jobs: Sequence[JobRow],
    requests: Sequence[JsonObject],
) -> bool:
    """Store a batch, its items and its jobs in one transaction; they survive a power loss.

    Args:
        database: Where.
        batch: The batch.
        jobs: The job of each row, in the order of the file.
        requests: What each row asked for, before it was completed.

    Returns:
        False when the batch is there already; nothing is changed then.

    Raises:
        StoreError: The database refused.
    """
    inserts = _inserts(batch, jobs, requests)
    try:
        async with database.write(durable=True) as session:
            if await session.get(BatchRow, batch.id) is not None:
                return False
            session.add(batch)
            await session.flush()
            connection = await session.connection()
            for table, values in inserts:
                await connection.execute(insert(table), values)
            told = [(job.id, status_event(JobStatus(job.status))) for job in jobs]
            session.info.setdefault(PENDING_EVENTS, []).extend(told)
    except StoreError as error:
        if isinstance(error.__cause__, IntegrityError) and await _exists(database, batch.id):
            return False  # another process was faster
        raise
    return True


async def get_batch(database: Database, batch_id: str) -> BatchRow:
    """One batch.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    async with database.read() as session:
        row = await session.get(BatchRow, batch_id)
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id}", hint="video-agent batches lists them")
    return row


async def list_batches(database: Database, *, limit: int = 20) -> list[BatchRow]:
    """Batches, newest first.

    Raises:
        StoreError: The database refused.
    """
    newest = select(BatchRow).order_by(col(BatchRow.created_at).desc(), col(BatchRow.id))
    async with database.read() as session:
        return list(await session.exec(newest.limit(limit)))


async def batch_ids_like(database: Database, text: str) -> list[str]:
    """Ids of batches that are or begin with a text, or whose name it is; the newest first.

    Raises:
        StoreError: The database refused.
    """
    begins = col(BatchRow.id).startswith(text, autoescape=True)
    query = select(BatchRow.id).where(begins | (col(BatchRow.name) == text))
    async with database.read() as session:
        return list(await session.exec(query.order_by(col(BatchRow.created_at).desc())))


async def jobs_of_batch(database: Database, batch_id: str) -> list[tuple[int, JobRow]]:
    """The rows of a batch: their numbers, in order, and their jobs.

    Raises:
        StoreError: The database refused.
    """
    query = (
        select(BatchItemRow.number, JobRow)
        .join(JobRow, col(JobRow.id) == col(BatchItemRow.job_id))
        .where(col(BatchItemRow.batch_id) == batch_id)
        .order_by(col(BatchItemRow.number))
    )
    async with database.read() as session:
        return [(number, job) for number, job in await session.exec(query)]


async def requests_of_batch(database: Database, batch_id: str) -> list[JsonObject]:
    """What each row asked for, in the order of the file.

    Raises:
        StoreError: The database refused.
    """
    query = select(BatchItemRow.request).where(col(BatchItemRow.batch_id) == batch_id)
    async with database.read() as session:
        found = await session.exec(query.order_by(col(BatchItemRow.number)))
        return [dict(request or {}) for request in found]


async def request_of_row(database: Database, job_id: str) -> JsonObject:
    """What the row of a job asked for.

    Raises:
        NotFoundError: No row of a batch has this job.
        StoreError: The database refused.
    """
    query = select(BatchItemRow.request).where(col(BatchItemRow.job_id) == job_id)
    async with database.read() as session:
        request = (await session.exec(query)).first()
    if request is None:
        raise NotFoundError(f"no row of a batch has the job {job_id}")
    return dict(request)


async def change_cap(database: Database, batch_id: str, cap_usd: Decimal | None) -> None:
    """Give a batch another cap; it holds for everything that is paid from now on.

    Raises:
        StoreError: The database refused.
    """
    async with database.write(durable=True) as session:
        row = await session.get(BatchRow, batch_id)
        if row is not None:
            row.cap_usd = cap_usd


async def pause_batch(database: Database, batch_id: str) -> None:
    """Let jobs of a batch that have not ended park themselves; what is under way is kept.

    Raises:
        StoreError: The database refused.
    """
    await _set_deadlines(database, batch_id, utc_now())


async def forget_batch_pause(database: Database, batch_id: str) -> None:
    """Let jobs of a batch that were to be parked, and are not yet, go on.

    Raises:
        StoreError: The database refused.
    """
    await _set_deadlines(database, batch_id, None)


async def _set_deadlines(database: Database, batch_id: str, moment: datetime | None) -> None:
    async with database.write() as session:
        await session.exec(
            update(JobRow)
            .where(col(JobRow.batch_id) == batch_id, col(JobRow.status).in_(_GOING_ON))
            .values(deadline_at=moment)
            .execution_options(synchronize_session=False)
        )


_Inserts = list[tuple[type[StoreTable], list[JsonObject]]]


def _inserts(batch: BatchRow, jobs: Sequence[JobRow], requests: Sequence[JsonObject]) -> _Inserts:
    """Everything of a batch below its own row, made before the transaction begins."""
    numbered = enumerate(zip(jobs, requests, strict=True), 1)
    return [
        (JobRow, [columns_of(job) for job in jobs]),
        (BatchItemRow, [_item(batch, number, job, asked) for number, (job, asked) in numbered]),
        (JobEventRow, [first_event(job, batch.created_at) for job in jobs]),
    ]


def _item(batch: BatchRow, number: int, job: JobRow, asked: JsonObject) -> JsonObject:
    return {
        "id": new_id(),
        "batch_id": batch.id,
        "number": number,
        "job_id": job.id,
        "request": asked,
        "created_at": batch.created_at,
    }


async def _exists(database: Database, batch_id: str) -> bool:
    async with database.read() as session:
        return await session.get(BatchRow, batch_id) is not None
