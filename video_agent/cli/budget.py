"""`video-agent budget`: what is spent today and ever, by whom, and what the caps leave."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from video_agent.cli.options import AsJson, Backend, Database

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from video_agent.ledger import Limit
    from video_agent.ledger.overview import Sums
    from video_agent.ledger.spending import Spending


async def budget(
    *,
    user: Annotated[
        str | None, Parameter(name=["--user", "--user-id"], help="Only this user.")
    ] = None,
    backend: Backend = None,
    database: Database = None,
    as_json: AsJson = False,
) -> int:
    """Show what is spent, reserved and unknown, today (UTC) and ever, and what the caps leave.

    Unknown is what may have been charged though nobody told: it counts as spent until a person
    decides. Real money and the studio's list prices are counted apart.

    The caps: VIDEO_AGENT_USER_DAY_BUDGET_USD, VIDEO_AGENT_DAY_BUDGET_USD,
    VIDEO_AGENT_TOTAL_BUDGET_USD; a job has its --budget, a batch its --cap.

    - `video-agent budget`
    - `video-agent budget --user ada --json`
    """
    from video_agent.cli.console import print_json
    from video_agent.cli.opening import open_agent

    async with open_agent(backend, None, database) as agent:
        reach = await agent.plan()
        spent = await agent.spending(user_id=user)
        users = [one.user_id for one in spent if one.charged == reach.charged]
        caps = await agent.caps_left([user] if user is not None else users or ["local"])
        approval = agent.settings.approval_above_usd
    if as_json:
        print_json(_as_json(spent, caps, approval, charged=reach.charged))
    else:
        _print(spent, caps, approval)
    return 0


def _as_json(
    spent: "list[Spending]",
    caps: "tuple[Limit, ...]",
    approval: Decimal | None,
    *,
    charged: bool,
) -> dict[str, object]:
    return {
        "charged": charged,
        "caps": [
            {
                "cap": f"what {cap.scope}",
                "cap_usd": float(cap.limit_usd),
                "committed_usd": float(cap.committed_usd),
                "left_usd": float(cap.left_usd),
                "resets_at": cap.resets_at.isoformat() if cap.resets_at else None,
            }
            for cap in caps
        ],
        "approval_above_usd": None if approval is None else float(approval),
        "users": [
            {
                "user_id": one.user_id,
                "charged": one.charged,
                "today": _amounts(one.today),
                "total": _amounts(one.total),
            }
            for one in spent
        ],
        "today": _amounts(_sum(one.today for one in spent if one.charged == charged)),
        "total": _amounts(_sum(one.total for one in spent if one.charged == charged)),
    }


def _amounts(sums: "Sums") -> dict[str, float]:
    return {
        "committed_usd": round(float(sums.committed_usd), 9),
        **{name: round(float(amount), 9) for name, amount in sums._asdict().items()},
    }


def _print(spent: "list[Spending]", caps: "tuple[Limit, ...]", approval: Decimal | None) -> None:
    from rich.console import Console

    from video_agent.cli.console import dollars

    console = Console(highlight=False)
    for charged, title in ((True, "real money"), (False, "list prices, nothing is charged")):
        own = [one for one in spent if one.charged == charged]
        if own:
            _print_table(console, title, own)
    if not spent:
        console.print("nothing is spent yet")
    for cap in caps:
        console.print(f"[bold]cap[/]  {cap}", soft_wrap=True)
    if not caps:
        console.print("no caps are set; see: video-agent budget --help")
    if approval is not None:
        console.print(f"a job that may cost more than {dollars(approval)} needs approval")


def _print_table(console: "Console", title: str, spent: "list[Spending]") -> None:
    from rich.markup import escape
    from rich.table import Table

    from video_agent.cli.console import dollars

    table = Table(box=None, header_style="bold", pad_edge=False, title=title, title_justify="left")
    for name in ("user", "today", "spent", "reserved", "unknown", "ever"):
        table.add_column(name, no_wrap=True, justify="left" if name == "user" else "right")
    rows = [(escape(one.user_id), one.today, one.total) for one in spent]
    if len(rows) > 1:
        today, total = _sum(one.today for one in spent), _sum(one.total for one in spent)
        rows.append(("[bold]all[/]", today, total))
    for name, today, total in rows:
        apart = (today.spent_usd, today.reserved_usd, today.unknown_usd)
        table.add_row(
            name, dollars(today.committed_usd), *map(dollars, apart), dollars(total.committed_usd)
        )
    console.print(table)


def _sum(several: "Iterable[Sums]") -> "Sums":
    from video_agent.ledger.overview import Sums

    columns = zip(Sums(), *several, strict=True)
    return Sums(*(sum(amounts, Decimal(0)) for amounts in columns))
