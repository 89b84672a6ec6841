"""`DbosFlow`: the engine as a workflow sees it, on DBOS."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import TypedDict, TypeVar

from dbos import DBOS, StepReservation
from pydantic import BaseModel, JsonValue

from video_agent.errors import ConfigurationError, QuotaError, StoreError, VideoAgentError
from video_agent.jobs.client import ACTIVE_STATUSES, EngineClient, GenerationTicket, JobTicket
from video_agent.jobs.fair_slots import FairSlots
from video_agent.jobs.queues import BackendQueues
from video_agent.jobs.settled_watch import SettledWatch
from video_agent.jobs.under_way import StepsUnderWay
from video_agent.jobs.work import OpenGeneration, Work
from video_agent.jobs.workflows import THIS_RELEASE, Workflows
from video_agent.log_context import working_for

_log = logging.getLogger(__name__)
_OTHER_TRIES = 9
_LONGEST_PAUSE_SECONDS = 60.0
_DATABASE_PAUSE_SECONDS = 5.0
OutcomeT = TypeVar("OutcomeT", bound=BaseModel)
StepWork = Callable[[], Awaitable[JsonValue]]


class _Recorded(TypedDict):
    """What the engine keeps of a step."""

    outcome: JsonValue
    gave_up: bool


class GaveUpError(Exception):
    """The job cannot go on by itself and says so; its workflow ends here. Never leaves `jobs`."""


@dataclass(frozen=True)
class FlowParts:
    """What all workflows of a process share. Belongs to the engine's event loop."""

    work: Work
    client: EngineClient
    queues: BackendQueues
    slots: FairSlots
    watch: SettledWatch
    under_way: StepsUnderWay
    workflows: Workflows = THIS_RELEASE


