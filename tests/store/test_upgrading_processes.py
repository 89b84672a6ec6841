"""Upgrades by several processes at once, and by processes that are killed in the midst of it."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.store.earlier_databases import Rows, dump, insert, on_database, revision_of, take_to
from tests.store.earlier_rows import rows_of_0002
from video_agent.store import Database
from video_agent.store.migrations import HEAD_REVISION

UPGRADER = Path(__file__).with_name("upgrader.py")
KILLED = -9
SOME_STATEMENTS = (3, 8, 21, 34)


async def upgrader(*arguments: object) -> list[list[int]]:
    command = [sys.executable, str(UPGRADER), *map(str, arguments)]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return [[int(word) for word in line.split()] for line in done.stdout.splitlines()]


async def filled(url: str) -> Rows:
    await take_to(url, "0002")
    await insert(url, rows_of_0002())
    return await on_database(url, dump)


async def check_upgraded(url: str, before: Rows) -> None:
    assert await on_database(url, revision_of) == HEAD_REVISION
    assert await on_database(url, lambda sync: dump(sync, before)) == before


async def go_on(url: str, before: Rows) -> None:
    """What a killed upgrade left is taken up by the next process."""
    database = Database(url)
    await database.prepare()
    await database.close()
    await check_upgraded(url, before)


async def test_four_processes_upgrade_at_once(database_url: str) -> None:
    before = await filled(database_url)
    [codes] = await upgrader("together", database_url, 4)
    assert codes == [0, 0, 0, 0]
    await check_upgraded(database_url, before)


async def test_killed_at_any_statement_a_file_stays_as_it_was(tmp_path: Path) -> None:
    original = tmp_path / "original.db"
    before = await filled(f"sqlite:///{original}")

    def copy(number: int) -> Path:
        return Path(shutil.copy(original, tmp_path / f"{number}.db"))

    [[code, statements]] = await upgrader("killed", f"sqlite:///{copy(0)}", 0)
    assert (code, statements > 20) == (0, True)
    files = {number: copy(number) for number in range(1, statements + 1)}
    pairs = [word for number, file in files.items() for word in (f"sqlite:///{file}", number)]
    assert [code for code, _ in await upgrader("killed", *pairs)] == [KILLED] * statements
    whole = contents(original)
    assert [number for number, file in files.items() if contents(file) != whole] == []
    await go_on(f"sqlite:///{files[statements]}", before)


def contents(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


async def test_killed_at_a_statement_a_server_s_database_stays_as_it_was(
    postgres_url: str,
) -> None:
    before = await filled(postgres_url)
    pairs = [word for number in SOME_STATEMENTS for word in (postgres_url, number)]
    assert await upgrader("killed", *pairs) == [[KILLED, 0]] * len(SOME_STATEMENTS)
    assert await on_database(postgres_url, revision_of) == "0002"
    assert await on_database(postgres_url, dump) == before
    await go_on(postgres_url, before)
