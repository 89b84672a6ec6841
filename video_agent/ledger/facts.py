"""Everything the database knows about jobs: attempts, clips, verdicts and money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple, TypeVar

from sqlalchemy import bindparam
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

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
        some = job_ids[first : first + _AT_ONCE]
        for one in await database.reading(partial(_load, job_ids=some)):
            facts[one.job.id] = one
    return [facts[job_id] for job_id in job_ids if job_id in facts]


def _load(session: Session, job_ids: Sequence[str]) -> list[JobFacts]:
    queries = _queries()
    jobs = session.exec(queries.jobs, params={"ids": job_ids})
    attempts = _rows(session, queries.attempts, job_ids)
    generations = _rows(session, queries.generations, job_ids)
    videos = _rows(session, queries.videos, job_ids)
    reports = _rows(session, queries.reports, job_ids)
    charges = _rows(session, queries.charges, job_ids)
    deliverables = _rows(session, queries.deliverables, job_ids)
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


def _rows(
    session: Session, query: SelectOfScalar[RowT], job_ids: Sequence[str]
) -> Mapping[str, list[RowT]]:
    found: dict[str, list[RowT]] = defaultdict(list)
    for row in session.exec(query, params={"ids": job_ids}):
        found[row.job_id].append(row)
    return found


class _Queries(NamedTuple):
    """What is read of jobs, each in the order made."""

    jobs: SelectOfScalar[JobRow]
    attempts: SelectOfScalar[AttemptRow]
    generations: SelectOfScalar[GenerationRow]
    videos: SelectOfScalar[VideoRow]
    reports: SelectOfScalar[ReportRow]
    charges: SelectOfScalar[ChargeRow]
    deliverables: SelectOfScalar[DeliverableRow]


@cache
def _queries() -> _Queries:
    """Built once: to put a statement together takes longer than to execute it."""
    return _Queries(
        select(JobRow).where(col(JobRow.id).in_(bindparam("ids", expanding=True))),
        _of_jobs(AttemptRow),
        _of_jobs(GenerationRow),
        _of_jobs(VideoRow),
        _of_jobs(ReportRow),
        _of_jobs(ChargeRow),
        _of_jobs(DeliverableRow),
    )


def _of_jobs(table: type[RowT]) -> SelectOfScalar[RowT]:
    made = col(getattr(table, "created_at" if hasattr(table, "created_at") else "intended_at"))
    ours = col(table.job_id).in_(bindparam("ids", expanding=True))
    return select(table).where(ours).order_by(made, col(table.id))