class DbosFlow:
    """One workflow's view of the engine. Implements `Flow`.

    A step that fails in passing is tried again, for about five minutes, for want of a database as
    long as it takes. What fails for good gives the job up: that is written down for a person, and
    recorded like any outcome.

    Args:
        parts: What the workflows share.
        ticket: What this workflow is for.
    """

    def __init__(self, parts: FlowParts, ticket: JobTicket | GenerationTicket) -> None:
        self._parts = parts
        self._ticket = ticket

    async def turn(
        self, work: Callable[[], Awaitable[OutcomeT]], outcome: type[OutcomeT]
    ) -> OutcomeT:
        """See `Flow.turn`."""

        async def think() -> JsonValue:
            return (await work()).model_dump(mode="json")

        recorded = await self._recorded(DBOS.reserve_step(), "turn", think, in_slot=True)
        return outcome.model_validate(_outcome(recorded))

    async def step(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """See `Flow.step`."""
        _outcome(await self._recorded(DBOS.reserve_step(), name, _silent(work)))

    async def parallel(self, steps: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """See `Flow.parallel`. That they were begun is recorded before any of them.

        Else `patched`, which looks at the next record only, would not see that a run is past its
        place when of the steps after it only the later ones have ended.
        """
        await DBOS.run_step_async({"name": "side by side"}, _nothing)
        reserved = [(name, work, DBOS.reserve_step()) for name, work in steps.items()]
        ended = await asyncio.gather(
            *(self._recorded(place, name, _silent(work)) for name, work, place in reserved),
            return_exceptions=True,
        )
        for recorded in ended:
            if isinstance(recorded, BaseException):
                raise recorded
        for recorded in ended:
            if not isinstance(recorded, BaseException):
                _outcome(recorded)

    async def settled(self, generations: Sequence[OpenGeneration], until: datetime | None) -> None:
        """See `Flow.settled`. The waiting is one step, that puts them on their queues first."""

        async def wait() -> JsonValue:
            await asyncio.to_thread(self._start, generations)
            await self._parts.watch.wait([one.generation_id for one in generations], until)
            return None

        _outcome(await self._recorded(DBOS.reserve_step(), "settled", wait))

    async def patched(self, name: str) -> bool:
        """See `Flow.patched`."""
        return await DBOS.patch_async(name)

    # ------------------------------------------------------------------ what a step does

    async def _recorded(
        self, place: StepReservation, name: str, work: StepWork, *, in_slot: bool = False
    ) -> _Recorded:
        with self._parts.under_way.until_recorded() as ended:
            step = partial(self._persistently, name, work, in_slot=in_slot, ended=ended)
            return await place.run_async({"name": name}, step)

    async def _persistently(
        self, name: str, work: StepWork, *, in_slot: bool, ended: Callable[[], None]
    ) -> _Recorded:
        for failures in count():
            try:
                async with self._permission(name, in_slot=in_slot):
                    outcome = await work()
                    ended()
                    return {"outcome": outcome, "gave_up": False}
            except VideoAgentError as error:
                failure: Exception = error
                pause_seconds = _pause_seconds(error, failures)
            except Exception as error:  # noqa: BLE001 - a defect is the job's end, not the worker's
                _log.exception("step %s of job %s failed", name, self._ticket.job_id)
                failure, pause_seconds = error, None
            if pause_seconds is None:
                await self._give_up(failure)
                break
            told = (name, self._ticket.job_id, failure, pause_seconds)
            _log.warning("step %s of job %s: %s; tried again in %g s", *told)
            await asyncio.sleep(pause_seconds)
        return {"outcome": None, "gave_up": True}

    @asynccontextmanager
    async def _permission(self, name: str, *, in_slot: bool) -> AsyncGenerator[None]:
        async with AsyncExitStack() as stack:
            if in_slot:
                slot = self._parts.slots.slot(self._ticket.priority, self._ticket.user_id)
                await stack.enter_async_context(slot)
            await self._parts.under_way.may_begin()
            stack.enter_context(self._parts.under_way.step(name))
            yield

    async def _give_up(self, failure: Exception) -> None:
        while True:
            try:
                await self._parts.work.give_up(self._ticket.job_id, failure)
            except VideoAgentError as error:
                if not error.retryable:
                    _log.error("job %s cannot be given up: %s", self._ticket.job_id, error)
                    return
            else:
                return
            await asyncio.sleep(_LONGEST_PAUSE_SECONDS)

    def _start(self, generations: Sequence[OpenGeneration]) -> None:
        """Put on the queues what is not there; one that ended in an earlier run starts anew."""
        run = self._ticket.run if isinstance(self._ticket, JobTicket) else 1
        ids = {one.generation_id: generation_runs(one.generation_id, run) for one in generations}
        known = self._parts.client.statuses([name for names in ids.values() for name in names])
        for one in generations:
            names = ids[one.generation_id]
            unused = [name for name in names if name not in known]
            if not unused or any(known.get(name) in ACTIVE_STATUSES for name in names):
                continue
            self._parts.client.start_generation(
                self._parts.queues.for_model(one.model),
                unused[0],
                GenerationTicket(
                    generation_id=one.generation_id,
                    job_id=self._ticket.job_id,
                    user_id=one.user_id,
                    priority=one.priority,
                ),
            )


async def carry_out_job(parts: FlowParts, ticket: JobTicket) -> None:
    """The workflow of a job."""
    await parts.under_way.may_begin()
    with working_for(ticket.job_id):
        try:
            await parts.workflows.job(DbosFlow(parts, ticket), parts.work, ticket.job_id)
        except GaveUpError:
            _log.warning("job %s cannot go on by itself", ticket.job_id)


async def carry_out_generation(parts: FlowParts, ticket: GenerationTicket) -> None:
    """The workflow of a generation."""
    await parts.under_way.may_begin()
    with working_for(ticket.job_id, ticket.generation_id):
        try:
            flow = DbosFlow(parts, ticket)
            await parts.workflows.generation(flow, parts.work, ticket.generation_id)
        except GaveUpError:
            _log.warning("generation %s cannot be brought home", ticket.generation_id)
        finally:
            parts.watch.settled_here(ticket.generation_id)


def _outcome(recorded: _Recorded) -> JsonValue:
    if recorded["gave_up"]:
        raise GaveUpError
    return recorded["outcome"]


async def _nothing() -> None:
    """Leaves a record and does nothing."""


def _silent(work: Callable[[], Awaitable[None]]) -> StepWork:
    async def without_outcome() -> JsonValue:
        await work()
        return None

    return without_outcome


def _pause_seconds(error: VideoAgentError, failures: int) -> float | None:
    """How long to wait before the step is tried again; None: it is not.

    Our own database is waited for without end: nothing could be written down without it.
    """
    if not error.retryable:
        return None
    if isinstance(error, StoreError | ConfigurationError):
        return min(2.0**failures, _DATABASE_PAUSE_SECONDS)
    if failures >= _OTHER_TRIES:
        return None
    asked = error.retry_after_seconds if isinstance(error, QuotaError) else None
    return min(max(2.0**failures, asked or 0.0), _LONGEST_PAUSE_SECONDS)


def generation_runs(generation_id: str, run: int) -> list[str]:
    """The ids that the workflows of a generation may have when its job is in a run."""
    return [generation_id, *(f"{generation_id}:{number}" for number in range(2, run + 1))]
