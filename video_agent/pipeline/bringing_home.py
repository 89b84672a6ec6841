"""One paid generation in the hands of a worker: sent once, followed, brought home, or stopped."""

import logging
from collections.abc import Sequence
from contextlib import aclosing

from video_agent.errors import (
    BackendError,
    ConfigurationError,
    InvalidRequestError,
    OutcomeUnknownError,
    QuotaError,
    StoreError,
    VideoAgentError,
)
from video_agent.jobs.work import OpenGeneration
from video_agent.models import (
    RESTING_STATUSES,
    Generation,
    GenerationInputs,
    GenerationState,
    Job,
    JobStatus,
    MediaSource,
    ProgressEvent,
    utc_now,
)
from video_agent.store.events import record_event
from video_agent.store.jobs import get_job
from video_agent.store.queueing import mark_settled, unsettled_generations
from video_agent.store.records import finish_attempt
from video_agent.store.values import to_request
from video_agent.tools import Services
from video_agent.tools.inputs import inputs_of

_log = logging.getLogger(__name__)
_LONGEST_QUOTA_WAIT_SECONDS = 60.0
_COLLECT_TRIES = 3
_COLLECT_PAUSE_SECONDS = 2.0
_REFUSED = (GenerationState.BLOCKED, GenerationState.FAILED, GenerationState.CANCELLED)


