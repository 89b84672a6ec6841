"""Ledger rows: read, moved by compare-and-set, shown to the rest of the program as values."""

from typing import cast

from sqlalchemy import CursorResult, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from video_agent.errors import NotFoundError, StoreError, VideoAgentError
from video_agent.ledger.states import check_move
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationState,
    ProgressEvent,
    utc_now,
)
from video_agent.store.database import Database
from video_agent.store.events import append_event
from video_agent.store.tables import GenerationRow, JobRow


def to_generation(row: GenerationRow) -> Generation:
    """A row as a value."""
    error = row.error.get("message") if row.error else None
    return Generation(
        id=row.id,
        job_id=row.job_id,
        attempt_number=row.attempt_number,
        state=GenerationState(row.state),
        model=row.model,
        prompt=row.prompt,
        settings=GenerationSettings.model_validate(row.settings),
        estimate_usd=row.estimate_usd,
        cost_usd=row.cost_usd,
        provider_id=row.provider_id,
        progress=row.progress,
        error=None if error is None else str(error),
        intended_at=row.intended_at,
        submitted_at=row.submitted_at,
        finished_at=row.finished_at,
    )


def error_document(error: BaseException) -> dict[str, object]:
    """An error as it is kept in a row."""
    document: dict[str, object] = {
        "type": type(error).__name__,
        "message": str(error) or type(error).__name__,
    }
    if isinstance(error, VideoAgentError):
        document |= {"hint": error.hint, "retryable": error.retryable}
    return document


async def load(session: AsyncSession, generation_id: str) -> GenerationRow:
    """One row.

    Raises:
        NotFoundError: There is none.
    """
    return _found(await session.get(GenerationRow, generation_id), generation_id)


async def read(database: Database, generation_id: str) -> GenerationRow:
    """One row as it is now.

    Raises:
        NotFoundError: There is none.
    """
    row = await database.reading(lambda session: session.get(GenerationRow, generation_id))
    return _found(row, generation_id)


async def load_job(session: AsyncSession, job_id: str, *, lock: bool = False) -> JobRow:
    """The job's row; `lock` makes other writers of the same job wait (PostgreSQL).

    Raises:
        NotFoundError: There is none.
    """
    query = select(JobRow).where(col(JobRow.id) == job_id)
    row = (await session.exec(query.with_for_update() if lock else query)).first()
    if row is None:
        raise NotFoundError(f"there is no job {job_id}")
    return row


async def rows_of(session: AsyncSession, job_id: str) -> list[GenerationRow]:
    """All generations of a job, oldest first."""
    return list(await session.exec(_of_job(job_id)))


async def read_all(database: Database, job_id: str) -> list[GenerationRow]:
    """The same as they are now."""
    return await database.reading(lambda session: list(session.exec(_of_job(job_id))))


def _of_job(job_id: str) -> SelectOfScalar[GenerationRow]:
    query = select(GenerationRow).where(col(GenerationRow.job_id) == job_id)
    return query.order_by(col(GenerationRow.id))


async def move(
    session: AsyncSession,
    row: GenerationRow,
    target: GenerationState,
    *,
    note: str = "",
    **changes: object,
) -> Generation:
    """Move a row to another state, only if nobody moved it since it was read.

    The job's row is locked first, as by everybody who changes a job: nobody waits in a circle.

    Args:
        session: A writing transaction.
        row: The row as it was read.
        target: The new state.
        note: What is told beside the state.
        **changes: Other columns.

    Raises:
        StoreError: The move is not legal, or the race was lost (`retryable`).
    """
    check_move(row.id, GenerationState(row.state), target)
    await load_job(session, row.job_id, lock=True)
    moved = await change(session, row, state=target.value, **changes)
    await tell(session, moved, row.backend, note)
    return moved


async def adopt(
    session: AsyncSession, row: GenerationRow, provider_id: str, note: str
) -> Generation:
    """Take up a lost start that is known after all; it is followed anew, whatever its job does."""
    return await move(
        session,
        row,
        GenerationState.SUBMITTED,
        note=note,
        provider_id=provider_id,
        error=None,
        settled_at=None,
    )


async def tell(session: AsyncSession, generation: Generation, backend: str, note: str = "") -> None:
    """Append the generation's new state to the events of its job; at its end how long it took."""
    state, model = generation.state.value, generation.model
    error = f": {generation.error}" if generation.error else ""
    added = f" ({note})" if note else ""
    data: dict[str, str | float] = {
        "state": state,
        "generation_id": generation.id,
        "model": model,
        "backend": backend,
    }
    if generation.finished_at is not None and generation.submitted_at is not None:
        took = generation.finished_at - generation.submitted_at
        data["seconds"] = round(max(0.0, took.total_seconds()), 3)
    event = ProgressEvent(
        kind="generation",
        message=f"{state.replace('_', ' ')}{error}{added}",
        attempt_number=generation.attempt_number,
        data={**data},
    )
    await append_event(session, generation.job_id, event)


async def change(session: AsyncSession, row: GenerationRow, **changes: object) -> Generation:
    """Compare-and-set on (id, state, version): write `changes` and count the version up.

    Raises:
        StoreError: Somebody else changed the row since it was read (`retryable`).
    """
    statement = (
        update(GenerationRow)
        .where(
            col(GenerationRow.id) == row.id,
            col(GenerationRow.state) == row.state,
            col(GenerationRow.version) == row.version,
        )
        .values(version=row.version + 1, updated_at=utc_now(), **changes)
        .execution_options(synchronize_session=False)
    )
    result = cast("CursorResult[tuple[()]]", await session.exec(statement))
    if result.rowcount != 1:
        raise StoreError(
            f"generation {row.id} was changed by somebody else meanwhile", retryable=True
        )
    await session.refresh(row)
    return to_generation(row)


def _found(row: GenerationRow | None, generation_id: str) -> GenerationRow:
    if row is None:
        raise NotFoundError(f"there is no generation {generation_id}")
    return row
