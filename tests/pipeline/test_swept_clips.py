"""What was paid for comes home, whatever became of its job, and is never paid for again."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.pipeline.plain_flow import PlainFlow
from tests.pipeline.test_job_work import queued_job, workers_part
from tests.planner.house import House
from video_agent.errors import OutcomeUnknownError
from video_agent.jobs.client import EngineClient, GenerationTicket
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.handing_in import ticket_of
from video_agent.jobs.housekeeping import sweeper_for
from video_agent.jobs.left_behind import ClipsLeftAlone, Homecoming, LostStarts
from video_agent.jobs.workflows import run_job
from video_agent.ledger import Ledger, SettleTimes
from video_agent.models import GenerationState, Job, JobStatus, utc_now
from video_agent.pipeline.job_work import JobWork
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import get_job, update_job
from video_agent.store.tables import GenerationRow
from video_agent.testing import FakeClock

MakeHouse = Callable[..., House]


@pytest.fixture
async def client(sqlite_url: str) -> AsyncGenerator[EngineClient]:
    database = Database(sqlite_url)
    await database.prepare()
    opened = EngineClient(EngineStore(load_settings(), database))
    yield opened
    await opened.close()
    await database.close()


async def started(made: House, work: JobWork, status: JobStatus) -> tuple[Job, str]:
    """A job whose generation was sent an hour ago, and that is nobody's by now."""
    job = await queued_job(made)
    [generation] = (await work.turn(job.id)).waiting
    await work.send(generation.generation_id)
    await update_job(made.database, job.id, status=status)
    await an_hour_passes(made, generation.generation_id)
    return job, generation.generation_id


async def an_hour_passes(made: House, generation_id: str) -> None:
    earlier = utc_now() - timedelta(hours=1)
    async with made.database.write() as session:
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.id) == generation_id)
            .values(updated_at=earlier, intended_at=earlier, submitted_at=earlier, settled_at=None)
        )


def patient(made: House) -> House:
    """The same house, whose ledger believes at once what a look-up says."""
    times = SettleTimes(absent_after=0.0, unresolved_after=0.0)
    ledger = Ledger(made.database, FakeClock(), settle_times=times)
    return replace(made, services=replace(made.services, ledger=ledger))


@pytest.mark.parametrize("status", [JobStatus.PARKED, JobStatus.CANCELLED])
async def test_a_clip_that_nobody_follows_is_brought_home_once(
    house: MakeHouse, client: EngineClient, status: JobStatus
) -> None:
    made = house(scores=[0.9])
    work = workers_part(made)
    job, generation_id = await started(made, work, status)
    homecoming = Homecoming(made.database, client, work)
    chore = ClipsLeftAlone(made.database, work.books(), homecoming, 900)
    assert await chore.do() == {"clips on their way home": 1}
    await homecoming.finish()
    done, _ = await made.services.look(job.id)
    [attempt] = done.attempts
    assert attempt.video is not None
    assert attempt.video.path.is_file()
    assert (await made.services.ledger.get(generation_id)).state is GenerationState.SUCCEEDED
    assert done.status is status
    assert made.generator.paid_starts == 1
    told = [item.event.message for item in await events_of(made.database, job.id)]
    assert "its clip is paid for and nobody brings it home; the sweeper does" in told
    assert await chore.do() == {"clips on their way home": 0}


async def test_what_a_workflow_looks_after_is_left_to_it(
    house: MakeHouse, client: EngineClient
) -> None:
    made = house(scores=[0.9])
    work = workers_part(made)
    job, generation_id = await started(made, work, JobStatus.PARKED)
    ticket = GenerationTicket(
        generation_id=generation_id, job_id=job.id, user_id=job.user_id, priority=10
    )
    client.start_generation("gen-studio-m", generation_id, ticket)
    homecoming = Homecoming(made.database, client, work)
    chore = ClipsLeftAlone(made.database, work.books(), homecoming, 900)
    assert await chore.do() == {"clips on their way home": 0}
    client.call(lambda engine: engine.cancel_workflow(generation_id))
    assert await chore.do() == {"clips on their way home": 1}
    await homecoming.finish()


async def lost(made: House) -> Job:
    """A job that waits for a person: its start was accepted and its answer lost."""
    blind = made.without_lookup()
    job, work = await queued_job(blind), workers_part(blind)
    await run_job(PlainFlow(work), work, job.id)
    [generation] = await made.services.ledger.generations(job.id)
    assert generation.state is GenerationState.OUTCOME_UNKNOWN
    await an_hour_passes(made, generation.id)
    return (await made.services.look(job.id))[0]


async def test_a_lost_start_that_is_found_later_lets_its_job_go_on(
    house: MakeHouse, client: EngineClient
) -> None:
    made = patient(house(scores=[0.9], submit_errors=[OutcomeUnknownError("cut")]))
    job, work = await lost(made), workers_part(made)
    assert job.status is JobStatus.NEEDS_ATTENTION
    homecoming = Homecoming(made.database, client, work)
    chore = LostStarts(made.database, work.books(), client, homecoming)
    done = await chore.do()
    assert (done["lost starts found"], done["jobs that go on"]) == (1, 1)
    row = await get_job(made.database, job.id)
    assert await client.active((ticket_of(row),)) == {ticket_of(row).workflow_id}
    await run_job(PlainFlow(work), work, job.id)
    assert (await made.services.look(job.id))[0].status is JobStatus.SUCCEEDED
    assert made.generator.paid_starts == 1
    assert not any((await chore.do()).values())


async def test_a_lost_start_of_a_job_without_time_left_is_only_brought_home(
    house: MakeHouse, client: EngineClient
) -> None:
    made = patient(house(scores=[0.9], submit_errors=[OutcomeUnknownError("cut")]))
    job, work = await lost(made), workers_part(made)
    await update_job(made.database, job.id, deadline_at=utc_now())
    homecoming = Homecoming(made.database, client, work)
    done = await LostStarts(made.database, work.books(), client, homecoming).do()
    assert (done["lost starts found"], done["jobs that go on"]) == (1, 0)
    await homecoming.finish()
    after, _ = await made.services.look(job.id)
    assert after.status is JobStatus.NEEDS_ATTENTION
    assert after.attempts[0].video is not None


async def test_a_whole_sweep_puts_everything_right(
    house: MakeHouse, client: EngineClient, sqlite_url: str
) -> None:
    made = patient(house(scores=[0.9]))
    work = workers_part(made)
    _, left = await started(made, work, JobStatus.PARKED)
    ended = await queued_job(made)
    [orphan] = (await work.turn(ended.id)).waiting
    await update_job(made.database, ended.id, status=JobStatus.STOPPED)
    waiting = await queued_job(made)
    await update_job(made.database, waiting.id, deadline_at=utc_now())
    never_handed_in = await queued_job(made)
    database = Database(sqlite_url)
    sweeper = sweeper_for(
        load_settings(retention_days=1),
        made.services.backend,
        work,
        database=database,
        client=client,
        holder="this process",
    )
    assert await sweeper.sweep() == {
        "clips on their way home": 1,
        "jobs handed in again": 1,
        "late jobs parked": 1,
        "orphaned intents withdrawn": 1,
    }
    ledger = made.services.ledger
    assert (await ledger.get(orphan.generation_id)).state is GenerationState.REJECTED
    row = await get_job(database, never_handed_in.id)
    assert await client.active((ticket_of(row),)) == {row.id}
    while (await ledger.get(left)).state is not GenerationState.SUCCEEDED:
        await asyncio.sleep(0.01)
    await database.close()
