"""One database: connections, transactions, and the schema brought up to date on first use.

SQLite: a transaction that writes takes the write lock at once (`BEGIN IMMEDIATE`), one at a time of
this object, so writers queue here instead of failing on "database is locked"; reads have their own
small pool and never wait for a writer (WAL). PostgreSQL: an ordinary pool.
"""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Session
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.models import ProgressEvent
from video_agent.store.engines import Engines, foreign_engines, open_engines
from video_agent.store.schema import needs_upgrade
from video_agent.store.sqlite_file import make_room, switch_to_wal
from video_agent.store.threaded import Threaded
from video_agent.store.translation import connecting, translated
from video_agent.store.uncancelled import finish
from video_agent.store.urls import masked_url, parse_database_url

ResultT = TypeVar("ResultT")
PENDING_EVENTS = "pending_events"
"""Where a session keeps the events of its transaction until the commit (see `store.events`)."""
EventWatcher = Callable[[str, ProgressEvent], None]
"""Called with a job's id and what happened to it, in the loop of the commit, which is over.

It is quick and does not raise.
"""
_Pending = Sequence[tuple[str, ProgressEvent]]


class Database:
    """A database of ours, opened on first use. One object may serve several event loops in turn.

    Share one object in a process: writers queue at theirs.

    Args:
        url: `sqlite:///file.db`, `postgresql://user:password@host/name` (the asynchronous driver
            is chosen here), or an `AsyncEngine` of yours, which stays yours: it is neither
            configured nor closed.
        durable: Make every transaction survive a power loss (SQLite: `synchronous=FULL`), not
            only those that ask for it.

    Raises:
        ConfigurationError: The URL cannot be used.
    """

    def __init__(self, url: str | AsyncEngine, *, durable: bool = False) -> None:
        self._foreign = url if isinstance(url, AsyncEngine) else None
        self.url: URL = url.url if isinstance(url, AsyncEngine) else parse_database_url(url)
        self._durable = durable
        self._prepared = False
        self._by_loop: dict[asyncio.AbstractEventLoop, Engines] = {}
        self._by_loop_lock = threading.Lock()
        self._watchers: list[EventWatcher] = []

    @property
    def name(self) -> str:
        """The address as it may be shown: a file's path, or the URL without its password."""
        if self.is_sqlite:
            return self.url.database or "in memory"
        return masked_url(self.url)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite (else PostgreSQL)."""
        return self.url.get_backend_name() == "sqlite"

    def watch(self, watcher: EventWatcher) -> None:
        """Tell of every event of a job that this object commits: once, and only when it is true."""
        self._watchers.append(watcher)

    def __repr__(self) -> str:
        return f"Database({self.name!r})"

    async def prepare(self) -> None:
        """Create or upgrade the tables. Called by `read` and `write`; safe to call at any time.

        Raises:
            ConfigurationError: The file or server cannot be used, or a newer version wrote it.
            StoreError: The database refused.
        """
        engines = await self._engines()
        if self._prepared:
            return
        async with engines.preparing:
            if not self._prepared:
                await self._prepare(engines)
                self._prepared = True

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A session that sees one moment of the database and cannot write.

        Raises:
            ConfigurationError, StoreError: See `prepare`; errors of statements become `StoreError`.
        """
        await self.prepare()
        engines = await self._engines()
        async with AsyncExitStack() as stack:
            if engines.shared_connection:
                await stack.enter_async_context(engines.writing)
            session = AsyncSession(engines.reader, expire_on_commit=False)
            await stack.enter_async_context(session)
            with connecting(self.name):
                await self._begin(session, "BEGIN")
            with translated(self.name):
                yield session

    async def reading(self, look: Callable[[Session], ResultT]) -> ResultT:
        """What `look` reads in such a session, in one go.

        Much cheaper than `read` on a file of SQLite, where `look` runs in another thread: it only
        reads and makes values.

        Raises:
            ConfigurationError, StoreError: See `read`.
        """
        await self.prepare()
        engines = await self._engines()
        if engines.whole_reads is not None:
            return await engines.whole_reads.run(look)
        async with self.read() as session:
            return await session.run_sync(lambda _: look(session.sync_session))

    @asynccontextmanager
    async def write(self, *, durable: bool = False) -> AsyncGenerator[AsyncSession]:
        """One transaction: committed at the end, rolled back when the body raises.

        A commit that has begun is finished even when the task is cancelled meanwhile. On SQLite
        writers wait for each other here: keep the body short and never await the network in it.

        Args:
            durable: The commit must survive a power loss (intents of paid calls).

        Raises:
            ConfigurationError, StoreError: See `prepare`; a broken constraint is a `StoreError`
                whose cause is SQLAlchemy's `IntegrityError`, which the body itself may catch.
                Transactions of one task cannot be nested.
        """
        await self.prepare()
        engines = await self._engines()
        async with AsyncExitStack() as stack:
            stack.enter_context(engines.not_nested())
            if engines.one_writer:
                await stack.enter_async_context(engines.writing)
            session = AsyncSession(engines.writer, expire_on_commit=False)
            await stack.enter_async_context(session)
            with connecting(self.name):
                await self._synchronise(session, engines, full=durable or self._durable)
                await self._begin(session, "BEGIN IMMEDIATE")
            with translated(self.name):
                yield session
                await finish(self._commit(session))

    async def writing(self, change: Callable[[Session], ResultT]) -> ResultT:
        """One such transaction, done in one go: `change` returns and it is committed.

        Much cheaper than `write` on a file of SQLite, where `change` runs in another thread. One
        that has begun is finished even when the task is cancelled meanwhile.

        Raises:
            ConfigurationError, StoreError: See `write`.
        """
        await self.prepare()
        engines = await self._engines()
        if engines.whole_writes is None or self._durable:
            async with self.write() as session:
                return await session.run_sync(lambda _: change(session.sync_session))
        with engines.not_nested():
            async with engines.writing:
                return await finish(self._write_whole(engines.whole_writes, change))

    async def close(self) -> None:
        """Close all connections. The object may be used again; it then opens new ones."""
        loop = asyncio.get_running_loop()
        with self._by_loop_lock:
            own = self._by_loop.pop(loop, None)
            self._prepared = False
        await self._close_finished_loops()
        if own is not None and self._foreign is None:
            await own.close(same_loop=True)

    async def _write_whole(self, writes: Threaded, change: Callable[[Session], ResultT]) -> ResultT:
        def changed(session: Session) -> tuple[ResultT, _Pending]:
            result = change(session)
            session.commit()
            return result, session.info.pop(PENDING_EVENTS, ())

        result, pending = await writes.run(changed)
        self._tell(pending)
        return result

    async def _commit(self, session: AsyncSession) -> None:
        await session.commit()
        self._tell(session.info.pop(PENDING_EVENTS, ()))

    def _tell(self, pending: _Pending) -> None:
        for job_id, event in pending:
            for watcher in self._watchers:
                watcher(job_id, event)

    async def _engines(self) -> Engines:
        """The connections of the running loop: drivers and locks do not travel between loops."""
        loop = asyncio.get_running_loop()
        engines = self._by_loop.get(loop)
        if engines is not None:
            return engines
        await self._close_finished_loops()
        with self._by_loop_lock:
            if loop not in self._by_loop:
                self._by_loop[loop] = (
                    foreign_engines(self._foreign) if self._foreign else open_engines(self.url)
                )
            return self._by_loop[loop]

    async def _close_finished_loops(self) -> None:
        """Let go of what earlier `asyncio.run` calls left open."""
        with self._by_loop_lock:
            finished = [loop for loop in self._by_loop if loop.is_closed()]
            left = [self._by_loop.pop(loop) for loop in finished]
            self._prepared = self._prepared and not left  # one in memory is gone with its loop
        for engines in left:
            if self._foreign is None:
                await engines.close(same_loop=False)

    async def _prepare(self, engines: Engines) -> None:
        own_file = self.is_sqlite and self._foreign is None
        if own_file:
            await asyncio.to_thread(make_room, self.url.database)
        with connecting(self.name):
            async with engines.writer.connect() as connection:
                outdated = await connection.run_sync(needs_upgrade, self.name)
                await connection.rollback()
                if own_file:
                    await switch_to_wal(connection)
                if outdated:
                    from video_agent.store.upgrade import upgrade  # noqa: PLC0415 - loads Alembic

                    await finish(connection.run_sync(upgrade, self.name))

    async def _synchronise(self, session: AsyncSession, engines: Engines, *, full: bool) -> None:
        """Set how hard the next commit is pushed to the disk; only between transactions."""
        if not self.is_sqlite or self._foreign is not None or engines.synchronous_full == full:
            return
        connection = await session.connection()
        engines.synchronous_full = False  # stands if we are cancelled here: never too careless
        await connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
        engines.synchronous_full = full

    async def _begin(self, session: AsyncSession, statement: str) -> None:
        connection = await session.connection()
        if not self.is_sqlite:
            return
        raw = await connection.get_raw_connection()
        # A foreign engine may be set up to begin by itself.
        if not getattr(raw.driver_connection, "in_transaction", False):
            await connection.exec_driver_sql(statement)
