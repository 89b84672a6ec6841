"""From our rows to the engine's queues: a job is stored first, then its ticket is handed in.

A process that dies in between leaves a row without a ticket. `resubmit_lost` finds such rows; the
same ticket may be handed in any number of times, so nobody needs to know who was first.
"""

import logging

from sqlmodel import col, select

from video_agent.jobs.engine import Engine, Ticket
from video_agent.models import JobStatus
from video_agent.store import Database
from video_agent.store.tables import JobRow

_log = logging.getLogger(__name__)
_AT_ONCE = 500
_GOING_ON = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


def ticket_of(row: JobRow) -> Ticket:
    """The ticket of a job's present run."""
    return Ticket(
        job_id=row.id,
        run=row.runs,
        backend=row.backend,
        user_id=row.user_id,
        priority=row.priority,
        not_before=row.not_before,
    )


async def hand_in(engine: Engine, row: JobRow) -> None:
    """Put a stored job's present run on its queue, if it waits for a worker or is with one.

    Raises:
        StoreError: The engine's database refused (`retryable`); `resubmit_lost` makes up for it.
    """
    if row.queued and row.status in _GOING_ON:
        await engine.submit(ticket_of(row))


async def resubmit_lost(database: Database, engine: Engine, backend: str) -> int:
    """Hand in every job of a backend that waits for a worker and that the engine does not know.

    Safe to call at any time, by several at once: at the start of an executor and now and then.

    Returns:
        How many were handed in.

    Raises:
        StoreError: A database refused (`retryable`).
    """
    found, after = 0, ""
    while rows := await _going_on(database, backend, after):
        tickets = tuple(ticket_of(row) for row in rows)
        known = await engine.known(tickets)
        lost = [ticket for ticket in tickets if ticket.workflow_id not in known]
        for ticket in lost:
            await engine.submit(ticket)
            _log.info("job %s was never handed to the engine; now it is", ticket.job_id)
        found, after = found + len(lost), rows[-1].id
    return found


async def _going_on(database: Database, backend: str, after: str) -> list[JobRow]:
    query = (
        select(JobRow)
        .where(
            col(JobRow.queued).is_(True),
            col(JobRow.backend) == backend,
            col(JobRow.status).in_(_GOING_ON),
            col(JobRow.id) > after,
        )
        .order_by(col(JobRow.id))
        .limit(_AT_ONCE)
    )
    async with database.read() as session:
        return list(await session.exec(query))
