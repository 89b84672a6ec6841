"""The workflows, in plain code: what happens to a job, and to each of its generations.

The order of steps is part of what running jobs have recorded. A step that is added goes behind
`flow.patched(...)`; none is ever removed or moved while jobs of an earlier release may run.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from video_agent.jobs.flow import Flow
from video_agent.jobs.work import TurnOutcome, Work

WORKFLOW_SCHEMA = "1"
"""Names the order of steps below; it is the engine's application version."""


async def run_job(flow: Flow, work: Work, job_id: str) -> None:
    """Plan, generate, judge until the job rests; then make what is delivered, and publish it."""
    outcome = await flow.turn(partial(work.turn, job_id), TurnOutcome)
    while outcome.waiting:
        await flow.settled(outcome.waiting, outcome.until)
        outcome = await flow.turn(partial(work.turn, job_id), TurnOutcome)
    if outcome.stages:
        await flow.parallel({name: partial(work.stage, job_id, name) for name in outcome.stages})
    if outcome.publish:
        await flow.step("publish", partial(work.stage, job_id, "publish"))


async def run_generation(flow: Flow, work: Work, generation_id: str) -> None:
    """Send one paid generation and bring its videos home."""
    await flow.step("send", partial(work.send, generation_id))
    await flow.step("bring_home", partial(work.bring_home, generation_id))


@dataclass(frozen=True)
class Workflows:
    """What a release makes of a job and of a generation: the drill of an upgrade runs the next."""

    job: Callable[[Flow, Work, str], Awaitable[None]] = run_job
    generation: Callable[[Flow, Work, str], Awaitable[None]] = run_generation


THIS_RELEASE = Workflows()
