"""`poll_generation`: wait for a generation, with progress, and bring its video home."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from video_agent.errors import GenerationFailedError, NotFoundError, PlanError
from video_agent.models import (
    Generation,
    GenerationState,
    GenerationUpdate,
    MediaSource,
    ProgressEvent,
    Value,
)
from video_agent.store.records import finish_attempt
from video_agent.toolkit import tool
from video_agent.tools.context import Context
from video_agent.tools.inputs import inputs_of

Status = Literal["succeeded", "blocked", "failed", "running", "outcome_unknown"]
_UNKNOWN = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)
_NOTHING_STARTED = (GenerationState.REJECTED, GenerationState.NOT_STARTED)


class PolledGeneration(Value):
    """How a generation stands now; a succeeded one has its video on disk."""

    status: Status
    video_id: str | None = None
    path: Path | None = None
    cost_usd: Decimal | None = None
    reason: str | None = None


@tool
async def poll_generation(
    context: Context,
    generation_id: Annotated[str, Field(description="The id generate_video returned.")],
) -> AsyncGenerator[ProgressEvent | PolledGeneration, None]:
    """Wait until a generation has ended and fetch its video. One call is usually enough.

    When it answers `running`, the service takes very long: the job is kept and can be resumed.
    """
    generation = await _found(context, generation_id)
    sources: Sequence[MediaSource] = ()
    services = context.services
    if generation.state is GenerationState.SUBMITTED and not services.queued:
        updates = services.ledger.follow(
            generation.id,
            services.generator,
            services.polling_of(generation.model),
            reconciler=services.reconciler,
        )
        async with aclosing(updates):
            async for update in updates:
                sources = update.sources
                if update.status == "running":
                    yield _progress(generation, update)
        generation = await services.ledger.get(generation_id)
    yield await _ended(context, generation, sources)


async def _found(context: Context, generation_id: str) -> Generation:
    """The job's generation; one whose answer was lost is looked up at the provider first.

    Raises:
        NotFoundError: The job has no such generation.
        ConfigurationError: The job belongs to another backend.
        PlanError: Nothing was ever started under this id.
    """
    services = context.services
    generation = await services.ledger.get(generation_id)
    if generation.job_id != context.job_id:
        raise NotFoundError(f"this job has no generation {generation_id}")
    await context.look_at_own()
    if generation.state is GenerationState.INTENDED and not services.queued:
        inputs = await inputs_of(services, context.request, generation)
        generation = await services.ledger.dispatch(
            generation_id, services.generator, inputs=inputs
        )
    if generation.state in _UNKNOWN and services.reconciler is not None:
        generation = await services.ledger.reconcile(generation_id, services.reconciler)
    if generation.state in _NOTHING_STARTED:
        raise PlanError("nothing was started", hint="call generate_video again")
    return generation


async def _ended(
    context: Context, generation: Generation, sources: Sequence[MediaSource]
) -> PolledGeneration:
    """The answer for a generation that ended, is parked or of unknown outcome."""
    cost = generation.cost_usd if generation.cost_usd is not None else generation.estimate_usd
    if generation.state in (GenerationState.INTENDED, GenerationState.SUBMITTED):
        return PolledGeneration(status="running", cost_usd=cost, reason="still running; kept")
    if generation.state in _UNKNOWN:
        return PolledGeneration(status="outcome_unknown", cost_usd=cost, reason=generation.error)
    if generation.state is GenerationState.SUCCEEDED:
        return await _collected(context, generation, sources, cost)
    blocked = generation.state is GenerationState.BLOCKED
    return await _without_video(
        context, generation, "blocked" if blocked else "failed", generation.error
    )


async def _collected(
    context: Context, generation: Generation, sources: Sequence[MediaSource], cost: Decimal
) -> PolledGeneration:
    services = context.services
    try:
        video = await services.collector.collect(
            generation, services.generator, sources, notify=partial(_warn, context, generation)
        )
    except GenerationFailedError as error:
        return await _without_video(context, generation, "failed", error.message)
    return PolledGeneration(status="succeeded", video_id=video.id, path=video.path, cost_usd=cost)


async def _warn(context: Context, generation: Generation, message: str) -> None:
    number = generation.attempt_number
    await context.emit(ProgressEvent(kind="warning", message=message, attempt_number=number))


async def _without_video(
    context: Context, generation: Generation, status: Status, reason: str | None
) -> PolledGeneration:
    number = generation.attempt_number
    await finish_attempt(context.services.database, context.job_id, number)
    await _warn(context, generation, f"{status}: {reason or 'no reason given'}")
    return PolledGeneration(status=status, cost_usd=generation.cost_usd, reason=reason)


def _progress(generation: Generation, update: GenerationUpdate) -> ProgressEvent:
    return ProgressEvent(
        kind="poll",
        message="generating",
        attempt_number=generation.attempt_number,
        fraction=update.progress,
        data={"generation_id": generation.id},
    )
