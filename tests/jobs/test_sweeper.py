"""Now and then one process puts right what crashes have left behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest

from video_agent.errors import StoreError
from video_agent.jobs.sweeper import Pace, Sweeper, Tally
from video_agent.jobs.turn_taking import NamedLease
from video_agent.store import Database


@pytest.fixture
async def database(prepared_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_url)
    yield opened
    await opened.close()


def lease_of(database: Database, holder: str, seconds: float = 60.0) -> NamedLease:
    return NamedLease(database, "sweeping", holder=holder, seconds=seconds)


class Chores:
    """Does something, or fails, and remembers how often."""

    def __init__(self, what: str, failure: Exception | None = None) -> None:
        self.what = what
        self.failure = failure
        self.times = 0

    async def do(self) -> Tally:
        self.times += 1
        if self.failure is not None:
            raise self.failure
        return {self.what: 1, "nothings": 0}


async def test_one_holder_keeps_the_lease_until_it_gives_it_back(database: Database) -> None:
    ours, theirs = lease_of(database, "a"), lease_of(database, "b")
    assert await ours.claim()
    assert not await theirs.claim()
    assert await ours.claim()
    await theirs.give_back()
    assert not await theirs.claim()
    await ours.give_back()
    assert await theirs.claim()


async def test_a_lease_that_is_not_renewed_runs_out(database: Database) -> None:
    assert await lease_of(database, "a", seconds=0.0).claim()
    await asyncio.sleep(0.002)
    assert await lease_of(database, "b").claim()
    assert not await lease_of(database, "a").claim()


async def test_of_many_who_claim_at_once_one_gets_it(database: Database, prepared_url: str) -> None:
    others = [Database(prepared_url) for _ in range(4)]
    claims = [lease_of(one, str(number)).claim() for number, one in enumerate([database, *others])]
    assert sum(await asyncio.gather(*claims)) == 1
    for one in others:
        await one.close()


async def test_chores_are_done_in_order_and_told_in_one_line(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    sweeper = Sweeper(lease_of(database, "a"), [Chores("clips"), Chores("jobs"), Chores("jobs")])
    assert await sweeper.sweep() == {"clips": 1, "jobs": 2}
    assert "swept: 1 clips, 2 jobs" in caplog.text


async def test_a_sweep_that_finds_nothing_says_nothing(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    assert await Sweeper(lease_of(database, "a"), []).sweep() == {}
    assert "swept" not in caplog.text


@pytest.mark.parametrize("failure", [StoreError("away", retryable=True), KeyError("a defect")])
async def test_a_chore_that_fails_leaves_the_others_alone(
    database: Database, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    broken, sound = Chores("clips", failure), Chores("jobs")
    sweeper = Sweeper(lease_of(database, "a"), [broken, sound])
    assert await sweeper.sweep() == await sweeper.sweep() == {"jobs": 1}
    assert broken.times == sound.times == 2
    assert ("put off: away" in caplog.text) is isinstance(failure, StoreError)


async def test_only_one_of_two_processes_sweeps_and_the_other_takes_over(
    database: Database,
) -> None:
    first, second = Chores("first"), Chores("second")
    pace = Pace(first_after=0.0, every=0.01)
    tasks = [
        asyncio.create_task(Sweeper(lease_of(database, holder), [chores], pace).run())
        for holder, chores in (("a", first), ("b", second))
    ]
    while first.times + second.times < 3:
        await asyncio.sleep(0.01)
    assert 0 in (first.times, second.times)
    busy, idle = (0, second) if first.times else (1, first)
    tasks[busy].cancel()
    while not idle.times:
        await asyncio.sleep(0.01)
    tasks[1 - busy].cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
