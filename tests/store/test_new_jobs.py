"""Jobs that are ordered at the same moment: stored together, refused one by one."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from video_agent.errors import ConfigurationError
from video_agent.models import JobTerms, VideoRequest
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import list_jobs, new_job, queue
from video_agent.store.new_jobs import JobIntake
from video_agent.store.tables import JobRow


@pytest.fixture
async def database(prepared_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_url)
    yield opened
    await opened.close()


def job(key: str | None = None) -> JobRow:
    request = VideoRequest(prompt="a paper boat")
    row = new_job(request, app_name="a", session_id="", backend="studio", charged=False)
    return queue(row, JobTerms(idempotency_key=key))


async def test_every_job_is_stored_with_its_first_event(database: Database) -> None:
    intake, jobs = JobIntake(database), [job() for _ in range(30)]
    assert await asyncio.gather(*map(intake.store, jobs)) == [True] * 30
    assert {row.id for row in await list_jobs(database, limit=100)} == {row.id for row in jobs}
    for row in jobs[:3]:
        (event,) = await events_of(database, row.id)
        assert (event.event.message, event.event.data["state"]) == ("queued", "queued")


async def test_a_taken_id_refuses_that_one_alone(database: Database) -> None:
    intake = JobIntake(database)
    await intake.store(job("order-1"))
    many = [job("order-2"), job("order-1"), job("order-3"), job("order-3")]
    assert await asyncio.gather(*map(intake.store, many)) == [True, False, True, False]
    assert len(await list_jobs(database)) == 3
    assert len(await events_of(database, "order-3")) == 1


async def test_a_caller_that_gives_up_takes_no_other_job_along(database: Database) -> None:
    intake = JobIntake(database)
    tasks = [asyncio.create_task(intake.store(job())) for _ in range(10)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert done[1::2] == [True] * 5
    assert len(await list_jobs(database)) >= 5
    assert await intake.store(job())


async def test_a_database_that_cannot_be_used_is_everybodys_error(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_bytes(b"this is no database, whatever its name says" * 50)
    broken = Database(f"sqlite:///{tmp_path / 'no.db'}")
    intake = JobIntake(broken)
    found = await asyncio.gather(*(intake.store(job()) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [ConfigurationError] * 3
    await broken.close()
