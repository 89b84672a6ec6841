"""A clock that was set between a claim and its look-up: the row's stamps lie, nothing else does."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.ledger.conftest import ScriptedGenerator, ScriptedReconciler, SteppingClock
from video_agent.errors import OutcomeUnknownError
from video_agent.ledger import Ledger, Proposal
from video_agent.ledger.reconcile import SettleTimes
from video_agent.models import GenerationState, utc_now
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.tables import GenerationRow

ABSENT = Finding(verdict="absent")
FOUND = Finding(verdict="found", provider_id="op-7")
HALF_AN_HOUR = SettleTimes(absent_after=1800)


async def stamped(database: Database, generation_id: str, hours: float) -> None:
    """As if the claim had been written so many hours from now."""
    moment = utc_now() + timedelta(hours=hours)
    async with database.write() as session:
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.id) == generation_id)
            .values(submitted_at=moment, updated_at=moment)
        )


@pytest.fixture
async def lost(
    database: Database, ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> str:
    generator.submit_outcome = OutcomeUnknownError("cut", cost_usd=None)
    intent = await ledger.intend(proposal)
    with suppress(OutcomeUnknownError):
        await ledger.submit(intent, generator)
    return intent.generation.id


async def test_a_clock_set_forward_does_not_make_absence_believed_at_once(
    database: Database, clock: SteppingClock, lost: str
) -> None:
    await stamped(database, lost, -5)
    ledger = Ledger(database, clock, settle_times=HALF_AN_HOUR)
    known = await ledger.reconcile(lost, ScriptedReconciler(ABSENT, ABSENT, FOUND), wait=True)
    assert known.provider_id == "op-7"
    assert clock.now == 60


async def test_after_a_clock_was_set_forward_absence_is_watched_for_a_while(
    database: Database, clock: SteppingClock, lost: str
) -> None:
    await stamped(database, lost, -5)
    ledger = Ledger(database, clock, settle_times=HALF_AN_HOUR)
    known = await ledger.reconcile(lost, ScriptedReconciler(ABSENT), wait=True)
    assert known.state is GenerationState.NOT_STARTED
    assert clock.now == pytest.approx(1800 / 8)


async def test_after_a_clock_was_set_back_absence_is_waited_for_once_not_for_hours(
    database: Database, clock: SteppingClock, lost: str
) -> None:
    await stamped(database, lost, +5)
    ledger = Ledger(database, clock, settle_times=HALF_AN_HOUR)
    known = await ledger.reconcile(lost, ScriptedReconciler(ABSENT), wait=True)
    assert known.state is GenerationState.NOT_STARTED
    assert clock.now == pytest.approx(1800)


async def test_a_claim_from_the_future_is_given_its_moment_and_no_more(
    database: Database, clock: SteppingClock, ledger: Ledger, proposal: Proposal
) -> None:
    """Its sender died; then the clock was set back by hours."""
    intent = await ledger.intend(proposal)
    await stamped(database, intent.generation.id, +5)
    after_the_crash = Ledger(database, clock, abandoned_after_seconds=2.0)
    generator = ScriptedGenerator()
    known = await after_the_crash.submit(intent, generator)
    assert known.state is GenerationState.OUTCOME_UNKNOWN
    assert clock.now == pytest.approx(2.0, abs=0.1)
    assert generator.orders == []
