"""An upgrade from any earlier schema loses no row, and every row goes on meaning what it meant."""

from collections.abc import AsyncGenerator, Callable
from urllib.parse import urlsplit, urlunsplit

import pytest
import sqlalchemy as sa

from tests.store.earlier_databases import (
    Rows,
    dump,
    insert,
    on_database,
    revision_of,
    schema_of,
    take_to,
)
from tests.store.earlier_rows import JOBS, SPENT, UNKNOWN_COST, rows_of_0001, rows_of_0002
from video_agent.backends.clock import SystemClock
from video_agent.ledger import Ledger
from video_agent.models import DEFAULT_PRIORITY, GenerationState, JobStatus
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import get_job, list_jobs
from video_agent.store.migrations import HEAD_REVISION
from video_agent.store.records import list_charges, list_videos, load_attempts, total_charges

EARLIER: dict[str, Callable[[], Rows]] = {"0001": rows_of_0001, "0002": rows_of_0002}
earlier = pytest.mark.parametrize("revision", EARLIER)


@pytest.fixture
async def today(database_url: str) -> AsyncGenerator[Database]:
    """The database under today's code, which has not looked at it yet."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def fresh_url(request: pytest.FixtureRequest, database_url: str) -> str:
    """A database of the same kind whose schema was made at once."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    name: str = request.getfixturevalue("postgres_template")
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))


async def filled(url: str, revision: str) -> Rows:
    """A database of an earlier release; returns its rows as they lie there."""
    await take_to(url, revision)
    await insert(url, EARLIER[revision]())
    before = await on_database(url, dump)
    empty = [name for name, rows in before.items() if not rows]
    assert not empty, "every table of the earlier schema has rows"
    return before


@earlier
async def test_no_row_is_lost_and_the_schema_is_that_of_a_fresh_database(
    database_url: str, fresh_url: str, revision: str, today: Database
) -> None:
    before = await filled(database_url, revision)
    await today.prepare()
    assert await on_database(database_url, revision_of) == HEAD_REVISION
    assert await on_database(database_url, lambda sync: dump(sync, before)) == before
    fresh = await on_database(fresh_url, schema_of)
    assert await on_database(database_url, schema_of) == fresh


@earlier
async def test_down_and_up_again_keeps_what_the_earlier_schema_holds(
    database_url: str, revision: str, today: Database
) -> None:
    before = await filled(database_url, revision)
    old_schema = await on_database(database_url, schema_of)
    await today.prepare()
    await take_to(database_url, revision)
    assert await on_database(database_url, dump) == before
    assert await on_database(database_url, schema_of) == old_schema
    await take_to(database_url, HEAD_REVISION)
    assert await on_database(database_url, lambda sync: dump(sync, before)) == before


@earlier
async def test_jobs_their_money_and_what_they_led_to_are_read_as_before(
    database_url: str, revision: str, today: Database
) -> None:
    await filled(database_url, revision)
    await check_money(today)
    assert {row.id for row in await list_jobs(today)} == set(JOBS)
    row = await get_job(today, "ended")
    assert (row.status, row.stopped_because) == (JobStatus.SUCCEEDED, "passed")
    assert (row.queued, row.runs, row.priority) == (False, 1, DEFAULT_PRIORITY)
    generations = await Ledger(today, SystemClock()).generations("ended")
    first, second = await load_attempts(today, "ended", generations)
    assert first.report is not None
    assert (first.report.score, second.report and second.report.score) == (0.41, None)
    assert second.generation is not None
    assert second.generation.state is GenerationState.SUCCEEDED
    assert [video.sample_number for video in await list_videos(today, "ended")] == (
        [2, 1] if revision == "0002" else [1, 1]
    )
    assert await events_of(today, "ended") == []


async def check_money(database: Database) -> None:
    ledger = Ledger(database, SystemClock())
    for job_id in JOBS:
        spend = await ledger.spent(job_id)
        assert spend.committed_usd == SPENT[job_id], job_id
        assert spend.unknown or job_id not in UNKNOWN_COST
    total = await total_charges(database, "ended")
    assert (total.calls, total.unknown) == (3, 1)
    for charge in await list_charges(database, "ended"):
        assert charge.settled_at == charge.created_at, "no call of an earlier release is under way"


async def test_whose_request_left_is_told_from_whose_did_not(
    database_url: str, today: Database
) -> None:
    """An unclaimed intent stays one; a claimed one without its sender is of unknown outcome."""
    await filled(database_url, "0002")
    ledger = Ledger(today, SystemClock())
    states = {job_id: (await ledger.recover(job_id))[-1].state for job_id in JOBS}
    assert states == {
        "ended": GenerationState.SUCCEEDED,
        "following": GenerationState.SUBMITTED,
        "unsent": GenerationState.INTENDED,
        "claimed": GenerationState.OUTCOME_UNKNOWN,
        "unknown": GenerationState.OUTCOME_UNKNOWN,
        "unresolved": GenerationState.UNRESOLVED,
    }


async def test_a_release_that_still_runs_can_write_into_the_newer_schema(
    database_url: str, today: Database
) -> None:
    """Its statements know nothing of newer columns: those have defaults or may be empty."""
    await today.prepare()
    await insert(database_url, rows_of_0002())
    assert (await get_job(today, "ended")).queued is False
    ledger = Ledger(today, SystemClock())
    for job_id in JOBS:
        assert (await ledger.spent(job_id)).committed_usd == SPENT[job_id]


async def test_rows_without_their_job_do_not_stop_an_upgrade(sqlite_url: str) -> None:
    """Written by other programs: SQLite checks references only where it was told to."""
    await take_to(sqlite_url, "0002")
    await insert(sqlite_url, {"charges": rows_of_0002()["charges"]})
    database = Database(sqlite_url)
    assert len(await list_charges(database, "ended")) == 3
    await database.close()


async def test_references_are_enforced_again_after_an_upgrade(sqlite_url: str) -> None:
    await filled(sqlite_url, "0002")
    database = Database(sqlite_url)
    async with database.write() as session:
        connection = await session.connection()
        assert (await connection.execute(sa.text("PRAGMA foreign_keys"))).scalar_one() == 1
        await connection.execute(sa.text("DELETE FROM video_jobs WHERE id = 'ended'"))
    assert await list_videos(database, "ended") == []
    await database.close()
