"""Edits and extensions: the earlier clip is found and the request completed from it."""

from video_agent.errors import InvalidRequestError, NotFoundError
from video_agent.models import Generation, Job, Video, VideoRequest
from video_agent.store.records import get_video
from video_agent.tools import Services


async def video_named(services: Services, reference: str, job: Job | None) -> Video:
    """The video that a person means: by its id, or the delivered one of a job.

    Raises:
        NotFoundError: There is none, or the job delivered nothing.
    """
    if job is None:
        return await get_video(services.database, reference)
    best = job.best or next((item for item in reversed(job.attempts) if item.video), None)
    if best is None or best.video is None:
        raise NotFoundError(f"job {job.id} has no video")
    return best.video


async def complete_from_source(
    services: Services, request: VideoRequest, video: Video
) -> VideoRequest:
    """The request with everything that the earlier clip decides.

    An edit keeps length, size and shape of its source; an extension keeps size and shape. The words
    are judged together with those of the earlier clip: alone they would not say what is seen.

    Raises:
        InvalidRequestError: The extended clip would be longer than the model allows.
    """
    made = await services.ledger.get(video.generation_id)
    earlier, _ = await services.look(video.job_id)
    fields: dict[str, object] = {
        "model": request.model or made.model,
        "resolution": made.settings.resolution,
        "aspect_ratio": made.settings.aspect_ratio,
        "prompt": _words(request, earlier.request.prompt),
    }
    if request.edits:
        fields |= {"edits": video.id, "duration_seconds": round(video.facts.duration_seconds, 1)}
    else:
        fields |= {"extends": video.id}
        _check_length(services, request, video, made)
    return VideoRequest.model_validate({**request.model_dump(), **fields})


def _words(request: VideoRequest, earlier: str) -> str:
    relation = "This changes an earlier clip" if request.edits else "This continues an earlier clip"
    return f"{request.prompt.rstrip(' .')}. {relation}: {earlier}"


def _check_length(
    services: Services, request: VideoRequest, video: Video, made: Generation
) -> None:
    limits = services.catalog.find(request.model or made.model).video
    longest = limits.longest_seconds.get(services.surface) if limits else None
    total = video.facts.duration_seconds + request.duration_seconds
    if longest is not None and total > longest + 0.05:
        raise InvalidRequestError(
            f"the extended clip would have {total:g} s; allowed: {longest:g} s",
            hint="extend by less, or start from a shorter clip",
        )
