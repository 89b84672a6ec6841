"""`Pipeline`: create, resume, look up. Knows ports and parts, never a backend."""

from video_agent.catalog import Estimate
from video_agent.ids import new_id
from video_agent.models import (
    GenerationState,
    Job,
    JobStatus,
    ProgressEvent,
    StopReason,
    VideoRequest,
)
from video_agent.pipeline.announcing import closing_event, opening_events
from video_agent.pipeline.finding import find_job, newest_jobs
from video_agent.pipeline.messages import continue_message, first_message
from video_agent.pipeline.sources import Sources
from video_agent.pipeline.stages import run_stages
from video_agent.pipeline.taking_up import (
    can_go_on,
    check_approved,
    give_up_unknown,
    reopen_unjudged,
)
from video_agent.planner import APP_NAME, Planner, open_job
from video_agent.ports import ProgressSink
from video_agent.store.jobs import update_job
from video_agent.tools import Services


class Pipeline:
    """The front door: one request and everything it leads to.

    Args:
        services: The parts all jobs share.
        planner: Decides what to do next.
    """

    def __init__(self, services: Services, planner: Planner) -> None:
        self.services = services
        self.planner = planner

    def estimate(self, request: VideoRequest) -> Estimate:
        """Price a request without doing anything.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError: It cannot be done like that.
        """
        return self.services.price_list.estimate(request)

    async def create(
        self,
        request: VideoRequest,
        on_event: ProgressSink | None = None,
        *,
        approved: bool = False,
    ) -> Job:
        """Make a video: open a job and run it to its end.

        The best video is delivered also when it does not pass (`STOPPED`). A job without any video
        is returned as `FAILED`, with the reason in `error`. One that may cost more than may be
        spent without asking is returned at once and waits until a person approves.

        Args:
            request: What to make.
            on_event: Receives live progress.
            approved: A person has agreed to what it may cost.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError, MediaError, ConfigurationError:
                Refused before anything was paid or written.
            VideoAgentError: Something outside failed; `job_id` says what to resume.
        """
        request = await self.completed(request)
        session_id = f"job-{new_id()}"
        job = await open_job(
            self.services, request, app_name=APP_NAME, session_id=session_id, approved=approved
        )
        if job.status is JobStatus.WAITING_FOR_APPROVAL:
            return job
        await self._announce(job, on_event)
        return await self._run(job, first_message(job), on_event)

    async def completed(self, request: VideoRequest) -> VideoRequest:
        """A request to edit or extend, with what the earlier clip decides; others as they are.

        Raises:
            NotFoundError: There is no such video or job.
            InvalidRequestError: Several fit, or the result would be too long.
        """
        services = self.services
        sources = Sources(services.database, services.catalog, services.surface)
        return await sources.completed(request)

    async def resume(self, job_id: str, on_event: ProgressSink | None = None) -> Job:
        """Finish a job that was interrupted. Nothing that was submitted is submitted again.

        A job that ended is returned as it is, once all is there that is made from its video; one
        that needs attention is looked up once more, and one that an outside error (no start
        accepted, no verdict given) or its planner ended early is taken up again.

        Raises:
            NotFoundError: There is no such job.
            InvalidRequestError: It waits until a person approves.
            ConfigurationError: It was begun with another backend.
            VideoAgentError: Something outside failed; it can be resumed again.
        """
        job = await self.job(job_id)
        check_approved(job)
        if not can_go_on(job):
            ours = (job.backend, job.charged) == (self.services.backend, self.services.charged)
            return await self._finished(job, on_event) if ours else job
        self.services.check_serves(job)
        if not await self._outcome_is_known(job, on_event):
            return await self.job(job_id)
        await self._reopen(job)
        job, standing = await self.services.look(job_id)
        await self._announce(job, on_event)
        message = continue_message(job, standing) if job.attempts else first_message(job)
        return await self._run(job, message, on_event)

    async def give_up_unknown(self, job_id: str) -> None:
        """A person's decision: paid calls of unknown outcome are lost (and stay spent).

        The job may be resumed afterwards.

        Raises:
            NotFoundError: There is no such job.
        """
        await give_up_unknown(self.services.database, job_id)

    async def job(self, job_id: str) -> Job:
        """One job as it stands.

        Raises:
            NotFoundError: There is no such job.
        """
        return (await self.services.look(job_id))[0]

    async def find(self, prefix: str) -> Job:
        """The one job whose id is or begins or ends with `prefix`.

        Raises:
            NotFoundError: There is none.
            InvalidRequestError: There are several.
        """
        return await find_job(self.services.database, prefix)

    async def jobs(self, *, user_id: str | None = None, limit: int = 50) -> list[Job]:
        """Jobs with everything they led to, newest first."""
        return await newest_jobs(self.services.database, user_id=user_id, limit=limit)

    async def _reopen(self, job: Job) -> None:
        """Let a job run again; a clip without a verdict may be judged again."""
        database = self.services.database
        await reopen_unjudged(database, job)
        await update_job(database, job.id, status=JobStatus.RUNNING, stopped_because=None)

    async def _outcome_is_known(self, job: Job, on_event: ProgressSink | None) -> bool:
        """Whether the job may go on: lost submits are looked up once more, never sent again."""
        services = self.services
        generations = await services.ledger.recover(job.id)
        states = [generation.state for generation in generations]
        for position, generation in enumerate(generations):
            if generation.state is GenerationState.OUTCOME_UNKNOWN and services.reconciler:
                looking = ProgressEvent(
                    kind="warning",
                    message="it is not known whether the service started this attempt; looking it "
                    "up, which takes as long as a clip may take",
                    attempt_number=generation.attempt_number,
                )
                await _tell(job, on_event, looking)
                known = await services.ledger.reconcile(
                    generation.id, services.reconciler, wait=True
                )
                states[position] = known.state
        if GenerationState.OUTCOME_UNKNOWN in states:
            return False
        waits = job.stopped_because is StopReason.OUTCOME_UNKNOWN
        return not (waits and GenerationState.UNRESOLVED in states)

    async def _announce(self, job: Job, on_event: ProgressSink | None) -> None:
        for event in opening_events(job, self.services.planner_model):
            await _tell(job, on_event, event)

    async def _run(self, job: Job, message: str, on_event: ProgressSink | None) -> Job:
        done = await self._finished(await self.planner.run_turn(job, message, on_event), on_event)
        await _tell(done, on_event, closing_event(done))
        return done

    async def _finished(self, job: Job, on_event: ProgressSink | None) -> Job:
        """The job with all that is made from its video, and published if it is to be."""
        await run_stages(self.services, self.planner, job, on_event)
        return await self.job(job.id)


async def _tell(job: Job, on_event: ProgressSink | None, event: ProgressEvent) -> None:
    if on_event is not None:
        await on_event(event.model_copy(update={"job_id": job.id}))
