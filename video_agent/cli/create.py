"""`video-agent create` and `video-agent resume`: the main job."""

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import (
    LIMITS,
    REQUEST,
    AsJson,
    Backend,
    Database,
    OutputFolder,
    Quiet,
    Yes,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from video_agent.cli.console import LiveSteps
    from video_agent.models import Job, VideoRequest
    from video_agent.wiring import VideoAgent


async def create(  # noqa: PLR0913 - one option for each field of the request
    prompt: Annotated[str, Parameter(help="The video in words, in any language.")],
    /,
    *,
    style: Annotated[
        str | None, Parameter(group=REQUEST, help="cinematic, animated or documentary.")
    ] = None,
    duration: Annotated[float, Parameter(group=REQUEST, help="Seconds.")] = 6.0,
    resolution: Annotated[str, Parameter(group=REQUEST, help="360p, 720p, 1080p or 4k.")] = "720p",
    aspect_ratio: Annotated[str, Parameter(group=REQUEST, help="16:9 or 9:16.")] = "16:9",
    audio: Annotated[bool, Parameter(group=REQUEST, help="With sound.")] = True,
    negative: Annotated[
        str | None, Parameter(group=REQUEST, help="What must not appear: 'people, text'.")
    ] = None,
    references: Annotated[
        list[Path] | None,
        Parameter(
            name=["--references", "--first-frame"],
            group=REQUEST,
            help="An image file that becomes the first frame.",
        ),
    ] = None,
    seed: Annotated[
        int | None, Parameter(group=REQUEST, help="Only for models that have a seed.")
    ] = None,
    model: Annotated[
        str | None, Parameter(group=REQUEST, help="A video model; see: video-agent models.")
    ] = None,
    threshold: Annotated[
        float, Parameter(group=LIMITS, help="Stop as soon as the score reaches this, 0 to 1.")
    ] = 0.8,
    max_attempts: Annotated[int, Parameter(group=LIMITS, help="At most so many paid clips.")] = 3,
    budget: Annotated[
        Decimal, Parameter(group=LIMITS, help="Dollars; no call that could exceed it is made.")
    ] = Decimal("2.00"),
    publish: Annotated[
        str | None,
        Parameter(group=LIMITS, help="Widest privacy of an upload: private, unlisted, public."),
    ] = None,
    user: Annotated[
        str, Parameter(name=["--user", "--user-id"], group=LIMITS, help="Whose job it is.")
    ] = "local",
    backend: Backend = None,
    output_folder: OutputFolder = None,
    database: Database = None,
    yes: Yes = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> int:
    """Make a video from one sentence, judge it, and improve it until it passes.

    The planner writes a better prompt, generates a clip, watches it, and tries again with what
    was wrong, until the score reaches the threshold or the attempts or the budget are used up.
    The best clip is delivered either way. Without a key the local studio stands in for Google
    and nothing is charged. Ctrl+C leaves a job that `video-agent resume` finishes.

    Examples:
        video-agent create "a red sailboat glides across a calm bay at sunset"
        video-agent create "a fox in the snow" --aspect-ratio 9:16 --duration 8 --budget 1.50
        video-agent create "neon street in the rain" --threshold 0.85 --json > result.json

    Exit code 0 when a video was delivered, also below the threshold (said so); otherwise a code
    for each kind of error: 2 configuration, 3 request, 4 budget, 5 planner, 6 service,
    7 blocked content, 8 unknown outcome, 9 media, 10 database, 11 not found, 130 interrupted.
    """
    from video_agent.models import parse_request

    request = parse_request(
        {
            "prompt": prompt,
            "style": style,
            "duration_seconds": duration,
            "resolution": resolution,
            "aspect_ratio": aspect_ratio,
            "audio": audio,
            "negative": negative,
            "references": tuple(references or ()),
            "seed": seed,
            "model": model,
            "quality_threshold": threshold,
            "max_attempts": max_attempts,
            "budget_usd": budget,
            "publish": publish,
            "user_id": user,
        }
    )
    return await _create(request, (backend, output_folder, database), yes, quiet, as_json)


async def resume(
    job: Annotated[str, Parameter(help="The job's id, or its beginning.")],
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
    backend: Backend = None,
    output_folder: OutputFolder = None,
    database: Database = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> int:
    """Finish a job that was interrupted, with the clip it already paid for.

    Nothing that was submitted is submitted again: the job goes on polling, downloads and judges.
    A job that ended is shown as it is.

        video-agent resume 0199
    """

    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        found = await agent.find(job)
        if give_up_unknown:
            await agent.give_up_unknown(found.id)
        return await agent.resume(found.id, on_event=steps)

    return await _run(work, (backend, output_folder, database), quiet, as_json)


async def _create(
    request: "VideoRequest",
    where: tuple[str | None, Path | None, str | None],
    yes: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    async def work(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        await _confirm(agent, request, steps, yes=yes)
        return await agent.create(request, on_event=steps)

    return await _run(work, where, quiet, as_json)


async def _run(
    work: "Callable[[VideoAgent, LiveSteps], Awaitable[Job]]",
    where: tuple[str | None, Path | None, str | None],
    quiet: bool,
    as_json: bool,
) -> int:
    from video_agent.cli.console import LiveSteps, print_json
    from video_agent.cli.opening import open_agent
    from video_agent.cli.results import exit_code_of, job_as_json, print_result

    backend, output_folder, database = where
    with LiveSteps(quiet=quiet) as steps:
        async with open_agent(backend, output_folder, database) as agent:
            job = await steps.remember(work(agent, steps))
    if as_json:
        print_json(job_as_json(job))
    else:
        print_result(job)
    return exit_code_of(job)


async def _confirm(
    agent: "VideoAgent", request: "VideoRequest", steps: "LiveSteps", *, yes: bool
) -> None:
    """Say what it will cost and where; ask before real money is spent."""
    import sys

    from video_agent.cli.console import dollars
    from video_agent.errors import ConfigurationError

    estimate = await agent.estimate(request)
    reach = await agent.open()
    price = (
        f"{dollars(estimate.one_attempt_usd)} an attempt with {estimate.model}, at most "
        f"{dollars(estimate.most_usd)} for {estimate.attempts}, "
        f"budget {dollars(request.budget_usd)}"
    )
    steps.console.print(f"[cyan] backend[/]  {reach.description}")
    steps.console.print(f"[cyan]estimate[/]  {price}")
    for note in estimate.notes:
        steps.console.print(f"[cyan]    note[/]  {note}")
    if not reach.charged or yes:
        return
    if not sys.stdin.isatty():
        raise ConfigurationError(
            f"this spends real money ({price}) and nobody is here to agree", hint="add --yes"
        )
    answer = steps.console.input("Spend it? \\[y/N] ")
    if answer.strip().lower() not in {"y", "yes"}:
        raise ConfigurationError("not agreed: nothing was paid", hint="--backend studio is free")
