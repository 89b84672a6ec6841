"""How a job that an error parked reaches whoever waited for it: as that error."""

from video_agent import errors
from video_agent.errors import BackendError, VideoAgentError
from video_agent.ledger.budget import AttemptLimitError
from video_agent.models import JobStatus, StopReason
from video_agent.store.tables import JobRow


def check_not_given_up(row: JobRow) -> None:
    """Raise what parked a job, if an error did.

    Raises:
        VideoAgentError: With `job_id`; the job can be resumed.
    """
    error = row.error
    if row.status != JobStatus.PARKED or row.stopped_because != StopReason.ERROR or error is None:
        return
    raised = _error(str(error.get("type")), str(error.get("message")), str(error.get("hint") or ""))
    raised.job_id = row.id
    raise raised


def _error(kind: str, message: str, hint: str) -> VideoAgentError:
    named = AttemptLimitError if kind == "AttemptLimitError" else getattr(errors, kind, None)
    if named is errors.ContentBlockedError:
        return errors.ContentBlockedError(message, reason=message)
    if isinstance(named, type) and issubclass(named, VideoAgentError):
        return named(message, hint=hint)
    return BackendError(message, hint=hint)
