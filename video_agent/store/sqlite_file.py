"""A file of SQLite, made ready for many readers beside one writer."""

import asyncio
import os
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from video_agent.errors import ConfigurationError, StoreError

_WAL_TRIES = 300
_WAL_PAUSE_SECONDS = 0.1


async def switch_to_wal(connection: AsyncConnection) -> None:
    """Readers no longer wait for the writer. Needs the file for itself for a moment."""
    for _ in range(_WAL_TRIES):
        try:
            await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            await connection.rollback()
            await asyncio.sleep(_WAL_PAUSE_SECONDS)
        else:
            await connection.rollback()
            return
    raise StoreError("the database is locked by another program", retryable=True)


def make_room(file: str | None) -> None:
    """Make the folder of a database file and see that both can be written."""
    if not file or file.startswith((":memory:", "file:")):
        return
    path = Path(file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"the folder of database {path} cannot be made: {error.strerror}",
            hint="set VIDEO_AGENT_DATABASE_URL or VIDEO_AGENT_HOME to another place",
        ) from error
    if path.is_dir():
        raise ConfigurationError(f"database {path} is a folder, not a file")
    for place in (path.parent, path):
        if place.exists() and not os.access(place, os.W_OK):
            raise ConfigurationError(f"database {path} cannot be written: no permission")
