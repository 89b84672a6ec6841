"""`EngineClient`: hands jobs to the engine from any process, and never executes one."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from dbos import DBOSClient, EnqueueOptions, WorkflowStatus

from video_agent.jobs.engine import Ticket
from video_agent.jobs.engine_store import (
    APPLICATION_NAME,
    ENGINE_SCHEMA,
    EngineStore,
    engine_errors,
)
from video_agent.jobs.queues import QueuePlan, jobs_queue
from video_agent.jobs.recorded import JsonSerializer
from video_agent.jobs.workflows import WORKFLOW_SCHEMA
from video_agent.models import Value, utc_now

JOB_WORKFLOW = "run_job"
GENERATION_WORKFLOW = "run_generation"
ACTIVE_STATUSES = frozenset({"ENQUEUED", "DELAYED", "PENDING"})
_DEATHS = "deaths"
ResultT = TypeVar("ResultT")


class JobTicket(Value):
    """What a job's workflow is told: its one recorded argument."""

    job_id: str
    run: int
    user_id: str
    priority: int


class GenerationTicket(Value):
    """What a generation's workflow is told."""

    generation_id: str
    job_id: str
    user_id: str
    priority: int


@dataclass(frozen=True)
class Pending:
    """A workflow that was given to an executor and has not ended.

    `deaths` counts the executors that died while they had it.
    """

    workflow_id: str
    queue_name: str | None
    executor_id: str | None
    deaths: int


