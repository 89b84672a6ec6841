"""Stopping a generation that runs, and what the service then says became of it."""

from video_agent.errors import BackendError, StoreError
from video_agent.ledger.endings import end_as, finish
from video_agent.models import Generation, GenerationState, GenerationUpdate
from video_agent.ports import Generator
from video_agent.store.database import Database

_STOPPED = GenerationUpdate(status="failed", reason="stopped on request")


async def cancel(database: Database, generation: Generation, generator: Generator) -> Generation:
    """See `Ledger.cancel`."""
    if generation.state is not GenerationState.SUBMITTED or generation.provider_id is None:
        raise StoreError(f"generation {generation.id} is {generation.state}: nothing to stop")
    refusal: BackendError | None = None
    try:
        await generator.cancel(generation.provider_id, model=generation.model)
    except BackendError as error:  # one that has ended cannot be stopped, and then we want its end
        refusal = error
    update = await _look(generator, generation.provider_id, generation.model)
    ended = update is not None and update.status != "running"
    if refusal is not None and not ended:
        raise refusal
    if update is not None and ended and (refusal is not None or update.status != "failed"):
        return await finish(database, generation.id, update)
    outcome = update if update is not None and ended else _STOPPED
    return await end_as(database, generation.id, GenerationState.CANCELLED, outcome)


async def _look(generator: Generator, provider_id: str, model: str) -> GenerationUpdate | None:
    try:
        return await generator.poll(provider_id, model=model)
    except BackendError:
        return None
