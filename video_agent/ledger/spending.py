"""Where each user's money stands: today and ever, spent, reserved and unknown apart."""

from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import case
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import ZERO
from video_agent.ledger.caps import start_of_day
from video_agent.ledger.overview import Sums, charge_kind, generation_kind
from video_agent.ledger.sums import charge_usd, generation_usd
from video_agent.models import utc_now
from video_agent.store.database import Database
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow


class Spending(NamedTuple):
    """What one user's jobs have committed, for real money (`charged`) or at list prices.

    `today` is what was intended on this day of UTC, `total` all of it.
    """

    user_id: str
    charged: bool
    today: Sums
    total: Sums


async def spending(database: Database, *, user_id: str | None = None) -> list[Spending]:
    """Where the money of every user stands, or of one, by name; real money after list prices.

    Raises:
        StoreError: The database refused.
    """
    found: dict[tuple[str, bool], Spending] = {}
    async with database.read() as session:
        for charged in (False, True):
            for user, name, today, total in await _sums(session, charged, user_id):
                one = found.get((user, charged), Spending(user, charged, Sums(), Sums()))
                found[user, charged] = one._replace(
                    today=_plus(one.today, name, today), total=_plus(one.total, name, total)
                )
    return [found[key] for key in sorted(found)]


_Amounts = list[tuple[str, str, Decimal | None, Decimal | None]]


async def _sums(session: AsyncSession, charged: bool, user_id: str | None) -> _Amounts:
    """For each user and kind of money: what was committed today, and ever."""
    midnight, found = start_of_day(utc_now()), _Amounts()
    for table, amount, kind, intended in (
        (GenerationRow, generation_usd(), generation_kind(), col(GenerationRow.intended_at)),
        (ChargeRow, charge_usd(), charge_kind(), col(ChargeRow.created_at)),
    ):
        today = func.sum(case((intended >= midnight, amount)))
        query = (
            select(JobRow.user_id, kind, today, func.sum(amount))
            .join(table, col(table.job_id) == col(JobRow.id))
            .where(col(JobRow.charged).is_(charged))
            .group_by(col(JobRow.user_id), kind)
        )
        if user_id is not None:
            query = query.where(col(JobRow.user_id) == user_id)
        found += await session.exec(query)
    return found


def _plus(sums: Sums, kind: str, usd: Decimal | None) -> Sums:
    name = f"{kind}_usd"
    return sums._replace(**{name: getattr(sums, name) + (usd or ZERO)})
