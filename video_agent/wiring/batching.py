"""Many videos under one cap: planned, begun, gone on with, watched."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from video_agent.errors import VideoAgentError
from video_agent.models import BatchResult, JobStatus, StopReason, VideoRequest, utc_now
from video_agent.wiring.approving import ApprovingAgent
from video_agent.wiring.prices import price_list

if TYPE_CHECKING:
    from video_agent.pipeline.batches import Batches, PlannedBatch
    from video_agent.store.tables import JobRow

Requests = str | Path | Sequence[VideoRequest | Mapping[str, object]]
"""A file, `.csv` or `.jsonl`, or the requests themselves."""
BatchWatcher = Callable[[BatchResult], Awaitable[None]]
_LOOK_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 3.0
_SHARE_OF_LOOKING = 5
_AT_ONCE = 500
_PATIENCE_SECONDS = 60.0
MOST_ATTEMPTS = 50
"""Of one job, whatever is retried."""
_GOING_ON = (JobStatus.QUEUED, JobStatus.RUNNING)
_TAKEN_UP = (JobStatus.PARKED, JobStatus.NEEDS_ATTENTION)
_log = logging.getLogger(__name__)


class BatchingAgent(ApprovingAgent):
    """Makes many videos under one cap. Made as `VideoAgent`."""

    async def batch(
        self,
        requests: Requests,
        *,
        cap_usd: Decimal | float | str | None = None,
        name: str | None = None,
        approved: bool = False,
        retry_failed: bool = False,
        wait: bool = True,
        on_change: BatchWatcher | None = None,
        **defaults: object,
    ) -> BatchResult:
        """Make the videos of a file, or of many requests, under one cap in dollars.

        All rows are let in or none is: when one is wrong, or the money does not cover one attempt
        of every row, nothing is stored. The same requests again are the same batch: it goes on
        where it was, and what is done is not done again. A row that fails stops no other.

        Args:
            requests: A `.csv` or `.jsonl` file (columns are fields of `VideoRequest`), or requests.
            cap_usd: What all rows together may cost; None: their own budgets are the only limit.
            name: Another name makes another batch of the same requests.
            approved: A person has agreed to what it may cost; else, when that is more than
                `approval_above_usd`, its jobs wait for approval.
            retry_failed: Also take up rows that ended without a video, with as many attempts more.
            wait: Until every row rests; else workers make them.
            on_change: Is shown how it stands, whenever that changes.
            **defaults: Fields of `VideoRequest` for rows that do not say otherwise.

        Raises:
            InvalidRequestError: The file cannot be read; with `problems`, which rows are wrong.
            BudgetError: The cap, or one of the day or of all time, does not cover it.
        """
        planned = await self.plan_batch(requests, cap_usd=cap_usd, name=name, **defaults)
        return await self.run_batch(
            planned, approved=approved, retry_failed=retry_failed, wait=wait, on_change=on_change
        )

    async def plan_batch(
        self,
        requests: Requests,
        *,
        cap_usd: Decimal | float | str | None = None,
        name: str | None = None,
        **defaults: object,
    ) -> "PlannedBatch":
        """Check and price a batch; nothing is stored. See `batch`."""
        from video_agent.pipeline.batch_file import batch_of, read_batch_file

        if isinstance(requests, str | Path):
            file = await asyncio.to_thread(read_batch_file, Path(requests), defaults)
        else:
            file = batch_of(requests, defaults)
        cap = None if cap_usd is None else Decimal(str(cap_usd))
        user_id = str(defaults.get("user_id", "local"))
        return await (await self._batches()).plan(file, cap_usd=cap, name=name, user_id=user_id)

    async def run_batch(
        self,
        planned: "PlannedBatch",
        *,
        approved: bool = False,
        retry_failed: bool = False,
        wait: bool = True,
        on_change: BatchWatcher | None = None,
    ) -> BatchResult:
        """Begin a planned batch, or go on with it. See `batch`.

        Interrupted, it is left for the next call: unless another process does it (then
        `left_to_others` says so) its rows are parked, and what is under way is kept.
        """
        from video_agent.pipeline.batch_standing import look_at_batch
        from video_agent.store.batches import forget_batch_pause, pause_batch

        batches, database = await self._batches(), self._opened.database
        queued = not (self._inline and wait)
        batch = await batches.store(planned, queued=queued, approved=approved)
        if planned.earlier is not None:
            await forget_batch_pause(database, batch.id)
            if approved:
                await self.approve_batch(batch.id)
        rows = await self._to_do(batch.id, retry_failed=retry_failed)
        if not rows:
            return await look_at_batch(database, batch.id)
        work = asyncio.ensure_future(self._work_for(rows))
        try:
            if wait:
                return await self._watch(batch.id, work, on_change)
            await work
            return await look_at_batch(database, batch.id)
        except asyncio.CancelledError:
            if not self._inline and not await self._goes_on(batch):
                await pause_batch(database, batch.id)
            raise
        finally:
            work.cancel()
            await asyncio.wait([work])

    async def _goes_on(self, batch: BatchResult) -> bool:
        """Whether another process carries the rows out, so that they go on without us."""
        from video_agent.jobs.leases import someone_executes

        database, lease_seconds = self._opened.database, self.settings.lease_seconds
        elsewhere = not self.executes and await someone_executes(
            database, batch.backend, lease_seconds
        )
        self._opened.durable.left_to_others = elsewhere
        return elsewhere

    async def _watch(
        self, batch_id: str, work: "asyncio.Future[None]", on_change: BatchWatcher | None
    ) -> BatchResult:
        """Look until everything rests, or nobody works for it any more."""
        from video_agent.pipeline.batch_standing import look_at_batch

        shown: BatchResult | None = None
        if not self._inline:
            await self._opened.durable.engines.start()
        while True:
            over, began = work.done(), time.monotonic()
            batch = await look_at_batch(self._opened.database, batch_id)
            if on_change is not None and batch != shown:
                await on_change(batch)
            shown = batch
            if over:
                work.result()
                if self._inline or (batch.rests and await self._delivered(batch_id)):
                    return batch
            pause_seconds = max(_LOOK_SECONDS, _SHARE_OF_LOOKING * (time.monotonic() - began))
            pause_seconds = min(pause_seconds, _LONGEST_PAUSE_SECONDS)
            if over:
                await asyncio.sleep(pause_seconds)
            else:
                await asyncio.wait([work], timeout=pause_seconds)

    async def _delivered(self, batch_id: str) -> bool:
        """Whether workers make nothing more of the delivered videos, as far as we can wait."""
        from video_agent.jobs.handing_in import ticket_of
        from video_agent.store.batches import jobs_of_batch

        rows = [row for _, row in await jobs_of_batch(self._opened.database, batch_id)]
        engine = await self._opened.durable.engines.any()
        limit = utc_now() - timedelta(seconds=_PATIENCE_SECONDS)
        lately = [row for row in rows if row.queued and row.updated_at > limit]
        return not await engine.active(tuple(ticket_of(row) for row in lately))

    async def _batches(self) -> "Batches":
        from video_agent.pipeline.batches import Batches
        from video_agent.pipeline.ordering import Orders

        place, prices = await self.plan(), price_list(self.settings)
        orders = Orders(
            settings=self.settings,
            database=self._opened.database,
            prices=lambda: prices,
            backend=place.name,
            charged=place.charged,
        )
        return Batches(orders)

    # ------------------------------------------------------------------ the rows

    async def _to_do(self, batch_id: str, *, retry_failed: bool) -> "list[JobRow]":
        from video_agent.store.batches import jobs_of_batch

        rows = [row for _, row in await jobs_of_batch(self._opened.database, batch_id)]
        return [row for row in rows if _is_open(row) or (retry_failed and _has_failed(row))]

    async def _work_for(self, rows: "Sequence[JobRow]") -> None:
        """Hand rows to the workers; those that belong to this process are done one by one."""
        for row in filter(_has_failed, rows):
            await self._allow_more_attempts(row)
        own = [row for row in rows if self._inline and not row.queued]
        if len(own) < len(rows):
            await self._hand_in([row for row in rows if row.queued or not self._inline])
        for row in own:
            await self._do(row)

    async def _allow_more_attempts(self, row: "JobRow") -> None:
        """A row that used up its attempts may have as many again; its budget stays what it is."""
        from video_agent.store.batches import request_of_row
        from video_agent.store.jobs import update_job

        job = await self._find(row.id)
        asked = VideoRequest.model_validate(await request_of_row(self._opened.database, row.id))
        allowed = min(MOST_ATTEMPTS, len(job.attempts) + asked.max_attempts)
        request = job.request.model_copy(update={"max_attempts": allowed})
        await update_job(self._opened.database, row.id, request=request.model_dump(mode="json"))

    async def _hand_in(self, rows: "Sequence[JobRow]") -> None:
        from video_agent.jobs.handing_in import ticket_of

        durable = self._opened.durable
        for first in range(0, len(rows), _AT_ONCE):
            some = rows[first : first + _AT_ONCE]
            engine = await durable.engines.any()
            tickets = {row.id: ticket_of(row) for row in some}
            known = await engine.known(tuple(tickets.values()))
            active = await engine.active(tuple(tickets.values()))
            for row in some:
                going_on = row.queued and row.status in _GOING_ON
                workflow_id = tickets[row.id].workflow_id
                if going_on and workflow_id not in known:
                    await durable.hand_in(engine, row)
                elif not going_on or workflow_id not in active:
                    await self._take_up(row)

    async def _take_up(self, row: "JobRow") -> None:
        try:
            await self._opened.durable.take_up(await self._find(row.id))
        except VideoAgentError as error:
            await self._note(row, error)

    async def _do(self, row: "JobRow") -> None:
        """One row in this process; what goes wrong with it stops no other."""
        from video_agent.store.jobs import update_job

        parts = await self._opened.parts()
        try:
            if _has_failed(row):
                status = JobStatus.QUEUED
                await update_job(self._opened.database, row.id, status=status, stopped_because=None)
            await parts.pipeline.resume(row.id)
        except VideoAgentError as error:
            await self._note(row, error)

    async def _note(self, row: "JobRow", error: VideoAgentError) -> None:
        """Where an error left no trace in the job, leave one."""
        from video_agent.store.jobs import get_job, update_job

        _log.warning("job %s: %s", row.id, error)
        now = await get_job(self._opened.database, row.id)
        if now.error is None:
            told: dict[str, object] = {"type": type(error).__name__, "message": error.message}
            await update_job(self._opened.database, row.id, error=told)


def _is_open(row: "JobRow") -> bool:
    return row.status in (*_GOING_ON, *_TAKEN_UP)


def _has_failed(row: "JobRow") -> bool:
    """Whether it ended without a video, and not because a person wanted that."""
    ended = row.status in (JobStatus.FAILED, JobStatus.STOPPED)
    return ended and row.delivered_path is None and row.stopped_because != StopReason.CANCELLED
