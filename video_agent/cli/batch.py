"""`video-agent batch` and `video-agent batches`: many videos under one cap."""

import asyncio
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import (
    DEFAULT_REQUEST,
    DEFAULT_RUN,
    LIMITS,
    RUN,
    AsJson,
    Database,
    RequestOptions,
    RunOptions,
)

if TYPE_CHECKING:
    from rich.console import Console

    from video_agent.models import BatchResult
    from video_agent.pipeline.batch_file import InvalidBatchError
    from video_agent.pipeline.batches import PlannedBatch
    from video_agent.wiring import VideoAgent

_MOST_PROBLEMS_SHOWN = 20


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """How a whole file is made."""

    cap: Annotated[
        Decimal | None, Parameter(group=LIMITS, help="Dollars for all rows together.")
    ] = None
    name: Annotated[
        str | None,
        Parameter(group=RUN, help="Another name makes another batch of the same file."),
    ] = None
    retry_failed: Annotated[
        bool, Parameter(negative="", group=RUN, help="Also rows that ended without a video.")
    ] = False
    no_wait: Annotated[
        bool, Parameter(negative="", group=RUN, help="Only hand it in; workers make it.")
    ] = False
    csv_out: Annotated[
        Path | None, Parameter(group=RUN, help="Write how each row ended to this CSV file.")
    ] = None
    yes: Annotated[
        bool,
        Parameter(
            name=["--yes", "-y"], negative="", group=RUN, help="Spend real money without asking."
        ),
    ] = False


DEFAULT_BATCH = BatchOptions()


async def batch(
    file: Annotated[Path, Parameter(help=".csv or .jsonl; columns are named as the options are.")],
    /,
    *,
    whole: BatchOptions = DEFAULT_BATCH,
    wanted: RequestOptions = DEFAULT_REQUEST,
    run: RunOptions = DEFAULT_RUN,
) -> int:
    """Make the videos of a file, one a row, under one cap in dollars.

    A row needs a prompt; its other columns are named as the options of `create` are, and options
    given here hold for rows that do not say otherwise. All rows are let in or none: when one is
    wrong, or the money does not cover one attempt of every row, nothing is begun.

    The same file again is the same batch: it goes on where it was, and nothing that is done is done
    or paid again. A row that fails stops no other.

    - `video-agent batch clips.csv --cap 20`
    - `video-agent batch clips.csv --cap 20 --retry-failed`
    - `video-agent batch clips.jsonl --resolution 1080p --no-wait --json`

    Exit code 0 when every row delivered a video (with --no-wait: when it was handed in), else that
    of the first row without one; see `video-agent create --help`.
    """
    from video_agent.cli.batch_results import exit_code_of_batch, write_csv
    from video_agent.pipeline.batch_file import InvalidBatchError

    try:
        result = await _make(file, whole, wanted, run)
    except InvalidBatchError as error:
        return _refuse(error, as_json=run.as_json)
    if whole.csv_out is not None:
        await asyncio.to_thread(write_csv, result, whole.csv_out)
    _show(result, as_json=run.as_json)
    return exit_code_of_batch(result, waited=not whole.no_wait)


