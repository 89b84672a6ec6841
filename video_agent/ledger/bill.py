"""The bill of one job: every paid call, and where its money stands."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from sqlmodel import col, select

from video_agent.ledger.budget import ZERO, charged_usd, cost_is_unknown, counted_usd
from video_agent.ledger.overview import Sums
from video_agent.ledger.rows import rows_of, to_generation
from video_agent.models import Generation
from video_agent.store.database import Database
from video_agent.store.tables import ChargeRow, GenerationRow


class CallSum(NamedTuple):
    """The language-model calls of one kind with one model.

    `cost_usd` is the sum of the known costs; `unknown` counts the calls whose cost nobody told, or
    that are under way.
    """

    kind: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    unknown: int


class Bill(NamedTuple):
    """Every paid generation of a job, also the refused ones, its language calls, and the sums."""

    generations: tuple[Generation, ...]
    calls: tuple[CallSum, ...]
    sums: Sums


async def bill_of(database: Database, job_id: str) -> Bill:
    """The bill of a job; empty when nothing was paid.

    Raises:
        StoreError: The database refused.
    """
    query = select(ChargeRow).where(col(ChargeRow.job_id) == job_id)
    async with database.read() as session:
        rows = await rows_of(session, job_id)
        charges = list(await session.exec(query.order_by(col(ChargeRow.created_at))))
    return Bill(tuple(map(to_generation, rows)), _by_kind(charges), _sums(rows, charges))


def _by_kind(charges: Iterable[ChargeRow]) -> tuple[CallSum, ...]:
    found: dict[tuple[str, str], CallSum] = {}
    for row in charges:
        key = (row.kind, row.model)
        so_far = found.get(key, CallSum(*key, 0, 0, 0, ZERO, 0))
        found[key] = CallSum(
            *key,
            so_far.calls + 1,
            so_far.input_tokens + row.input_tokens,
            so_far.output_tokens + row.output_tokens,
            so_far.cost_usd + (row.cost_usd or ZERO),
            so_far.unknown + (row.cost_usd is None),
        )
    return tuple(found.values())


def _sums(rows: Iterable[GenerationRow], charges: Iterable[ChargeRow]) -> Sums:
    """The same parts as `overview`, of one job."""
    spent = reserved = unknown = ZERO
    for row in rows:
        if row.cost_usd is not None:
            spent += counted_usd(row)
        elif cost_is_unknown(row):
            unknown += counted_usd(row)
        else:
            reserved += counted_usd(row)
    for charge in charges:
        if charge.cost_usd is not None:
            spent += charge.cost_usd
        elif charge.settled_at is not None:
            unknown += charged_usd(charge)
        else:
            reserved += charged_usd(charge)
    return Sums(spent, reserved, unknown)
