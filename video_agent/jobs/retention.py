"""What is kept of jobs that ended long ago, and what is not.

Kept for ever: the job itself, its attempts, the ledger (generations, charges), videos and their
files, reports, publications. Given up: the engine's history of its runs, and its events.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import col, delete, select

from video_agent.jobs.client import ACTIVE_STATUSES, EngineClient
from video_agent.jobs.dbos_flow import generation_runs
from video_agent.jobs.handing_in import ticket_of
from video_agent.jobs.sweeper import Tally
from video_agent.models import ENDED_STATUSES, utc_now
from video_agent.store import Database
from video_agent.store.job_tables import JobEventRow, WorkerRow
from video_agent.store.tables import GenerationRow, JobRow

_JOBS_AT_ONCE = 100
_ROUNDS = 20
_DEAD_DAYS = 1
_WATCHED_SINCE = datetime(1971, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class _Ended:
    job_id: str
    workflow_ids: tuple[str, ...]


class Retention:
    """Gives up what nobody looks at any more.

    Args:
        database: Ours.
        client: The engine's.
        backend: Whose jobs; rows of workers of other backends go when they are long dead.
        days: How long after its end a job keeps everything; None: for ever.
    """

    def __init__(
        self, database: Database, client: EngineClient, backend: str, days: float | None
    ) -> None:
        self._database = database
        self._client = client
        self._backend = backend
        self._days = days

    async def do(self) -> Tally:
        """See `Chore.do`. At most some thousand jobs each time."""
        forgotten = 0
        for _ in range(_ROUNDS if self._days is not None else 0):
            ended = await self._ended()
            forgotten += await self._forget(ended)
            if len(ended) < _JOBS_AT_ONCE:
                break
        return {
            "old jobs without their history": forgotten,
            "dead workers forgotten": await self._forget_workers(),
        }

    async def _ended(self) -> list[_Ended]:
        """Jobs that ended long ago and still have events; oldest first."""
        before = utc_now() - timedelta(days=self._days or 0)
        has_events = select(JobEventRow.sequence).where(col(JobEventRow.job_id) == col(JobRow.id))
        query = (
            select(JobRow)
            .where(
                col(JobRow.status).in_([status.value for status in ENDED_STATUSES]),
                col(JobRow.updated_at) < before,
                col(JobRow.backend) == self._backend,
                has_events.exists(),
            )
            .order_by(col(JobRow.updated_at))
            .limit(_JOBS_AT_ONCE)
        )
        async with self._database.read() as session:
            jobs = list(await session.exec(query))
            paid = select(GenerationRow.job_id, GenerationRow.id).where(
                col(GenerationRow.job_id).in_([job.id for job in jobs])
            )
            generations: dict[str, list[str]] = {}
            for job_id, generation_id in await session.exec(paid):
                generations.setdefault(job_id, []).append(generation_id)
        return [_ended(job, generations.get(job.id, [])) for job in jobs]

    async def _forget(self, ended: Sequence[_Ended]) -> int:
        """First the engine's history, then the events by which the job would be found again."""
        if not ended:
            return 0
        statuses = await asyncio.to_thread(
            self._client.statuses, [name for one in ended for name in one.workflow_ids]
        )
        over = [
            one
            for one in ended
            if not any(statuses.get(name) in ACTIVE_STATUSES for name in one.workflow_ids)
        ]
        known = [name for one in over for name in one.workflow_ids if name in statuses]
        if known:
            await asyncio.to_thread(
                self._client.call, lambda client: client.delete_workflows(known)
            )
        async with self._database.write() as session:
            await session.exec(
                delete(JobEventRow).where(col(JobEventRow.job_id).in_([one.job_id for one in over]))
            )
        return len(over)

    async def _forget_workers(self) -> int:
        """Rows of dead workers that no living one of their backend has taken over."""
        before = utc_now() - timedelta(days=_DEAD_DAYS)
        async with self._database.write() as session:
            gone = await session.exec(
                delete(WorkerRow).where(
                    col(WorkerRow.backend) != self._backend,
                    col(WorkerRow.beat_at) < before,
                    col(WorkerRow.beat_at) > _WATCHED_SINCE,
                )
            )
        return gone.rowcount


def _ended(job: JobRow, generation_ids: Sequence[str]) -> _Ended:
    """With the ids of all workflows that it and its generations can have had."""
    ticket = ticket_of(job)
    runs = range(1, job.runs + 1)
    names = [ticket.model_copy(update={"run": run}).workflow_id for run in runs]
    for generation_id in generation_ids:
        names += generation_runs(generation_id, job.runs)
    return _Ended(job.id, tuple(names))
