"""The engine's own database: a file beside ours on SQLite, a schema of ours on PostgreSQL.

The engine shows its figures of speed and safety with these settings: SQLite in WAL with one
connection a process (its queue is fair, SQLite's is not), every transaction that writes beginning
IMMEDIATE, `synchronous=NORMAL`.
"""

import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Generator
from pathlib import Path

from dbos import DBOS
from dbos import error as dbos_errors
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import SQLAlchemyError

from video_agent.errors import ConfigurationError, StoreError, VideoAgentError
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.store.urls import masked_url, parse_database_url

APPLICATION_NAME = "video-agent"
ENGINE_SCHEMA = "dbos"
_BUSY_TIMEOUT_SECONDS = 30
_WAL_TRIES = 300
_WAL_PAUSE_SECONDS = 0.1
_POSTGRESQL_CONNECTIONS = 8
_CONNECT_TIMEOUT_SECONDS = 10
_IDLE_TRANSACTION_MS = 60_000
_PASSING = ("disk is full", "disk i/o error", "no space left")
_INLINE = "or do without the engine: VIDEO_AGENT_ENGINE=inline"
_KEPT_OPTIONS = frozenset({"host", "port"})


class EngineStore:
    """Where the engine keeps its workflows. Blocking: use threads.

    Args:
        settings: `engine_database_url` puts it elsewhere.
        database: Ours, beside which it is otherwise.

    Raises:
        ConfigurationError: Our database is in memory, or the URL cannot be used.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        given = settings.engine_database_url
        url = parse_database_url(given) if given else _beside(database)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._url = _sqlite_url(url) if self.is_sqlite else _postgresql_url(url)
        self._prepared = False
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The address as it may be shown."""
        return self.file.as_posix() if self.is_sqlite else masked_url(self._url)

    @property
    def file(self) -> Path:
        """The file of a SQLite engine."""
        return Path(self._url.database or "")

    def prepare(self) -> Engine:
        """Create or upgrade its tables; any number of processes may do so at once.

        Returns:
            The connections, shared by all that this process does with the engine.

        Raises:
            ConfigurationError: It cannot be reached or written.
            StoreError: It refused.
        """
        with self._lock, engine_errors(self.name):
            if self._engine is None:
                self._engine = _open_sqlite(self._url) if self.is_sqlite else _open(self._url)
            if not self._prepared:
                if self.is_sqlite:
                    _switch_to_wal(self.file)
                use_our_logging()
                url = self._url.render_as_string(hide_password=False)
                DBOS.migrate(url, schema=ENGINE_SCHEMA)
                self._prepared = True
            return self._engine

    def close(self) -> None:
        """Close the connections; it may be used again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None


@contextlib.contextmanager
def engine_errors(name: str) -> Generator[None]:
    """Around calls of the engine: whatever its database does leaves as one of our errors."""
    try:
        yield
    except VideoAgentError:
        raise
    except SQLAlchemyError as error:
        reason = (str(getattr(error, "orig", None) or error).splitlines() or [""])[0]
        raise StoreError(
            f"the engine's database {name} failed: {reason}", retryable=True
        ) from error
    except dbos_errors.DBOSException as error:
        raise StoreError(f"the engine refused: {error.message}") from error
    except (OSError, sqlite3.Error) as error:
        raise ConfigurationError(
            f"the engine's database {name} cannot be used: {error}", hint=_INLINE
        ) from error


def use_our_logging() -> None:
    """Have the engine log like any library, instead of writing to the console by itself."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.WARNING)


def _beside(database: Database) -> URL:
    url = database.url
    if not database.is_sqlite:
        return url
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise ConfigurationError(
            "the engine needs a database that other processes can open; this one is in memory",
            hint="set VIDEO_AGENT_DATABASE_URL to a file, " + _INLINE,
        )
    path = Path(url.database)
    return url.set(database=str(path.with_name(f"{path.name.removesuffix('.db')}.engine.db")))


def _sqlite_url(url: URL) -> URL:
    if not url.database or url.database.startswith((":memory:", "file:")):
        raise ConfigurationError("VIDEO_AGENT_ENGINE_DATABASE_URL must name a file")
    path = Path(url.database).expanduser().absolute()
    return URL.create("sqlite", database=str(path))


def _postgresql_url(url: URL) -> URL:
    """The same database by the driver that the engine uses."""
    options = {key: value for key, value in url.query.items() if key in _KEPT_OPTIONS}
    if "ssl" in url.query:
        options["sslmode"] = url.query["ssl"]
    return url.set(drivername="postgresql", query=options)


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=_BUSY_TIMEOUT_SECONDS,
        hide_parameters=True,
    )

    def set_up(connection: DBAPIConnection, _record: object) -> None:
        if isinstance(connection, sqlite3.Connection):
            connection.isolation_level = "IMMEDIATE"
            connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_SECONDS * 1000}")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(engine, "connect", set_up)
    event.listen(engine, "handle_error", _wait_for_it)
    return engine


def _wait_for_it(context: ExceptionContext) -> None:
    """Tell the engine of a lost connection, which it waits for, where it would end the workflow.

    It does not know a full disk, nor a server's socket that is gone while the server restarts.
    """
    error = context.original_exception
    unreachable = context.connection is None and not getattr(error, "sqlstate", None)
    if unreachable or any(sign in str(error).lower() for sign in _PASSING):
        context.is_disconnect = True


def _open(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=_POSTGRESQL_CONNECTIONS,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "application_name": APPLICATION_NAME,
            "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
            "options": f"-c idle_in_transaction_session_timeout={_IDLE_TRANSACTION_MS}",
        },
    )
    event.listen(engine, "handle_error", _wait_for_it)
    return engine


def _switch_to_wal(file: Path) -> None:
    """Readers no longer wait for the writer. Needs the file for itself for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_WAL_TRIES):
        try:
            with contextlib.closing(sqlite3.connect(file, timeout=0)) as connection:
                connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return
    raise StoreError("the engine's database is locked by another program", retryable=True)
