"""Who is let in: what a request may cost is compared with what is left, before a job is stored.

Nothing is reserved here. A cap that others use up meanwhile is held when the money is committed: in
the transaction of each paid call's intent.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.catalog import Estimate, PriceList
from video_agent.errors import ConfigurationError
from video_agent.ledger.budget import ZERO, Limit
from video_agent.ledger.caps import Caps, limits_of
from video_agent.media.image import read_picture
from video_agent.models import JobStatus, VideoRequest
from video_agent.store.database import Database
from video_agent.store.tables import JobRow


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Checks requests, and prices them, before anything is paid or written.

    Args:
        database: What is spent already.
        caps: What may be, beyond the budgets of single jobs.
        charged: Whether real money would be spent.
        price_list: The prices of today.
        output_folder: Where videos will be written.
    """

    database: Database
    caps: Caps
    charged: bool
    price_list: PriceList
    output_folder: Path

    async def check(self, request: VideoRequest) -> Estimate:
        """Refuse what cannot work, and what not even one attempt is left for.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError: See `PriceList.estimate`.
            MediaError: A picture cannot be read.
            ConfigurationError: The output folder cannot be written.
            CapError: A cap leaves less than one attempt; the message names it.
        """
        priced = await self.check_alone(request)
        await asyncio.to_thread(check_output_folder, self.output_folder)
        await self.check_left([(request.user_id, priced.one_attempt_usd)], "one attempt")
        return priced

    async def check_alone(self, request: VideoRequest) -> Estimate:
        """What can be said about a request without looking at money or disk space.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError: See `PriceList.estimate`.
            MediaError: A picture cannot be read.
        """
        priced = self.price_list.estimate(request)
        for picture in (request.first_frame, request.last_frame, *request.references):
            if picture is not None:
                await asyncio.to_thread(read_picture, picture)
        return priced

    async def check_left(self, needs: Iterable[tuple[str, Decimal]], what: str) -> None:
        """Refuse what the caps do not leave room for.

        Args:
            needs: Users and what is needed for them, in dollars.
            what: What needs it, for the message.

        Raises:
            CapError: Names the first cap that is too small.
        """
        if not self.caps.any:
            return
        needed: Counter[str] = Counter()
        for user_id, usd in needs:
            needed[user_id] += usd  # pyright: ignore[reportArgumentType]  # any number counts
        async with self.database.read() as session:
            for user_id, usd in needed.items():
                for limit in await self._personal(session, user_id):
                    limit.check(Decimal(usd), what)
            for limit in await self._shared(session):
                limit.check(sum(map(Decimal, needed.values()), ZERO), what)

    async def left(self, user_ids: Sequence[str]) -> tuple[Limit, ...]:
        """Every cap, with what is committed of it now: the users' own first."""
        if not self.caps.any:
            return ()
        async with self.database.read() as session:
            own = [one for user_id in user_ids for one in await self._personal(session, user_id)]
            return (*own, *await self._shared(session))

    async def _personal(self, session: AsyncSession, user_id: str) -> tuple[Limit, ...]:
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


def check_output_folder(folder: Path) -> None:
    """Refuse a folder that videos cannot be written to. Blocking.

    Raises:
        ConfigurationError: It cannot be made or written.
    """
    probe = folder / ".video-agent-write-test"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise ConfigurationError(
            f"cannot write to the output folder {folder}: {error.strerror or error}",
            hint="set VIDEO_AGENT_OUTPUT_FOLDER to a folder that can be written",
        ) from error
