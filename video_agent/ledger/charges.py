"""Language calls: a row before the call, with what it may cost, and its cost after it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import Session, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.models import TokenUsage, utc_now
from video_agent.store.column_types import nano_dollars
from video_agent.store.tables import ChargeRow


class ChargeIntent(NamedTuple):
    """One language call that somebody is about to make.

    Args:
        job_id: The job that pays.
        kind: What the call is for: plan, enhance, judge, analyze.
        model: The id of the model that is asked.
        most_usd: What such a call is expected to cost at most; it is reserved until it is settled.
    """

    job_id: str
    kind: str
    model: str
    most_usd: Decimal


async def insert_charge(session: AsyncSession, intent: ChargeIntent) -> str:
    """Write down a call that is about to be made; returns the row's id."""
    row = ChargeRow(
        job_id=intent.job_id,
        kind=intent.kind,
        model=intent.model,
        reserved_usd=nano_dollars(intent.most_usd),
    )
    session.add(row)
    await session.flush()
    return row.id


def settle_charge(
    session: Session,
    charge_id: str,
    usage: TokenUsage,
    beside: Sequence[tuple[str, TokenUsage]] = (),
) -> None:
    """Write down what a call used, and what was paid for beside it; the first time counts."""
    query = select(ChargeRow).where(col(ChargeRow.id) == charge_id).with_for_update()
    row = session.exec(query).one()
    if row.settled_at is not None:
        return
    row.model, row.cost_usd = usage.model, _cost(usage)
    row.input_tokens, row.output_tokens = usage.input_tokens, usage.output_tokens
    row.settled_at = utc_now()
    session.add_all(settled_charge(row.job_id, kind, used) for kind, used in beside)


def settled_charge(job_id: str, kind: str, usage: TokenUsage) -> ChargeRow:
    """A call that had no reservation of its own, as it is booked afterwards."""
    return ChargeRow(
        job_id=job_id,
        kind=kind,
        model=usage.model,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        cost_usd=_cost(usage),
        settled_at=utc_now(),
    )


def _cost(usage: TokenUsage) -> Decimal | None:
    return None if usage.cost_usd is None else nano_dollars(usage.cost_usd)