class EngineClient:
    """The engine as those see it who only hand things in. Implements `Engine`.

    Args:
        store: Where the engine keeps its workflows; created when it does not exist yet.
    """

    executes = False

    def __init__(self, store: EngineStore) -> None:
        self.store = store
        self._client: DBOSClient | None = None
        self._lock = threading.Lock()

    async def submit(self, ticket: Ticket) -> None:
        """See `Engine.submit`."""
        options = _options(
            JOB_WORKFLOW,
            jobs_queue(ticket.backend),
            ticket.workflow_id,
            ticket.user_id,
            ticket.priority,
        )
        delay_seconds = _seconds_until(ticket.not_before)
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds
        told = JobTicket.model_validate(ticket.model_dump(include=set(JobTicket.model_fields)))
        await asyncio.to_thread(self._enqueue, options, told.model_dump(mode="json"))

    async def known(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """See `Engine.known`."""
        if not tickets:
            return frozenset()
        ids = [ticket.workflow_id for ticket in tickets]
        found = await self._call(
            lambda client: client.list_workflows(
                workflow_ids=ids, load_input=False, load_output=False
            )
        )
        return frozenset(status.workflow_id for status in found)

    async def active(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """See `Engine.active`."""
        ids = [ticket.workflow_id for ticket in tickets]
        statuses = await asyncio.to_thread(self.statuses, ids) if ids else {}
        return frozenset(name for name, status in statuses.items() if status in ACTIVE_STATUSES)

    async def close(self) -> None:
        """See `Engine.close`."""
        await asyncio.to_thread(self._close)

    def prepare(self) -> None:
        """Create or upgrade the engine's database, if that has not been done. Blocking."""
        self.call(lambda _: None)

    # ------------------------------------------------------------------ for executors

    def start_generation(self, queue: str, workflow_id: str, work: GenerationTicket) -> None:
        """Put a generation on the queue of its model. Blocking; the same id again does nothing."""
        options = _options(GENERATION_WORKFLOW, queue, workflow_id, work.user_id, work.priority)
        self._enqueue(options, work.model_dump(mode="json"))

    def statuses(self, workflow_ids: Sequence[str]) -> dict[str, str]:
        """The engine's status of those that it knows. Blocking."""
        found = self.call(
            lambda client: client.list_workflows(
                workflow_ids=list(workflow_ids), load_input=False, load_output=False
            )
        )
        return {one.workflow_id: one.status for one in found}

    def register_queues(self, plans: Sequence[QueuePlan]) -> None:
        """Write down the queues' limits, for all workers. Blocking."""
        for plan in plans:
            self.call(lambda client, plan=plan: _register(client, plan))

    def pending(
        self, *, executor_id: str | None = None, queues: Sequence[str] | None = None
    ) -> list[Pending]:
        """The workflows in the hands of one executor, or of all on some queues. Blocking."""
        found = self.call(
            lambda client: client.list_workflows(
                status="PENDING",
                executor_id=executor_id,
                queue_name=None if queues is None else list(queues),
                load_input=False,
                load_output=False,
            )
        )
        return [_pending(one) for one in found]

    def hand_back(self, pending: Sequence[Pending], default_queue: str, *, died: bool) -> None:
        """Put workflows back on the queues they came from. Blocking.

        User, priority and recorded steps stay; an executor that still held one can no longer
        record anything for it. When the executor `died`, that is counted.
        """
        by_queue: dict[str, list[str]] = {}
        for one in pending:
            if died:
                told: dict[str, object] = {_DEATHS: one.deaths + 1}
                self.call(lambda client, one=one, told=told: _tell(client, one, told))
            by_queue.setdefault(one.queue_name or default_queue, []).append(one.workflow_id)
        for queue, ids in by_queue.items():
            self.call(
                lambda client, queue=queue, ids=ids: client.resume_workflows(ids, queue_name=queue)
            )

    def stop(self, workflow_ids: Sequence[str]) -> None:
        """Take workflows off the engine for good. Blocking."""
        if workflow_ids:
            self.call(lambda client: client.cancel_workflows(list(workflow_ids)))

    def call(self, use: Callable[[DBOSClient], ResultT]) -> ResultT:
        """Use the engine's client in this thread.

        Raises:
            StoreError: The engine's database refused (`retryable`).
            ConfigurationError: It cannot be used at all.
        """
        with engine_errors(self.store.name):
            return use(self._open())

    # ------------------------------------------------------------------

    def _enqueue(self, options: EnqueueOptions, document: dict[str, object]) -> None:
        with engine_errors(self.store.name):
            self._open().enqueue(options, document)

    async def _call(self, use: Callable[[DBOSClient], ResultT]) -> ResultT:
        return await asyncio.to_thread(self.call, use)

    def _open(self) -> DBOSClient:
        with self._lock:
            if self._client is None:
                self._client = DBOSClient(
                    system_database_engine=self.store.prepare(),
                    dbos_system_schema=ENGINE_SCHEMA,
                    serializer=JsonSerializer(),
                    application_name=APPLICATION_NAME,
                    retry_connection_errors=False,
                )
            return self._client

    def _close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client.destroy()
            self._client = None
        self.store.close()


def _options(
    workflow: str, queue: str, workflow_id: str, user_id: str, priority: int
) -> EnqueueOptions:
    return {
        "workflow_name": workflow,
        "queue_name": queue,
        "workflow_id": workflow_id,
        "queue_partition_key": user_id or "-",
        "priority": priority,
        "app_version": WORKFLOW_SCHEMA,
    }


def _pending(status: WorkflowStatus) -> Pending:
    deaths = int((status.attributes or {}).get(_DEATHS, 0))
    return Pending(status.workflow_id, status.queue_name, status.executor_id, deaths)


def _tell(client: DBOSClient, workflow: Pending, told: dict[str, object]) -> None:
    client.update_workflow_attributes(workflow.workflow_id, told)


def _register(client: DBOSClient, plan: QueuePlan) -> None:
    client.register_queue(
        plan.name,
        worker_concurrency=plan.each_worker,
        global_concurrency=plan.everywhere,
        partition_concurrency=plan.each_user if plan.everywhere is not None else None,
        partition_worker_concurrency=plan.each_user if plan.everywhere is None else None,
        limiter=plan.starts and {"limit": plan.starts[0], "period": plan.starts[1]},
        polling_interval_sec=plan.poll_seconds,
    )


def _seconds_until(moment: datetime | None) -> float:
    return 0.0 if moment is None else (moment - utc_now()).total_seconds()
