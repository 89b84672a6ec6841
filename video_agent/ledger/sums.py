"""Sums of money over many jobs, in SQL: what counts is said here as in `ledger.budget`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, ColumnElement, SQLColumnExpression, case, literal, type_coerce
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.catalog import UNKNOWN_CHARGE_USD
from video_agent.ledger.budget import ZERO
from video_agent.ledger.states import RESUBMITTABLE
from video_agent.models import GenerationState as State
from video_agent.store.column_types import UsdAmount
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow

_USD = UsdAmount()
_NOTHING = literal(ZERO, _USD)


@dataclass(frozen=True)
class Scope:
    """Whose money is summed up.

    Args:
        charged: Real money, or list prices that nobody pays; the two are never added up.
        since: Only what was intended from then on.
        user_id: Only this user's jobs.
        batch_id: Only the jobs of this batch.
    """

    charged: bool
    since: datetime | None = None
    user_id: str | None = None
    batch_id: str | None = None

    def conditions(
        self, job_id: SQLColumnExpression[str], intended: SQLColumnExpression[datetime]
    ) -> list[ColumnElement[bool]]:
        """What a row must fulfil, by its job and its moment.

        Said so that a database reads only the rows of the time (or of the batch) and not every row
        that a user's jobs ever had; mostly all jobs are of one kind, and none is left out.
        """
        if self.batch_id is not None:
            same = (col(JobRow.batch_id) == self.batch_id, col(JobRow.charged) == self.charged)
            return [job_id.in_(select(JobRow.id).where(*same))]
        others = select(JobRow.id).where(col(JobRow.charged) == (not self.charged))
        conditions: list[ColumnElement[bool]] = [job_id.not_in(others)]
        if self.since is not None:
            conditions.append(intended >= self.since)
        if self.user_id is not None:
            own = (col(JobRow.id) == job_id, col(JobRow.user_id) == self.user_id)
            conditions.append(select(JobRow.id).where(*own).exists())
        return conditions


def generation_usd() -> ColumnElement[Decimal]:
    """See `budget.counted_usd`."""
    state, cost = col(GenerationRow.state), col(GenerationRow.cost_usd)
    tokens = type_coerce(col(GenerationRow.usage), JSON)["video_tokens"].as_integer()
    made_nothing = (state == State.BLOCKED.value) & (func.coalesce(tokens, 0) == 0)
    counted = case(
        (state.in_([one.value for one in RESUBMITTABLE]), _NOTHING),
        (cost.is_not(None), cost),
        (made_nothing, _NOTHING),
        else_=col(GenerationRow.reserved_usd),
    )
    return type_coerce(counted, _USD)


def charge_usd() -> ColumnElement[Decimal]:
    """See `budget.charged_usd`."""
    unknown = literal(UNKNOWN_CHARGE_USD, _USD)
    counted = func.coalesce(col(ChargeRow.cost_usd), col(ChargeRow.reserved_usd), unknown)
    return type_coerce(counted, _USD)


async def committed_usd(session: AsyncSession, scope: Scope) -> Decimal:
    """Settled costs, reservations and the estimates of what is unknown, of many jobs."""
    generations = select(func.sum(generation_usd())).where(
        *scope.conditions(col(GenerationRow.job_id), col(GenerationRow.intended_at))
    )
    charges = select(func.sum(charge_usd())).where(
        *scope.conditions(col(ChargeRow.job_id), col(ChargeRow.created_at))
    )
    both = select(generations.scalar_subquery(), charges.scalar_subquery())
    paid, called = (await session.exec(both)).one()
    return (paid or ZERO) + (called or ZERO)
