"""One process at a time works on a publication; a dead one's lease runs out by itself."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, CursorResult, and_, or_, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import NotFoundError, StoreError
from video_agent.ids import new_id
from video_agent.models import utc_now
from video_agent.publishing.rows import ENDED
from video_agent.store.database import Database
from video_agent.store.publication_tables import PublicationRow
from video_agent.store.uncancelled import finish

_log = logging.getLogger(__name__)


class Lease:
    """The right to work on one publication, and the only way to change its row meanwhile.

    Args:
        database: The database.
        publication_id: The row.
        seconds: How long the row stays ours without a sign of life.
    """

    def __init__(self, database: Database, publication_id: str, seconds: float) -> None:
        self._database = database
        self._id = publication_id
        self._seconds = seconds
        self._owner = new_id()

    async def claim(self) -> PublicationRow | None:
        """Take the row, unless somebody works on it: then None. A row that ended needs no lease.

        Raises:
            NotFoundError: There is no such row.
        """
        async with self._database.write() as session:
            row = await self._load(session)
            if row.state in ENDED:
                return row
            now = utc_now()
            until = col(PublicationRow.lease_until)
            free = or_(until.is_(None), until < now)
            claimed = await self._set(session, row, free, lease_owner=self._owner)
        return row if claimed else None

    async def change(
        self, row: PublicationRow, *, durable: bool = False, **changes: object
    ) -> PublicationRow:
        """Write changes to our row; it must be as `row` says.

        Args:
            row: As it was last read.
            durable: The commit must survive a power loss.
            **changes: Columns and their new values.

        Returns:
            The row as it is now.

        Raises:
            StoreError: Another process has taken it over (`retryable`).
        """
        async with self._database.write(durable=durable) as session:
            stored = await self._load(session)
            ours = and_(
                col(PublicationRow.lease_owner) == self._owner,
                col(PublicationRow.version) == row.version,
            )
            if not await self._set(session, stored, ours, **changes):
                raise StoreError(
                    f"publication {self._id} was taken over by another process",
                    hint="wait for it, then call it again",
                    retryable=True,
                )
        return stored

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Renew the lease while the body runs, and give it back at the end."""
        heart = asyncio.create_task(self._beat())
        try:
            yield
        finally:
            heart.cancel()
            with suppress(asyncio.CancelledError):
                await heart
            await finish(self._give_back())

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._seconds / 3)
            try:
                async with self._database.write() as session:
                    await self._renew(session, lease_until=self._end())
            except StoreError as error:  # the next one may do it; a lost lease shows in `change`
                _log.warning("the lease of publication %s was not renewed: %s", self._id, error)

    async def _give_back(self) -> None:
        async with self._database.write() as session:
            await self._renew(session, lease_owner=None, lease_until=None)

    async def _renew(self, session: AsyncSession, **changes: object) -> None:
        statement = update(PublicationRow).where(
            col(PublicationRow.id) == self._id, col(PublicationRow.lease_owner) == self._owner
        )
        await session.exec(statement.values(**changes))

    async def _set(
        self,
        session: AsyncSession,
        row: PublicationRow,
        condition: ColumnElement[bool],
        **changes: object,
    ) -> bool:
        """Compare and set; the version counts up."""
        statement = (
            update(PublicationRow)
            .where(col(PublicationRow.id) == self._id, condition)
            .values(
                version=PublicationRow.version + 1,
                updated_at=utc_now(),
                lease_until=self._end(),
                **changes,
            )
            .execution_options(synchronize_session=False)
        )
        result = cast("CursorResult[tuple[()]]", await session.exec(statement))
        await session.refresh(row)
        return result.rowcount == 1

    async def _load(self, session: AsyncSession) -> PublicationRow:
        row = await session.get(PublicationRow, self._id)
        if row is None:
            raise NotFoundError(f"there is no publication {self._id}")
        return row

    def _end(self) -> datetime:
        return utc_now() + timedelta(seconds=self._seconds)
