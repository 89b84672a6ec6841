"""Waiting for generations, by the thousand: one query for all who wait in this process."""

import asyncio
import contextvars
import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, or_, select

from video_agent.errors import VideoAgentError
from video_agent.models import RESTING_STATUSES, utc_now
from video_agent.store import Database
from video_agent.store.tables import GenerationRow, JobRow

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.5
_SHORTEST_PAUSE_SECONDS = 0.05
_IDS_PER_QUERY = 500
_LEAST_WAIT_SECONDS = 1.0
_RESTING = tuple(status.value for status in RESTING_STATUSES)


@dataclass(eq=False)
class _Waiter:
    open_ids: set[str]
    until: datetime | None
    woken: asyncio.Future[None]


class SettledWatch:
    """Wakes jobs when their generations have settled, or waiting makes no more sense.

    Belongs to one event loop. While nobody waits it does nothing.

    Args:
        database: Ours.
        look_seconds: The pause between two looks.
    """

    def __init__(self, database: Database, look_seconds: float = _LOOK_SECONDS) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._waiters: set[_Waiter] = set()
        self._by_generation: dict[str, set[_Waiter]] = {}
        self._looking: asyncio.Task[None] | None = None
        self._poked = asyncio.Event()
        self._nearby: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._waiters)

    async def wait(self, generation_ids: Collection[str], until: datetime | None) -> None:
        """Return when all have settled, at `until`, or when their job is to be stopped or rests.

        Costs one row in memory: no thread, no query of its own. One that is late already is not
        woken at once: whoever lets it wait again and again must not do so hundreds of times.
        """
        if not generation_ids:
            return
        if until is not None:
            until = max(until, utc_now() + timedelta(seconds=_LEAST_WAIT_SECONDS))
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiter = _Waiter(set(generation_ids), until, woken)
        self._waiters.add(waiter)
        for generation_id in waiter.open_ids:
            self._by_generation.setdefault(generation_id, set()).add(waiter)
        if self._looking is None or self._looking.done():
            # An empty context: the look is for all, not for whoever happened to wait first.
            self._looking = asyncio.create_task(
                self._look_until_nobody_waits(), context=contextvars.Context()
            )
        try:
            await woken
        finally:
            self._forget(waiter)

    def settled_here(self, generation_id: str) -> None:
        """It may have settled in this process: look at it at once, not with the next of all."""
        if generation_id in self._by_generation:
            self._nearby.add(generation_id)
            self._poked.set()

    async def stop(self) -> None:
        """Look no more; who still waits is not woken."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def _forget(self, waiter: _Waiter) -> None:
        self._waiters.discard(waiter)
        for generation_id in waiter.open_ids:
            self._no_longer(generation_id, waiter)

    def _no_longer(self, generation_id: str, waiter: _Waiter) -> None:
        waiters = self._by_generation.get(generation_id, set())
        waiters.discard(waiter)
        if not waiters:
            self._by_generation.pop(generation_id, None)

    async def _look_until_nobody_waits(self) -> None:
        loop = asyncio.get_running_loop()
        next_of_all = loop.time()
        while self._waiters:
            self._poked.clear()
            due = loop.time() >= next_of_all
            ids = list(self._by_generation if due else self._nearby)
            self._nearby.clear()
            try:
                await self._look(ids)
            except VideoAgentError as error:  # the database is away for a while; so are we
                _log.warning("cannot look whether generations have settled: %s", error)
            if due:
                next_of_all = loop.time() + self._look_seconds
            await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)
            await self._poked_or(next_of_all - loop.time())

    async def _poked_or(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._poked.wait(), max(0.0, seconds))
        except TimeoutError:
            return

    async def _look(self, ids: list[str]) -> None:
        now = utc_now()
        for waiter in [one for one in self._waiters if one.until is not None and one.until <= now]:
            _wake(waiter)
        for start in range(0, len(ids), _IDS_PER_QUERY):
            for generation_id, settled in await self._news(ids[start : start + _IDS_PER_QUERY]):
                self._tell(generation_id, settled=settled)

    async def _news(self, ids: list[str]) -> Iterable[tuple[str, bool]]:
        """The generations that settled (True), or whose job no longer waits for them (False)."""
        has_settled = col(GenerationRow.settled_at).is_not(None)
        query = (
            select(GenerationRow.id, has_settled)
            .join(JobRow, col(JobRow.id) == col(GenerationRow.job_id))
            .where(
                col(GenerationRow.id).in_(ids),
                or_(
                    has_settled,
                    col(JobRow.cancel_requested_at).is_not(None),
                    col(JobRow.status).in_(_RESTING),
                ),
            )
        )
        return await self._database.reading(
            lambda session: [(row[0], bool(row[1])) for row in session.exec(query)]
        )

    def _tell(self, generation_id: str, *, settled: bool) -> None:
        for waiter in list(self._by_generation.get(generation_id, ())):
            if settled:
                waiter.open_ids.discard(generation_id)
                self._no_longer(generation_id, waiter)
            if not settled or not waiter.open_ids:
                _wake(waiter)


def _wake(waiter: _Waiter) -> None:
    if not waiter.woken.done():
        waiter.woken.set_result(None)
