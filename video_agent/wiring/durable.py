"""Jobs in the hands of workers: ordered, followed, taken up again, stopped.

Ordering only writes a row and hands its ticket in. Whoever waits for a job makes this process carry
jobs out, unless another one does.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from datetime import date
from typing import TYPE_CHECKING

from video_agent.errors import ZERO, StoreError
from video_agent.jobs.engine import Engine
from video_agent.jobs.handing_in import hand_in, ticket_of
from video_agent.jobs.leases import someone_executes
from video_agent.ledger.belonging import check_belongs
from video_agent.ledger.facts import load_facts
from video_agent.models import (
    ENDED_STATUSES,
    RESTING_STATUSES,
    Job,
    JobEvent,
    JobTerms,
    ProgressEvent,
    VideoRequest,
)
from video_agent.pipeline.announcing import closing_event, opening_events
from video_agent.pipeline.ordering import Orders
from video_agent.pipeline.taking_up import can_go_on, check_approved, reopen_unjudged
from video_agent.ports import ProgressSink
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.events import last_sequences
from video_agent.store.jobs import get_job
from video_agent.store.new_jobs import JobIntake
from video_agent.store.queueing import queue_again
from video_agent.store.tables import JobRow
from video_agent.store.values import to_job
from video_agent.store.wishes import (
    forget_pause,
    run_anew,
    wish_cancel,
    wish_go_on,
    wish_pause,
)
from video_agent.wiring.endings import check_not_given_up
from video_agent.wiring.engines import Engines
from video_agent.wiring.following import Expectations, follow
from video_agent.wiring.prices import price_list, today
from video_agent.wiring.working import open_work

if TYPE_CHECKING:
    from video_agent.catalog import PriceList

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.25
_ENDING_SECONDS = 2.0
_ELSEWHERE = ProgressEvent(
    kind="status", message="another process carries it out", data={"state": "elsewhere"}
)


class DurableJobs:
    """The jobs of one agent, done by workers.

    Args:
        settings: The configuration.
        database: Ours; it stays the caller's to close.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._prices: tuple[date, PriceList] | None = None
        self._intake: tuple[asyncio.AbstractEventLoop, JobIntake] | None = None
        self.engines = Engines(settings, database)
        self.left_to_others: bool = False
        """Whether the job whose waiting was interrupted last goes on in another process."""

    # ------------------------------------------------------------------ ordering

    async def submit(
        self, request: VideoRequest, terms: JobTerms, *, approved: bool = False
    ) -> Job:
        """Check, price and store a job and hand it to the workers; see `VideoAgent.submit`."""
        orders = await self.orders()
        order = await orders.check(request)
        engine = await self.engines.any()
        row, made = await orders.store(orders.job(order, terms, approved=approved))
        await self.hand_in(engine, row)
        return to_job(row, cost_usd=ZERO) if made else await self._job(row.id)

    async def orders(self) -> Orders:
        """Takes orders for the backend that the settings choose."""
        place = await self.engines.place()
        return Orders(
            settings=self._settings,
            database=self._database,
            prices=self.prices,
            backend=place.name,
            charged=place.charged,
            intake=self._intake_of_loop(),
        )

    def _intake_of_loop(self) -> JobIntake:
        loop = asyncio.get_running_loop()
        if self._intake is None or self._intake[0] is not loop:
            self._intake = loop, JobIntake(self._database)
        return self._intake[1]

    async def hand_in(self, engine: Engine, row: JobRow) -> None:
        """Hand a stored job's ticket in; where the engine refuses for a while, somebody else does.

        Raises:
            ConfigurationError: The engine cannot be used at all.
        """
        try:
            await hand_in(engine, row)
        except StoreError as error:
            if not error.retryable:
                raise
            _log.warning("job %s will be handed to the engine later: %s", row.id, error)

    def prices(self) -> "PriceList":
        """The price list of today; made once a day."""
        day = today()
        if self._prices is None or self._prices[0] != day:
            self._prices = day, price_list(self._settings, day)
        return self._prices[1]

    # ------------------------------------------------------------------ following

    async def events(self, job_id: str, *, after: int = 0) -> AsyncGenerator[JobEvent]:
        """See `VideoAgent.events`."""

        async def still_working() -> bool:
            row = await get_job(self._database, job_id)
            engine = await self.engines.any()
            return row.queued and bool(await engine.active((ticket_of(row),)))

        expectations = Expectations(self.prices().catalog)
        async for event in follow(
            self._database, job_id, expectations, after=after, still_working=still_working
        ):
            yield event

    async def wait(self, job_id: str, on_event: ProgressSink | None, *, after: int = 0) -> Job:
        """Follow a job until it rests; see `VideoAgent.wait`.

        Raises:
            VideoAgentError: Something outside failed for good; the job can be resumed.
        """
        job = await self._job(job_id)
        place = await self.engines.place()
        ours = (job.backend, job.charged) == (place.name, place.charged)
        if ours and self._settings.engine == "auto" and job.status not in RESTING_STATUSES:
            engine = await self.engines.start()
            if not engine.executes:
                await _tell(on_event, _ELSEWHERE.model_copy(update={"job_id": job_id}))
        async for told in self.events(job_id, after=after):
            await _tell(on_event, told.event.model_copy(update={"job_id": job_id}))
        check_not_given_up(await get_job(self._database, job_id))
        return await self._job(job_id)

    async def work_out(self, job: Job, on_event: ProgressSink | None, *, after: int = 0) -> Job:
        """Wait as the one who wants the job: an interruption pauses it, where it is done here."""
        planner = self.prices().catalog.defaults.planner
        try:
            await _tell(on_event, *opening_events(job, planner))
            job = await self.wait(job.id, on_event, after=after)
        except asyncio.CancelledError:
            await self._interrupted(job)
            raise
        await _tell(on_event, closing_event(job))
        return job

    async def _interrupted(self, job: Job) -> None:
        self.left_to_others = await self._done_elsewhere(job)
        if not self.left_to_others:
            await wish_pause(self._database, job.id)

    async def _done_elsewhere(self, job: Job) -> bool:
        """Whether another process carries the job out: then it goes on without us."""
        if self.engines.executes:
            return False
        return await someone_executes(self._database, job.backend, self._settings.lease_seconds)

    async def _job(self, job_id: str) -> Job:
        return (await load_facts(self._database, job_id)).job

    # ------------------------------------------------------------------ taking up, stopping

    async def resume(self, job: Job, on_event: ProgressSink | None) -> Job:
        """See `VideoAgent.resume`."""
        check_approved(job)
        if not can_go_on(job):
            return job
        try:
            seen = (await last_sequences(self._database, [job.id])).get(job.id, 0)
            job = await self.take_up(job)
        except asyncio.CancelledError:
            await self._interrupted(job)
            raise
        return await self.work_out(job, on_event, after=seen)

    async def take_up(self, job: Job) -> Job:
        """See `VideoAgent.retry`."""
        check_approved(job)
        place = await self.engines.place()
        check_belongs(job, place.name, charged=place.charged)
        engine = await self.engines.any()
        await reopen_unjudged(self._database, job)
        row: JobRow | None = await get_job(self._database, job.id)
        if job.status in RESTING_STATUSES and await self._under_way(engine, row):
            row = await wish_go_on(self._database, job.id)
        else:
            row = await queue_again(self._database, job.id)
        if row is None:
            row = await self._go_on(engine, await forget_pause(self._database, job.id))
        await self.hand_in(engine, row)
        return await self._job(job.id)

    async def _under_way(self, engine: Engine, row: JobRow) -> bool:
        """Whether the engine still has the run of a job that rests: two runs must not meet.

        A run that sees its job rest is over in a moment; one that waits in a queue is not.
        """
        deadline = time.monotonic() + _ENDING_SECONDS
        while row.queued and await engine.active((ticket_of(row),)):
            if time.monotonic() > deadline:
                return True
            await asyncio.sleep(_LOOK_SECONDS)
        return False

    async def _go_on(self, engine: Engine, row: JobRow) -> JobRow:
        """A job that does not rest, with a run that the engine has not ended."""
        ticket = (ticket_of(row),)
        if await engine.active(ticket) or not await engine.known(ticket):
            return row
        return await run_anew(self._database, row.id, seen_runs=row.runs)

    async def cancel(self, job_id: str, *, patience_seconds: float) -> Job:
        """See `VideoAgent.cancel`."""
        row = await wish_cancel(self._database, job_id)
        job = await self._job(job_id)
        if job.status in ENDED_STATUSES:
            return job
        if row.queued:
            await self.hand_in(await self.engines.any(), row)
        deadline = time.monotonic() + patience_seconds
        while job.status not in ENDED_STATUSES and time.monotonic() < deadline:
            lease_seconds = self._settings.lease_seconds
            if not await someone_executes(self._database, job.backend, lease_seconds):
                await self._stop_here(job)
            await asyncio.sleep(_LOOK_SECONDS)
            job = await self._job(job_id)
        return job

    async def _stop_here(self, job: Job) -> None:
        """Nobody works for it: do what a worker would do, and nothing else."""
        place = await self.engines.place()
        check_belongs(job, place.name, charged=place.charged)
        work, close = await open_work(self._settings)
        try:
            await work.turn(job.id)
        finally:
            await close()

    async def close(self) -> None:
        """Close what was opened."""
        await self.engines.close()


async def _tell(on_event: ProgressSink | None, *events: ProgressEvent) -> None:
    if on_event is not None:
        for event in events:
            await on_event(event)