async def batches(
    name: Annotated[str | None, Parameter(help="A batch's id or name; default: list them.")] = None,
    /,
    *,
    limit: Annotated[int, Parameter(help="At most so many, newest first.")] = 20,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """List batches, or show every row of one.

    - `video-agent batches`
    - `video-agent batches clips.csv --json`
    """
    from video_agent.cli.batch_results import batch_as_json
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent

    async with open_agent(database=database) as agent:
        if name is not None:
            _show(await agent.find_batch(name), as_json=as_json)
            return 0
        found = await agent.batches(limit=limit)
    if as_json:
        print_json({"batches": [batch_as_json(one) for one in found]})
    else:
        _list(found)
    return 0


async def _make(
    file: Path, whole: BatchOptions, wanted: RequestOptions, run: RunOptions
) -> "BatchResult":
    from video_agent.cli.batch_watch import BatchWatch
    from video_agent.cli.opening import open_agent

    with BatchWatch(quiet=run.quiet) as watch:
        async with open_agent(run.backend, run.output_folder, run.database) as agent:
            planned = await agent.plan_batch(
                file, cap_usd=whole.cap, name=whole.name, **wanted.fields()
            )
            work = agent.run_batch(
                planned,
                approved=await _agree(agent, planned, watch.console, whole),
                retry_failed=whole.retry_failed,
                wait=not whole.no_wait,
                on_change=watch,
            )
            return await watch.remember(work, lambda: agent.left_to_others)


async def _agree(
    agent: "VideoAgent",
    planned: "PlannedBatch",
    console: "Console",
    whole: BatchOptions,
) -> bool:
    """Say what it may cost; ask where real or much money is spent."""
    from video_agent.cli.agreeing import may_spend
    from video_agent.cli.batch_results import counts_text, money_text
    from video_agent.cli.console import dollars

    reach = await agent.plan()
    console.print(f"[cyan] backend[/]  {reach.description}")
    if planned.earlier is not None:
        price = f"{money_text(planned.earlier)} so far, {counts_text(planned.earlier)}"
        console.print(f"[cyan]   batch[/]  {planned.id}, begun earlier: {price}")
    else:
        cap = "no cap" if planned.cap_usd is None else f"cap {dollars(planned.cap_usd)}"
        price = (
            f"{len(planned.orders)} rows: {dollars(planned.one_attempt_usd)} for one attempt of "
            f"each, at most {dollars(planned.most_usd)}, {cap}"
        )
        console.print(f"[cyan]estimate[/]  {price}")
    limit = agent.settings.approval_above_usd
    above = limit if planned.needs_approval(limit) else None
    return may_spend(
        console,
        price,
        charged=reach.charged,
        above=above,
        yes=whole.yes,
        may_wait=whole.no_wait,
    )


def _show(result: "BatchResult", *, as_json: bool) -> None:
    from video_agent.cli.batch_results import batch_as_json, print_batch
    from video_agent.cli.console import print_json

    if as_json:
        print_json(batch_as_json(result))
    else:
        print_batch(result)


def _list(found: "list[BatchResult]") -> None:
    from rich.console import Console
    from rich.markup import escape

    from video_agent.cli.batch_results import money_text, progress_text

    if not found:
        print("no batches yet; try: video-agent batch clips.csv --cap 5")
        return
    console = Console(highlight=False, soft_wrap=True)
    rows = [("created", "batch", "rows", "cost", "name")] + [
        (
            f"{one.created_at.astimezone():%m-%d %H:%M}",
            one.id,
            progress_text(one),
            money_text(one),
            escape(one.name),
        )
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text.ljust(width) for text, width in zip(row, widths, strict=True))
        console.print("  ".join(padded).rstrip())


def _refuse(error: "InvalidBatchError", *, as_json: bool) -> int:
    """Every wrong row by its line."""
    from video_agent.cli.console import print_error, print_json
    from video_agent.cli.naming import command_name

    if as_json:
        print_json(
            {
                "batch_id": None,
                "status": "error",
                "error": type(error).__name__,
                "message": error.message,
                "problems": [problem.model_dump() for problem in error.problems],
                "exit_code": error.exit_code,
            }
        )
    print_error(error)
    _print_problems(error, command_name())
    return error.exit_code


def _print_problems(error: "InvalidBatchError", command: str) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for problem in error.problems[:_MOST_PROBLEMS_SHOWN]:
        console.print(f"  line {problem.line}: {escape(problem.message)}")
    left = len(error.problems) - _MOST_PROBLEMS_SHOWN
    if left > 0:
        console.print(f"  and {left} more; {command} batch ... --json lists all")
