"""What is being spent now: by user since midnight, and what is left of the caps."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, case, type_coerce
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import ZERO
from video_agent.ledger.caps import Caps
from video_agent.ledger.sums import Scope, charge_usd, committed_usd, generation_usd
from video_agent.store.column_types import UsdAmount
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow


class DaySpend(NamedTuple):
    """What a user's jobs cost since midnight UTC: known and final, and still only reserved.

    `charged` is False for list prices that nobody pays.
    """

    user_id: str
    charged: bool
    settled_usd: Decimal
    reserved_usd: Decimal


class CapLeft(NamedTuple):
    """A cap and what is left of it; of `user_day` for the user who has least left."""

    cap: Literal["user_day", "day", "total"]
    limit_usd: Decimal
    left_usd: Decimal


async def spend_since(session: AsyncSession, midnight: datetime) -> tuple[DaySpend, ...]:
    """What each user's jobs intended since midnight comes to, as the caps count it."""
    sums: dict[tuple[str, bool], tuple[Decimal, Decimal]] = {}
    for table, counted, intended in (
        (GenerationRow, generation_usd(), col(GenerationRow.intended_at)),
        (ChargeRow, charge_usd(), col(ChargeRow.created_at)),
    ):
        settled = func.sum(case((col(table.cost_usd).is_not(None), counted)))
        query = (
            select(JobRow.user_id, JobRow.charged, _usd(func.sum(counted)), _usd(settled))
            .join(table, col(table.job_id) == col(JobRow.id))
            .where(intended >= midnight)
            .group_by(col(JobRow.user_id), col(JobRow.charged))
        )
        for user_id, charged, counted_usd, settled_usd in await session.exec(query):
            known, open_usd = sums.get((user_id, charged), (ZERO, ZERO))
            now_known = settled_usd or ZERO
            sums[user_id, charged] = (known + now_known, open_usd + counted_usd - now_known)
    return tuple(DaySpend(*key, *amounts) for key, amounts in sorted(sums.items()))


async def caps_left(
    session: AsyncSession, caps: Caps, spend: Sequence[DaySpend], *, charged: bool
) -> tuple[CapLeft, ...]:
    """What is left of each cap that is set, by what was spent today of the same money."""
    used = [one.settled_usd + one.reserved_usd for one in spend if one.charged is charged]
    found: list[CapLeft] = []
    if caps.user_day_usd is not None:
        found.append(_left("user_day", caps.user_day_usd, max(used, default=ZERO)))
    if caps.day_usd is not None:
        found.append(_left("day", caps.day_usd, sum(used, ZERO)))
    if caps.total_usd is not None:
        found.append(_left("total", caps.total_usd, await committed_usd(session, Scope(charged))))
    return tuple(found)


def other_users_together(spend: Sequence[DaySpend], most: int) -> list[DaySpend]:
    """The `most` users who spend most, each kind of money by itself; the rest as one, `other`."""
    kept: list[DaySpend] = []
    for charged in (True, False):
        own = [one for one in spend if one.charged is charged]
        own.sort(key=lambda one: one.settled_usd + one.reserved_usd, reverse=True)
        kept += own[:most]
        rest = own[most:]
        if rest:
            settled_usd = sum((one.settled_usd for one in rest), ZERO)
            reserved_usd = sum((one.reserved_usd for one in rest), ZERO)
            kept.append(DaySpend("other", charged, settled_usd, reserved_usd))
    return kept


def _left(
    cap: Literal["user_day", "day", "total"], limit_usd: Decimal, used_usd: Decimal
) -> CapLeft:
    return CapLeft(cap, limit_usd, max(ZERO, limit_usd - used_usd))


def _usd(amount: ColumnElement[Decimal]) -> ColumnElement[Decimal]:
    return type_coerce(amount, UsdAmount)
