"""Of a job that ended long ago its history goes; what it made and what it cost stay."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.jobs.sample_rows import charge_row, generation_row, job_row, store, worker_row
from video_agent.jobs.client import EngineClient, GenerationTicket
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.handing_in import ticket_of
from video_agent.jobs.retention import Retention
from video_agent.models import GenerationState, JobStatus, utc_now
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.events import events_of, record_event
from video_agent.store.job_tables import WorkerRow
from video_agent.store.jobs import get_job, status_event
from video_agent.store.records import list_charges
from video_agent.store.tables import GenerationRow, JobRow


@pytest.fixture(params=["prepared_sqlite_url", "prepared_postgres_url"])
async def database(request: pytest.FixtureRequest) -> AsyncGenerator[Database]:
    opened = Database(request.getfixturevalue(request.param))
    yield opened
    await opened.close()


@pytest.fixture
async def client(database: Database) -> AsyncGenerator[EngineClient]:
    opened = EngineClient(EngineStore(load_settings(), database))
    yield opened
    await opened.close()


on_sqlite = pytest.mark.parametrize(
    "database", ["prepared_sqlite_url"], indirect=True, ids=["sqlite"]
)
"""Where the kind of database makes no difference."""


async def ended_job(
    database: Database,
    client: EngineClient,
    *,
    days_ago: float,
    status: JobStatus = JobStatus.SUCCEEDED,
    runs: int = 1,
    over: bool = True,
) -> JobRow:
    """A job with a generation, a charge and an event, and its runs at the engine."""
    row = job_row(status, updated_at=utc_now() - timedelta(days=days_ago), runs=runs)
    paid = generation_row(row, GenerationState.SUCCEEDED, cost_usd=Decimal("0.3"))
    await store(database, row, paid, charge_row(row, "0.01"))
    await record_event(database, row.id, status_event(status))
    child = GenerationTicket(
        generation_id=paid.id, job_id=row.id, user_id=row.user_id, priority=row.priority
    )
    client.start_generation("gen-studio-m", paid.id, child)
    for run in range(1, runs + 1):
        await client.submit(ticket_of(row).model_copy(update={"run": run}))
    if over:
        client.call(lambda engine: engine.cancel_workflows(list(workflows(client))))
    return row


def workflows(client: EngineClient) -> set[str]:
    found = client.call(lambda engine: engine.list_workflows(load_input=False))
    return {one.workflow_id for one in found}


async def test_old_jobs_lose_their_runs_and_events_and_nothing_else(
    database: Database, client: EngineClient
) -> None:
    old = await ended_job(database, client, days_ago=40, runs=3)
    young = await ended_job(database, client, days_ago=20)
    resting = await ended_job(database, client, days_ago=40, status=JobStatus.PARKED)
    chore = Retention(database, client, "studio", days=30)
    assert (await chore.do())["old jobs without their history"] == 1
    assert (await chore.do())["old jobs without their history"] == 0
    left = workflows(client)
    assert not any(name.startswith(old.id) for name in left)
    assert {young.id, resting.id} <= left
    assert len(left) == 4
    assert await events_of(database, old.id) == []
    assert len(await events_of(database, young.id)) == 1
    assert (await get_job(database, old.id)).status == JobStatus.SUCCEEDED
    assert len(await list_charges(database, old.id)) == 1
    async with database.read() as session:
        assert await session.get(GenerationRow, (await first_generation(database, old)).id)


async def first_generation(database: Database, job: JobRow) -> GenerationRow:
    from sqlmodel import col, select

    query = select(GenerationRow).where(col(GenerationRow.job_id) == job.id)
    async with database.read() as session:
        return (await session.exec(query)).one()


@on_sqlite
async def test_a_job_that_still_has_a_living_run_keeps_everything(
    database: Database, client: EngineClient
) -> None:
    row = await ended_job(database, client, days_ago=40, over=False)
    assert not any((await Retention(database, client, "studio", days=30).do()).values())
    assert row.id in workflows(client)
    assert len(await events_of(database, row.id)) == 1


@on_sqlite
async def test_without_a_limit_everything_is_kept(database: Database, client: EngineClient) -> None:
    await ended_job(database, client, days_ago=4000)
    assert not any((await Retention(database, client, "studio", days=None).do()).values())


@on_sqlite
async def test_workers_of_other_backends_that_are_long_dead_are_forgotten(
    database: Database, client: EngineClient
) -> None:
    day = 86_400
    await store(
        database,
        worker_row("dead", silent_seconds=2 * day, backend="gemini"),
        worker_row("silent", silent_seconds=600, backend="gemini"),
        worker_row("ours", silent_seconds=2 * day),  # its lease decides
    )
    chore = Retention(database, client, "studio", days=None)
    assert (await chore.do())["dead workers forgotten"] == 1
    async with database.read() as session:
        assert await session.get(WorkerRow, "dead") is None
        assert await session.get(WorkerRow, "silent") is not None
        assert await session.get(WorkerRow, "ours") is not None
