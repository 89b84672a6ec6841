"""Who is taken for dead, and what becomes of what they held."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlmodel import col, delete, select, update

from tests.jobs.paper_work import (
    BACKEND,
    PaperWork,
    address,
    engine_settings,
    hand_in,
    paper_job,
    running,
    worker_process,
)
from tests.jobs.sample_rows import store, worker_row
from video_agent.catalog import load_catalog
from video_agent.jobs.client import EngineClient
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.leases import Lease, ThisExecutor, someone_executes
from video_agent.jobs.queues import plan_queues
from video_agent.models import JobStatus, utc_now
from video_agent.store import Database
from video_agent.store.job_tables import WorkerRow
from video_agent.store.jobs import get_job


@pytest.fixture
async def client(paper: PaperWork) -> AsyncGenerator[EngineClient]:
    opened = EngineClient(EngineStore(engine_settings(address(paper)), paper.database))
    yield opened
    await opened.close()


@asynccontextmanager
async def watching(
    paper: PaperWork, client: EngineClient, *, alone: bool = False
) -> AsyncGenerator[None]:
    settings = engine_settings(address(paper))
    lease = Lease(
        paper.database,
        client,
        plan_queues(BACKEND, settings, load_catalog()),
        this=ThisExecutor(executor_id="me", kind="worker", backend=BACKEND, alone=alone),
        lease_seconds=1.0,
    )
    await lease.begin()
    try:
        yield
    finally:
        await lease.end()


async def workers(database: Database) -> set[str]:
    async with database.read() as session:
        return set((await session.exec(select(WorkerRow.id))).all())


async def test_who_is_silent_for_a_lease_is_forgotten_and_who_beats_is_not(
    paper: PaperWork, client: EngineClient
) -> None:
    """Whatever the clocks say: one beats in the past and one in the future, by jumping clocks."""
    await store(
        paper.database,
        worker_row("silent", silent_seconds=-3_600),
        worker_row("beating", silent_seconds=3_600),
        worker_row("another backend", silent_seconds=3_600, backend="gemini"),
    )
    async with watching(paper, client):
        assert "me" in await workers(paper.database)
        async with asyncio.timeout(30):
            jump = timedelta(days=1)
            while "silent" in await workers(paper.database):
                await beat(paper.database, "beating", jump)
                jump = -jump + timedelta(seconds=1)
                await asyncio.sleep(0.05)
        assert await workers(paper.database) == {"me", "beating", "another backend"}
    assert await workers(paper.database) == {"beating", "another backend"}


async def beat(database: Database, name: str, jump: timedelta) -> None:
    row = update(WorkerRow).where(col(WorkerRow.id) == name).values(beat_at=utc_now() + jump)
    async with database.write() as session:
        await session.exec(row)


async def test_who_holds_the_lock_of_the_file_need_not_wait(
    paper: PaperWork, client: EngineClient
) -> None:
    await store(paper.database, worker_row("killed", silent_seconds=0))
    async with watching(paper, client, alone=True):
        assert await workers(paper.database) == {"me"}


async def test_what_is_handed_back_keeps_its_user_its_urgency_and_its_steps(
    paper: PaperWork, client: EngineClient
) -> None:
    """What we rely on in the engine: it is checked with every new release of it."""
    job = paper_job(user="anna", seconds=60)
    job.priority = 3
    async with running(paper) as engine:
        await hand_in(engine, paper.database, job)
        await paper.until("begun")
    held = client.call(lambda dbos: dbos.list_workflows(status="ENQUEUED"))
    assert [(one.queue_name, one.queue_partition_key, one.priority) for one in held] == [
        ("jobs-studio", "anna", 3),
        ("gen-studio-gemini-omni-1.2-flash", "anna", 3),
    ]
    async with running(paper):
        await paper.until("begun", 2)
    assert len(paper.done("turn")) == len(paper.done("sent")) == 1


async def test_a_living_worker_taken_for_dead_does_no_harm(
    paper: PaperWork, client: EngineClient
) -> None:
    async with running(paper) as engine:
        await hand_in(engine, paper.database, paper_job(send_seconds=2.0))
        await paper.until("sent")
        client.hand_back(client.pending(), "jobs-studio", died=True)
        await paper.until("not sent again")
        await paper.until("succeeded")
    assert len(paper.done("sent")) == 1


async def test_what_a_dead_executor_without_a_row_holds_is_found(
    prepared_postgres: PaperWork,
) -> None:
    paper = prepared_postgres
    with worker_process(paper) as worker:
        async with running(paper, "client") as client:
            await hand_in(client, paper.database, paper_job(seconds=0.5))
        await paper.until("begun")
        worker.kill()
        await asyncio.to_thread(worker.join)
    async with paper.database.write() as session:
        await session.exec(delete(WorkerRow))
    async with running(paper):
        await paper.until("succeeded")


async def test_a_job_that_outlived_too_many_workers_is_left_to_a_person(lite: PaperWork) -> None:
    job = paper_job(seconds=60)
    client = EngineClient(EngineStore(engine_settings(address(lite)), lite.database))
    with worker_process(lite) as worker:
        await hand_in(client, lite.database, job)
        await lite.until("begun")
        for held in client.pending():
            name = held.workflow_id
            client.call(
                lambda dbos, name=name: dbos.update_workflow_attributes(name, {"deaths": 99})
            )
        worker.kill()
        await asyncio.to_thread(worker.join)
    async with running(lite):
        async with asyncio.timeout(30):
            while (await get_job(lite.database, job.id)).status != JobStatus.NEEDS_ATTENTION:
                await asyncio.sleep(0.02)
        assert client.pending() == []
    error = (await get_job(lite.database, job.id)).error or {}
    assert "100 workers have died" in str(error["message"])
    await client.close()


async def test_executing_means_beating_and_not_draining(prepared_postgres: PaperWork) -> None:
    database = prepared_postgres.database
    assert not await someone_executes(database, BACKEND, 6.0)
    await store(
        database,
        worker_row("dead", silent_seconds=60),
        worker_row("draining", silent_seconds=0, draining=True),
        worker_row("elsewhere", silent_seconds=0, backend="gemini"),
    )
    assert not await someone_executes(database, BACKEND, 6.0)
    await store(database, worker_row("alive", silent_seconds=1))
    assert await someone_executes(database, BACKEND, 6.0)
