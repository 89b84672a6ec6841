"""`video-agent create` and `video-agent resume`: the main job."""

import sys
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import (
    DEFAULT_REQUEST,
    DEFAULT_RUN,
    LIMITS,
    RUN,
    RequestOptions,
    RunOptions,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from video_agent.cli.console import LiveSteps
    from video_agent.models import Job, VideoRequest
    from video_agent.wiring import VideoAgent


async def create(
    prompt: Annotated[str, Parameter(help="The video in words, in any language.")],
    /,
    *,
    wanted: RequestOptions = DEFAULT_REQUEST,
    run: RunOptions = DEFAULT_RUN,
    yes: Annotated[
        bool,
        Parameter(
            name=["--yes", "-y"], negative="", group=RUN, help="Spend real money without asking."
        ),
    ] = False,
) -> int:
    """Make a video from one sentence, judge it, and improve it until it passes.

    The planner writes a better prompt, generates a clip, watches it, and tries again with what
    was wrong, until the score reaches the threshold or the attempts or the budget are used up.
    The best clip is delivered either way. Without a key the local studio stands in for Google
    and nothing is charged. Ctrl+C leaves a job that `video-agent resume` finishes.

    For example:
    - `video-agent create "a red sailboat glides across a calm bay at sunset"`
    - `video-agent create "a fox in the snow" --aspect-ratio 9:16 --duration 8 --budget 1.50`
    - `video-agent create "neon street in the rain" --threshold 0.85 --json > result.json`

    Exit code 0 when a video was delivered, also below the threshold (said so); otherwise a code
    for each kind of error: 2 configuration, 3 request, 4 budget, 5 planner, 6 service,
    7 blocked content, 8 unknown outcome, 9 media, 10 database, 11 not found, 130 interrupted.
    """
    request = wanted.request(prompt)

    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        await _confirm(agent, request, steps, yes=yes)
        return await agent.create(request, on_event=steps)

    return await _run(work, run)


async def resume(
    job: Annotated[str, Parameter(help="The job's id, or its beginning or end.")],
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
    """Finish a job that was interrupted, with the clip it already paid for.

    Nothing that was submitted is submitted again: the job goes on polling, downloads and judges.
    A job that ended is shown as it is.

    - `video-agent resume 0199a7c2`
    """

    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        found = await agent.find(job)
        if give_up_unknown:
            await agent.give_up_unknown(found.id)
        return await agent.resume(found.id, on_event=steps)

    return await _run(work, run)


async def _run(
    work: "Callable[[VideoAgent, LiveSteps], Awaitable[Job]]", options: RunOptions
) -> int:
    from video_agent.cli.console import LiveSteps, print_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import exit_code_of, job_as_json, print_result

    with LiveSteps(quiet=options.quiet) as steps:
        async with open_agent(options.backend, options.output_folder, options.database) as agent:
            job = await steps.remember(work(agent, steps))
    if options.as_json:
        print_json(job_as_json(job))
    else:
        print_result(job)
    return exit_code_of(job)


async def _confirm(
    agent: "VideoAgent", request: "VideoRequest", steps: "LiveSteps", *, yes: bool
) -> None:
    """Say what it will cost and where; ask before real money is spent."""
    from video_agent.cli.console import dollars
    from video_agent.errors import ConfigurationError

    estimate = await agent.estimate(request)
    reach = await agent.open()
    price = (
        f"{dollars(estimate.one_attempt_usd)} an attempt with {estimate.model}, at most "
        f"{dollars(estimate.most_usd)} for {estimate.attempts}, "
        f"budget {dollars(request.budget_usd)}"
    )
    steps.say_backend(reach.description)
    steps.console.print(f"[cyan]estimate[/]  {price}")
    for note in estimate.notes:
        steps.console.print(f"[cyan]    note[/]  {note}")
    if request.publish is not None:
        place = await _place_of_uploads(agent)
        steps.console.print(f"[cyan] publish[/]  what passes goes to {place} as {request.publish}")
    if not reach.charged or yes:
        return
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"this spends real money ({price}) and nobody is here to agree", hint="add --yes"
        )
    answer = steps.console.input("Spend it? \\[y/N] ")
    if answer.strip().lower() not in {"y", "yes"}:
        raise ConfigurationError("not agreed: nothing was paid", hint="--backend studio is free")


async def _place_of_uploads(agent: "VideoAgent") -> str:
    """Where a clip that passes is published; the person agrees to it together with the price."""
    publishing = (await agent.parts()).services.publishing
    if publishing is None:
        return "nowhere (YouTube is not set up: see video-agent youtube login)"
    return "YouTube" if publishing.target == "youtube" else "the studio's pretend channel"
