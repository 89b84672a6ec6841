"""All jobs at a glance: how many of each status, and where their money stands."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, literal
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import ZERO
from video_agent.ledger.sums import charge_usd, generation_usd
from video_agent.models import GenerationState as State
from video_agent.models import JobStatus
from video_agent.store.database import Database
from video_agent.store.job_lists import count_jobs
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow

_NOBODY_TOLD = (
    State.OUTCOME_UNKNOWN,
    State.UNRESOLVED,
    State.SUCCEEDED,
    State.FAILED,
    State.CANCELLED,
)
"""Without a cost, these ended or may have started at a cost that is not known."""


class Sums(NamedTuple):
    """Where money stands, in dollars.

    `spent_usd` is known and final, `reserved_usd` is held for what is under way, `unknown_usd` is
    what counts as spent although nobody told the cost. Together they are what is committed.
    """

    spent_usd: Decimal = ZERO
    reserved_usd: Decimal = ZERO
    unknown_usd: Decimal = ZERO

    @property
    def committed_usd(self) -> Decimal:
        """What counts against every limit."""
        return self.spent_usd + self.reserved_usd + self.unknown_usd


class Overview(NamedTuple):
    """How many jobs have each status, and their money: real, and at list prices nobody pays."""

    counts: dict[JobStatus, int]
    real_money: Sums
    list_prices: Sums


async def overview(
    database: Database, *, user_id: str | None = None, batch_id: str | None = None
) -> Overview:
    """Count the jobs and sum up their money, of all or of one user or batch.

    Raises:
        StoreError: The database refused.
    """
    counts = await count_jobs(database, user_id=user_id, batch_id=batch_id)
    amounts: dict[tuple[bool, str], Decimal] = {}
    conditions: list[ColumnElement[bool]] = []
    for column, wanted in ((col(JobRow.user_id), user_id), (col(JobRow.batch_id), batch_id)):
        if wanted is not None:
            conditions.append(column == wanted)
    async with database.read() as session:
        for charged, kind, usd in (
            *await _generations(session, conditions),
            *await _charges(session, conditions),
        ):
            key = (charged, f"{kind}_usd")
            amounts[key] = amounts.get(key, ZERO) + usd
    real, list_prices = (
        Sums(**{name: amounts.get((charged, name), ZERO) for name in Sums._fields})
        for charged in (True, False)
    )
    return Overview(counts, real, list_prices)


_Amounts = list[tuple[bool, str, Decimal]]


async def _generations(session: AsyncSession, conditions: list[ColumnElement[bool]]) -> _Amounts:
    kind = generation_kind()
    query = (
        select(JobRow.charged, kind, func.sum(generation_usd()))
        .join(GenerationRow, col(GenerationRow.job_id) == col(JobRow.id))
        .where(*conditions)
        .group_by(col(JobRow.charged), kind)
    )
    return [(charged, name, usd or ZERO) for charged, name, usd in await session.exec(query)]


async def _charges(session: AsyncSession, conditions: list[ColumnElement[bool]]) -> _Amounts:
    kind = charge_kind()
    query = (
        select(JobRow.charged, kind, func.sum(charge_usd()))
        .join(ChargeRow, col(ChargeRow.job_id) == col(JobRow.id))
        .where(*conditions)
        .group_by(col(JobRow.charged), kind)
    )
    return [(charged, name, usd or ZERO) for charged, name, usd in await session.exec(query)]


def generation_kind() -> ColumnElement[str]:
    """Which of `Sums` a generation's money belongs to: `spent`, `reserved` or `unknown`."""
    untold = col(GenerationRow.state).in_([state.value for state in _NOBODY_TOLD])
    return _kind(col(GenerationRow.cost_usd).is_not(None), untold)


def charge_kind() -> ColumnElement[str]:
    """The same of a language call's money."""
    return _kind(col(ChargeRow.cost_usd).is_not(None), col(ChargeRow.settled_at).is_not(None))


def _kind(known: ColumnElement[bool], untold: ColumnElement[bool]) -> ColumnElement[str]:
    return case((known, literal("spent")), (untold, literal("unknown")), else_=literal("reserved"))
