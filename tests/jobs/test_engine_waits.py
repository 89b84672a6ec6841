"""The engine waits for its database instead of ending workflows: what it is told is retriable."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from video_agent.jobs.engine_store import EngineStore
from video_agent.settings import load_settings
from video_agent.store import Database


@contextmanager
def engine_of(url: str) -> Generator[Engine]:
    store = EngineStore(load_settings(), Database(url))
    try:
        yield store.prepare()
    finally:
        store.close()


def test_a_full_disk_is_waited_for(sqlite_url: str) -> None:
    with engine_of(sqlite_url) as engine, engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count=1"))
        with pytest.raises(DBAPIError, match="full") as caught:
            connection.execute(text("CREATE TABLE heavy AS SELECT zeroblob(1000000) AS bytes"))
    assert caught.value.connection_invalidated


def test_a_statement_that_makes_no_sense_is_not_waited_for(sqlite_url: str) -> None:
    with (
        engine_of(sqlite_url) as engine,
        engine.connect() as connection,
        pytest.raises(DBAPIError) as caught,
    ):
        connection.execute(text("SELECT nonsense"))
    assert not caught.value.connection_invalidated


def test_a_server_whose_socket_is_gone_is_waited_for(postgres_url: str) -> None:
    with engine_of(postgres_url) as engine:
        engine.dispose()

        def restarting(_dialect: Any, _record: Any, _cargs: Any, how: dict[str, Any]) -> None:
            how["host"] = "/nowhere/at/all"

        event.listen(engine, "do_connect", restarting)
        with pytest.raises(DBAPIError) as caught:
            engine.connect()
    assert caught.value.connection_invalidated
