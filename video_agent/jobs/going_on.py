"""Jobs that rest only for want of news about a paid start, and go on when it has come."""

from video_agent.ledger import Ledger
from video_agent.ledger.decisions import UNKNOWN_STATES
from video_agent.models import JobStatus, utc_now
from video_agent.store import Database
from video_agent.store.jobs import get_job, update_job
from video_agent.store.queueing import queue_again
from video_agent.store.tables import JobRow


async def queue_after_news(database: Database, ledger: Ledger, job_id: str) -> JobRow | None:
    """Put a job among the waiting again, if it waited for nothing else and has time left.

    Returns:
        The job with its next run's number, for whoever hands tickets in; None when it stays.

    Raises:
        NotFoundError: There is no such job.
        StoreError: The database refused.
    """
    row = await get_job(database, job_id)
    deadline = row.deadline_at
    if not row.queued or row.status != JobStatus.NEEDS_ATTENTION:
        return None
    if row.cancel_requested_at is not None or (deadline and deadline <= utc_now()):
        return None
    if any(one.state in UNKNOWN_STATES for one in await ledger.generations(job_id)):
        return None
    again = await queue_again(database, job_id)
    if again is not None and deadline is not None:
        again = await update_job(database, job_id, deadline_at=deadline)
    return again
