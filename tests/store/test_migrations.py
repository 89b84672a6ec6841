"""The schema is made once, by whoever comes first, and equals what the code says."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlmodel import SQLModel

from video_agent.errors import ConfigurationError
from video_agent.store import (
    Database,
    job_tables,
    latency_tables,
    publication_tables,
    session_tables,
    webhook_tables,
)
from video_agent.store.migrations import HEAD_REVISION, REVISIONS, VERSION_TABLE
from video_agent.store.schema import current_revision
from video_agent.store.tables import StoreTable
from video_agent.store.upgrade import migration_context

ADKS_TABLES = {"sessions", "events", "app_states", "user_states", "adk_internal_metadata"}


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_the_migrated_schema_is_what_the_code_says(database: Database) -> None:
    for table in (
        session_tables.SessionRow,
        publication_tables.PublicationRow,
        latency_tables.LatencyRow,
        job_tables.JobEventRow,
        webhook_tables.WebhookEventRow,
    ):
        assert table.table_name in StoreTable.metadata.tables

    def differences(connection: Connection) -> list[object]:
        context = migration_context(connection)
        return list(compare_metadata(context, StoreTable.metadata))

    async with database.write() as session:
        connection = await session.connection()
        found = await connection.run_sync(differences)
        assert await connection.run_sync(current_revision) == HEAD_REVISION
    assert found == []


def test_our_tables_stay_apart_from_adks_and_from_other_sqlmodel_tables() -> None:
    names = set(StoreTable.metadata.tables)
    assert not names & ADKS_TABLES
    assert not names & set(SQLModel.metadata.tables)


def test_every_constraint_has_a_name() -> None:
    for table in StoreTable.metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints)


def test_the_list_of_revisions_is_the_history() -> None:
    config = Config()
    config.set_main_option("script_location", "video_agent.store:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert [one.revision for one in scripts.walk_revisions()][::-1] == list(REVISIONS)


async def test_several_tasks_and_databases_prepare_at_once(
    database_url: str, tmp_path: Path
) -> None:
    same = [Database(database_url) for _ in range(4)]
    others = [Database(f"sqlite:///{tmp_path / f'{number}.db'}") for number in range(3)]
    await asyncio.gather(*(one.prepare() for one in [*same, *others, same[0]]))
    for one in [*same, *others]:
        async with one.read() as session:
            connection = await session.connection()
            assert await connection.run_sync(current_revision) == HEAD_REVISION
        await one.close()


WORKER = """
import asyncio, sys
from decimal import Decimal
from video_agent.errors import StoreError
from video_agent.store import Database
from video_agent.store.jobs import create_job
from video_agent.store.records import add_attempt
from video_agent.store.tables import JobRow

async def main(url):
    database = Database(url)
    job = JobRow(id="job", app_name="app", user_id="user", session_id="s", request={},
        status="running", backend="studio", charged=False, budget_usd=Decimal(1))
    try:
        await create_job(database, job)
    except StoreError:
        pass  # the other process was faster
    for number in range(20):
        print((await add_attempt(database, "job", prompt="p")).number)
    await database.close()

for url in sys.argv[1:]:
    asyncio.run(main(url))
"""


def test_two_processes_start_and_write_at_once(sqlite_url: str, postgres_url: str) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", WORKER, sqlite_url, postgres_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outcomes = [worker.communicate(timeout=60) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outcomes
    by_worker = [[int(line) for line in out.split()] for out, _ in outcomes]
    for part in (slice(0, 20), slice(20, 40)):  # SQLite's numbers, then PostgreSQL's
        numbers = [number for numbers in by_worker for number in numbers[part]]
        assert sorted(numbers) == list(range(1, 41))


async def test_a_database_of_a_newer_version_is_refused_untouched(database: Database) -> None:
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9042'"))  # noqa: S608
    later = Database(database.url.render_as_string(hide_password=False))
    for attempt in (later.prepare(), later.read().__aenter__(), later.write().__aenter__()):
        with pytest.raises(ConfigurationError) as caught:
            await attempt
        line = str(caught.value)
        assert "was written by a newer version of video-agent" in line
        assert "upgrade video-agent" in line
        assert "\n" not in line
    await later.close()


async def test_refusing_a_newer_file_leaves_it_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "newer.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)")
        connection.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('9042')")  # noqa: S608
    connection.close()
    before = file.read_bytes()
    database = Database(f"sqlite:///{file}")
    with pytest.raises(ConfigurationError, match="9042"):
        await database.prepare()
    await database.close()
    assert file.read_bytes() == before
    assert files_in(tmp_path) == [file]


async def test_a_failed_migration_leaves_nothing_behind(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    file = Path(database.name)
    file.parent.mkdir()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE quality_reports (mine TEXT)")
    connection.close()
    with pytest.raises(Exception, match="quality_reports already exists"):
        await database.prepare()
    await database.close()
    with sqlite3.connect(file) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert names == {"quality_reports"}


async def test_adks_own_tables_may_live_in_the_same_database(database_url: str) -> None:
    from google.adk.sessions.database_session_service import DatabaseSessionService

    ours = Database(database_url)
    await ours.prepare()
    theirs = DatabaseSessionService(ours.url.render_as_string(hide_password=False))
    await theirs.create_session(app_name="app", user_id="user")
    await theirs.close()

    async with ours.read() as session:
        connection = await session.connection()
        tables = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    await ours.close()
    assert tables >= ADKS_TABLES | set(StoreTable.metadata.tables)
