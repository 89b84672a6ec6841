"""The connections of one event loop, set up for our use."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import URL, StaticPool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from video_agent.errors import ConfigurationError, StoreError
from video_agent.store.sqlite_connections import SqliteConnections
from video_agent.store.threaded import Threaded

BUSY_TIMEOUT_SECONDS = 30
READ_CONNECTIONS = 4
_READING = "PRAGMA query_only=ON"
_WRITING = ("PRAGMA foreign_keys=ON", "PRAGMA synchronous=NORMAL")


@dataclass
class Engines:
    """What `Database` uses in one event loop.

    Attributes:
        writer: Where transactions that write run.
        reader: Where transactions that read run.
        one_writer: Writers wait for each other at `writing` (SQLite).
        shared_connection: Readers wait there too, there being only one connection (in memory).
        synchronous_full: What SQLite's `synchronous` is on the writing connection.
        writers: The tasks inside a writing transaction, or waiting for theirs.
        connections: Those of SQLite that were opened here.
        whole_reads: Where a read is done in one go (files of SQLite).
        whole_writes: Where a write is; whoever uses it holds `writing`.
    """

    writer: AsyncEngine
    reader: AsyncEngine
    one_writer: bool = False
    shared_connection: bool = False
    synchronous_full: bool = False
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)
    preparing: asyncio.Lock = field(default_factory=asyncio.Lock)
    writers: set[asyncio.Task[object] | None] = field(default_factory=set)
    connections: SqliteConnections = field(default_factory=SqliteConnections)
    whole_reads: Threaded | None = None
    whole_writes: Threaded | None = None

    @contextmanager
    def not_nested(self) -> Generator[None]:
        """Refuse a writing transaction inside another of the same task: it would wait for itself.

        Raises:
            StoreError: The task is already writing.
        """
        task = asyncio.current_task()
        if task in self.writers:
            raise StoreError("a transaction is already open in this task; use its session")
        self.writers.add(task)
        try:
            yield
        finally:
            self.writers.discard(task)

    async def close(self, *, same_loop: bool) -> None:
        """Close the connections.

        Those of asyncpg can only be closed in their own loop; after its end they are dropped and
        their sockets go with them.
        """
        close = same_loop or self.writer.dialect.name == "sqlite"
        await self.writer.dispose(close=close)
        if self.reader is not self.writer:
            await self.reader.dispose(close=close)
        for threaded in (self.whole_reads, self.whole_writes):
            if threaded is not None:
                await threaded.close(same_loop=same_loop)
        await self.connections.ended()


def foreign_engines(engine: AsyncEngine) -> Engines:
    """Use an engine we do not own, as it is."""
    return Engines(
        writer=engine,
        reader=engine,
        one_writer=engine.dialect.name == "sqlite",
        shared_connection=isinstance(engine.pool, StaticPool),
    )


def open_engines(url: URL) -> Engines:
    """Engines for a URL; nothing is connected yet.

    Raises:
        ConfigurationError: The database's driver is not installed.
    """
    try:
        return _open_sqlite(url) if url.get_backend_name() == "sqlite" else _open_postgresql(url)
    except ImportError as error:
        raise ConfigurationError(
            "PostgreSQL needs the driver asyncpg, which is not installed",
            hint="pip install 'video-agent[postgres]'",
        ) from error


def _open_postgresql(url: URL) -> Engines:
    engine = create_async_engine(url, pool_pre_ping=True, hide_parameters=True)
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writer=engine, reader=reader)


def _open_sqlite(url: URL) -> Engines:
    connections = SqliteConnections()
    options = {"timeout": BUSY_TIMEOUT_SECONDS, "async_creator_fn": connections.connect}
    if not url.database or url.database == ":memory:":
        engine = create_async_engine(
            url, connect_args=options, poolclass=StaticPool, hide_parameters=True
        )
        engines = Engines(
            engine, engine, one_writer=True, shared_connection=True, connections=connections
        )
        _on_connect(engines, engine, "PRAGMA foreign_keys=ON")
        return engines
    # Our transactions always end in a commit or a rollback: the pool need not roll back again.
    writer, reader = (
        create_async_engine(
            url,
            connect_args=options,
            pool_size=size,
            max_overflow=0,
            pool_reset_on_return=None,
            hide_parameters=True,
        )
        for size in (1, READ_CONNECTIONS)
    )
    engines = Engines(writer, reader, one_writer=True, connections=connections)
    _on_connect(engines, writer, *_WRITING)
    _on_connect(engines, reader, _READING)
    timeout = BUSY_TIMEOUT_SECONDS
    engines.whole_reads = Threaded(
        url, "BEGIN", _READING, connections=READ_CONNECTIONS, timeout_seconds=timeout
    )
    engines.whole_writes = Threaded(
        url, "BEGIN IMMEDIATE", *_WRITING, connections=1, timeout_seconds=timeout
    )
    return engines


def _on_connect(engines: Engines, engine: AsyncEngine, *statements: str) -> None:
    def set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        cursor.close()
        if engine is engines.writer:
            engines.synchronous_full = False

    event.listen(engine.sync_engine, "connect", set_up)