class BringingHome:
    """What a worker does for a generation. Every method may be repeated after a crash.

    Args:
        services: The parts all jobs share.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def open_generations(self, job: Job) -> tuple[OpenGeneration, ...]:
        """The job's generations that a worker still has to do something for."""
        rows = await unsettled_generations(self._services.database, job.id)
        return tuple(
            OpenGeneration(
                generation_id=row.id, model=row.model, user_id=job.user_id, priority=job.priority
            )
            for row in rows
        )

    async def withdraw_unsent(self, generations: Sequence[OpenGeneration]) -> None:
        """Take back what nobody has sent yet: its job is to begin nothing more."""
        for one in generations:
            await self._services.ledger.withdraw(one.generation_id, reason="its job rests")

    async def send(self, generation_id: str) -> None:
        """Claim and send it, exactly once; look a lost answer up until it can be believed."""
        services = self._services
        generation = await services.ledger.get(generation_id)
        if generation.state is GenerationState.INTENDED:
            generation = await self._send(generation)
        if generation.state is GenerationState.OUTCOME_UNKNOWN:
            await self._look_up(generation)

    async def bring_home(self, generation_id: str) -> None:
        """Follow it to its end, keep its videos, and mark it settled whatever came of it."""
        ledger = self._services.ledger
        generation = await ledger.get(generation_id)
        sources: tuple[MediaSource, ...] = ()
        try:
            if generation.state is GenerationState.SUBMITTED:
                sources = await self._follow(generation)
                generation = await ledger.get(generation_id)
            await self._end(generation, sources)
        except VideoAgentError as error:
            if isinstance(error, StoreError | ConfigurationError) and error.retryable:
                raise  # our own database is away: the step is repeated when it is back
            await self._warn(generation, f"{error}; it is kept and tried again later")
        await mark_settled(self._services.database, generation_id)

    async def stop(self, generation: Generation) -> None:
        """Stop it for a cancelled job: withdrawn if unsent, else cancelled at the provider."""
        ledger = self._services.ledger
        try:
            if generation.state is GenerationState.INTENDED:
                generation = await ledger.withdraw(generation.id)
            if generation.state is GenerationState.SUBMITTED:
                await ledger.cancel(generation.id, self._services.generator)
        except VideoAgentError as error:  # it runs on; its worker or the sweeper brings it home
            await self._warn(generation, f"it could not be stopped: {error}")

    # ------------------------------------------------------------------ sending

    async def _send(self, generation: Generation) -> Generation:
        ledger = self._services.ledger
        if not await self._is_wanted(generation.job_id):
            return await ledger.withdraw(generation.id, reason="its job is to stop")
        inputs = await self._inputs(generation)
        try:
            return await ledger.dispatch(generation.id, self._services.generator, inputs=inputs)
        except QuotaError as error:
            await self._wait_as_asked(generation, error)
        except OutcomeUnknownError as error:
            await self._warn(generation, f"{error.message}; it is never sent again by itself")
        except BackendError as error:
            await self._warn(generation, f"nothing was started: {error}")
        return await ledger.get(generation.id)

    async def _is_wanted(self, job_id: str) -> bool:
        """Whether its job still begins anything new: it is neither stopped nor out of time."""
        row = await get_job(self._services.database, job_id)
        late = row.deadline_at is not None and row.deadline_at <= utc_now()
        resting = JobStatus(row.status) in RESTING_STATUSES
        return not (late or resting or row.cancel_requested_at)

    async def _inputs(self, generation: Generation) -> GenerationInputs:
        row = await get_job(self._services.database, generation.job_id)
        return await inputs_of(self._services, to_request(row), generation)

    async def _wait_as_asked(self, generation: Generation, error: QuotaError) -> None:
        """Wait as long as the service asks before the planner may try again."""
        seconds = error.retry_after_seconds
        if seconds is None or seconds > _LONGEST_QUOTA_WAIT_SECONDS:
            await self._warn(generation, f"nothing was started: {error}")
            return
        await self._warn(generation, f"nothing was started: the service asks to wait {seconds:g} s")
        await self._services.clock.sleep(seconds)

    async def _look_up(self, generation: Generation) -> None:
        reconciler = self._services.reconciler
        if reconciler is None:
            return
        await self._warn(generation, "it is not known whether the service started it; looking")
        try:
            await self._services.ledger.reconcile(generation.id, reconciler, wait=True)
        except VideoAgentError as error:
            await self._warn(generation, f"it could not be looked up: {error}")

    # ------------------------------------------------------------------ following

    async def _follow(self, generation: Generation) -> tuple[MediaSource, ...]:
        services = self._services
        updates = services.ledger.follow(
            generation.id,
            services.generator,
            services.polling_of(generation.model),
            reconciler=services.reconciler,
            keep_progress=False,
        )
        sources: tuple[MediaSource, ...] = ()
        async with aclosing(updates):
            async for update in updates:
                sources = update.sources
                if update.status == "running" and await self._wants_to_stop(generation):
                    return ()
        return sources

    async def _wants_to_stop(self, generation: Generation) -> bool:
        """Obey a wish to cancel; a service that cannot stop is followed to the end."""
        row = await get_job(self._services.database, generation.job_id)
        if row.cancel_requested_at is None:
            return False
        try:
            await self._services.ledger.cancel(generation.id, self._services.generator)
        except InvalidRequestError:
            return False
        return True

    async def _end(self, generation: Generation, sources: tuple[MediaSource, ...]) -> None:
        if generation.state is GenerationState.SUCCEEDED:
            await self._collect(generation, sources)
        elif generation.state in _REFUSED:
            database = self._services.database
            await finish_attempt(database, generation.job_id, generation.attempt_number)

    async def _collect(self, generation: Generation, sources: tuple[MediaSource, ...]) -> None:
        services = self._services
        for tries_left in reversed(range(_COLLECT_TRIES)):
            try:
                await services.collector.collect_all(generation, services.generator, sources)
            except BackendError as error:
                if not error.retryable or not tries_left:
                    raise
            else:
                return
            await services.clock.sleep(_COLLECT_PAUSE_SECONDS)

    async def _warn(self, generation: Generation, message: str) -> None:
        _log.warning("generation %s: %s", generation.id, message)
        number = generation.attempt_number
        event = ProgressEvent(kind="warning", message=message, attempt_number=number)
        await record_event(self._services.database, generation.job_id, event)
