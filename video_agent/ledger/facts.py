"""Everything the database knows about jobs: attempts, clips, verdicts and money."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import NotFoundError
from video_agent.ledger.budget import Spend, spend_of
from video_agent.ledger.rows import to_generation
from video_agent.models import Job
from video_agent.store.database import Database
from video_agent.store.deliverables import in_order
from video_agent.store.job_tables import DeliverableRow
from video_agent.store.tables import (
    AttemptRow,
    ChargeRow,
    GenerationRow,
    JobRow,
    ReportRow,
    VideoRow,
)
from video_agent.store.values import to_attempts, to_job

RowT = TypeVar("RowT", AttemptRow, GenerationRow, VideoRow, ReportRow, ChargeRow, DeliverableRow)
_AT_ONCE = 500


class JobFacts(NamedTuple):
    """A job, the numbers of its closed attempts, and where its money stands."""

    job: Job
    closed: frozenset[int]
    spend: Spend


async def load_facts(database: Database, job_id: str) -> JobFacts:
    """Read a job with its attempts and its money, as of one moment.

    Raises:
        NotFoundError: There is no such job.
    """
    found = await load_all_facts(database, [job_id])
    if not found:
        raise NotFoundError(f"there is no job {job_id}")
    return found[0]


async def load_all_facts(database: Database, job_ids: Sequence[str]) -> list[JobFacts]:
    """Read jobs in the order of their ids; those that are not there are left out."""
    facts: dict[str, JobFacts] = {}
    for first in range(0, len(job_ids), _AT_ONCE):
        async with database.read() as session:
            for one in await _load(session, job_ids[first : first + _AT_ONCE]):
                facts[one.job.id] = one
    return [facts[job_id] for job_id in job_ids if job_id in facts]


async def _load(session: AsyncSession, job_ids: Sequence[str]) -> list[JobFacts]:
    jobs = await session.exec(select(JobRow).where(col(JobRow.id).in_(job_ids)))
    attempts = await _rows(session, AttemptRow, job_ids)
    generations = await _rows(session, GenerationRow, job_ids)
    videos = await _rows(session, VideoRow, job_ids)
    reports = await _rows(session, ReportRow, job_ids)
    charges = await _rows(session, ChargeRow, job_ids)
    deliverables = await _rows(session, DeliverableRow, job_ids)
    return [
        _facts(
            row,
            attempts=sorted(attempts[row.id], key=lambda item: item.number),
            generations=generations[row.id],
            videos=videos[row.id],
            reports=reports[row.id],
            deliverables=deliverables[row.id],
            spend=spend_of(row.budget_usd, generations[row.id], charges[row.id]),
        )
        for row in jobs
    ]


def _facts(
    row: JobRow,
    *,
    attempts: Sequence[AttemptRow],
    generations: Sequence[GenerationRow],
    videos: Sequence[VideoRow],
    reports: Sequence[ReportRow],
    deliverables: Sequence[DeliverableRow],
    spend: Spend,
) -> JobFacts:
    job = to_job(
        row,
        to_attempts(attempts, map(to_generation, generations), videos, reports),
        deliverables=in_order(one for one in deliverables if one.video_id == row.best_video_id),
        cost_usd=spend.committed_usd,
        unknown_cost=spend.unknown,
    )
    closed = frozenset(item.number for item in attempts if item.finished_at is not None)
    return JobFacts(job, closed, spend)


async def _rows(
    session: AsyncSession, table: type[RowT], job_ids: Iterable[str]
) -> Mapping[str, list[RowT]]:
    """The rows of each job, in the order made."""
    made = col(getattr(table, "created_at" if hasattr(table, "created_at") else "intended_at"))
    query = select(table).where(col(table.job_id).in_(job_ids)).order_by(made, col(table.id))
    found: dict[str, list[RowT]] = defaultdict(list)
    for row in await session.exec(query):
        found[row.job_id].append(row)
    return found
