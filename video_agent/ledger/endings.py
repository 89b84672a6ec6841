"""A submitted generation on its way to its end: progress, outcome, cost."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

from sqlalchemy import update
from sqlmodel import col

from video_agent.errors import BackendError, InvalidRequestError
from video_agent.ledger.rows import load, move, to_generation
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationState,
    GenerationUpdate,
    utc_now,
)
from video_agent.ports import Clock, Generator, Reconciler
from video_agent.store.column_types import nano_dollars
from video_agent.store.database import Database
from video_agent.store.tables import GenerationRow

DENIALS_BELIEVED = 3
_STOPPED = {GenerationState.CANCELLED.value, GenerationState.FAILED.value}
_ENDS = {
    "succeeded": GenerationState.SUCCEEDED,
    "blocked": GenerationState.BLOCKED,
    "failed": GenerationState.FAILED,
}


def believing_poll(
    generator: Generator,
    generation: Generation,
    clock: Clock,
    patience_seconds: float,
    reconciler: Reconciler | None = None,
) -> Callable[[], Awaitable[GenerationUpdate]]:
    """A poll that gives a generation up only when the service denies it several times in a row.

    One "not found" may come from a replica that has not heard of it yet; believing it would throw
    a paid clip away. A generation that is denied again and again, three times at least and for at
    least `patience_seconds`, has failed, at a cost nobody tells. Before a failure of unknown cost
    is believed, the reconciler looks for the clip elsewhere: in the generation's own folder.

    Returns:
        The poll; it raises `BackendError` (`retryable`) when a later one may succeed.
    """
    denials, first_denied = 0, 0.0

    async def poll() -> GenerationUpdate:
        nonlocal denials, first_denied
        try:
            update = await generator.poll(generation.provider_id or "", model=generation.model)
        except BackendError as error:
            if error.retryable:
                raise
            now = clock.monotonic()
            first_denied = first_denied if denials else now
            denials += 1
            if denials < DENIALS_BELIEVED or now - first_denied < patience_seconds:
                raise BackendError(error.message, hint="poll again", retryable=True) from error
            update = GenerationUpdate(status="failed", reason=str(error))
        else:
            denials = 0
        if update.status == "failed" and update.cost_usd is None and reconciler is not None:
            return await _found_elsewhere(generator, generation, reconciler) or update
        return update

    return poll


async def _found_elsewhere(
    generator: Generator, generation: Generation, reconciler: Reconciler
) -> GenerationUpdate | None:
    """What is known of it under another id; None when nothing is, or only its failure."""
    finding = await reconciler.find(generation.id, output_uri=generation.settings.output_uri)
    if finding.verdict != "found" or finding.provider_id in (None, generation.provider_id):
        return None
    update = await generator.poll(finding.provider_id or "", model=generation.model)
    return None if update.status in ("failed", "blocked") else update


async def record_progress(database: Database, generation_id: str, progress: float | None) -> None:
    """Note how far a running generation is; None and steps back are ignored."""
    if progress is None:
        return
    async with database.write() as session:
        row = await load(session, generation_id)
        if row.state != GenerationState.SUBMITTED or progress <= (row.progress or 0.0):
            return
        # Not a transition: the version stays, so a concurrent end is not disturbed.
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.id) == generation_id)
            .values(progress=progress, updated_at=utc_now())
            .execution_options(synchronize_session=False)
        )


async def finish(database: Database, generation_id: str, outcome: GenerationUpdate) -> Generation:
    """See `Ledger.finish`."""
    if outcome.status not in _ENDS:
        raise InvalidRequestError(f"a generation cannot end as {outcome.status}")
    return await end_as(database, generation_id, _ENDS[outcome.status], outcome)


async def end_as(
    database: Database, generation_id: str, target: GenerationState, outcome: GenerationUpdate
) -> Generation:
    """Write down an end with its cost; one that was stopped on request stays so.

    Who stops it and who polls it see the same end, one as `cancelled` and one as `failed`: whoever
    comes first is right.

    Raises:
        StoreError: It is not `submitted`, or ended otherwise.
    """
    succeeded = target is GenerationState.SUCCEEDED
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        if row.state == target or {row.state, target.value} == _STOPPED:
            return to_generation(row)
        cost = outcome.cost_usd
        if cost is None and succeeded:
            cost = _estimated_cost(row, outcome)
        return await move(
            session,
            row,
            target,
            cost_usd=None if cost is None else nano_dollars(cost),
            usage=dict(outcome.usage) or None,
            progress=1.0 if succeeded else row.progress,
            error={"message": outcome.reason} if outcome.reason else None,
            finished_at=utc_now(),
        )


def _estimated_cost(row: GenerationRow, outcome: GenerationUpdate) -> Decimal:
    """The estimate; of a generation with filtered samples the share of what was delivered."""
    asked = GenerationSettings.model_validate(row.settings).samples
    delivered = len(outcome.sources)
    if not outcome.filtered or not 0 < delivered < asked:
        return row.estimate_usd
    return row.estimate_usd * delivered / asked
