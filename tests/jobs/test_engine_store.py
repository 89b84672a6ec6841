"""The engine's own database: where it is, how it is made, what is written into it."""

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.jobs.paper_work import (
    PaperWork,
    address,
    engine_settings,
    hand_in,
    paper_job,
    running,
    ticket,
)
from video_agent.errors import ConfigurationError, StoreError
from video_agent.jobs.client import EngineClient, GenerationTicket
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.recorded import JsonSerializer
from video_agent.store import Database


def store_of(url: str, **settings: object) -> EngineStore:
    return EngineStore(engine_settings(url, **settings), Database(url))


async def test_many_may_create_it_at_once(database_url: str) -> None:
    """Each store here is as good as a process: it shares nothing with the others."""
    clients = [EngineClient(store_of(database_url)) for _ in range(4)]
    found = await asyncio.gather(
        *(asyncio.to_thread(client.pending, executor_id="nobody") for client in clients)
    )
    assert found == [[], [], [], []]
    await asyncio.gather(*(client.close() for client in clients))


async def test_on_sqlite_it_is_a_file_beside_ours_in_wal(tmp_path: Path) -> None:
    store = store_of(f"sqlite:///{tmp_path / 'new' / 'video_agent.db'}")
    await asyncio.to_thread(store.prepare)
    assert store.file == tmp_path / "new" / "video_agent.engine.db"
    assert store.name == str(store.file)
    store.close()
    with sqlite3.connect(store.file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_on_postgresql_it_is_a_schema_of_ours(postgres_url: str) -> None:
    store = store_of(postgres_url)
    engine = await asyncio.to_thread(store.prepare)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'dbos'")
        assert connection.execute(query).scalar_one() > 5
    store.close()


async def test_it_can_be_put_elsewhere(tmp_path: Path) -> None:
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    store = store_of(f"sqlite:///{tmp_path / 'a.db'}", engine_database_url=elsewhere)
    assert store.file == tmp_path / "elsewhere.db"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
async def test_in_memory_there_is_no_engine_and_the_message_says_what_to_do(url: str) -> None:
    with pytest.raises(ConfigurationError, match="in memory") as refused:
        store_of(url)
    assert "VIDEO_AGENT_ENGINE=inline" in refused.value.hint


async def test_a_password_is_never_shown(tmp_path: Path) -> None:
    url = "postgresql://anna:secret@localhost:1/video?sslmode=require"
    client = EngineClient(store_of(url))
    assert "secret" not in client.store.name
    with pytest.raises(StoreError, match="localhost") as refused:
        await asyncio.to_thread(client.pending, executor_id="x")
    assert refused.value.retryable
    assert "secret" not in str(refused.value)


async def test_what_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.engine.db").write_text("this is not a database" * 100)
    client = EngineClient(store_of(f"sqlite:///{tmp_path / 'a.db'}"))
    with pytest.raises(ConfigurationError, match=r"a\.engine\.db"):
        await asyncio.to_thread(client.pending, executor_id="x")


async def test_an_id_that_means_something_else_is_refused(lite: PaperWork) -> None:
    job = paper_job()
    async with running(lite, "client") as client:
        generation = GenerationTicket(generation_id=job.id, job_id="j", user_id="anna", priority=1)
        engine = EngineClient(store_of(address(lite)))
        await asyncio.to_thread(engine.start_generation, "gen-studio-m", job.id, generation)
        with pytest.raises(StoreError, match="already exists"):
            await client.submit(ticket(job))
        await engine.close()


async def test_only_json_is_recorded_and_nobody_reads_code_back(lite: PaperWork) -> None:
    async with running(lite) as engine:
        await hand_in(engine, lite.database, paper_job(stages=["thumbnail"]))
        await lite.until("thumbnail")
    file = store_of(address(lite)).file
    with sqlite3.connect(file) as connection:
        recorded = [
            *connection.execute("SELECT inputs, 'video_agent_json' FROM workflow_input"),
            *connection.execute("SELECT output, serialization FROM operation_outputs"),
        ]
    assert recorded
    for value, serialization in recorded:
        assert serialization == "video_agent_json"
        json.loads(value)


def test_an_exception_is_recorded_as_words() -> None:
    serializer = JsonSerializer()
    read = serializer.deserialize(serializer.serialize(ZeroDivisionError("by zero")))
    assert isinstance(read, StoreError)
    assert read.message == "ZeroDivisionError: by zero"
    assert serializer.deserialize(serializer.serialize({"a": [1, None]})) == {"a": [1, None]}
