"""What the caps leave room for: asked before a job is stored, and told to people.

Nothing is reserved here. A cap that others use up meanwhile is held when the money is committed, in
the transaction of each paid call's intent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import ZERO, Limit
from video_agent.ledger.caps import Caps, limits_of
from video_agent.models import JobStatus
from video_agent.settings import Settings
from video_agent.store.database import Database
from video_agent.store.tables import JobRow


def caps_of(settings: Settings) -> Caps:
    """The caps that are configured."""
    return Caps(
        user_day_usd=settings.user_day_budget_usd,
        day_usd=settings.day_budget_usd,
        total_usd=settings.total_budget_usd,
    )


@dataclass(frozen=True)
class Headroom:
    """What is left of the caps of one kind of money.

    Args:
        database: What is spent already.
        caps: What may be, beyond the budgets of single jobs.
        charged: Real money, or list prices.
    """

    database: Database
    caps: Caps
    charged: bool

    async def check(self, needs: Iterable[tuple[str, Decimal]], what: str) -> None:
        """Refuse what the caps have no room for.

        Args:
            needs: Users and what is needed for them, in dollars.
            what: What needs it, for the message.

        Raises:
            CapError: Names the first cap that is too small.
        """
        if not self.caps.any:
            return
        needed: dict[str, Decimal] = {}
        for user_id, usd in needs:
            needed[user_id] = needed.get(user_id, ZERO) + usd
        async with self.database.read() as session:
            for user_id, usd in needed.items():
                for limit in await self._own(session, user_id):
                    limit.check(usd, what)
            for limit in await self._shared(session):
                limit.check(sum(needed.values(), ZERO), what)

    async def left(self, user_ids: Sequence[str]) -> tuple[Limit, ...]:
        """Every cap, with what is committed of it now; the users' own come first."""
        if not self.caps.any:
            return ()
        async with self.database.read() as session:
            own = [one for user_id in user_ids for one in await self._own(session, user_id)]
            return (*own, *await self._shared(session))

    async def _own(self, session: AsyncSession, user_id: str) -> tuple[Limit, ...]:
        caps = Caps(user_day_usd=self.caps.user_day_usd)
        return await limits_of(session, caps, self._nobody(user_id))

    async def _shared(self, session: AsyncSession) -> tuple[Limit, ...]:
        caps = replace(self.caps, user_day_usd=None)
        return await limits_of(session, caps, self._nobody(""))

    def _nobody(self, user_id: str) -> JobRow:
        """A job that is not there yet, of which caps want to know only whose money it is."""
        return JobRow(
            app_name="",
            user_id=user_id,
            session_id="",
            request={},
            status=JobStatus.QUEUED.value,
            backend="",
            charged=self.charged,
            budget_usd=ZERO,
        )
