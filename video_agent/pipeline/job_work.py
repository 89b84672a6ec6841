"""`JobWork`: what the workflows of a job do, over the same tables and tools as everything else."""

from video_agent.errors import VideoAgentError
from video_agent.jobs.books import Books
from video_agent.jobs.work import OpenGeneration, Stage, TurnOutcome
from video_agent.ledger.sweeping import Realm
from video_agent.log_context import working_for
from video_agent.models import (
    RESTING_STATUSES,
    GenerationState,
    Job,
    JobStatus,
    ProgressEvent,
    StopReason,
    utc_now,
)
from video_agent.pipeline.bringing_home import BringingHome
from video_agent.pipeline.messages import continue_message, first_message
from video_agent.pipeline.stages import is_to_be_published, run_stage, stages_of
from video_agent.planner import Planner
from video_agent.planner.ending import conclude
from video_agent.store.events import record_event
from video_agent.store.jobs import update_job
from video_agent.tools import Services
from video_agent.tools.standing import Standing

_TRIES = 3
_FIRST_PAUSE_SECONDS = 2.0


class JobWork:
    """Runs a job's turns, its paid generations and its stages. Idempotent over the tables.

    Args:
        services: The parts all jobs share, with `queued` set.
        planner: Decides what to do next.
    """

    def __init__(self, services: Services, planner: Planner) -> None:
        self._services = services
        self._planner = planner
        self._home = BringingHome(services)

    async def turn(self, job_id: str) -> TurnOutcome:
        """See `Work.turn`."""
        with working_for(job_id):
            return await self._turn(job_id)

    async def send(self, generation_id: str) -> None:
        """See `Work.send`."""
        generation = await self._services.ledger.get(generation_id)
        with working_for(generation.job_id, generation_id):
            await self._home.send(generation_id)

    async def bring_home(self, generation_id: str) -> None:
        """See `Work.bring_home`."""
        generation = await self._services.ledger.get(generation_id)
        with working_for(generation.job_id, generation_id):
            await self._home.bring_home(generation_id)

    async def stage(self, job_id: str, stage: Stage) -> None:
        """See `Work.stage`."""
        with working_for(job_id):
            await run_stage(self._services, self._planner, job_id, stage)

    async def give_up(self, job_id: str, error: BaseException) -> None:
        """See `Work.give_up`."""
        with working_for(job_id):
            job, _ = await self._services.look(job_id)
            if job.status not in RESTING_STATUSES:
                await self._park(job, StopReason.ERROR, error)

    def books(self) -> Books:
        """See `KeepsBooks.books`."""
        services = self._services
        realm = Realm(backend=services.backend, charged=services.charged)
        return Books(services.ledger, services.reconciler, realm)

    # ------------------------------------------------------------------ a turn

    async def _turn(self, job_id: str) -> TurnOutcome:
        job, standing = await self._services.look(job_id)
        if job.status in RESTING_STATUSES:
            return self._outcome(job, ())
        self._services.check_serves(job)
        if job.cancel_requested_at is not None:
            return await self._cancelled(job)
        waiting = await self._home.open_generations(job)
        if waiting and _time_is_up(job):
            await self._home.withdraw_unsent(waiting)
            await self._park(job, StopReason.DEADLINE)  # what was sent goes on without the job
            return TurnOutcome()
        if waiting:
            return self._outcome(job, waiting)
        if not await self._must_rest(job):
            job = await self._plan(job, standing)
            waiting = await self._home.open_generations(job)
            if waiting or job.status in RESTING_STATUSES:
                return self._outcome(job, waiting)
            await self._stuck(job)
        job, _ = await self._services.look(job_id)
        return self._outcome(job, ())

    async def _plan(self, job: Job, standing: Standing) -> Job:
        """One planner turn; what failed for a while is tried again, then the job is parked."""
        database = self._services.database
        if job.status is JobStatus.QUEUED:
            await update_job(database, job.id, status=JobStatus.RUNNING)
        pause_seconds = _FIRST_PAUSE_SECONDS
        for tries_left in reversed(range(_TRIES)):
            begun = bool(job.attempts)
            message = continue_message(job, standing) if begun else first_message(job)
            try:
                return await self._planner.run_turn(job, message, self._tell)
            except VideoAgentError as error:
                if not error.retryable or not tries_left:
                    await self._park(job, StopReason.ERROR, error)
                    return (await self._services.look(job.id))[0]
            await self._services.clock.sleep(pause_seconds)
            pause_seconds *= 3
            job, standing = await self._services.look(job.id)
        return job

    async def _tell(self, event: ProgressEvent) -> None:
        """Keep the news for whoever watches; a poll is no news, and costs no row."""
        if event.kind != "poll" and event.job_id is not None:
            await record_event(self._services.database, event.job_id, event)

    async def _stuck(self, job: Job) -> None:
        """Nothing goes on by itself, e.g. a clip cannot be stored: say so instead of turning on."""
        parked = StopReason.ERROR
        await conclude(self._services, job.id, trouble=job.error, parked=parked)

    async def _must_rest(self, job: Job) -> bool:
        """Park a job whose time is up, or whose paid call nobody can tell of."""
        services = self._services
        generations = await services.ledger.generations(job.id)
        if _time_is_up(job):
            await self._park(job, StopReason.DEADLINE)
            return True
        if any(one.state is GenerationState.SUBMITTED for one in generations):
            await self._park(job, StopReason.DEADLINE)  # followed for as long as we may
            return True
        lost = [one for one in generations if one.state is GenerationState.OUTCOME_UNKNOWN]
        if lost:
            await conclude(services, job.id, outcome_unknown=True)
        return bool(lost)

    async def _cancelled(self, job: Job) -> TurnOutcome:
        """Stop what can be stopped, also at the provider, and say what it came to."""
        for generation in await self._services.ledger.generations(job.id):
            await self._home.stop(generation)
        done = await conclude(self._services, job.id, cancelled=True)
        return self._outcome(done, ())

    async def _park(self, job: Job, reason: StopReason, error: BaseException | None = None) -> None:
        await conclude(
            self._services,
            job.id,
            failure=error if isinstance(error, VideoAgentError) else None,
            trouble=None if error is None else str(error),
            parked=reason,
        )

    def _outcome(self, job: Job, waiting: tuple[OpenGeneration, ...]) -> TurnOutcome:
        if waiting:
            return TurnOutcome(waiting=waiting, until=job.deadline_at)
        stages = stages_of(self._services, job)
        return TurnOutcome(stages=stages, publish=is_to_be_published(job))


def _time_is_up(job: Job) -> bool:
    return job.deadline_at is not None and job.deadline_at <= utc_now()
