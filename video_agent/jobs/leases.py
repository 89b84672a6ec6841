"""Who is alive: every executor beats, and the jobs of one that fell silent are handed back.

A beat that does not change any more is what counts, watched with our own steady clock: a machine's
clock that jumps, or a database that was away, declares nobody dead. Taking a living one for dead
would do no harm but delay: it can no longer record steps, and the ledger's claim lets nobody send
twice.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import col, delete, func, select, update

from video_agent import __version__
from video_agent.errors import VideoAgentError
from video_agent.jobs.client import EngineClient
from video_agent.jobs.handing_back import HandedBack, hand_back, leave_to_a_person
from video_agent.jobs.queues import BackendQueues
from video_agent.models import utc_now
from video_agent.store import Database
from video_agent.store.job_tables import WorkerRow

_log = logging.getLogger(__name__)
_BEATS_PER_LEASE = 6
_LATE = 1.5
_ORPHANS_SECONDS = 30.0
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class ThisExecutor:
    """Who we are.

    Args:
        executor_id: Ours at the engine; random.
        kind: `worker` or `embedded`.
        backend: Whose jobs we execute.
        alone: No other executor of the backend can be alive: we hold the lock of a SQLite file.
    """

    executor_id: str
    kind: str
    backend: str
    alone: bool


@dataclass
class _Seen:
    beat_at: datetime
    silent_seconds: float = 0.0


class Lease:
    """This executor's sign of life, and its watch over the others of its backend.

    Args:
        database: Ours, with the table of workers.
        client: The engine's, by which workflows are handed back.
        queues: Of the backend.
        this: Who we are.
        lease_seconds: Silence after which another is taken for dead.
    """

    def __init__(
        self,
        database: Database,
        client: EngineClient,
        queues: BackendQueues,
        *,
        this: ThisExecutor,
        lease_seconds: float,
    ) -> None:
        self._database = database
        self._client = client
        self._queues = queues
        self._this = this
        self._lease_seconds = lease_seconds
        self._beat_seconds = lease_seconds / _BEATS_PER_LEASE
        self._draining = False
        self._seen: dict[str, _Seen] = {}
        self._looked_at = time.monotonic()
        self._orphans_at = 0.0
        self._keeping: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Give the first beat, before anything is executed, and keep beating.

        Raises:
            StoreError, ConfigurationError: The database refused.
        """
        # Before any transaction of ours: making the engine's tables waits for those that are open.
        await asyncio.to_thread(self._client.prepare)
        await self._beat()
        if self._this.alone:
            for row in await self._others():
                await self._take_over(row.id, row.beat_at)
        self._keeping = asyncio.create_task(self._keep())

    async def drain(self) -> None:
        """Say that we take nothing more."""
        self._draining = True
        try:
            await self._beat()
        except VideoAgentError as error:
            _log.warning("cannot say that this worker drains: %s", error)

    async def end(self) -> None:
        """Hand back what we still hold and go; what cannot be handed back is found later."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        try:
            await self._hand_back(self._this.executor_id, died=False)
            async with self._database.write() as session:
                await session.exec(
                    delete(WorkerRow).where(col(WorkerRow.id) == self._this.executor_id)
                )
        except VideoAgentError as error:
            _log.warning("jobs could not be handed back, the lease will do it: %s", error)

    # ------------------------------------------------------------------ beating

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self._beat_seconds)
            try:
                await self._beat()
                await self._watch()
            except VideoAgentError as error:
                _log.warning("this worker's beat failed: %s", error)

    async def _beat(self) -> None:
        # On several machines by one clock, the database's; only there it is compared with others.
        now = utc_now() if self._database.is_sqlite else func.now()
        beat = (
            update(WorkerRow)
            .where(col(WorkerRow.id) == self._this.executor_id)
            .values(beat_at=now, draining=self._draining)
            .execution_options(synchronize_session=False)
        )
        async with self._database.write() as session:
            if not (await session.exec(beat)).rowcount:
                session.add(self._own_row())
                await session.flush()
                await session.exec(beat)

    def _own_row(self) -> WorkerRow:
        return WorkerRow(
            id=self._this.executor_id,
            kind=self._this.kind,
            backend=self._this.backend,
            host=socket.gethostname(),
            process_id=os.getpid(),
            version=__version__,
            draining=self._draining,
        )

    # ------------------------------------------------------------------ watching

    async def _watch(self) -> None:
        now = time.monotonic()
        # While we ourselves could not look, nobody's silence counts.
        passed = min(now - self._looked_at, _LATE * self._beat_seconds)
        self._looked_at = now
        rows = await self._others()
        for row in rows:
            seen = self._seen.get(row.id)
            if seen is None or seen.beat_at != row.beat_at:
                self._seen[row.id] = _Seen(row.beat_at)
                continue
            seen.silent_seconds += passed
            # It was silent before we saw its last beat: half a beat on average, one at the most.
            silent_seconds = seen.silent_seconds + self._beat_seconds
            if self._this.alone or silent_seconds >= self._lease_seconds:
                await self._take_over(row.id, row.beat_at)
        self._seen = {row.id: self._seen[row.id] for row in rows if row.id in self._seen}
        if now - self._orphans_at >= _ORPHANS_SECONDS:
            self._orphans_at = now
            await self._find_orphans()

    async def _others(self) -> Sequence[WorkerRow]:
        query = select(WorkerRow).where(
            col(WorkerRow.backend) == self._this.backend,
            col(WorkerRow.id) != self._this.executor_id,
        )
        async with self._database.read() as session:
            return (await session.exec(query)).all()

    async def _take_over(self, executor_id: str, beat_at: datetime) -> None:
        """Hand back what a dead executor held. Its row's lock lets one of us do it."""
        async with self._database.write() as session:
            query = select(WorkerRow).where(col(WorkerRow.id) == executor_id).with_for_update()
            row = (await session.exec(query)).one_or_none()
            if row is None or row.beat_at != beat_at:
                return  # another has done it, or it lives
            done = await self._hand_back(executor_id, died=True)
            for workflow in done.hopeless:
                await leave_to_a_person(session, workflow)
            await session.delete(row)
        told = (executor_id, row.host, done.count, len(done.hopeless))
        _log.warning("worker %s on %s is silent: %d workflows handed back, %d given up", *told)

    async def _hand_back(self, executor_id: str, *, died: bool) -> HandedBack:
        queue = self._queues.jobs.name
        return await asyncio.to_thread(hand_back, self._client, executor_id, queue, died=died)

    async def _find_orphans(self) -> None:
        """Give an executor that holds workflows but has no row one: then it is watched too."""
        names = [plan.name for plan in self._queues.plans]
        held = await asyncio.to_thread(lambda: self._client.pending(queues=names))
        holders = {one.executor_id for one in held if one.executor_id}
        known = {row.id for row in await self._others()} | {self._this.executor_id}
        for executor_id in holders - known:
            row = self._own_row()
            row.id, row.host, row.process_id, row.beat_at = executor_id, "unknown", 0, _LONG_AGO
            async with self._database.write() as session:
                session.add(row)


async def someone_executes(database: Database, backend: str, lease_seconds: float) -> bool:
    """Whether an executor of the backend has beaten within its lease, by the database's clock.

    Raises:
        StoreError, ConfigurationError: The database refused.
    """
    query = select(WorkerRow.beat_at, func.now()).where(
        col(WorkerRow.backend) == backend, col(WorkerRow.draining).is_(False)
    )
    async with database.read() as session:
        rows = (await session.exec(query)).all()
    ours = utc_now() if database.is_sqlite else None  # there it is the same machine's clock
    return any(((ours or now) - beat_at).total_seconds() < lease_seconds for beat_at, now in rows)
