"""One process at a time: a lease that is claimed by name, kept by claiming it again, and runs out.

Several processes may believe at once that they hold it when their clocks differ by more than its
length; what is done under it must bear that, and be only wasted.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete, select, update

from video_agent.errors import StoreError
from video_agent.models import utc_now
from video_agent.store import Database
from video_agent.store.job_tables import LeaseRow


class NamedLease:
    """The right to do one thing.

    Args:
        database: Where it is claimed.
        name: Of the thing.
        holder: Who we are; random.
        seconds: How long it stays ours after a claim.
    """

    def __init__(self, database: Database, name: str, *, holder: str, seconds: float) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._seconds = seconds

    async def claim(self) -> bool:
        """Take or keep it; whether it is ours now.

        Raises:
            StoreError: The database refused.
        """
        now = utc_now()
        until = now + timedelta(seconds=self._seconds)
        ours_or_free = (col(LeaseRow.holder) == self._holder) | (col(LeaseRow.until) < now)
        take = (
            update(LeaseRow)
            .where(col(LeaseRow.name) == self._name, ours_or_free)
            .values(holder=self._holder, until=until)
            .execution_options(synchronize_session=False)
        )
        async with self._database.write() as session:
            if (await session.exec(take)).rowcount:
                return True
            held = select(LeaseRow.name).where(col(LeaseRow.name) == self._name)
            if (await session.exec(held)).first() is not None:
                return False
        return await self._make(LeaseRow(name=self._name, holder=self._holder, until=until))

    async def give_back(self) -> None:
        """Let another process have it now, if it is ours.

        Raises:
            StoreError: The database refused.
        """
        async with self._database.write() as session:
            await session.exec(
                delete(LeaseRow).where(
                    col(LeaseRow.name) == self._name, col(LeaseRow.holder) == self._holder
                )
            )

    async def _make(self, row: LeaseRow) -> bool:
        try:
            async with self._database.write() as session:
                session.add(row)
        except StoreError as error:
            if isinstance(error.__cause__, IntegrityError):
                return False  # another was faster
            raise
        return True
