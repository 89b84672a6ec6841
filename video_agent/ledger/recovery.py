"""Intents left behind: whose sender is gone, the outcome is unknown and nothing is sent."""

from video_agent.errors import StoreError
from video_agent.ledger.rows import error_document, load, move, to_generation
from video_agent.models import Generation, GenerationState, utc_now
from video_agent.ports import Clock
from video_agent.store.database import Database
from video_agent.store.tables import GenerationRow

_LOOK_SECONDS = 0.05
_INTENDED = GenerationState.INTENDED.value


async def as_it_stands(
    database: Database, generation_id: str, clock: Clock, abandoned_after_seconds: float
) -> Generation:
    """A generation; a claimed intent that nobody is sending any more becomes `outcome_unknown`.

    One that nobody has claimed was never sent and stays. A young claim may belong to a living
    process, so it is given a moment. Should the sender be slower than that, nothing is lost: its
    answer still moves the row on.

    Args:
        database: Where the ledger is.
        generation_id: The generation.
        clock: For the wait.
        abandoned_after_seconds: The age at which nobody is believed to be sending it.
    """
    row = await _read(database, generation_id)
    until = clock.monotonic() + abandoned_after_seconds  # a clock that was set back hides the age
    while _is_being_sent(row) and _age_seconds(row) < abandoned_after_seconds:
        if clock.monotonic() >= until:
            break
        await clock.sleep(_LOOK_SECONDS)
        row = await _read(database, generation_id)
    if _is_being_sent(row):
        return await abandon(database, generation_id)
    return to_generation(row)


def _is_being_sent(row: GenerationRow) -> bool:
    return row.state == _INTENDED and row.submitted_at is not None


async def abandon(database: Database, generation_id: str) -> Generation:
    """A claimed intent whose sender is believed gone becomes `outcome_unknown`."""
    lost = StoreError("whoever wanted to send it ended before the outcome was known")
    try:
        async with database.write(durable=True) as session:
            row = await load(session, generation_id)
            if not _is_being_sent(row):
                return to_generation(row)
            target = GenerationState.OUTCOME_UNKNOWN
            return await move(session, row, target, error=error_document(lost))
    except StoreError as error:
        if not error.retryable:
            raise
    return to_generation(await _read(database, generation_id))


def _age_seconds(row: GenerationRow) -> float:
    return (utc_now() - row.updated_at).total_seconds()


async def _read(database: Database, generation_id: str) -> GenerationRow:
    async with database.read() as session:
        return await load(session, generation_id)
