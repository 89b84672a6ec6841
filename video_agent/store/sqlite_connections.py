"""Connections of aiosqlite that end when they are told to, and go to their threads seldom."""

import asyncio
import sqlite3
import time
import weakref
from collections.abc import Callable
from functools import partial
from threading import Thread
from typing import Any

import aiosqlite

from video_agent.store.sqlite_cursor import WholeCursor

_ROWS_AT_ONCE = 64
_LAST_WORDS_SECONDS = 10.0
_LOOK_SECONDS = 0.005


class StoppedOnce(aiosqlite.Connection):
    """A connection whose thread is asked once to stop.

    SQLAlchemy stops a connection whose statement was cancelled, and when the closing of it is
    cancelled as well, a second time. aiosqlite would then wait for ever for the answer of a thread
    that is gone.
    """

    def __init__(self, connector: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connector, _ROWS_AT_ONCE)
        self._asked_to_stop = False
        self._thread.daemon = True  # a process may end without having closed its databases

    @property
    def thread(self) -> Thread:
        """Where the statements run."""
        return self._thread

    def cursor(self) -> WholeCursor:  # pyright: ignore[reportIncompatibleMethodOverride]  # see there
        """A cursor that goes to the thread once a statement."""
        return WholeCursor(self._visit)

    async def _visit(self, function: Callable[[sqlite3.Connection], None]) -> None:
        await self._execute(function, self._conn)

    def stop(self) -> asyncio.Future[Any] | None:
        """Let the thread end after what it was given before.

        Returns:
            What is done when it has; None where that was asked for earlier.
        """
        if self._asked_to_stop:
            return None
        self._asked_to_stop = True
        return super().stop()


class SqliteConnections:
    """The connections one set of engines opened, so that their threads can be waited for."""

    def __init__(self) -> None:
        self._threads: weakref.WeakSet[Thread] = weakref.WeakSet()

    def connect(self, database: str, **options: Any) -> StoppedOnce:
        """A connection to be awaited; `options` are those of `sqlite3.connect`."""
        connection = StoppedOnce(partial(sqlite3.connect, database, **options))
        self._threads.add(connection.thread)
        return connection

    async def ended(self) -> None:
        """Wait until the threads have said their last to the running loop, which may close then.

        A connection that another task still uses is not waited for without end.
        """
        threads = list(self._threads)
        until = time.monotonic() + _LAST_WORDS_SECONDS
        # Not joined in another thread: the loop's executor may be shut down before its databases.
        while any(thread.is_alive() for thread in threads) and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)
