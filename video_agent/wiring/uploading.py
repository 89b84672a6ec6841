"""A person's own upload of a finished video: what it is, where it would go, what is known of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from video_agent.errors import ConfigurationError, InvalidRequestError, NotFoundError
from video_agent.models import Attempt, Job, Publication, Video, parse_publication
from video_agent.pipeline import Pipeline
from video_agent.ports import ProgressSink
from video_agent.publishing import Publishing
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.records import get_video
from video_agent.wiring.publishing import STUDIO_TARGET, build_publishing, not_logged_in

Place = Literal["auto", "youtube", "studio"]


@dataclass(frozen=True)
class PlannedUpload:
    """One video and the service it would go to. Nothing has been sent.

    Args:
        video: The file.
        job: The job it comes from.
        attempt: The attempt that made it.
        publishing: The service.
        earlier: The publication that is there already, begun or done.
    """

    video: Video
    job: Job
    attempt: Attempt
    publishing: Publishing
    earlier: Publication | None

    @property
    def passed(self) -> bool:
        """Whether its report passed."""
        return bool(self.attempt.report and self.attempt.report.passed)

    @property
    def verdict(self) -> str:
        """The report in a few words."""
        report = self.attempt.report
        if report is None or report.score is None:
            return "was not judged"
        word = "passed" if report.passed else "did not pass"
        return f"{word}, {report.score:.2f} of {report.threshold:.2f}"

    @property
    def place(self) -> str:
        """Where it would go, for people."""
        if self.publishing.target == STUDIO_TARGET:
            return "the studio's pretend channel (nothing leaves this machine)"
        return "YouTube"

    async def publish(
        self,
        details: Mapping[str, object],
        on_event: ProgressSink | None = None,
        *,
        again: bool = False,
    ) -> Publication:
        """Publish it, or go on with what was begun.

        Args:
            details: Fields of `PublicationDetails`; without a title the earlier ones hold.
            on_event: Receives progress.
            again: Start anew when the service has refused the video before.

        Raises:
            VideoAgentError: See `Publishing.publish`.
        """
        if details.get("title") is None and self.earlier is not None and not again:
            return await self.publishing.resume(self.earlier.id, on_event)
        given = {name: value for name, value in details.items() if value is not None}
        if "title" not in given:
            raise InvalidRequestError("a video needs a title", hint="add --title")
        return await self.publishing.publish(
            self.video, parse_publication(given), on_event, again=again
        )


async def plan_upload(
    name: str,
    *,
    pipeline: Pipeline,
    settings: Settings,
    open_studio: Callable[[], Awaitable[str | None]],
    place: Place = "auto",
) -> PlannedUpload:
    """Find a video and its place.

    Args:
        name: A video's id, or a job's id or its beginning or end: then the job's best video.
        pipeline: Knows the jobs.
        settings: The configuration.
        open_studio: Starts the studio and returns its address; None where the backend is another.
        place: `auto`: clips of the studio to the studio's channel, clips of Google to YouTube.

    Raises:
        NotFoundError: There is no such video, or the job has none.
        AuthError, ConfigurationError: That place is not set up.
    """
    database = pipeline.services.database
    job, attempt, video = await _found(name, pipeline, database)
    to_studio = not job.charged if place == "auto" else place == "studio"
    studio_url = await open_studio() if to_studio else None
    if to_studio and studio_url is None:
        raise ConfigurationError(
            "this clip was made by the studio, so it goes to the studio's pretend channel",
            hint="add --backend studio, or --to youtube for a real upload",
        )
    publishing = build_publishing(settings, database, studio_url=studio_url)
    if publishing is None:
        raise not_logged_in()
    known = await publishing.find(video_id=video.id)
    return PlannedUpload(video, job, attempt, publishing, known[0] if known else None)


async def _found(name: str, pipeline: Pipeline, database: Database) -> tuple[Job, Attempt, Video]:
    try:
        video = await get_video(database, name)
    except NotFoundError:
        job = await pipeline.find(name)
        best = job.best
        if best is None or best.video is None:
            raise NotFoundError(f"job {job.id} has no video") from None
        return job, best, best.video
    job = await pipeline.job(video.job_id)
    attempt = next(one for one in job.attempts if one.number == video.attempt_number)
    return job, attempt, video
