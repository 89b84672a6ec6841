"""Jobs in the hands of workers: handed to them again, and what is still to be done for them."""

from sqlalchemy import update
from sqlmodel import col, select

from video_agent.errors import InvalidRequestError, NotFoundError
from video_agent.models import RESTING_STATUSES, GenerationState, JobStatus, utc_now
from video_agent.store.database import Database
from video_agent.store.events import append_event
from video_agent.store.jobs import status_event
from video_agent.store.tables import GenerationRow, JobRow, VideoRow

_WORTH_A_LOOK = (
    GenerationState.INTENDED.value,
    GenerationState.SUBMITTED.value,
    GenerationState.SUCCEEDED.value,
    GenerationState.OUTCOME_UNKNOWN.value,
)


async def unsettled_generations(database: Database, job_id: str) -> list[GenerationRow]:
    """Generations a worker still has to send, follow, look up or collect, oldest first.

    Raises:
        StoreError: The database refused.
    """
    collected = select(VideoRow.id).where(col(VideoRow.generation_id) == col(GenerationRow.id))
    query = (
        select(GenerationRow)
        .where(
            col(GenerationRow.job_id) == job_id,
            col(GenerationRow.settled_at).is_(None),
            col(GenerationRow.state).in_(_WORTH_A_LOOK),
            (col(GenerationRow.state) != GenerationState.SUCCEEDED.value) | ~collected.exists(),
        )
        .order_by(col(GenerationRow.id))
    )
    return await database.reading(lambda session: list(session.exec(query)))


async def mark_settled(database: Database, generation_id: str) -> None:
    """Note that the workers are done with a generation; not a change of its state.

    Raises:
        StoreError: The database refused.
    """
    settled = (
        update(GenerationRow)
        .where(col(GenerationRow.id) == generation_id)
        .values(settled_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    await database.writing(lambda session: session.exec(settled))


async def queue_again(database: Database, job_id: str) -> JobRow | None:
    """Hand a resting job to the workers once more; None when it does not rest.

    Exactly one of several callers gets the row, with its next run's number. Wishes to cancel are
    forgotten, and what is open of its generations is looked at anew.

    Raises:
        NotFoundError: There is no such job.
        InvalidRequestError: It waits until a person approves.
        StoreError: The database refused.
    """
    async with database.write(durable=True) as session:
        query = select(JobRow).where(col(JobRow.id) == job_id).with_for_update()
        row = (await session.exec(query)).first()
        if row is None:
            raise NotFoundError(f"there is no job {job_id}", hint="video-agent jobs lists them")
        if row.status == JobStatus.WAITING_FOR_APPROVAL.value:
            raise InvalidRequestError(
                f"job {job_id} waits until a person approves what it may cost",
                hint=f"video-agent approve {job_id}, or decline",
            )
        if JobStatus(row.status) not in RESTING_STATUSES and row.queued:
            return None
        row.runs += 1 if row.queued else 0
        row.queued, row.status = True, JobStatus.QUEUED.value
        row.stopped_because = row.cancel_requested_at = row.not_before = row.deadline_at = None
        row.updated_at = utc_now()
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.job_id) == job_id)
            .values(settled_at=None)
            .execution_options(synchronize_session=False)
        )
        await append_event(session, job_id, status_event(JobStatus.QUEUED))
    return row
