"""Forty workers die, ten in each set-up; afterwards the studio's books and ours agree."""

import sys
from pathlib import Path

import pytest

from evals.chaos.campaign import Options, run_campaign
from evals.chaos.processes import ZygoteStarter
from evals.chaos.report import facts
from evals.chaos.setups import ALL_SETUPS, Setup

SEED = 4
KILLS = 10


@pytest.mark.slow
@pytest.mark.parametrize("setup", ALL_SETUPS, ids=lambda setup: setup.name)
async def test_ten_killed_workers_pay_nothing_twice_and_lose_nothing(
    setup: Setup, tmp_path: Path
) -> None:
    starter = ZygoteStarter(tmp_path)
    told = await starter.open()
    options = Options(seed=SEED, kills=KILLS, jobs_at_once=4, mean_pause_seconds=2.0)
    try:
        outcome = await run_campaign(setup, options, starter, tmp_path)
    finally:
        await starter.close()
    sys.stdout.write(f"{facts(outcome)}\n")
    assert told["threads"] == 1
    assert not outcome.verdict.problems
    assert not outcome.complaints
    assert len(outcome.evidence.incidents.kills) >= KILLS
