"""Lost answers: looked up, adopted, disproved, or left to a person; never sent again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from tests.ledger.conftest import ScriptedGenerator, ScriptedReconciler, SteppingClock
from video_agent.errors import OutcomeUnknownError, StoreError
from video_agent.ledger import Intent, Ledger, Proposal
from video_agent.ledger.reconcile import SettleTimes
from video_agent.models import GenerationState
from video_agent.ports import Finding
from video_agent.store import Database

FOUND = Finding(verdict="found", provider_id="op-7")
ABSENT = Finding(verdict="absent")
CANNOT_TELL = Finding(verdict="cannot_tell")
AT_ONCE = SettleTimes(absent_after=0, unresolved_after=0)


@pytest.fixture
def lose(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> Callable[[], Awaitable[Intent]]:
    async def build() -> Intent:
        generator.submit_outcome = OutcomeUnknownError("cut")
        intent = await ledger.intend(proposal)
        with pytest.raises(OutcomeUnknownError):
            await ledger.submit(intent, generator)
        return intent

    return build


Lose = Callable[[], Awaitable[Intent]]


@pytest.fixture
def quick(database: Database, clock: SteppingClock) -> Ledger:
    return Ledger(database, clock, settle_times=AT_ONCE)


async def test_a_generation_that_is_found_goes_on_under_its_id(ledger: Ledger, lose: Lose) -> None:
    intent = await lose()
    known = await ledger.reconcile(intent.generation.id, ScriptedReconciler(FOUND))
    assert known.state is GenerationState.SUBMITTED
    assert known.provider_id == "op-7"


async def test_absence_is_not_believed_before_the_settle_time(
    ledger: Ledger, quick: Ledger, lose: Lose
) -> None:
    intent = await lose()
    early = await ledger.reconcile(intent.generation.id, ScriptedReconciler(ABSENT))
    assert early.state is GenerationState.OUTCOME_UNKNOWN
    later = await quick.reconcile(intent.generation.id, ScriptedReconciler(ABSENT))
    assert later.state is GenerationState.NOT_STARTED


async def test_proven_absence_frees_the_attempt(
    quick: Ledger, lose: Lose, proposal: Proposal
) -> None:
    intent = await lose()
    await quick.reconcile(intent.generation.id, ScriptedReconciler(ABSENT))
    assert (await quick.spent(proposal.job_id)).committed_usd == 0
    again = await quick.intend(proposal)
    assert again.created
    assert again.generation.id != intent.generation.id


async def test_waiting_looks_again_after_the_settle_time(
    database: Database, clock: SteppingClock, lose: Lose
) -> None:
    intent = await lose()
    ledger = Ledger(database, clock, settle_times=SettleTimes(absent_after=30))
    reconciler = ScriptedReconciler(ABSENT, FOUND)
    known = await ledger.reconcile(intent.generation.id, reconciler, wait=True)
    assert known.provider_id == "op-7"
    assert 25 < max(clock.sleeps) <= 30


async def test_a_clip_that_appears_while_absence_is_waited_out_is_adopted_at_once(
    database: Database, clock: SteppingClock, lose: Lose
) -> None:
    intent = await lose()
    ledger = Ledger(database, clock, settle_times=SettleTimes(absent_after=1800))
    reconciler = ScriptedReconciler(ABSENT, ABSENT, FOUND)
    known = await ledger.reconcile(intent.generation.id, reconciler, wait=True)
    assert known.provider_id == "op-7"
    assert clock.now == 60


async def test_what_nobody_can_tell_stays_unknown_then_goes_to_a_person(
    ledger: Ledger, quick: Ledger, lose: Lose, proposal: Proposal
) -> None:
    intent = await lose()
    one = intent.generation.id
    assert (
        await ledger.reconcile(one, ScriptedReconciler(CANNOT_TELL))
    ).state is GenerationState.OUTCOME_UNKNOWN
    unresolved = await quick.reconcile(one, ScriptedReconciler(CANNOT_TELL))
    assert unresolved.state is GenerationState.UNRESOLVED
    assert (await quick.spent(proposal.job_id)).committed_usd == proposal.estimate_usd
    assert not (await quick.intend(proposal)).created
    # The provider may still come back with an answer.
    assert (await quick.reconcile(one, ScriptedReconciler(FOUND))).provider_id == "op-7"


async def test_a_person_decides_what_nobody_can_tell(
    ledger: Ledger, lose: Lose, proposal: Proposal
) -> None:
    intent = await lose()
    marked = await ledger.mark_unresolved(intent.generation.id, "the console is down")
    assert marked.state is GenerationState.UNRESOLVED
    assert marked.error == "the console is down"
    assert (await ledger.resolve(intent.generation.id, None)).state is GenerationState.NOT_STARTED
    assert (await ledger.intend(proposal)).created
    with pytest.raises(StoreError):
        await ledger.resolve(intent.generation.id, "op-9")


async def test_an_intent_that_was_never_claimed_was_never_sent(
    database: Database, ledger: Ledger, proposal: Proposal, clock: SteppingClock
) -> None:
    """Its maker died before it took the right to send: nobody is asked, and anybody may send it."""
    intent = await ledger.intend(proposal)
    after_the_crash = Ledger(database, clock, abandoned_after_seconds=0)
    reconciler = ScriptedReconciler(CANNOT_TELL)
    known = await after_the_crash.reconcile(intent.generation.id, reconciler)
    assert (known.state, known.submitted_at) == (GenerationState.INTENDED, None)
    assert reconciler.asked == 0
    generator = ScriptedGenerator()
    sent = await after_the_crash.dispatch(intent.generation.id, generator)
    assert (sent.state, sent.provider_id) == (GenerationState.SUBMITTED, "op-1")
    # Whoever held the intent finds it sent.
    late = await ledger.submit(intent, generator)
    assert late.state is GenerationState.SUBMITTED
    assert len(generator.orders) == 1


async def test_other_states_are_left_alone(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    reconciler = ScriptedReconciler(FOUND)
    known = await ledger.reconcile(intent.generation.id, reconciler)
    assert known.provider_id == "op-1"
    assert reconciler.asked == 0


async def test_a_lost_start_is_looked_up_where_its_clip_was_ordered_to(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    generator.submit_outcome = OutcomeUnknownError("cut", cost_usd=None)
    settings = proposal.settings.model_copy(update={"output_uri": "gs://bucket/of-then"})
    intent = await ledger.intend(replace(proposal, settings=settings))
    with suppress(OutcomeUnknownError):
        await ledger.submit(intent, generator)
    looking = ScriptedReconciler(Finding(verdict="cannot_tell"))
    await ledger.reconcile(intent.generation.id, looking)
    assert looking.looked_into == ["gs://bucket/of-then"]
