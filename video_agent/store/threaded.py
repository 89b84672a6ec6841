"""Transactions on a SQLite file that are done whole in a thread: one way there and back for all.

An asynchronous session crosses to its connection's thread and back with every statement, which
costs several times what a small statement does.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Literal, TypeVar

from sqlalchemy import URL, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import Session

from video_agent.store.translation import connecting, translated

ResultT = TypeVar("ResultT")


class Threaded:
    """Threads with connections to a file.

    Args:
        url: Of the file.
        begin: How a transaction begins.
        pragmas: What a new connection is told.
        connections: At most so many, made when they are needed.
        timeout_seconds: How long a statement waits for a lock.
    """

    def __init__(
        self,
        url: URL,
        begin: Literal["BEGIN", "BEGIN IMMEDIATE"],
        *pragmas: str,
        connections: int,
        timeout_seconds: float,
    ) -> None:
        self._name = url.database or ""
        self._begin, self._pragmas = begin, pragmas
        self._engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            connect_args={"timeout": timeout_seconds, "check_same_thread": False},
            pool_size=connections,
            max_overflow=0,
            pool_reset_on_return=None,
            hide_parameters=True,
        )
        event.listen(self._engine, "connect", self._set_up)
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="video-agent-store")
        self._under_way: set[Future[Any]] = set()

    async def run(self, work: Callable[[Session], ResultT]) -> ResultT:
        """Do `work` in one transaction, which it may commit; else it is rolled back.

        Raises:
            ConfigurationError, StoreError: The file cannot be used; the database refused.
        """
        future = self._threads.submit(self._run, work)
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return await asyncio.wrap_future(future)

    async def close(self, *, same_loop: bool) -> None:
        """Close the connections; what is still under way tells the running loop before that.

        Args:
            same_loop: The work was given in the running loop; another one is gone.
        """
        while same_loop and self._under_way:
            await asyncio.wait([asyncio.wrap_future(one) for one in tuple(self._under_way)])
        self._threads.shutdown(wait=False)
        self._engine.dispose()

    def _run(self, work: Callable[[Session], ResultT]) -> ResultT:
        with Session(self._engine, expire_on_commit=False) as session:
            with connecting(self._name):
                session.connection().exec_driver_sql(self._begin)
            with translated(self._name):
                return work(session)

    def _set_up(self, connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in self._pragmas:
            cursor.execute(pragma)
        cursor.close()
