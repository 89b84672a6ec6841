"""`open_engine`: the engine of this process, which executes jobs itself or only hands them in."""

import asyncio
import logging
from typing import Literal, Self

from video_agent.errors import VideoAgentError
from video_agent.ids import new_id
from video_agent.jobs.client import EngineClient
from video_agent.jobs.engine import Ticket
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.executor import Executor, WorkFactory
from video_agent.jobs.executor_lock import ExecutorLock
from video_agent.jobs.leases import Lease, ThisExecutor, someone_executes
from video_agent.jobs.loop_thread import LoopThread
from video_agent.jobs.workflows import THIS_RELEASE, Workflows
from video_agent.settings import Settings
from video_agent.store import Database

_log = logging.getLogger(__name__)
_TRY_SECONDS = 1.0
EngineMode = Literal["embedded", "worker", "client"]


async def open_engine(
    settings: Settings,
    backend: str,
    make_work: WorkFactory,
    *,
    mode: EngineMode,
    database: Database,
    workflows: Workflows = THIS_RELEASE,
) -> "JobEngine":
    """Open the engine in this process.

    Args:
        settings: Where the engine's database is, slots, quotas, the lease.
        backend: Whose jobs are executed; tickets of any backend may be submitted.
        make_work: Makes the work inside the engine's event loop, when this process executes.
        mode: `client` only hands in. `worker` executes. `embedded` executes unless another process
            does, and takes over when that one ends. On SQLite also workers wait for their turn:
            one process executes a backend's jobs.
        database: Ours; it stays the caller's to close.
        workflows: What it makes of a job.

    Raises:
        ConfigurationError: The engine's database cannot be used, or this process executes the jobs
            of another one already.
        StoreError: A database refused.
    """
    engine = JobEngine(
        settings, backend, make_work, mode=mode, database=database, workflows=workflows
    )
    try:
        await engine.open()
    except BaseException:
        await engine.close()
        raise
    return engine


class JobEngine:
    """The engine of this process. Implements `Engine`. Made by `open_engine`."""

    def __init__(
        self,
        settings: Settings,
        backend: str,
        make_work: WorkFactory,
        *,
        mode: EngineMode,
        database: Database,
        workflows: Workflows = THIS_RELEASE,
    ) -> None:
        self._settings = settings
        self._backend = backend
        self._make_work = make_work
        self._mode: EngineMode = mode
        self._database = database
        self._workflows = workflows
        self._client = EngineClient(EngineStore(settings, database))
        self._lock: ExecutorLock | None = None
        self._executor: Executor | None = None
        self._lease: Lease | None = None
        self._thread: LoopThread | None = None
        self._trying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Already open; closed at the end."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        await self.close()

    @property
    def executes(self) -> bool:
        """Whether this process executes jobs right now."""
        return self._executor is not None

    async def submit(self, ticket: Ticket) -> None:
        """See `Engine.submit`."""
        await self._client.submit(ticket)

    async def known(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """See `Engine.known`."""
        return await self._client.known(tickets)

    async def active(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """See `Engine.active`."""
        return await self._client.active(tickets)

    async def open(self) -> None:
        """Begin to execute, or to wait for that, where the mode says so."""
        await self._database.prepare()
        if self._mode == "client":
            return
        # Its own thread: the caller's event loop may be busy, or end before we are closed.
        self._thread = LoopThread("video-agent-supervisor")
        await self._thread.run(self._try_to_execute())
        if not self.executes:
            await self._thread.run(self._begin_to_try())

    async def close(self) -> None:
        """Stop executing: short steps end, the rest is handed back; then let go of everything."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await thread.run(self._stop())
            await thread.close()
        await self._client.close()

    # ------------------------------------------------------------------ in our own thread

    async def _begin_to_try(self) -> None:
        self._trying = asyncio.create_task(self._keep_trying())

    async def _keep_trying(self) -> None:
        while not self.executes:
            await asyncio.sleep(_TRY_SECONDS)
            try:
                await self._try_to_execute()
            except VideoAgentError as error:
                _log.warning("this process cannot execute jobs yet: %s", error)

    async def _try_to_execute(self) -> None:
        if not await self._is_our_turn():
            return
        try:
            await self._execute()
        except BaseException:
            await self._let_go()
            raise

    async def _is_our_turn(self) -> bool:
        if self._client.store.is_sqlite:
            lock = ExecutorLock(self._client.store.file, self._backend)
            if not await asyncio.to_thread(lock.acquire):
                return False
            self._lock = lock
            return True
        if self._mode == "worker":
            return True
        lease_seconds = self._settings.lease_seconds
        return not await someone_executes(self._database, self._backend, lease_seconds)

    async def _execute(self) -> None:
        executor = Executor(
            self._settings,
            self._backend,
            self._make_work,
            client=self._client,
            database=self._database,
            executor_id=new_id(),
            workflows=self._workflows,
        )
        self._lease = Lease(
            self._database,
            self._client,
            executor.queues,
            this=ThisExecutor(
                executor_id=executor.executor_id,
                kind=self._mode,
                backend=self._backend,
                alone=self._lock is not None,
            ),
            lease_seconds=self._settings.lease_seconds,
        )
        await self._lease.begin()
        await executor.start()
        self._executor = executor

    async def _stop(self) -> None:
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.gather(self._trying, return_exceptions=True)
        if self._lease is not None:
            await self._lease.drain()
        await self._let_go()
        await self._database.close()  # of this thread's loop alone

    async def _let_go(self) -> None:
        executor, self._executor = self._executor, None
        lease, self._lease = self._lease, None
        lock, self._lock = self._lock, None
        if executor is not None:
            await executor.close()
        if lease is not None:
            await lease.end()
        if lock is not None:
            lock.release()
