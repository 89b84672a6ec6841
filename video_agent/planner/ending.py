"""How a job ends: one place that reads status, reason and best video off the database's facts."""

from typing import NamedTuple

from video_agent.errors import BudgetError, VideoAgentError
from video_agent.ledger import CapError
from video_agent.models import GenerationState, Job, JobStatus, StopReason
from video_agent.store.jobs import JobChanges, update_job
from video_agent.tools import Services
from video_agent.tools.standing import Standing

_OUTSIDE = (StopReason.ERROR, StopReason.PLANNER)
"""Endings that no limit of the request brought about."""


class Ending(NamedTuple):
    """A job's status and why; no reason while it is only parked."""

    status: JobStatus
    reason: StopReason | None = None


async def conclude(
    services: Services,
    job_id: str,
    *,
    failure: VideoAgentError | None = None,
    trouble: str | None = None,
    outcome_unknown: bool = False,
    parked: StopReason | None = None,
    cancelled: bool = False,
) -> Job:
    """Write down how a job stands at the end of a turn, and return it.

    The best video so far is delivered in every case. A job that something outside stopped keeps
    running, so that it can be resumed.

    Args:
        services: The parts.
        job_id: The job.
        failure: What ended the turn before its time.
        trouble: Why the last tool that failed did; told when the job has not ended by itself.
        outcome_unknown: A paid call could not be found again in this turn: a person decides.
        parked: Why a job that has not ended rests until a person takes it up again; for want of
            money only one whose last clip waits for its verdict.
        cancelled: Whether a person's wish to cancel has been done.
    """
    job, standing = await _as_it_ends(services, job_id, parked)
    if cancelled or (standing.stop is StopReason.CANCELLED and standing.unfinished is None):
        ending = Ending(JobStatus.CANCELLED, StopReason.CANCELLED)
    elif outcome_unknown and not standing.passed:
        ending = Ending(JobStatus.NEEDS_ATTENTION, StopReason.OUTCOME_UNKNOWN)
    elif parked is not None and not standing.passed and _may_rest(standing, parked):
        ending = Ending(JobStatus.PARKED, parked)
    else:
        ending = ending_of(standing, failed=failure is not None)
    changes = _changes(standing, ending)
    changes["error"] = _error(job, standing, ending, failure, trouble)
    await update_job(services.database, job_id, **changes)
    if ending.status is JobStatus.SUCCEEDED:
        await _withdraw_unsent(services, standing)
    return (await services.look(job_id))[0]


async def _as_it_ends(
    services: Services, job_id: str, parked: StopReason | None
) -> tuple[Job, Standing]:
    job, standing = await services.look(job_id)
    broke = parked is StopReason.BUDGET
    return job, standing.without_the_rest(job.request) if broke else standing


async def _withdraw_unsent(services: Services, standing: Standing) -> None:
    """What another candidate made needless is not sent any more; one of two racers wins."""
    for attempt in standing.all_unfinished:
        generation = attempt.generation
        if generation is not None and generation.state is GenerationState.INTENDED:
            await services.ledger.withdraw(generation.id, reason="another candidate passed")


def _changes(standing: Standing, ending: Ending) -> JobChanges:
    best = standing.best
    return {
        "status": ending.status,
        "stopped_because": ending.reason,
        "best_attempt": best.number if best else None,
        "best_video_id": best.video.id if best and best.video else None,
        "best_score": standing.best_score,
        "delivered_path": str(best.video.path) if best and best.video else None,
    }


def _may_rest(standing: Standing, reason: StopReason) -> bool:
    unfinished = standing.unfinished
    if reason is StopReason.BUDGET:
        return unfinished is not None and unfinished.video is not None
    return standing.stop is None or unfinished is not None


def ending_of(standing: Standing, *, failed: bool = False) -> Ending:
    """The status and reason that follow from a job's facts.

    A job with a started, unfinished attempt, or one whose turn failed although it could go on, is
    running: resume finishes it.
    """
    if standing.passed:
        return Ending(JobStatus.SUCCEEDED, StopReason.PASSED)
    if standing.stop is StopReason.OUTCOME_UNKNOWN:
        return Ending(JobStatus.NEEDS_ATTENTION, StopReason.OUTCOME_UNKNOWN)
    if standing.unfinished is not None or (failed and standing.stop is None):
        return Ending(JobStatus.RUNNING)
    refused = standing.startable is not None and standing.startable.generation is not None
    early = StopReason.ERROR if refused else StopReason.PLANNER
    if standing.best is not None:
        return Ending(JobStatus.STOPPED, standing.stop or early)
    return Ending(JobStatus.FAILED, _why_without_a_clip(standing, refused=refused) or early)


def _why_without_a_clip(standing: Standing, *, refused: bool) -> StopReason | None:
    last = standing.last.generation if standing.last else None
    if last is not None and last.state is GenerationState.BLOCKED:
        return StopReason.ERROR if refused else StopReason.BLOCKED
    if refused and standing.stop is not StopReason.BUDGET:
        return StopReason.ERROR
    return standing.stop


def _error(
    job: Job,
    standing: Standing,
    ending: Ending,
    failure: VideoAgentError | None,
    trouble: str | None,
) -> dict[str, object] | None:
    if failure is not None:
        return {"type": type(failure).__name__, "message": str(failure), "hint": failure.hint}
    if ending.reason is StopReason.BUDGET and standing.cap is not None:
        return {"type": CapError.__name__, "message": standing.cap}
    unjudged = [item.report for item in job.attempts if item.report and item.report.score is None]
    if ending.reason is StopReason.ERROR and unjudged:
        return {"type": "AnswerError", "message": unjudged[-1].feedback.split("\n", 1)[0]}
    if trouble and (ending.status is JobStatus.RUNNING or ending.reason in _OUTSIDE):
        return {"type": "BackendError", "message": trouble}
    return _cause(job, standing, ending) if ending.status is JobStatus.FAILED else None


def _cause(job: Job, standing: Standing, ending: Ending) -> dict[str, object]:
    """Why a job has no video."""
    if ending.reason is StopReason.BUDGET:
        left, price = standing.budget_left_usd, standing.next_price_usd
        message = f"${left:.3f} are left, another attempt may cost ${price:.3f}"
        return {"type": BudgetError.__name__, "message": message}
    causes = [item.generation.error for item in job.attempts if item.generation]
    last = next((cause for cause in reversed(causes) if cause), "no attempt gave a video")
    return {"type": "GenerationFailedError", "message": last}
