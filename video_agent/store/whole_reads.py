"""Reads of a SQLite file that are done whole in a thread: one way there and back for all of it.

An asynchronous session crosses to its connection's thread and back with every statement, which
costs several times what a small statement does.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session

from video_agent.store.translation import connecting, translated

ResultT = TypeVar("ResultT")


class WholeReads:
    """Threads with connections that can only read.

    Args:
        url: Of a file.
        connections: At most so many, made when they are needed.
        timeout_seconds: How long a statement waits for a lock.
    """

    def __init__(self, url: URL, *, connections: int, timeout_seconds: float) -> None:
        self._name = url.database or ""
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            connect_args={"timeout": timeout_seconds, "check_same_thread": False},
            pool_size=connections,
            max_overflow=0,
            pool_reset_on_return=None,
            hide_parameters=True,
        )
        event.listen(self._engine, "connect", _only_reads)
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="video-agent-reads")
        self._under_way: set[Future[Any]] = set()

    async def run(self, look: Callable[[Session], ResultT]) -> ResultT:
        """Let `look` read in a transaction that sees one moment.

        Raises:
            ConfigurationError, StoreError: The file cannot be read.
        """
        future = self._threads.submit(self._read, look)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.wrap_future(future)

    async def close(self, *, same_loop: bool) -> None:
        """Close the connections; what still reads tells the running loop before that.

        Args:
            same_loop: The reads were asked for in the running loop; another one is gone.
        """
        while same_loop and self._under_way:
            await asyncio.wait([asyncio.wrap_future(one) for one in tuple(self._under_way)])
        self._threads.shutdown(wait=False)
        self._engine.dispose()

    def _read(self, look: Callable[[Session], ResultT]) -> ResultT:
        with Session(self._engine, expire_on_commit=False) as session:
            with connecting(self._name):
                session.connection().exec_driver_sql("BEGIN")
            with translated(self._name):
                return look(session)


def _only_reads(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only=ON")
    cursor.close()
