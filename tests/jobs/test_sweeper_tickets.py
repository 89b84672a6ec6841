"""Every job that goes on has a living run at the engine; one whose time is up rests."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from tests.jobs.sample_rows import job_row, store
from video_agent.jobs.client import EngineClient
from video_agent.jobs.engine import Ticket
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.handing_in import hand_in, ticket_of
from video_agent.jobs.tickets import LostTickets, PassedDeadlines
from video_agent.jobs.work import Stage, TurnOutcome
from video_agent.models import JobStatus, StopReason, utc_now
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import get_job
from video_agent.store.tables import JobRow


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


class NoWork:
    """Nothing is done here; what is given up is remembered."""

    def __init__(self) -> None:
        self.given_up: list[str] = []

    async def turn(self, job_id: str) -> TurnOutcome:
        return TurnOutcome()

    async def send(self, generation_id: str) -> None: ...

    async def bring_home(self, generation_id: str) -> None: ...

    async def stage(self, job_id: str, stage: Stage) -> None: ...

    async def give_up(self, job_id: str, error: BaseException) -> None:
        self.given_up.append(f"{job_id}: {error}")


@pytest.fixture
def chore(database: Database, client: EngineClient) -> LostTickets:
    return LostTickets(database, client, "studio", NoWork())


async def test_a_job_that_was_stored_and_never_handed_in_is_handed_in(
    database: Database, client: EngineClient, chore: LostTickets
) -> None:
    lost, inline = job_row(JobStatus.QUEUED), job_row(JobStatus.RUNNING, queued=False)
    foreign, parked = job_row(JobStatus.QUEUED, backend="gemini"), job_row(JobStatus.PARKED)
    await store(database, lost, inline, foreign, parked)
    assert await chore.do() == {"jobs handed in again": 1, "jobs given another run": 0}
    tickets = tuple(ticket_of(row) for row in (lost, inline, foreign, parked))
    assert await client.active(tickets) == {lost.id}
    assert await chore.do() == {"jobs handed in again": 0, "jobs given another run": 0}


async def test_a_job_whose_run_ended_before_it_did_gets_another_and_only_one(
    database: Database, client: EngineClient, chore: LostTickets
) -> None:
    row = job_row(JobStatus.RUNNING)
    await store(database, row)
    await hand_in(client, row)
    assert (await chore.do())["jobs given another run"] == 0
    client.call(lambda engine: engine.cancel_workflow(row.id))
    done = await asyncio.gather(*(chore.do() for _ in range(3)))
    assert sum(one["jobs given another run"] for one in done) == 1
    again = await get_job(database, row.id)
    assert again.runs == 2
    assert await client.active((ticket_of(again),)) == {ticket_of(again).workflow_id}
    [event] = [item.event for item in await events_of(database, row.id)]
    assert event.message == "its run ended before the job did; it gets another one"


class Ordering(EngineClient):
    """Somebody stores a job while the sweep is under way, and has not handed it in yet."""

    async def known(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        known = await super().known(tickets)
        if self.meanwhile:
            await store(self.database, self.meanwhile.pop())
        return known

    def __init__(self, database: Database, *meanwhile: JobRow) -> None:
        super().__init__(EngineStore(load_settings(), database))
        self.database, self.meanwhile = database, list(meanwhile)


async def test_a_job_that_is_just_being_handed_in_gets_no_second_run(database: Database) -> None:
    just_stored = job_row(JobStatus.QUEUED, id="a, whose page was read")
    there = job_row(JobStatus.QUEUED, id="b")
    await store(database, there)
    client = Ordering(database, just_stored)
    chore = LostTickets(database, client, "studio", NoWork())
    assert await chore.do() == {"jobs handed in again": 1, "jobs given another run": 0}
    assert (await get_job(database, just_stored.id)).runs == 1
    await client.close()


@pytest.mark.parametrize("database", ["prepared_sqlite_url"], indirect=True)
async def test_a_job_that_no_run_cures_is_given_up(
    database: Database, client: EngineClient
) -> None:
    row = job_row(JobStatus.RUNNING, runs=25)
    await store(database, row)
    await hand_in(client, row)
    client.call(lambda engine: engine.cancel_workflow(ticket_of(row).workflow_id))
    work = NoWork()
    assert (await LostTickets(database, client, "studio", work).do()) == {
        "jobs handed in again": 0,
        "jobs given another run": 0,
    }
    assert work.given_up == [f"{row.id}: the engine gave it up 25 times"]


async def test_a_job_that_waits_past_its_deadline_is_parked_and_says_why(
    database: Database,
) -> None:
    now = utc_now()
    over, later = now - timedelta(seconds=1), now + timedelta(hours=1)
    late = job_row(JobStatus.QUEUED, deadline_at=over)
    others = [
        job_row(JobStatus.QUEUED, deadline_at=later),
        job_row(JobStatus.QUEUED),
        job_row(JobStatus.RUNNING, deadline_at=over),
        job_row(JobStatus.QUEUED, deadline_at=over, backend="gemini"),
        job_row(JobStatus.QUEUED, deadline_at=over, cancel_requested_at=now),
    ]
    await store(database, late, *others)
    chore = PassedDeadlines(database, "studio")
    assert await chore.do() == {"late jobs parked": 1}
    assert await chore.do() == {"late jobs parked": 0}
    row = await get_job(database, late.id)
    assert (row.status, row.stopped_because) == (JobStatus.PARKED, StopReason.DEADLINE)
    [event] = [item.event for item in await events_of(database, late.id)]
    assert event.data["state"] == "parked"
    for other in others:
        assert (await get_job(database, other.id)).status == other.status
