"""Jobs in the engine's hands as earlier orders of steps left them: today's code finishes them.

Each folder `stored/engine-*` was recorded by its own release (`store_engine_history.py`); each of
its jobs stopped at another boundary between two steps, or inside one.
"""

import asyncio
from pathlib import Path

import pytest

from tests.store.earlier_databases import on_database, revision_of, schema_of, take_to
from tests.upgrade.next_house import Restored, check_all_is_well, laid_out
from tests.upgrade.next_release import NextRelease, looked_over, migrate_to_next
from tests.upgrade.stored_history import STORED
from video_agent.jobs.client import EngineClient
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.workflows import THIS_RELEASE, WORKFLOW_SCHEMA, Workflows
from video_agent.settings import load_settings
from video_agent.store import Database

RELEASES = sorted(folder.name for folder in STORED.glob("engine-*"))


def test_the_present_order_of_steps_has_its_history() -> None:
    assert f"engine-{WORKFLOW_SCHEMA}" in RELEASES


async def test_its_history_has_the_schema_that_its_revision_makes(
    tmp_path: Path, short_clip: Path, sqlite_url: str
) -> None:
    """Else an unreleased revision was changed after the recording: record it again."""
    history = await laid_out(f"engine-{WORKFLOW_SCHEMA}", tmp_path / "home", short_clip)
    revision = await on_database(history.url, revision_of)
    assert revision is not None
    await take_to(sqlite_url, revision)
    made = await on_database(sqlite_url, schema_of)
    assert await on_database(history.url, schema_of) == made


@pytest.mark.parametrize("release", RELEASES)
async def test_they_all_end_and_nothing_is_paid_twice(
    release: str, tmp_path: Path, short_clip: Path
) -> None:
    history = await laid_out(release, tmp_path / "home", short_clip)
    database = Database(history.url)
    assert set((await run_to_the_end(history, database)).values()) == {"SUCCESS"}
    await check_all_is_well(history, database)
    await database.close()


PAST = {"before loudness", "after thumbnail", "before publish"}
"""Where jobs of order 1 are past the place of the next release's new step."""
NOT_PAST = {"before turn 1", "after send 1", "before bring_home 1", "after turn 2"}


async def test_the_next_release_takes_its_new_step_where_a_job_is_not_past_it(
    tmp_path: Path, short_clip: Path
) -> None:
    history = await laid_out("engine-1", tmp_path / "home", short_clip)
    history.keep_only(NOT_PAST | PAST)
    await migrate_to_next(history.url)
    database = Database(history.url)
    statuses = await run_to_the_end(history, database, NextRelease(database).workflows)
    assert set(statuses.values()) == {"SUCCESS"}
    await check_all_is_well(history, database)
    taken = await looked_over(database)
    assert {place for job, place in history.facts.stopped_at.items() if not taken[job]} == PAST
    await database.close()


async def test_without_its_patch_the_new_step_would_end_the_jobs_that_are_past_it(
    tmp_path: Path, short_clip: Path
) -> None:
    history = await laid_out("engine-1", tmp_path / "home", short_clip)
    history.keep_only({*PAST, "before turn 2"})
    await migrate_to_next(history.url)
    database = Database(history.url)
    unguarded = NextRelease(database, guarded=False).workflows
    statuses = await run_to_the_end(history, database, unguarded)
    past = {job for job, place in history.facts.stopped_at.items() if place in PAST}
    assert {job for job, status in statuses.items() if status == "ERROR"} == past
    assert len(statuses) == len(past) + 1
    await database.close()


async def run_to_the_end(
    history: Restored, database: Database, workflows: Workflows = THIS_RELEASE
) -> dict[str, str]:
    """A worker takes over what a dead one held; how the engine says that each job ended."""
    settings = load_settings(database_url=history.url, lease_seconds=1.5)
    client = EngineClient(EngineStore(settings, database))
    engine = await open_engine(
        settings,
        "studio",
        history.make_work(),
        mode="worker",
        database=database,
        workflows=workflows,
    )
    jobs = list(history.facts.stopped_at)
    async with engine, asyncio.timeout(100):
        while True:
            statuses = await asyncio.to_thread(client.statuses, jobs)
            if set(statuses.values()) <= {"SUCCESS", "ERROR"}:
                break
            await asyncio.sleep(0.1)
    await client.close()
    return statuses
