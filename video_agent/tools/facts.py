"""Everything the database knows about one job, read together."""

from typing import NamedTuple

from video_agent.ledger import Ledger, Spend
from video_agent.models import Job
from video_agent.store import Database
from video_agent.store.jobs import get_job
from video_agent.store.records import list_attempts, load_attempts
from video_agent.store.values import to_job


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
    row = await get_job(database, job_id)
    spend = await ledger.spent(job_id)
    attempts = await load_attempts(database, job_id, await ledger.generations(job_id))
    rows = await list_attempts(database, job_id)
    job = to_job(row, attempts, cost_usd=spend.committed_usd, unknown_cost=spend.unknown)
    closed = frozenset(item.number for item in rows if item.finished_at is not None)
    return JobFacts(job, closed, spend)
