"""Jobs that rest and are taken up again by a person's decision. Light: no planner is made."""

from video_agent.errors import InvalidRequestError
from video_agent.ledger import decisions
from video_agent.ledger.facts import load_facts
from video_agent.models import GenerationState, Job, JobStatus, StopReason
from video_agent.store import Database
from video_agent.store.jobs import get_job, update_job
from video_agent.store.records import reopen_attempt

_OPEN = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PARKED, JobStatus.NEEDS_ATTENTION)
_ENDED_FROM_OUTSIDE = (StopReason.ERROR, StopReason.PLANNER)


def can_go_on(job: Job) -> bool:
    """Whether a job has not ended, or was ended by what may be gone: an error, its planner."""
    return job.status in _OPEN or job.stopped_because in _ENDED_FROM_OUTSIDE


def check_approved(job: Job) -> None:
    """Refuse to run a job that nobody has agreed to yet.

    Raises:
        InvalidRequestError: Says how to agree.
    """
    if job.status is JobStatus.WAITING_FOR_APPROVAL:
        raise InvalidRequestError(
            f"job {job.id} waits until a person approves what it may cost",
            hint=f"video-agent approve {job.id}, or decline",
        )


async def reopen_unjudged(database: Database, job: Job) -> None:
    """Let the clips of the latest round that have no verdict be judged again."""
    if not job.attempts:
        return
    last = job.attempts[-1]
    for attempt in job.attempts:
        beside = attempt.round_number is not None and attempt.round_number == last.round_number
        unjudged = attempt.report is None or attempt.report.score is None
        if (beside or attempt is last) and attempt.video is not None and unjudged:
            await reopen_attempt(database, job.id, attempt.number)


async def give_up_unknown(database: Database, job_id: str) -> None:
    """A person's decision: paid calls of unknown outcome are lost (and stay spent).

    The job may be resumed afterwards.

    Raises:
        NotFoundError: There is no such job.
    """
    job = (await load_facts(database, job_id)).job
    for generation in (attempt.generation for attempt in job.attempts):
        if generation is not None and generation.state is GenerationState.OUTCOME_UNKNOWN:
            await decisions.mark_unresolved(database, generation.id, "given up by a person")
    row = await get_job(database, job_id)
    if job.status is JobStatus.NEEDS_ATTENTION and not row.queued:
        await reopen_unjudged(database, job)
        await update_job(database, job_id, status=JobStatus.RUNNING, stopped_because=None)
