"""Decisions that no look-up takes: intents withdrawn unsent, unknown outcomes in a person's hands.

An outcome nobody can tell stays counted as spent until a person adopts the provider's id or answers
for it that nothing was started; both are told in the job's events, with who decided.
"""

from sqlmodel import col, select

from video_agent.errors import StoreError
from video_agent.ledger.rows import adopt, load, move, to_generation
from video_agent.models import Generation, GenerationState, utc_now
from video_agent.store.database import Database
from video_agent.store.tables import GenerationRow

UNKNOWN_STATES = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)


async def withdraw(database: Database, generation_id: str, reason: str) -> Generation:
    """See `Ledger.withdraw`."""
    try:
        async with database.write(durable=True) as session:
            row = await load(session, generation_id)
            if row.state != GenerationState.INTENDED or row.submitted_at is not None:
                return to_generation(row)
            return await move(
                session,
                row,
                GenerationState.REJECTED,
                error={"message": f"withdrawn before it was sent: {reason}"},
                finished_at=utc_now(),
            )
    except StoreError as error:
        if not error.retryable:
            raise
    async with database.read() as session:  # somebody claimed it in this very moment
        return to_generation(await load(session, generation_id))


async def mark_unresolved(database: Database, generation_id: str, note: str) -> Generation:
    """See `Ledger.mark_unresolved`."""
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        return await move(session, row, GenerationState.UNRESOLVED, error={"message": note})


async def resolve(
    database: Database, generation_id: str, provider_id: str | None, by: str
) -> Generation:
    """See `Ledger.resolve`."""
    async with database.write(durable=True) as session:
        row = await load(session, generation_id)
        if row.state not in UNKNOWN_STATES:
            raise StoreError(f"generation {row.id} is {row.state}: there is nothing to decide")
        if provider_id is None:
            note = {"message": f"{by} answers for it that nothing was started"}
            return await move(
                session, row, GenerationState.NOT_STARTED, error=note, finished_at=utc_now()
            )
        return await adopt(session, row, provider_id, note=f"adopted by {by}")


async def unknown(database: Database, limit: int) -> list[Generation]:
    """See `Ledger.unknown`."""
    query = (
        select(GenerationRow)
        .where(col(GenerationRow.state).in_([state.value for state in UNKNOWN_STATES]))
        .order_by(col(GenerationRow.id))
        .limit(limit)
    )
    async with database.read() as session:
        return [to_generation(row) for row in await session.exec(query)]
