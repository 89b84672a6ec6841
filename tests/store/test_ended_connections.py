"""Whatever is cancelled: connections end, and nothing of theirs outlives the loop it belongs to."""

import asyncio
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from video_agent.store import Database

SLOW = text(
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000000) "
    "SELECT count(*) FROM c"
)


async def _read_slowly(database: Database) -> None:
    async with database.read() as session:
        await (await session.connection()).execute(SLOW)


def _connection_threads() -> set[threading.Thread]:
    return {one for one in threading.enumerate() if "_connection_worker" in one.name}


@pytest.mark.parametrize("cancels", [1, 2, 3])
def test_a_statement_cancelled_again_and_again_leaves_nothing_behind(
    tmp_path: Path, cancels: int
) -> None:
    before = _connection_threads()

    async def cancel_and_close() -> set[threading.Thread]:
        database = Database(f"sqlite:///{tmp_path / 'x.db'}")
        await database.prepare()
        reading = asyncio.create_task(_read_slowly(database))
        await asyncio.sleep(0.1)
        for _ in range(cancels):
            reading.cancel()
            await asyncio.sleep(0.01)
        with pytest.raises(asyncio.CancelledError):
            await reading
        await database.close()
        return _connection_threads() - before

    assert asyncio.run(asyncio.wait_for(cancel_and_close(), 60)) == set()


def test_what_an_earlier_loop_left_open_ends_with_the_next_close(tmp_path: Path) -> None:
    before = _connection_threads()
    database = Database(f"sqlite:///{tmp_path / 'x.db'}")
    asyncio.run(database.prepare())
    assert _connection_threads() - before
    asyncio.run(database.close())
    assert _connection_threads() - before == set()


def test_a_database_closes_in_a_loop_whose_executor_has_been_shut_down(tmp_path: Path) -> None:
    before = _connection_threads()

    async def close_after_the_executor() -> None:
        database = Database(f"sqlite:///{tmp_path / 'x.db'}")
        await database.prepare()
        await asyncio.get_running_loop().shutdown_default_executor()
        await database.close()

    asyncio.run(close_after_the_executor())
    assert _connection_threads() - before == set()
