"""A statement of SQLite with its rows in one visit to the connection's thread."""

import sqlite3
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any, Self

Row = tuple[Any, ...]
Visit = Callable[[Callable[[sqlite3.Connection], None]], Awaitable[None]]
"""Hands the raw connection to a function, in the connection's thread."""
_Description = tuple[tuple[str, None, None, None, None, None, None], ...]


class WholeCursor:
    """A cursor as SQLAlchemy uses it, that fetches all rows where it executes.

    aiosqlite's own goes to the thread and back four times a statement: to make the cursor, to
    execute, to fetch and to close. The way there costs more than a small statement.

    Args:
        visit: The way to the thread.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._rows: deque[Row] = deque()
        self.description: _Description | None = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Any = ()) -> Self:
        """Execute one statement and fetch what it answers."""
        await self._visit(lambda raw: self._take(raw.execute(operation, parameters)))
        return self

    async def executemany(self, operation: str, parameters: Any) -> Self:
        """Execute one statement for each of many sets of parameters."""
        await self._visit(lambda raw: self._take(raw.executemany(operation, parameters)))
        return self

    async def fetchone(self) -> Row | None:
        """The next row."""
        return self._rows.popleft() if self._rows else None

    async def fetchmany(self, size: int | None = None) -> Sequence[Row]:
        """The next `size` rows."""
        wanted = self.arraysize if size is None else size
        return [self._rows.popleft() for _ in range(min(wanted, len(self._rows)))]

    async def fetchall(self) -> Sequence[Row]:
        """All rows that are left."""
        rows, self._rows = self._rows, deque()
        return list(rows)

    async def __aiter__(self) -> AsyncGenerator[Row]:
        while self._rows:
            yield self._rows.popleft()

    async def close(self) -> None:
        """Nothing: the raw cursor was closed where it was used."""

    def _take(self, raw: sqlite3.Cursor) -> None:
        self.description = raw.description
        self._rows = deque(raw.fetchall() if raw.description else ())
        self.rowcount, self.lastrowid = raw.rowcount, raw.lastrowid  # known once all is fetched
        raw.close()
