"""Forty workers die, ten in each set-up; afterwards the studio's books and ours agree."""

import asyncio
import sys
from pathlib import Path

import pytest

from evals.chaos.campaign import Options, Outcome, run_campaign
from evals.chaos.database_servers import DatabaseKind
from evals.chaos.processes import ZygoteStarter
from evals.chaos.report import facts
from evals.chaos.setups import ALL_SETUPS, Setup

KILLS = 10
SEED = 17
OPTIONS = Options(
    seed=SEED,
    kills=KILLS,
    jobs_at_once=4,
    mean_pause_seconds=2.0,
    aim_share=0.8,
    settle_seconds=20.0,
)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_twenty_killed_workers_pay_nothing_twice_and_lose_nothing(
    database: DatabaseKind,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    if database == "postgresql":
        server: str = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("TEST_POSTGRES_URL", server)
    setups = [setup for setup in ALL_SETUPS if setup.database == database]
    starter = ZygoteStarter(tmp_path)
    told = await starter.open()
    try:
        outcomes = await asyncio.gather(*(shake(setup, starter, tmp_path) for setup in setups))
    finally:
        await starter.close()
    assert told["threads"] == 1
    for outcome in outcomes:
        assert not outcome.verdict.problems
        assert not outcome.complaints
        assert len(outcome.evidence.incidents.kills) >= KILLS


async def shake(setup: Setup, starter: ZygoteStarter, folder: Path) -> Outcome:
    place = folder / setup.wire
    place.mkdir()
    outcome = await run_campaign(setup, OPTIONS, starter, place)
    sys.stdout.write(f"{facts(outcome)}\n")
    return outcome
