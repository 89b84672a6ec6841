"""A server that restarts, a disk that is full: such errors say that trying again may help."""

import pytest

from video_agent.errors import ConfigurationError, StoreError
from video_agent.store import Database


async def execute(database: Database, *statements: str) -> None:
    """In one transaction."""
    async with database.write() as session:
        connection = await session.connection()
        for statement in statements:
            await connection.exec_driver_sql(statement)


async def test_a_server_that_does_not_answer_may_do_so_later() -> None:
    with pytest.raises(ConfigurationError) as caught:
        await Database("postgresql://user@127.0.0.1:1/x").prepare()
    assert caught.value.retryable


async def test_a_socket_that_is_gone_may_come_back() -> None:
    with pytest.raises(ConfigurationError) as caught:
        await Database("postgresql://user@/x?host=/nowhere/at/all").prepare()
    assert caught.value.retryable


async def test_a_name_that_the_server_refuses_stays_refused(postgres_url: str) -> None:
    database = Database(postgres_url.replace("/test_", "/missing_"))
    with pytest.raises(ConfigurationError) as caught:
        await database.prepare()
    assert not caught.value.retryable
    await database.close()


async def test_a_connection_that_is_cut_in_a_statement_is_made_anew(
    prepared_postgres_url: str,
) -> None:
    database = Database(prepared_postgres_url)
    with pytest.raises(StoreError) as caught:
        await execute(database, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert caught.value.retryable
    async with database.read():
        pass
    await database.close()


async def test_a_full_disk_may_have_room_later(prepared_sqlite_url: str) -> None:
    database = Database(prepared_sqlite_url)
    full = ("PRAGMA max_page_count=1", "CREATE TABLE heavy AS SELECT zeroblob(1000000) AS bytes")
    with pytest.raises(StoreError, match="full") as caught:
        await execute(database, *full)
    assert caught.value.retryable
    await database.close()


async def test_a_statement_that_makes_no_sense_is_not_tried_again(prepared_sqlite_url: str) -> None:
    database = Database(prepared_sqlite_url)
    with pytest.raises(StoreError) as caught:
        await execute(database, "SELECT nonsense")
    assert not caught.value.retryable
    await database.close()
