"""Forty workers die, ten in each set-up; afterwards the studio's books and ours agree."""

import sys
from pathlib import Path

import pytest

from evals.chaos.campaign import Options, run_campaign
from evals.chaos.processes import ZygoteStarter
from evals.chaos.report import facts
from evals.chaos.setups import ALL_SETUPS, Setup

KILLS = 10
OPTIONS = Options(
    seed=17,  # among its first paid POSTs one answer is cut off and one is a 503
    kills=KILLS,
    jobs_at_once=4,
    mean_pause_seconds=2.0,
    aim_share=0.8,
    settle_seconds=20.0,
)


@pytest.fixture
def server_of_the_tests(
    setup: Setup, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if setup.database == "postgresql":
        server: str = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("TEST_POSTGRES_URL", server)


@pytest.mark.slow
@pytest.mark.usefixtures("server_of_the_tests")
@pytest.mark.parametrize("setup", ALL_SETUPS, ids=lambda setup: setup.name)
async def test_ten_killed_workers_pay_nothing_twice_and_lose_nothing(
    setup: Setup, tmp_path: Path
) -> None:
    starter = ZygoteStarter(tmp_path)
    told = await starter.open()
    try:
        outcome = await run_campaign(setup, OPTIONS, starter, tmp_path)
    finally:
        await starter.close()
    sys.stdout.write(f"{facts(outcome)}\nprocessor seconds: {dict(starter.cpu_seconds)}\n")
    assert told["threads"] == 1
    assert not outcome.verdict.problems
    assert not outcome.complaints
    assert len(outcome.evidence.incidents.kills) >= KILLS
