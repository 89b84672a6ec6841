"""`video-agent reconcile`: paid calls of which nobody knows whether they began."""

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import RUN, AsJson, Backend, Database

if TYPE_CHECKING:
    from collections.abc import Sequence

    from video_agent.models import Generation
    from video_agent.wiring import VideoAgent


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Decision:
    """What is done about an unknown outcome."""

    look: Annotated[
        bool, Parameter(negative="", help="Ask the service again what became of it; free.")
    ] = False
    adopt: Annotated[
        str | None,
        Parameter(help="It did begin: the service's id of it. It is followed on resume."),
    ] = None
    not_started: Annotated[
        bool,
        Parameter(negative="", help="You answer for it that nothing began: it may be paid anew."),
    ] = False
    yes: Annotated[
        bool, Parameter(name=["--yes", "-y"], negative="", group=RUN, help="Do not ask.")
    ] = False

    @property
    def decides(self) -> bool:
        """Whether a person decides here."""
        return self.adopt is not None or self.not_started


DEFAULT_DECISION = Decision()
Name = Annotated[str | None, Parameter(help="A job or a generation, by its id or a part of it.")]
Every = Annotated[bool, Parameter(name="--all", negative="", help="All jobs; the same as no name.")]


async def reconcile(
    name: Name = None,
    /,
    *,
    every: Every = False,
    decision: Decision = DEFAULT_DECISION,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """List paid calls whose answer was lost, look them up, or decide about one.

    Such a call is never sent again by itself, and its price counts as spent. Where the service can
    be asked (Agent Platform with VIDEO_AGENT_GENERATION_BUCKET, the studio) --look does it; else
    a person looks there and says --adopt ID or --not-started.

    - `video-agent reconcile`
    - `video-agent reconcile --all --look`
    - `video-agent reconcile 0199a7c2 --adopt v1_abc123`
    - `video-agent reconcile 0199a7c2 --not-started`
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent
    from video_agent.errors import InvalidRequestError

    if name is not None and every:
        raise InvalidRequestError("--all and a name exclude each other")
    async with open_agent(backend, None, database) as agent:
        found = await _named(agent, name)
        if decision.decides:
            found = [await _decide(agent, _the_one(found, name), decision)]
        elif decision.look:
            found = [await agent.unknown_outcomes.look_up(one) for one in found]
    if as_json:
        print_json({"generations": [_as_json(one) for one in found]})
    else:
        _print(found)
    return 0


async def _named(agent: "VideoAgent", name: str | None) -> "list[Generation]":
    """Those of a job, or the one of that id; all without a name."""
    from video_agent.errors import NotFoundError

    found = await agent.unknown_outcomes.list()
    if name is None:
        return found
    own = [one for one in found if name in (one.id, one.job_id)]
    own = own or [one for one in found if one.id.startswith(name) or one.id.endswith(name)]
    if own:
        return own
    try:
        job = await agent.find(name)
    except NotFoundError:
        raise NotFoundError(
            f"no job and no paid call of unknown outcome is {name}",
            hint="video-agent reconcile lists those that are unknown",
        ) from None
    return [one for one in found if one.job_id == job.id]


def _the_one(found: "Sequence[Generation]", name: str | None) -> "Generation":
    from video_agent.errors import InvalidRequestError

    if name is None or len(found) != 1:
        raise InvalidRequestError(
            f"{len(found)} paid calls of unknown outcome fit; a decision is about one",
            hint="name it by the id of its generation: video-agent reconcile lists them",
        )
    return found[0]


async def _decide(agent: "VideoAgent", one: "Generation", decision: Decision) -> "Generation":
    from video_agent.cli.console import dollars
    from video_agent.errors import ConfigurationError, InvalidRequestError

    if decision.adopt is not None and decision.not_started:
        raise InvalidRequestError("--adopt and --not-started exclude each other")
    what = (
        f"Adopt {decision.adopt} as the {dollars(one.estimate_usd)} clip of job {one.job_id}?"
        if decision.adopt is not None
        else f"Nothing was started for job {one.job_id}: may {dollars(one.estimate_usd)} be paid "
        "once more for this attempt?"
    )
    if not decision.yes:
        if not sys.stdin.isatty():
            raise ConfigurationError(f"nobody is here to agree: {what}", hint="add --yes")
        print(what, "[y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise ConfigurationError("not agreed: nothing was changed")
    return await agent.unknown_outcomes.decide(one.id, decision.adopt)


def _as_json(one: "Generation") -> dict[str, object]:
    return {
        "generation_id": one.id,
        "job_id": one.job_id,
        "attempt_number": one.attempt_number,
        "state": one.state.value,
        "model": one.model,
        "price_usd": round(float(one.estimate_usd), 9),
        "sent_at": one.submitted_at.isoformat() if one.submitted_at else None,
        "provider_id": one.provider_id,
        "error": one.error,
    }


def _print(found: "Sequence[Generation]") -> None:
    from rich.console import Console
    from rich.table import Table

    from video_agent.cli.console import dollars
    from video_agent.cli.naming import command_name

    console = Console(highlight=False, soft_wrap=True)
    if not found:
        console.print("no paid call of unknown outcome")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("generation", "job", "sent", "price", "state", "model"):
        table.add_column(name, no_wrap=True)
    for one in found:
        sent = one.submitted_at or one.intended_at
        table.add_row(
            one.id,
            one.job_id[-8:],
            sent.astimezone().strftime("%m-%d %H:%M:%S"),
            dollars(one.estimate_usd),
            one.state.value.replace("_", " "),
            one.model,
        )
    console.width = max(console.width, 140)
    console.print(table)
    command = command_name()
    states = {one.state.value for one in found}
    if states & {"submitted", "not_started"}:
        console.print(f"next: {command} resume JOB takes the job up again")
    if states & {"outcome_unknown", "unresolved"}:
        console.print(
            f"next: {command} reconcile --all --look, or with a generation --adopt ID or "
            "--not-started"
        )
