"""The stages after the last turn: what is made from the delivered video, and its publication.

`loudness`, `thumbnail`, `contact_sheet` and `upload` run side by side, each storing what it made;
`publish` comes last, so that the finished clip is what is published. A stage that fails is told and
never ends the job: its video is there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from video_agent.errors import BackendError, ConfigurationError, VideoAgentError
from video_agent.jobs.work import ENHANCE_STAGES, Stage
from video_agent.models import (
    Deliverable,
    DeliverableKind,
    Job,
    JobStatus,
    ProgressEvent,
    PublicationState,
    Video,
)
from video_agent.pipeline.enhancing import ensure, ensure_copy, is_there
from video_agent.pipeline.messages import publish_message
from video_agent.planner import Planner
from video_agent.ports import ProgressSink
from video_agent.publishing import Publishing
from video_agent.store.deliverables import deliverables_of
from video_agent.store.events import record_event
from video_agent.tools import Services

_log = logging.getLogger(__name__)
_KINDS: Mapping[Stage, DeliverableKind] = {
    "loudness": "final",
    "thumbnail": "thumbnail",
    "contact_sheet": "contact_sheet",
}
_DELIVERING = (JobStatus.SUCCEEDED, JobStatus.STOPPED)
_OUT_THERE = (PublicationState.PUBLISHED, PublicationState.PROCESSING)
_DONE_WITH = (*_OUT_THERE, PublicationState.FAILED)
_TRIES = 3
_FIRST_PAUSE_SECONDS = 2.0


def stages_of(services: Services, job: Job) -> tuple[Stage, ...]:
    """What is to be made from a job's delivered video, side by side; nothing without one."""
    if job.status not in _DELIVERING or _delivered(job) is None:
        return ()
    return (*ENHANCE_STAGES, "upload") if services.collector.keeps_copies else ENHANCE_STAGES


def is_to_be_published(job: Job) -> bool:
    """Whether the request asks for it, and the delivered video passed."""
    return job.status is JobStatus.SUCCEEDED and job.passed and job.request.publish is not None


async def run_stages(
    services: Services, planner: Planner, job: Job, on_event: ProgressSink | None = None
) -> None:
    """What is left of the stages of a job that ended, in the order of the workflow.

    Nothing happens, and nothing is told, when all is there.
    """
    lacking: list[Stage] = [
        stage for stage in stages_of(services, job) if await _is_lacking(job, stage)
    ]
    work = (run_stage(services, planner, job.id, stage, on_event) for stage in lacking)
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
    if is_to_be_published(job) and not await _was_tried(services, job):
        await run_stage(services, planner, job.id, "publish", on_event)


async def _is_lacking(job: Job, stage: Stage) -> bool:
    made = {one.kind: one for one in job.deliverables}
    if stage == "upload":
        video = _delivered(job)
        return video is None or video.storage_uri is None
    kind = _KINDS[stage]
    return kind not in made or not await asyncio.to_thread(is_there, made[kind])


async def _was_tried(services: Services, job: Job) -> bool:
    """Whether it was published, or the service refused it: a person decides about a second try."""
    video = _delivered(job)
    if video is None or services.publishing is None:
        return False
    return any(one.state in _DONE_WITH for one in await services.publishing.find(video_id=video.id))


async def run_stage(
    services: Services,
    planner: Planner,
    job_id: str,
    stage: Stage,
    on_event: ProgressSink | None = None,
) -> None:
    """Do one stage; it may be repeated. Failing is a warning.

    Its own events are recorded here.

    Args:
        services: The parts all jobs share.
        planner: Publishes.
        job_id: A job that ended.
        stage: Which.
        on_event: Hears of it as well, and of the planner's news; without it those are recorded.

    Raises:
        StoreError: Not even the event can be recorded.
    """
    job, _ = await services.look(job_id)
    video = _delivered(job)
    if video is None:
        return
    one = _Stage(services, planner, job, video, stage, on_event)
    await one.tell("started")
    try:
        message = await one.run()
    except VideoAgentError as error:
        await one.fail(error)
    except Exception as error:  # noqa: BLE001  # a fault of a stage must not cost a finished job
        _log.exception("stage %s of job %s failed in an unexpected way", stage, job_id)
        await one.fail(error)
    else:
        await one.tell("done", message)


