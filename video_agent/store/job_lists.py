"""Many jobs at once: by a part of the id, by status, and the newest events of all of them."""

from collections.abc import Collection

from sqlmodel import col, func, or_, select

from video_agent.models import JobEvent, JobStatus
from video_agent.store.database import Database
from video_agent.store.events import to_event
from video_agent.store.job_tables import JobEventRow
from video_agent.store.tables import JobRow


async def job_ids_like(database: Database, text: str, *, limit: int = 10) -> list[str]:
    """Ids of jobs that are, begin with or end with a text: that very id first, then the newest.

    Raises:
        StoreError: The database refused.
    """
    job_id, newest = col(JobRow.id), col(JobRow.created_at).desc()
    fits = or_(job_id.startswith(text, autoescape=True), job_id.endswith(text, autoescape=True))
    query = select(JobRow.id).where(fits).order_by(job_id != text, newest).limit(limit)
    async with database.read() as session:
        return list(await session.exec(query))


async def count_jobs(
    database: Database, *, user_id: str | None = None, batch_id: str | None = None
) -> dict[JobStatus, int]:
    """How many jobs there are of each status that occurs.

    Raises:
        StoreError: The database refused.
    """
    query = select(JobRow.status, func.count()).group_by(col(JobRow.status))
    for column, wanted in ((col(JobRow.user_id), user_id), (col(JobRow.batch_id), batch_id)):
        if wanted is not None:
            query = query.where(column == wanted)
    async with database.read() as session:
        found = {JobStatus(status): number for status, number in await session.exec(query)}
    return {status: found[status] for status in JobStatus if status in found}


async def events_of_all(
    database: Database,
    *,
    after: int = 0,
    seen: Collection[int] = (),
    user_id: str | None = None,
    limit: int = 1_000,
) -> list[JobEvent]:
    """Events of all jobs after a sequence number, in its order.

    Across jobs the numbers need not be in the order of the commits (PostgreSQL): whoever follows
    reads from somewhat before the last one and leaves out what it has `seen`.

    Raises:
        StoreError: The database refused.
    """
    query = select(JobEventRow).where(col(JobEventRow.sequence) > after)
    if seen:
        query = query.where(col(JobEventRow.sequence).not_in(seen))
    if user_id is not None:
        of_user = select(JobRow.id).where(col(JobRow.user_id) == user_id)
        query = query.where(col(JobEventRow.job_id).in_(of_user))
    async with database.read() as session:
        rows = await session.exec(query.order_by(col(JobEventRow.sequence)).limit(limit))
        return [to_event(row) for row in rows]


async def last_sequence(database: Database) -> int:
    """The highest sequence number of any event; 0 without any.

    Raises:
        StoreError: The database refused.
    """
    async with database.read() as session:
        return (await session.exec(select(func.max(JobEventRow.sequence)))).one() or 0
