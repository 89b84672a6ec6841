"""Which backend a job belongs to: only there it can go on."""

from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.models import Job

LOOKS = "analyze"
"""The application of jobs that are one paid look at a file: there is no video to make."""


def check_belongs(job: Job, backend: str, *, charged: bool) -> None:
    """Refuse to go on with a job of another backend.

    There nobody knows its generations: paid clips would be given up as lost, and a job at list
    prices would begin to cost money.

    Raises:
        ConfigurationError: Says where the job belongs.
        InvalidRequestError: It is a look at a file; those are over at once.
    """
    if job.app_name == LOOKS:
        raise InvalidRequestError(
            "this was a look at a file, and makes no video", hint="video-agent analyze looks again"
        )
    if (job.backend, job.charged) == (backend, charged):
        return
    raise ConfigurationError(
        f"this job was begun {_at(job.backend, charged=job.charged)} and can only go on there, "
        f"not {_at(backend, charged=charged)}",
        hint=f"use --backend {job.backend} with the key or project of then",
    )


def _at(backend: str, *, charged: bool) -> str:
    return f"with {backend} ({'real money' if charged else 'list prices only'})"
