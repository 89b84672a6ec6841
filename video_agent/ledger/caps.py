"""Limits that jobs share: of a user's day, of everybody's day, of all time, of a batch.

They are checked in the transaction that commits an intent. On PostgreSQL such transactions wait for
each other, so that two of them cannot both take the last cent; SQLite has one writer anyway.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import Limit
from video_agent.ledger.sums import Scope, committed_usd
from video_agent.models import Job, utc_now
from video_agent.store.job_tables import BatchRow
from video_agent.store.tables import JobRow

_ADVISORY_LOCK = 0x76616C6467
"""Taken before a job's row, never after."""


@dataclass(frozen=True)
class Caps:
    """What may be committed beyond the budgets of single jobs, in dollars; None: anything.

    Jobs at list prices and jobs for real money are counted apart. A day is a day of UTC; it counts
    what was intended on it.

    Args:
        user_day_usd: By one user on one day.
        day_usd: By all users together on one day.
        total_usd: By all, ever.
    """

    user_day_usd: Decimal | None = None
    day_usd: Decimal | None = None
    total_usd: Decimal | None = None

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return (self.user_day_usd, self.day_usd, self.total_usd) != (None, None, None)


async def take_turns(session: AsyncSession, caps: Caps, job_id: str) -> None:
    """Wait for others that check the same caps; before anything is locked, until the commit."""
    if session.get_bind().dialect.name != "postgresql":
        return
    if caps.any or await _batch_cap(session, job_id) is not None:
        await session.exec(select(func.pg_advisory_xact_lock(_ADVISORY_LOCK)))


async def limits_of(session: AsyncSession, caps: Caps, job: JobRow | Job) -> tuple[Limit, ...]:
    """Every cap that holds for a job, with what is committed of it now."""
    return tuple([limit async for limit in _limits(session, caps, job)])


async def _limits(session: AsyncSession, caps: Caps, job: JobRow | Job) -> AsyncIterator[Limit]:
    midnight = start_of_day(utc_now())
    tomorrow, day = midnight + timedelta(days=1), f"on {midnight:%Y-%m-%d}"
    if caps.user_day_usd is not None:
        own = Scope(job.charged, since=midnight, user_id=job.user_id)
        yield Limit(
            f"user {job.user_id} may spend {day}",
            caps.user_day_usd,
            await committed_usd(session, own),
            "VIDEO_AGENT_USER_DAY_BUDGET_USD sets it",
            tomorrow,
        )
    if caps.day_usd is not None:
        yield Limit(
            f"all users together may spend {day}",
            caps.day_usd,
            await committed_usd(session, Scope(job.charged, since=midnight)),
            "VIDEO_AGENT_DAY_BUDGET_USD sets it",
            tomorrow,
        )
    if caps.total_usd is not None:
        yield Limit(
            "may ever be spent",
            caps.total_usd,
            await committed_usd(session, Scope(job.charged)),
            "VIDEO_AGENT_TOTAL_BUDGET_USD sets it",
        )
    if job.batch_id is not None and (cap := await _batch_cap(session, job.id)) is not None:
        used = await committed_usd(session, Scope(job.charged, batch_id=job.batch_id))
        yield Limit(f"batch {job.batch_id} may spend", cap, used, "raise the cap of the batch")


def start_of_day(moment: datetime) -> datetime:
    """The last midnight of UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


async def _batch_cap(session: AsyncSession, job_id: str) -> Decimal | None:
    query = (
        select(BatchRow)
        .join(JobRow, col(JobRow.batch_id) == col(BatchRow.id))
        .where(col(JobRow.id) == job_id)
    )
    batch = (await session.exec(query)).first()
    return batch.cap_usd if batch is not None else None
