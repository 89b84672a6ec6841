"""Edits and extensions: the earlier clip is found and the request completed from it."""

from dataclasses import dataclass

from video_agent.catalog import Catalog, Surface
from video_agent.errors import InvalidRequestError, NotFoundError
from video_agent.ledger.facts import load_facts
from video_agent.ledger.rows import load, to_generation
from video_agent.models import Generation, Job, Video, VideoRequest
from video_agent.pipeline.finding import find_job
from video_agent.store import Database
from video_agent.store.records import get_video


@dataclass(frozen=True)
class Sources:
    """Knows earlier clips. Light: no planner and no service is needed.

    Args:
        database: Where they are.
        catalog: How long clips may become.
        surface: Where models are asked.
    """

    database: Database
    catalog: Catalog
    surface: Surface

    async def completed(self, request: VideoRequest) -> VideoRequest:
        """A request to edit or extend, with what the earlier clip decides; others as they are.

        An edit keeps length, size and shape of its source; an extension keeps size and shape. The
        words are judged together with those of the earlier clip: alone they would not say what is
        seen.

        Raises:
            NotFoundError: There is no such video or job, or the job delivered nothing.
            InvalidRequestError: Several fit, or the extended clip would be too long.
        """
        reference = request.edits or request.extends
        if reference is None:
            return request
        try:
            video = await get_video(self.database, reference)
        except NotFoundError:
            video = delivered_video(await find_job(self.database, reference))
        return await self._completed_from(request, video)

    async def _completed_from(self, request: VideoRequest, video: Video) -> VideoRequest:
        async with self.database.read() as session:
            made = to_generation(await load(session, video.generation_id))
        earlier = (await load_facts(self.database, video.job_id)).job
        fields: dict[str, object] = {
            "model": request.model or made.model,
            "resolution": made.settings.resolution,
            "aspect_ratio": made.settings.aspect_ratio,
            "prompt": _words(request, earlier.request.prompt),
        }
        if request.edits:
            seconds = round(video.facts.duration_seconds, 1)
            fields |= {"edits": video.id, "duration_seconds": seconds}
        else:
            fields |= {"extends": video.id}
            self._check_length(request, video, made)
        return VideoRequest.model_validate({**request.model_dump(), **fields})

    def _check_length(self, request: VideoRequest, video: Video, made: Generation) -> None:
        limits = self.catalog.find(request.model or made.model).video
        longest = limits.longest_seconds.get(self.surface) if limits else None
        total = video.facts.duration_seconds + request.duration_seconds
        if longest is not None and total > longest + 0.05:
            raise InvalidRequestError(
                f"the extended clip would have {total:g} s; allowed: {longest:g} s",
                hint="extend by less, or start from a shorter clip",
            )


def delivered_video(job: Job) -> Video:
    """The video that a person means who names a job: the best, else the last there is.

    Raises:
        NotFoundError: The job has none.
    """
    best = job.best or next((item for item in reversed(job.attempts) if item.video), None)
    if best is None or best.video is None:
        raise NotFoundError(f"job {job.id} has no video")
    return best.video


def _words(request: VideoRequest, earlier: str) -> str:
    relation = "This changes an earlier clip" if request.edits else "This continues an earlier clip"
    return f"{request.prompt.rstrip(' .')}. {relation}: {earlier}"
