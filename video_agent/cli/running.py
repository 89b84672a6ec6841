"""Running one job for a command: live steps, then the result."""

from typing import TYPE_CHECKING

from video_agent.cli.options import RunOptions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from video_agent.cli.console import LiveSteps
    from video_agent.models import Job
    from video_agent.wiring import VideoAgent

    JobWork = Callable[[VideoAgent, LiveSteps], Awaitable[Job]]


async def run_job(work: "JobWork", options: RunOptions) -> int:
    """Do or follow a job, show its end and return the exit code."""
    from video_agent.cli.console import LiveSteps, print_json
    from video_agent.cli.job_json import job_as_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import exit_code_of, print_result

    with LiveSteps(quiet=options.quiet) as steps:
        async with open_agent(options.backend, options.output_folder, options.database) as agent:
            job = await steps.remember(work(agent, steps), goes_on=lambda: agent.left_to_others)
    if options.as_json:
        print_json(job_as_json(job))
    else:
        print_result(job)
    return exit_code_of(job)


async def run_order(work: "JobWork", options: RunOptions) -> int:
    """Hand a job in and print its id; everything else goes to standard error."""
    from video_agent.cli.console import LiveSteps, print_json
    from video_agent.cli.job_json import job_as_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import next_step

    with LiveSteps(quiet=options.quiet) as steps:
        async with open_agent(options.backend, options.output_folder, options.database) as agent:
            job = await work(agent, steps)
        status = job.status.value.replace("_", " ")
        steps.console.print(f"[cyan]  status[/]  {status}; next: {next_step(job)}")
    if options.as_json:
        print_json(job_as_json(job))
    else:
        print(job.id, flush=True)
    return 0
