"""`video-agent estimate`: what a request would cost, without any call."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.models_command import On, day_named
from video_agent.cli.options import (
    DEFAULT_REQUEST,
    REQUEST,
    AsJson,
    Backend,
    Database,
    RequestOptions,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from video_agent.catalog import Estimate
    from video_agent.ledger import Limit
    from video_agent.models import VideoRequest

_ANY_PROMPT = "a video"


async def estimate(
    prompt: Annotated[str, Parameter(help="The video in words; the price does not need them.")] = (
        _ANY_PROMPT
    ),
    *,
    request: RequestOptions = DEFAULT_REQUEST,
    compare: Annotated[
        bool,
        Parameter(negative="", group=REQUEST, help="Every model that could make it, by price."),
    ] = False,
    on: On = None,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Price a request at list prices. No call is made, nothing is started or stored.

    A job costs something between one attempt and all that its budget allows. Where caps are set,
    what is left of each is shown, too.

    - `video-agent estimate --duration 8 --resolution 1080p`
    - `video-agent estimate --duration 8 --compare --json`
    """
    from video_agent.cli.opening import settings_with
    from video_agent.wiring import VideoAgent

    wanted = request.request(prompt)
    agent = VideoAgent(settings_with(backend, None, database))
    try:
        day = day_named(on)
        if compare:
            priced = await agent.compare(wanted, on=day)
            return _show_all(priced, as_json=as_json)
        priced = await agent.estimate(wanted, on=day)
        caps = await agent.caps_left([wanted.user_id])
    finally:
        await agent.close()
    _show(wanted, priced, caps, as_json=as_json)
    return 0


def _show(
    request: "VideoRequest", priced: "Estimate", caps: "Sequence[Limit]", *, as_json: bool
) -> None:
    from video_agent.cli.console import print_json

    if as_json:
        left = [{"cap": f"what {cap.scope}", "left_usd": float(cap.left_usd)} for cap in caps]
        print_json(priced.model_dump(mode="json") | ({"caps": left} if caps else {}))
    else:
        _print(request, priced, [str(cap) for cap in caps])


def _print(request: "VideoRequest", priced: "Estimate", caps: list[str]) -> None:
    from rich.console import Console

    from video_agent.cli.console import dollars

    samples = f", {request.samples} samples" if request.samples > 1 else ""
    what = f"{priced.duration_seconds:g} s, {priced.resolution}, {priced.aspect_ratio}{samples}"
    until = f", holds until {priced.valid_until}" if priced.valid_until else ""
    rows = [
        ("model", priced.model),
        ("clip", f"{dollars(priced.clip_usd)} for {what}"),
        ("planner, enhancer, judge", f"up to {dollars(priced.language_usd)} an attempt"),
        ("attempt", dollars(priced.one_attempt_usd)),
        ("job", _range(request, priced)),
        *(("cap", text) for text in caps),
        ("price", f"{priced.source}, {priced.dated} ({priced.confidence} confidence){until}"),
        *(("note", note) for note in priced.notes),
    ]
    console = Console(highlight=False, soft_wrap=True)
    for name, text in rows:
        console.print(f"[bold]{name:<24}[/]  {text}")


def _range(request: "VideoRequest", priced: "Estimate") -> str:
    """From one attempt to all of them."""
    from video_agent.cli.console import dollars

    least, most = priced.one_attempt_usd, priced.most_usd
    costs = dollars(most) if priced.attempts == 1 else f"{dollars(least)} to {dollars(most)}"
    count = "1" if priced.attempts == 1 else f"1 to {priced.attempts}"
    return (
        f"{costs} for {count} of {request.max_attempts} attempts, "
        f"budget {dollars(request.budget_usd)}"
    )


def _show_all(priced: "list[Estimate]", *, as_json: bool) -> int:
    from rich.console import Console
    from rich.table import Table

    from video_agent.cli.console import dollars, print_json

    if as_json:
        print_json([item.model_dump(mode="json") for item in priced])
        return 0
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("model", "clip", "attempt", "at most", "attempts", "notes"):
        table.add_column(name, no_wrap=name != "notes")
    for item in priced:
        costs = (item.clip_usd, item.one_attempt_usd, item.most_usd)
        notes = "; ".join(item.notes)
        table.add_row(item.model, *map(dollars, costs), str(item.attempts), notes)
    console = Console(highlight=False)
    console.print(table)
    if not priced:
        console.print("no model makes this; see: video-agent models")
    return 0
