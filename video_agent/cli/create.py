"""`video-agent create`: the main job."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from video_agent.cli.options import (
    DEFAULT_REQUEST,
    DEFAULT_RUN,
    RUN,
    RequestOptions,
    RunOptions,
)

if TYPE_CHECKING:
    from video_agent.cli.console import LiveSteps
    from video_agent.models import Job, JobTerms, VideoRequest
    from video_agent.wiring import VideoAgent

WHEN = Group("When, and by whom", sort_key=4)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class OrderOptions:
    """When and how urgently a job is done, and whether this command waits for it."""

    no_wait: Annotated[
        bool,
        Parameter(negative="", group=WHEN, help="Print the job's id at once; a worker makes it."),
    ] = False
    key: Annotated[
        str | None,
        Parameter(group=WHEN, help="Your own id of the job: the same key again is the same job."),
    ] = None
    priority: Annotated[int, Parameter(group=WHEN, help="1 (most urgent) to 100.")] = 10
    delay: Annotated[float, Parameter(group=WHEN, help="Start so many seconds later.")] = 0.0
    deadline: Annotated[
        float | None,
        Parameter(group=WHEN, help="Park it after so many seconds; nothing begun is lost."),
    ] = None

    def terms(self) -> "JobTerms":
        """The terms these options ask for.

        Raises:
            InvalidRequestError: One line naming every option that is wrong and what is allowed.
        """
        from video_agent.pipeline.ordering import parse_terms

        return parse_terms(
            idempotency_key=self.key,
            priority=self.priority,
            delay_seconds=self.delay,
            deadline_seconds=self.deadline,
        )


DEFAULT_ORDER = OrderOptions()
Yes = Annotated[
    bool,
    Parameter(
        name=["--yes", "-y"], negative="", group=RUN, help="Spend real money without asking."
    ),
]


async def create(
    prompt: Annotated[str, Parameter(help="The video in words, in any language.")],
    /,
    *,
    wanted: RequestOptions = DEFAULT_REQUEST,
    order: OrderOptions = DEFAULT_ORDER,
    run: RunOptions = DEFAULT_RUN,
    yes: Yes = False,
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
    - `video-agent create "a lighthouse in a storm" --no-wait --key order-17 --priority 1`

    Exit code 0 when a video was delivered, also below the threshold (said so), or the job was
    handed in with --no-wait; otherwise a code for each kind of error: 2 configuration, 3 request,
    4 budget, 5 planner, 6 service, 7 blocked content, 8 unknown outcome, 9 media, 10 database,
    11 not found, 12 cancelled, 13 waits for a person (parked, or for approval), 130 interrupted.
    """
    from video_agent.cli.running import run_job, run_order

    request, terms = wanted.request(prompt), order.terms()

    async def hand_in(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        approved = await _agreed(agent, request, steps, yes=yes, waits=False)
        return await agent.submit(request, approved=approved, **terms.model_dump())

    async def make(agent: "VideoAgent", steps: "LiveSteps") -> "Job":
        approved = await _agreed(agent, request, steps, yes=yes, waits=True)
        return await agent.create(request, on_event=steps, approved=approved, terms=terms)

    return await run_order(hand_in, run) if order.no_wait else await run_job(make, run)


async def _agreed(
    agent: "VideoAgent", request: "VideoRequest", steps: "LiveSteps", *, yes: bool, waits: bool
) -> bool:
    """Say what it will cost and where; ask before real money, or much, is spent."""
    from video_agent.cli.agreeing import may_spend
    from video_agent.cli.console import dollars

    estimate = await agent.estimate(request)
    place = await agent.open() if waits else await agent.plan()
    price = (
        f"{dollars(estimate.one_attempt_usd)} an attempt with {estimate.model}, at most "
        f"{dollars(estimate.most_usd)} for {estimate.attempts}, "
        f"budget {dollars(request.budget_usd)}"
    )
    steps.say_backend(place.description)
    steps.console.print(f"[cyan]estimate[/]  {price}")
    for note in estimate.notes:
        steps.console.print(f"[cyan]    note[/]  {note}")
    if request.publish is not None:
        where = await agent.place_of_uploads()
        steps.console.print(f"[cyan] publish[/]  what passes goes to {where} as {request.publish}")
    limit = agent.settings.approval_above_usd
    above = limit if limit is not None and estimate.most_usd > limit else None
    return may_spend(
        steps.console, price, charged=place.charged, above=above, yes=yes, may_wait=not waits
    )
