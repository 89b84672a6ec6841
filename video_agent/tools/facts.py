"""Everything the database knows about one job, read in one transaction."""

from typing import NamedTuple, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger import Ledger, Spend
from video_agent.ledger.rows import load_job, rows_of, to_generation
from video_agent.models import Job
from video_agent.store import Database
from video_agent.store.tables import AttemptRow, ReportRow, VideoRow
from video_agent.store.values import to_attempts, to_job

RowT = TypeVar("RowT", AttemptRow, VideoRow, ReportRow)


class JobFacts(NamedTuple):
    """A job, the numbers of its closed attempts, and where its money stands."""

    job: Job
    closed: frozenset[int]
    spend: Spend


async def load_facts(database: Database, ledger: Ledger, job_id: str) -> JobFacts:
    """Read a job with its attempts and its money.

    Raises:
        NotFoundError: There is no such job.
    """
    async with database.read() as session:
        row = await load_job(session, job_id)
        generations = [to_generation(item) for item in await rows_of(session, job_id)]
        attempts = await _rows(session, AttemptRow, job_id)
        videos = await _rows(session, VideoRow, job_id)
        reports = await _rows(session, ReportRow, job_id)
    spend = await ledger.spent(job_id)
    attempts.sort(key=lambda item: item.number)
    job = to_job(
        row,
        to_attempts(attempts, generations, videos, reports),
        cost_usd=spend.committed_usd,
        unknown_cost=spend.unknown,
    )
    closed = frozenset(item.number for item in attempts if item.finished_at is not None)
    return JobFacts(job, closed, spend)


async def _rows(session: AsyncSession, table: type[RowT], job_id: str) -> list[RowT]:
    query = select(table).where(col(table.job_id) == job_id)
    return list(await session.exec(query.order_by(col(table.created_at), col(table.id))))
