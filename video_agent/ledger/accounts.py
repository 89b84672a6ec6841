"""The money of jobs: what is spent, what may be, and what language calls cost."""

from collections.abc import Sequence
from decimal import Decimal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger import charges
from video_agent.ledger.budget import Limit, Spend, spend_of
from video_agent.ledger.caps import Caps, limits_of, start_of_day, take_turns
from video_agent.ledger.charges import ChargeIntent
from video_agent.ledger.rows import load_job, rows_of
from video_agent.ledger.sums import Scope, committed_usd
from video_agent.models import Job, TokenUsage, utc_now
from video_agent.store.database import Database
from video_agent.store.tables import ChargeRow, JobRow


async def spend_in(session: AsyncSession, job: JobRow, caps: Caps) -> Spend:
    """Where a job's money stands, inside a transaction."""
    rows = await rows_of(session, job.id)
    calls = await session.exec(select(ChargeRow).where(col(ChargeRow.job_id) == job.id))
    return spend_of(job.budget_usd, rows, calls, await limits_of(session, caps, job))


class Accounts:
    """What the jobs of one database spend, and may spend.

    Args:
        database: Where the rows are.
        caps: What holds beyond the budgets of single jobs.
    """

    def __init__(self, database: Database, caps: Caps | None = None) -> None:
        self._database = database
        self._caps = caps or Caps()

    @property
    def caps(self) -> Caps:
        """What holds beyond the budgets of single jobs."""
        return self._caps

    # ------------------------------------------------------------------ one job

    async def spent(self, job_id: str) -> Spend:
        """Where a job's money stands; what is left obeys the caps too.

        Raises:
            NotFoundError: No such job.
        """
        async with self._database.read() as session:
            return await spend_in(session, await load_job(session, job_id), self._caps)

    async def check_affordable(self, job_id: str, needed_usd: Decimal, what: str) -> Spend:
        """Refuse what would exceed the budget or a cap; returns where the money stands.

        Nothing is reserved: what is committed later may still be refused.

        Raises:
            BudgetError, CapError: Says what is needed, spent and left.
        """
        spend = await self.spent(job_id)
        spend.check(needed_usd, what)
        return spend

    async def tightest_cap(self, job: Job) -> Limit | None:
        """The cap that leaves the job least; None when no cap holds for it."""
        if not self._caps.any and job.batch_id is None:
            return None
        async with self._database.read() as session:
            limits = await limits_of(session, self._caps, job)
        return min(limits, key=lambda limit: limit.left_usd, default=None)

    # ------------------------------------------------------------------ language calls

    async def begin_charge(self, intent: ChargeIntent, what: str) -> str:
        """Commit that a language call is about to be made; its money is reserved.

        The limits are checked in the same transaction: two calls cannot both take the last cent. A
        row that is never settled, its process having died, counts at its reservation for ever.

        Args:
            intent: The call.
            what: What it is, for the refusal: "judging".

        Returns:
            The id to settle it by.

        Raises:
            NotFoundError: No such job.
            BudgetError, CapError: Refused; nothing is written, and the call may not be made.
        """
        async with self._database.write() as session:
            await take_turns(session, self._caps, intent.job_id)
            job = await load_job(session, intent.job_id, lock=True)
            (await spend_in(session, job, self._caps)).check(intent.most_usd, what)
            return await charges.insert_charge(session, intent)

    async def settle_charge(
        self, charge_id: str, usage: TokenUsage, *, beside: Sequence[tuple[str, TokenUsage]] = ()
    ) -> None:
        """Write down what a call used; the first time counts. A cost of None stays reserved.

        Args:
            charge_id: The call, as `begin_charge` named it.
            usage: What it used.
            beside: What else was paid for out of the same reservation, each with its kind.
        """
        await self._database.writing(
            lambda session: charges.settle_charge(session, charge_id, usage, beside)
        )

    async def book_charge(self, job_id: str, kind: str, usage: TokenUsage) -> None:
        """Book a call that was made before the job existed (a chat's opening words).

        Raises:
            NotFoundError: No such job.
        """
        async with self._database.write() as session:
            await load_job(session, job_id)
            session.add(charges.settled_charge(job_id, kind, usage))

    # ------------------------------------------------------------------ many jobs

    async def spend_today(self, *, charged: bool, user_id: str | None = None) -> Decimal:
        """What was committed on this day of UTC, by one user or by all.

        Args:
            charged: Real money, or list prices.
            user_id: Whose; None: everybody's.
        """
        midnight = start_of_day(utc_now())
        async with self._database.read() as session:
            return await committed_usd(session, Scope(charged, since=midnight, user_id=user_id))

    async def spend_total(self, *, charged: bool) -> Decimal:
        """What was ever committed, for real money or at list prices."""
        async with self._database.read() as session:
            return await committed_usd(session, Scope(charged))
