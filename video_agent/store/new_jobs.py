"""New jobs: stored with their first event; those that come at the same moment, together."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import VideoAgentError
from video_agent.models import JobStatus
from video_agent.store.database import PENDING_EVENTS, Database
from video_agent.store.job_tables import JobEventRow
from video_agent.store.jobs import status_event
from video_agent.store.tables import JobRow, JsonObject

_Arrival = tuple[JobRow, "asyncio.Future[bool]"]


class JobIntake:
    """Stores new jobs; whoever waits for the disk meanwhile is stored with the next ones.

    A commit that survives a power loss waits for the disk. Jobs that arrive during that wait share
    the next one, so that many submitters at once wait about twice as long as one, not many times.

    Args:
        database: Where they are stored. One intake serves one event loop.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._arrived: list[_Arrival] = []
        self._storing = asyncio.Lock()

    async def store(self, job: JobRow) -> bool:
        """Store a job; it survives a power loss.

        Returns:
            False when its id was taken, and nothing was stored.

        Raises:
            ConfigurationError, StoreError: The database cannot be used, or refused.
        """
        stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._arrived.append((job, stored))
        async with self._storing:
            if not stored.done():
                # One caller that is cancelled must not take the others' jobs along.
                await asyncio.shield(asyncio.ensure_future(self._store_arrived()))
        return await stored

    async def _store_arrived(self) -> None:
        arrived, self._arrived = self._arrived, []
        try:
            if len(arrived) > 1 and await self._all_at_once(arrived):
                return
            for job, stored in arrived:
                await self._one(job, stored)
        finally:  # nobody may wait for ever, whatever happened
            for _, stored in arrived:
                stored.cancel()

    async def _all_at_once(self, arrived: Sequence[_Arrival]) -> bool:
        """False when it must be found out which of them the database refuses."""
        try:
            await store_new_jobs(self._database, [job for job, _ in arrived])
        except VideoAgentError:
            return False
        for _, stored in arrived:
            _settle(stored, True)
        return True

    async def _one(self, job: JobRow, stored: "asyncio.Future[bool]") -> None:
        try:
            await store_new_jobs(self._database, [job])
        except VideoAgentError as error:
            if isinstance(error.__cause__, IntegrityError):
                _settle(stored, False)
            elif not stored.done():
                stored.set_exception(error)
        else:
            _settle(stored, True)


async def store_new_jobs(database: Database, jobs: Sequence[JobRow]) -> None:
    """Store jobs with their first events in one transaction that survives a power loss.

    Raises:
        StoreError: An id is taken (its cause is an `IntegrityError`), or the database refused.
    """
    async with database.write(durable=True) as session:
        await insert_jobs(session, jobs)


async def insert_jobs(session: AsyncSession, jobs: Sequence[JobRow]) -> None:
    """Insert jobs with their first events inside a writing transaction."""
    connection = await session.connection()
    await connection.execute(insert(JobRow), [columns_of(job) for job in jobs])
    events = [first_event(job, job.created_at) for job in jobs]
    await connection.execute(insert(JobEventRow), events)
    told = [(job.id, status_event(JobStatus(job.status))) for job in jobs]
    session.info.setdefault(PENDING_EVENTS, []).extend(told)


def columns_of(job: JobRow) -> JsonObject:
    """A job's values: any number of them are inserted as they are, without the ORM's accounts."""
    return {name: getattr(job, name) for name in JobRow.model_fields}


def first_event(job: JobRow, now: datetime) -> JsonObject:
    """A new job's first event: nobody else can write for it yet, so it needs no lock."""
    event = status_event(JobStatus(job.status))
    data = dict(event.data) or None
    told: JsonObject = {"kind": event.kind, "message": event.message, "data": data}
    return told | {"job_id": job.id, "attempt_number": None, "created_at": now}


def _settle(stored: "asyncio.Future[bool]", made: bool) -> None:
    if not stored.done():
        stored.set_result(made)
