"""`video-agent resume`, `retry` and `cancel`: a person's wishes for a job that is there."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import (
    DEFAULT_RUN,
    LIMITS,
    RUN,
    AsJson,
    Backend,
    Database,
    RunOptions,
)

if TYPE_CHECKING:
    from video_agent.cli.console import LiveSteps
    from video_agent.models import Job
    from video_agent.wiring import VideoAgent

JobName = Annotated[str, Parameter(help="The job's id, or its beginning or end.")]


async def resume(
    job: JobName,
    /,
    *,
    give_up_unknown: Annotated[
        bool,
        Parameter(
            negative="",
            group=LIMITS,
            help="Count a paid call of unknown outcome as lost (its price stays spent) and go on.",
        ),
    ] = False,
    run: RunOptions = DEFAULT_RUN,
) -> int:
    """Finish a job that was interrupted, with the clip it already paid for; or watch one.

    Nothing that was submitted is submitted again: the job goes on polling, downloads and judges.
    A job that another process carries out is watched until its end; one that ended is shown as it
    is. Exit codes are those of `video-agent create`.

    - `video-agent resume 0199a7c2`
    """
    from video_agent.cli.running import run_job

    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        found = await agent.find(job)
        steps.job_id = found.id
        if give_up_unknown:
            await agent.give_up_unknown(found.id)
        return await agent.resume(found.id, on_event=steps)

    return await run_job(work, run)


async def retry(
    job: JobName,
    /,
    *,
    no_wait: Annotated[
        bool, Parameter(negative="", group=RUN, help="Only hand it in; a worker does it.")
    ] = False,
    run: RunOptions = DEFAULT_RUN,
) -> int:
    """Hand a job that rests to the workers once more, also one that ended or was cancelled.

    It goes on from what it has: clips and verdicts are kept, and its budget and number of attempts
    hold for all runs together. Exit codes are those of `video-agent create`.

    - `video-agent retry 0199a7c2`
    - `video-agent retry 0199a7c2 --no-wait`
    """
    from video_agent.cli.running import run_job, run_order

    async def hand_in(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        found = await agent.find(job)
        steps.job_id = found.id
        return await agent.retry(found.id)

    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        handed_in = await hand_in(agent, steps)
        return await agent.resume(handed_in.id, on_event=steps)

    return await run_order(hand_in, run) if no_wait else await run_job(work, run)


async def cancel(
    job: JobName,
    /,
    *,
    patience: Annotated[
        float, Parameter(group=RUN, help="Wait at most so many seconds until it has stopped.")
    ] = 20.0,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Stop a job, also at the provider, and say what it cost.

    A job nobody has begun ends at once. What was made until then is kept. A clip that was stopped
    counts at its price until the provider tells another.

    - `video-agent cancel 0199a7c2`

    Exit code 0 when the job has ended, 13 while whoever works for it has not stopped yet.
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.job_json import job_as_json
    from video_agent.cli.opening import open_agent
    from video_agent.models import ENDED_STATUSES

    async with open_agent(backend, None, database) as agent:
        before = await agent.find(job)
        done = await agent.cancel(before.id, patience_seconds=patience)
    if as_json:
        print_json(job_as_json(done))
    else:
        _print_cancelled(before, done)
    return 0 if done.status in ENDED_STATUSES else 13


def _print_cancelled(before: "Job", done: "Job") -> None:
    from video_agent.cli.results import cost_text, next_step
    from video_agent.models import ENDED_STATUSES, JobStatus

    if before.status in ENDED_STATUSES:
        print(f"job {done.id} had ended before: {done.status.value}; cost {cost_text(done)}")
    elif done.status is JobStatus.CANCELLED:
        print(f"job {done.id} is cancelled; cost {cost_text(done)}")
    elif done.status in ENDED_STATUSES:
        print(f"job {done.id} was faster: {done.status.value}; cost {cost_text(done)}")
    else:
        print(f"job {done.id} stops as soon as whoever works for it can; next: {next_step(done)}")
