"""A batch for machines (`--json`, a CSV file) and for people (a live table, the closing card)."""

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from video_agent.cli.console import dollars
from video_agent.cli.naming import command_name
from video_agent.cli.results import exit_code_of
from video_agent.models import RESTING_STATUSES, JobStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from video_agent.models import BatchItem, BatchResult

_MOST_LINES = 12
_MOST_ROWS = 60
_SHORT_ID = 8
_PROMPT_WIDTH = 44
_COLUMNS = ("row", "job_id", "status", "path", "score", "cost_usd", "error", "prompt")
"""Of the CSV file."""


def batch_as_json(batch: "BatchResult") -> dict[str, object]:
    """The public JSON of a batch: stable names, every row, sums."""
    return {
        "batch_id": batch.id,
        "name": batch.name,
        "backend": batch.backend,
        "charged": batch.charged,
        "cap_usd": None if batch.cap_usd is None else float(batch.cap_usd),
        "cost_usd": round(float(batch.cost_usd), 9),
        "rows": len(batch.items),
        "delivered": batch.delivered,
        "failed": batch.failed,
        "counts": {status.value: number for status, number in batch.counts.items()},
        "created_at": batch.created_at.isoformat(),
        "items": [_item_as_json(item) for item in batch.items],
    }


def _item_as_json(item: "BatchItem") -> dict[str, object]:
    return {
        "row": item.number,
        "job_id": item.job_id,
        "status": item.status.value,
        "stopped_because": item.stopped_because.value if item.stopped_because else None,
        "path": str(item.path) if item.path else None,
        "score": item.score,
        "cost_usd": round(float(item.cost_usd), 9),
        "error": item.error,
        "prompt": item.prompt,
    }


def exit_code_of_batch(batch: "BatchResult", *, waited: bool) -> int:
    """0 when every row delivered a video, else the code of the first that did not.

    Rows that wait for an approval are no failure; nor are those that wait for workers, unless this
    command waited for them.
    """
    fine = {JobStatus.WAITING_FOR_APPROVAL}
    if not waited:
        fine |= {JobStatus.QUEUED, JobStatus.RUNNING}
    codes = (exit_code_of(item) for item in batch.items if item.status not in fine)
    return next((code for code in codes if code), 0)


def write_csv(batch: "BatchResult", path: Path) -> None:
    """Write how each row stands as a CSV file.

    Raises:
        ConfigurationError: The file cannot be written.
    """
    from video_agent.errors import ConfigurationError

    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            for item in map(_item_as_json, batch.items):
                writer.writerow([item[column] for column in _COLUMNS])
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


def counts_text(batch: "BatchResult") -> str:
    """How many rows have each status."""
    return ", ".join(
        f"{number} {status.value.replace('_', ' ')}" for status, number in batch.counts.items()
    )


def money_text(batch: "BatchResult") -> str:
    """What it cost so far, of which cap."""
    cap = "" if batch.cap_usd is None else f" of {dollars(batch.cap_usd)}"
    real = "" if batch.charged else " at list prices"
    return f"{dollars(batch.cost_usd)}{cap}{real}"


def live_table(batch: "BatchResult") -> Table:
    """Rows that are at work, rows that ended last, and the totals."""
    working = [item for item in batch.items if item.status is JobStatus.RUNNING][:_MOST_LINES]
    ended = [item for item in batch.items if item.status in RESTING_STATUSES]
    room = _MOST_LINES - len(working)
    shown = working + (ended[-room:] if room else [])
    table = _table(sorted(shown, key=lambda item: item.number))
    table.caption = f"{progress_text(batch)} · {money_text(batch)}"
    table.caption_justify = "left"
    return table


def progress_text(batch: "BatchResult") -> str:
    """How far it is."""
    done = batch.delivered + batch.failed
    failed = f", {batch.failed} failed" if batch.failed else ""
    return f"{done} of {len(batch.items)} done{failed}"


def print_batch(batch: "BatchResult") -> None:
    """The closing card: every row (of many the ones that need a look), sums, what to do next."""
    console = Console(highlight=False, soft_wrap=True)
    rows = batch.items if len(batch.items) <= _MOST_ROWS else _worth_a_look(batch)
    console.print("[bold]row   job       status                score  cost     video[/]")
    for item in rows:
        status = item.status.value.replace("_", " ")
        score = "-" if item.score is None else f"{item.score:.2f}"
        console.print(
            f"{item.number:<4}  {item.job_id[-_SHORT_ID:]}  {status:<20}  {score:<5}  "
            f"{dollars(item.cost_usd):<7}  {escape(_outcome(item))}"
        )
    if len(rows) < len(batch.items):
        console.print(f"[dim]and {len(batch.items) - len(rows)} more rows[/]")
    charged = "" if batch.charged else "; the studio stood in, nothing is charged"
    console.print(f"  batch     {batch.id} ({escape(batch.name)})")
    console.print(f"  rows      {len(batch.items)}: {counts_text(batch)}")
    console.print(f"  cost      {money_text(batch)}{charged}")
    console.print(f"  next      {_next_step(batch)}")


def _worth_a_look(batch: "BatchResult") -> "Sequence[BatchItem]":
    rests = [item for item in batch.items if item.status in RESTING_STATUSES]
    return [item for item in rests if not item.delivered][:_MOST_ROWS]


def _table(items: "Sequence[BatchItem]") -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("row", "job", "status", "score", "cost", "prompt"):
        table.add_column(name, no_wrap=True)
    for item in items:
        table.add_row(
            str(item.number),
            item.job_id[-_SHORT_ID:],
            item.status.value.replace("_", " "),
            "-" if item.score is None else f"{item.score:.2f}",
            dollars(item.cost_usd),
            escape(_shortened(item.prompt)),
        )
    return table


def _outcome(item: "BatchItem") -> str:
    """Where the video is, from here; or what was asked for and why there is none."""
    if item.path is not None:
        here = Path.cwd()
        return str(item.path.relative_to(here) if item.path.is_relative_to(here) else item.path)
    why = item.error or (item.stopped_because.value if item.stopped_because else "")
    return f"{_shortened(item.prompt)}{': ' if why else ''}{why}"


def _shortened(prompt: str) -> str:
    text = " ".join(prompt.split())
    return text if len(text) <= _PROMPT_WIDTH else text[: _PROMPT_WIDTH - 1] + "…"


def _next_step(batch: "BatchResult") -> str:
    command, statuses = command_name(), {status.value for status in batch.counts}
    if "waiting_for_approval" in statuses:
        return f"{command} approve {batch.id}, or decline"
    if statuses & {"queued", "running"}:
        return f"{command} batches {batch.id}, or the same command again to go on"
    if statuses & {"parked", "needs_attention"}:
        return f"{command} show JOB for rows that rest; the same command again goes on"
    if batch.failed:
        return "the same command with --retry-failed takes the failed rows up again"
    return f"open the files, or: {command} show JOB"
