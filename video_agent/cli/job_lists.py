"""Many jobs for machines and for people: counts by status, sums of money."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from video_agent.cli.console import dollars
from video_agent.cli.job_json import job_as_json
from video_agent.errors import InvalidRequestError
from video_agent.models import JobStatus

if TYPE_CHECKING:
    from video_agent.ledger.overview import Overview, Sums
    from video_agent.models import Job


def statuses_named(names: Sequence[str]) -> list[JobStatus] | None:
    """The statuses of `--status`; None: all.

    Raises:
        InvalidRequestError: There is no such status; the message names them all.
    """
    try:
        return [JobStatus(name.replace("-", "_")) for name in names] or None
    except ValueError:
        known = ", ".join(status.value for status in JobStatus)
        wrong = " ".join(names)
        raise InvalidRequestError(f"there is no status {wrong}; allowed: {known}") from None


def jobs_as_json(jobs: "Sequence[Job]", overview: "Overview") -> dict[str, object]:
    """One object: every job, how many of each status, where the money stands."""
    return {
        "jobs": [job_as_json(job) for job in jobs],
        "total": sum(overview.counts.values()),
        "counts": {status.value: overview.counts.get(status, 0) for status in JobStatus},
        "sums": {
            "real_money": _sums_as_json(overview.real_money),
            "list_prices": _sums_as_json(overview.list_prices),
        },
    }


def print_overview(overview: "Overview") -> None:
    """Two lines below a table: how many jobs, and their money."""
    console = Console(highlight=False, soft_wrap=True)
    counts = ", ".join(
        f"{number} {status.value.replace('_', ' ')}" for status, number in overview.counts.items()
    )
    console.print(f"\n[bold]jobs[/]   {counts}")
    for name, sums in (("real", overview.real_money), ("list", overview.list_prices)):
        if sums.committed_usd:
            prices = "" if name == "real" else " at list prices, nothing is charged"
            console.print(
                f"[bold]money[/]  {dollars(sums.spent_usd)} spent, {dollars(sums.reserved_usd)} "
                f"reserved, {dollars(sums.unknown_usd)} unknown{prices}"
            )


def _sums_as_json(sums: "Sums") -> dict[str, float]:
    amounts = {**sums._asdict(), "committed_usd": sums.committed_usd}
    return {name: round(float(usd), 9) for name, usd in amounts.items()}
