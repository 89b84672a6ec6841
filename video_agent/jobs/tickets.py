"""Chores about tickets: every job that goes on has a living run at the engine, or rests in time."""

import logging

from sqlmodel import col, select

from video_agent.errors import StoreError
from video_agent.jobs.engine import Engine
from video_agent.jobs.handing_in import hand_in, resubmit_lost, ticket_of
from video_agent.jobs.sweeper import Tally
from video_agent.jobs.work import Work
from video_agent.log_context import working_for
from video_agent.models import JobStatus, ProgressEvent, StopReason, utc_now
from video_agent.store import Database
from video_agent.store.events import append_event
from video_agent.store.jobs import status_event
from video_agent.store.tables import JobRow

_log = logging.getLogger(__name__)
_AT_ONCE = 500
_MOST_RUNS = 25
"""A job that the engine gives up so often has a defect that another run does not cure."""
_ENDED_EARLY = "its run ended before the job did; it gets another one"
_GOING_ON = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


class LostTickets:
    """Hands jobs in that the engine does not know, or that it gave up before they rested.

    Args:
        database: Ours.
        engine: Takes tickets.
        backend: Whose jobs.
        work: Gives up a job that the engine cannot carry out.
    """

    def __init__(self, database: Database, engine: Engine, backend: str, work: Work) -> None:
        self._database = database
        self._engine = engine
        self._backend = backend
        self._work = work

    async def do(self) -> Tally:
        """See `Chore.do`."""
        handed_in = await resubmit_lost(self._database, self._engine, self._backend)
        revived, after = 0, ""
        while rows := await self._going_on(after):
            # One that is not known is just being handed in, by whoever stored the job.
            tickets = tuple(ticket_of(row) for row in rows)
            ended = await self._engine.known(tickets) - await self._engine.active(tickets)
            for row in rows:
                if ticket_of(row).workflow_id in ended:
                    revived += await self._revive(row)
            after = rows[-1].id
        return {"jobs handed in again": handed_in, "jobs given another run": revived}

    async def _revive(self, seen: JobRow) -> int:
        """Another run, if it still goes on: what rests by now was only just done."""
        with working_for(seen.id):
            if seen.runs >= _MOST_RUNS:
                reason = f"the engine gave it up {seen.runs} times"
                await self._work.give_up(seen.id, StoreError(reason))
                return 0
            row = await self._another_run(seen)
            if row is None:
                return 0
            _log.warning("%s", _ENDED_EARLY)
            await hand_in(self._engine, row)
        return 1

    async def _another_run(self, seen: JobRow) -> JobRow | None:
        """The job with its next run, for exactly one of those who saw the present one end."""
        async with self._database.write(durable=True) as session:
            query = select(JobRow).where(col(JobRow.id) == seen.id).with_for_update()
            row = (await session.exec(query)).first()
            if row is None or row.runs != seen.runs or row.status not in _GOING_ON:
                return None
            row.runs += 1
            event = ProgressEvent(kind="warning", message=_ENDED_EARLY)
            await append_event(session, row.id, event)
        return row

    async def _going_on(self, after: str) -> list[JobRow]:
        query = (
            select(JobRow)
            .where(
                col(JobRow.queued).is_(True),
                col(JobRow.backend) == self._backend,
                col(JobRow.status).in_(_GOING_ON),
                col(JobRow.id) > after,
            )
            .order_by(col(JobRow.id))
            .limit(_AT_ONCE)
        )
        async with self._database.read() as session:
            return list(await session.exec(query))


class PassedDeadlines:
    """Parks jobs that still wait for a worker when their time is up.

    Those that have begun are parked by whoever does them; their run finds the others resting.

    Args:
        database: Ours.
        backend: Whose jobs.
    """

    def __init__(self, database: Database, backend: str) -> None:
        self._database = database
        self._backend = backend

    async def do(self) -> Tally:
        """See `Chore.do`."""
        query = select(JobRow.id).where(
            col(JobRow.status) == JobStatus.QUEUED.value,
            col(JobRow.backend) == self._backend,
            col(JobRow.deadline_at) <= utc_now(),
        )
        async with self._database.read() as session:
            late = list(await session.exec(query))
        return {"late jobs parked": sum([await self._park(job_id) for job_id in late])}

    async def _park(self, job_id: str) -> int:
        async with self._database.write() as session:
            query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
            row = (await session.exec(query)).first()
            if row is None or row.status != JobStatus.QUEUED or row.deadline_at is None:
                return 0
            if row.deadline_at > utc_now() or row.cancel_requested_at is not None:
                return 0  # it got more time meanwhile, or is to be cancelled instead
            row.status, row.stopped_because = JobStatus.PARKED.value, StopReason.DEADLINE.value
            row.updated_at = utc_now()
            await append_event(session, job_id, status_event(JobStatus.PARKED, StopReason.DEADLINE))
        return 1