def _delivered(job: Job) -> Video | None:
    return job.best.video if job.best is not None and job.path is not None else None


@dataclass
class _Stage:
    """One stage under way."""

    services: Services
    planner: Planner
    job: Job
    video: Video
    name: Stage
    on_event: ProgressSink | None
    _troubles: list[str] = field(default_factory=list[str])

    async def run(self) -> str:
        """Do it; returns what came of it, in words."""
        if self.name == "publish":
            return await self._publish()
        if self.name == "upload":
            return await self._upload()
        made = await ensure(self.services, self.video, _KINDS[self.name])
        await ensure_copy(self.services, self.video, made, self._warn)
        return _told(made, self.video)

    async def _upload(self) -> str:
        """Copies of the video itself, and of what lies there already, into Cloud Storage."""
        services, video = self.services, self.video
        kept = await services.collector.keep_copy(video, self._note)
        for made in await deliverables_of(services.database, video.id):
            await ensure_copy(services, video, made, self._note)
        if self._troubles:
            raise BackendError("; ".join(self._troubles), retryable=True)
        return kept.storage_uri or "no copies are kept"

    async def _publish(self) -> str:
        """One more turn of the planner, which words title and description."""
        publishing = self.services.publishing
        if publishing is None:
            raise ConfigurationError(
                "uploading is not configured",
                hint="log in with `video-agent youtube login`, then `video-agent upload`",
            )
        address = await self._address(publishing)
        if address is None:
            await _patiently(self.services, self._publishing_turn)
            address = await self._address(publishing)
        if address is None:
            raise BackendError("the video is not published", hint="`video-agent upload` does it")
        return address

    async def _publishing_turn(self) -> None:
        message = publish_message(self.job, self.video)
        on_event = self.on_event or self._keep
        await self.planner.run_turn(self.job, message, on_event, publishing=True)

    async def _address(self, publishing: Publishing) -> str | None:
        """Where the video is published; None when it is not."""
        known = await publishing.find(video_id=self.video.id)
        return next((one.url for one in known if one.state in _OUT_THERE), None)

    async def fail(self, error: Exception) -> None:
        """Tell that it failed, as state and as a warning."""
        reason = str(error) or type(error).__name__
        await self.tell("failed", reason)
        await self._warn(f"{self.name.replace('_', ' ')} failed: {reason}")

    async def tell(self, state: str, message: str = "") -> None:
        """Record and pass on where it stands."""
        name = self.name.replace("_", " ")
        event = ProgressEvent(
            kind="stage",
            message=f"{name}: {message or state}",
            job_id=self.job.id,
            data={"stage": self.name, "state": state},
        )
        await self._record(event)

    async def _warn(self, message: str) -> None:
        await self._record(ProgressEvent(kind="warning", message=message, job_id=self.job.id))

    async def _note(self, message: str) -> None:
        self._troubles.append(message)

    async def _keep(self, event: ProgressEvent) -> None:
        await record_event(self.services.database, self.job.id, event)

    async def _record(self, event: ProgressEvent) -> None:
        await self._keep(event)
        if self.on_event is not None:
            await self.on_event(event)


async def _patiently(services: Services, work: Callable[[], Awaitable[None]]) -> None:
    """Try again what failed for a while only."""
    pause_seconds = _FIRST_PAUSE_SECONDS
    for tries_left in reversed(range(_TRIES)):
        try:
            await work()
        except VideoAgentError as error:
            if not error.retryable or not tries_left:
                raise
        else:
            return
        await services.clock.sleep(pause_seconds)
        pause_seconds *= 3


def _told(made: Deliverable, video: Video) -> str:
    if made.kind != "final":
        return made.path.name
    if made.loudness_lufs is None:
        return "the clip has no sound"
    level = f"{made.loudness_lufs:.1f} LUFS"
    if made.path == video.path:
        return f"nothing to change at {level}"
    return f"{made.path.name} at {level}"
