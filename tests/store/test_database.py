"""Connections, transactions, and what is said when a database cannot be used."""

import asyncio
import subprocess
import sys
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, func, select

from video_agent.errors import ConfigurationError, StoreError
from video_agent.store import Database
from video_agent.store.tables import JobRow


def job(name: str | None = None) -> JobRow:
    row = JobRow(
        app_name="app",
        user_id="user",
        session_id="session",
        request={},
        status="running",
        backend="studio",
        charged=False,
        budget_usd=Decimal(2),
    )
    if name:
        row.id = name
    return row


async def count(database: Database) -> int:
    async with database.read() as session:
        return (await session.exec(select(func.count()).select_from(JobRow))).one()


async def pragma(database: Database, name: str, *, durable: bool) -> object:
    async with database.write(durable=durable) as session:
        connection = await session.connection()
        return (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()


def test_making_one_does_no_work(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "x.db"
    database = Database(f"sqlite:///{file}")
    assert database.name == str(file)
    assert not file.parent.exists()


async def test_what_a_transaction_wrote_is_there_or_not_at_all(database: Database) -> None:
    async def write_and_fail() -> None:
        async with database.write() as session:
            session.add(job())
            await session.flush()
            raise ZeroDivisionError

    async with database.write() as session:
        session.add(job())
    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    assert await count(database) == 1


async def test_a_read_session_cannot_write(database: Database) -> None:
    async def write_in_a_read() -> None:
        async with database.read() as session:
            session.add(job())
            await session.flush()

    with pytest.raises((StoreError, ConfigurationError)):
        await write_in_a_read()
    assert await count(database) == 0


async def test_a_read_sees_one_moment(database: Database) -> None:
    await database.prepare()
    async with database.read() as session:
        query = select(func.count()).select_from(JobRow)
        assert (await session.exec(query)).one() == 0
        async with database.write() as writer:
            writer.add(job())
        assert (await session.exec(query)).one() == 0
    assert await count(database) == 1


async def test_many_writers_wait_for_each_other(database: Database) -> None:
    async def add() -> None:
        async with database.write() as session:
            (await session.exec(select(func.count()).select_from(JobRow))).one()
            session.add(job())

    await asyncio.gather(*(add() for _ in range(40)))
    assert await count(database) == 40


async def test_a_transaction_inside_another_is_refused_instead_of_waiting(
    database: Database,
) -> None:
    async def nest() -> None:
        async with database.write(), database.write():
            pass

    with pytest.raises(StoreError, match="already open"):
        await nest()
    async with database.write() as session:
        session.add(job())
        assert await count(database) == 0
    assert await count(database) == 1


async def test_a_broken_rule_is_an_error_of_ours_with_its_cause(database: Database) -> None:
    async with database.write() as session:
        session.add(job("one"))
    with pytest.raises(StoreError) as caught:
        async with database.write() as session:
            session.add(job("one"))
    assert isinstance(caught.value.__cause__, IntegrityError)
    assert "\n" not in str(caught.value)


async def test_sqlite_is_set_up_for_one_writer_and_many_readers(sqlite_database: Database) -> None:
    assert await pragma(sqlite_database, "journal_mode", durable=False) == "wal"
    assert await pragma(sqlite_database, "foreign_keys", durable=False) == 1
    assert await pragma(sqlite_database, "busy_timeout", durable=False) == 30_000


async def test_only_durable_transactions_wait_for_the_disk(sqlite_url: str) -> None:
    normal, full = 1, 2
    usual, careful = Database(sqlite_url), Database(sqlite_url, durable=True)
    for durable, expected in ((False, normal), (True, full), (False, normal)):
        assert await pragma(usual, "synchronous", durable=durable) == expected
    assert await pragma(careful, "synchronous", durable=False) == full
    await usual.close()
    await careful.close()


async def test_a_cancelled_writer_leaves_the_database_usable(database: Database) -> None:
    await database.prepare()

    async def write() -> None:
        async with database.write() as session:
            session.add(job())

    for turns in range(15):
        task = asyncio.ensure_future(write())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        await write()
    assert 15 <= await count(database) <= 30


def test_a_database_in_memory_starts_anew_in_another_loop() -> None:
    database = Database("sqlite://")

    async def use() -> int:
        async with database.write() as session:
            session.add(job())
        return await count(database)

    assert [asyncio.run(use()) for _ in range(2)] == [1, 1]


def test_one_object_serves_several_event_loops_in_turn(database_url: str) -> None:
    database = Database(database_url)

    async def use() -> int:
        async with database.write() as session:
            session.add(job())
        return await count(database)

    assert [asyncio.run(use()) for _ in range(3)] == [1, 2, 3]
    asyncio.run(database.close())
    assert asyncio.run(use()) == 4
    asyncio.run(database.close())


async def test_one_object_serves_two_loops_at_once(database: Database) -> None:
    async def use(times: int) -> None:
        for _ in range(times):
            async with database.write() as session:
                session.add(job())

    async def use_and_close() -> None:
        await use(10)
        await database.close()

    thread = threading.Thread(target=asyncio.run, args=(use_and_close(),))
    thread.start()
    await use(10)
    await asyncio.to_thread(thread.join)
    assert await count(database) == 20


def test_a_program_that_forgets_to_close_still_ends(sqlite_url: str) -> None:
    code = (
        "import asyncio, sys\n"
        "from video_agent.store import Database\n"
        "asyncio.run(Database(sys.argv[1]).prepare())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sqlite_url], capture_output=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


async def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "note.txt"
    file.write_text("this is not a database, it is a note of some length" * 100)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(ConfigurationError, match="is not a SQLite database"):
        await database.prepare()
    await database.close()
    assert file.read_text().startswith("this is not")


async def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is a folder"):
        await Database(f"sqlite:///{tmp_path}").prepare()


async def test_a_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot be made"):
        await Database(f"sqlite:///{tmp_path / 'file' / 'x.db'}").prepare()


async def test_a_server_that_does_not_answer_is_a_matter_of_configuration() -> None:
    database = Database("postgresql://user:secret@127.0.0.1:1/x")
    with pytest.raises(ConfigurationError, match="cannot be reached") as caught:
        await database.prepare()
    assert "secret" not in str(caught.value)


async def test_a_database_the_server_does_not_have_is_a_matter_of_configuration(
    postgres_url: str,
) -> None:
    database = Database(postgres_url.replace("/test_", "/missing_"))
    with pytest.raises(ConfigurationError, match="does not exist"):
        async with database.read():
            pass
    await database.close()


def test_without_the_driver_the_extra_is_named() -> None:
    code = (
        "import asyncio, sys\n"
        "sys.modules['asyncpg'] = None\n"
        "from video_agent.store import Database\n"
        "from video_agent.errors import ConfigurationError\n"
        "try:\n"
        "    asyncio.run(Database('postgresql://h/x').prepare())\n"
        "except ConfigurationError as error:\n"
        "    print(error, error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "asyncpg" in done.stdout
    assert "video-agent[postgres]" in done.stdout


async def test_ids_of_rows_sort_by_time(sqlite_database: Database) -> None:
    rows = [job() for _ in range(3)]
    async with sqlite_database.write() as session:
        session.add_all(rows)
    async with sqlite_database.read() as session:
        names = (await session.exec(select(JobRow.id).order_by(col(JobRow.created_at)))).all()
    assert list(names) == [row.id for row in rows]
