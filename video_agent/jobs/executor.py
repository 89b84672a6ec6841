"""`Executor`: the process's own engine. It takes jobs from the queues and carries them out."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping

from dbos import DBOS, DBOSConfig
from pydantic import JsonValue

from video_agent.catalog import load_catalog
from video_agent.errors import ConfigurationError
from video_agent.jobs.client import (
    GENERATION_WORKFLOW,
    JOB_WORKFLOW,
    EngineClient,
    GenerationTicket,
    JobTicket,
)
from video_agent.jobs.dbos_flow import (
    FlowParts,
    carry_out_generation,
    carry_out_job,
)
from video_agent.jobs.engine_store import (
    APPLICATION_NAME,
    ENGINE_SCHEMA,
    engine_errors,
    use_our_logging,
)
from video_agent.jobs.fair_slots import FairSlots
from video_agent.jobs.housekeeping import sweeper_for
from video_agent.jobs.loop_thread import LoopThread
from video_agent.jobs.queues import plan_queues
from video_agent.jobs.recorded import JsonSerializer
from video_agent.jobs.settled_watch import SettledWatch
from video_agent.jobs.under_way import StepsUnderWay
from video_agent.jobs.work import Work
from video_agent.jobs.workflows import THIS_RELEASE, WORKFLOW_SCHEMA, Workflows
from video_agent.settings import Settings
from video_agent.store import Database

_log = logging.getLogger(__name__)
_THREADS = 32
_LISTENER_SECONDS = 0.25
_SCHEDULER_SECONDS = 3_600.0
_GRACE_SECONDS = {"send": 20.0, "bring_home": 0.0, "settled": 0.0}
_ONE_A_PROCESS = threading.Lock()

WorkFactory = Callable[[], Awaitable[tuple[Work, Callable[[], Awaitable[None]]]]]
"""Makes the work inside the engine's event loop, with what closes it."""


class Executor:
    """Carries out the jobs and generations of one backend in this process.

    All work runs in one event loop in a thread of its own; a process can have one executor.

    Args:
        settings: Slots, jobs in flight, quotas.
        backend: Whose queues it serves.
        make_work: Called inside the engine's event loop.
        client: The engine's client of this process, whose connections are shared.
        database: Ours.
        executor_id: Random, of this process alone.
        workflows: What it makes of a job.
    """

    def __init__(
        self,
        settings: Settings,
        backend: str,
        make_work: WorkFactory,
        *,
        client: EngineClient,
        database: Database,
        executor_id: str,
        workflows: Workflows = THIS_RELEASE,
    ) -> None:
        self.executor_id = executor_id
        self.queues = plan_queues(backend, settings, load_catalog())
        self._settings = settings
        self._backend = backend
        self._make_work = make_work
        self._client = client
        self._database = database
        self._workflows = workflows
        self._loop: LoopThread | None = None
        self._parts: FlowParts | None = None
        self._close_work: Callable[[], Awaitable[None]] | None = None
        self._dbos: DBOS | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._is_the_one = False

    async def start(self) -> None:
        """Open the work and take jobs from now on.

        Raises:
            ConfigurationError: The process has another executor, or the work cannot be made.
            StoreError: A database refused.
        """
        if not _ONE_A_PROCESS.acquire(blocking=False):
            raise _only_one()
        self._is_the_one = True
        try:
            await asyncio.to_thread(self._client.register_queues, self.queues.plans)
            self._loop = LoopThread("video-agent-engine")
            await self._loop.run(self._launch())
        except BaseException:
            await self._shut_down()
            raise

    async def close(self, grace_seconds: Mapping[str, float] | None = None) -> None:
        """Take no more jobs, let short steps end, and stop; what is left stays as it is.

        Args:
            grace_seconds: How long steps are waited for, by name, else 5 s; default: a submit 20 s,
                what only waits not at all.
        """
        if self._dbos is not None:
            for event in self._dbos.background_thread_stop_events:
                event.set()
        if self._loop is not None and self._parts is not None:
            grace = _GRACE_SECONDS if grace_seconds is None else grace_seconds
            await self._loop.run(self._parts.under_way.drain(dict(grace)))
        await self._shut_down()

    # ------------------------------------------------------------------

    async def _launch(self) -> None:
        """In the engine's event loop: DBOS runs all workflows in the loop that launches it."""
        work, self._close_work = await self._make_work()
        self._parts = FlowParts(
            work=work,
            client=self._client,
            queues=self.queues,
            slots=FairSlots(self._settings.job_slots),
            watch=SettledWatch(self._database),
            under_way=StepsUnderWay(),
            workflows=self._workflows,
        )
        use_our_logging()
        with engine_errors(self._client.store.name):
            dbos = DBOS(config=self._config())
            if DBOS.executor_id != self.executor_id:
                raise _only_one()  # the process uses the engine for something of its own
            self._dbos = dbos
            _register_workflows(self._parts)
            DBOS.listen_queues([plan.name for plan in self.queues.plans])
            DBOS.launch()
        sweeper = sweeper_for(
            self._settings,
            self._backend,
            work,
            database=self._database,
            client=self._client,
            holder=self.executor_id,
        )
        self._sweeping = asyncio.create_task(sweeper.run())

    def _config(self) -> DBOSConfig:
        return {
            "name": APPLICATION_NAME,
            "system_database_engine": self._client.store.prepare(),
            "dbos_system_schema": ENGINE_SCHEMA,
            "serializer": JsonSerializer(),
            "application_version": WORKFLOW_SCHEMA,
            "executor_id": self.executor_id,
            "run_migrations": False,
            "use_listen_notify": False,
            "log_level": "WARNING",
            "max_executor_threads": _THREADS,
            "notification_listener_polling_interval_sec": _LISTENER_SECONDS,
            "scheduler_polling_interval_sec": _SCHEDULER_SECONDS,
        }

    async def _shut_down(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            await loop.cancel_tasks()
            if self._close_work is not None:
                await loop.run(_closed(self._close_work))
                self._close_work = None
        if self._dbos is not None:
            self._dbos = None
            await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if loop is not None:
            await loop.run(self._database.close())
            await loop.close()
        self._parts = None
        if self._is_the_one:
            self._is_the_one = False
            _ONE_A_PROCESS.release()


async def _closed(close: Callable[[], Awaitable[None]]) -> None:
    await close()


def _register_workflows(parts: FlowParts) -> None:
    async def job(document: dict[str, JsonValue]) -> None:
        await carry_out_job(parts, JobTicket.model_validate(document))

    async def generation(document: dict[str, JsonValue]) -> None:
        await carry_out_generation(parts, GenerationTicket.model_validate(document))

    DBOS.workflow(name=JOB_WORKFLOW)(job)
    DBOS.workflow(name=GENERATION_WORKFLOW)(generation)


def _only_one() -> ConfigurationError:
    return ConfigurationError(
        "this process already carries out the jobs of another database or backend",
        hint='use a process for each, or engine="inline" (VIDEO_AGENT_ENGINE=inline)',
    )
