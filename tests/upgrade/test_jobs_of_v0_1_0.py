"""Jobs that release 0.1.0 left behind, each stopped somewhere else: today's code finishes them.

The history was recorded by that release itself (`store_inline_history.py`).
"""

from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.upgrade.next_house import Restored, all_rest, check_all_is_well, laid_out
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.handing_in import hand_in
from video_agent.ledger import Ledger
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.queueing import queue_again
from video_agent.testing import FakeClock

RELEASE = "v0.1.0"
SOME = {
    "before its intent was claimed",
    "before the request left",
    "before the answer was written down",
    "while attempt 1 was followed",
    "before the clip of attempt 2 was judged",
}


@pytest.fixture
async def history(tmp_path: Path, short_clip: Path) -> Restored:
    return await laid_out(RELEASE, tmp_path / "home", short_clip)


@pytest.fixture
async def database(history: Restored) -> AsyncGenerator[Database]:
    opened = Database(history.url)
    yield opened
    await opened.close()


async def test_what_they_had_spent_is_what_they_have_spent(
    history: Restored, database: Database
) -> None:
    ledger = Ledger(database, FakeClock())
    now = {job_id: (await ledger.spent(job_id)).committed_usd for job_id in history.facts.spent_usd}
    assert now == {name: Decimal(usd) for name, usd in history.facts.spent_usd.items()}


async def test_resumed_they_all_end_and_nothing_is_paid_twice(
    history: Restored, database: Database
) -> None:
    for job_id in history.facts.stopped_at:
        await history.house(database).pipeline.resume(job_id)
    await check_all_is_well(history, database)


async def test_handed_to_the_workers_they_all_end_and_nothing_is_paid_twice(
    history: Restored, database: Database
) -> None:
    """An upgraded worker takes over what the earlier release did inside the call."""
    history.keep_only(SOME)
    settings = load_settings(database_url=history.url)
    engine = await open_engine(
        settings, "studio", history.make_work(), mode="worker", database=database
    )
    async with engine:
        rows = [await queue_again(database, job_id) for job_id in history.facts.stopped_at]
        for row in rows:
            assert row is not None
            await hand_in(engine, row)
        await all_rest(database)
    await check_all_is_well(history, database)
