"""What crashes leave behind is found and put right; nothing is ever sent."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from tests.ledger.conftest import SUCCESS, ScriptedGenerator, ScriptedReconciler, SteppingClock
from video_agent.errors import BackendError, OutcomeUnknownError
from video_agent.ids import new_id
from video_agent.ledger import Ledger, Proposal, SettleTimes
from video_agent.ledger.submit import claim
from video_agent.ledger.sweeping import (
    Realm,
    left_alone,
    look_up_lost,
    lose_stale_claims,
    withdraw_orphans,
)
from video_agent.models import GenerationState, JobStatus, MediaFacts, StopReason, Video, utc_now
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import update_job
from video_agent.store.queueing import mark_settled
from video_agent.store.records import add_attempt, finish_attempt, insert_video
from video_agent.store.tables import GenerationRow

HERE = Realm(backend="studio", charged=False)
ELSEWHERE = (Realm(backend="gemini", charged=False), Realm(backend="studio", charged=True))
FOUND = Finding(verdict="found", provider_id="op-7")
ABSENT = Finding(verdict="absent")
CANNOT_TELL = Finding(verdict="cannot_tell")
AT_ONCE = SettleTimes(absent_after=0, unresolved_after=0)
AN_HOUR = timedelta(hours=1)
Start = Callable[..., Awaitable[str]]


async def aged(database: Database, generation_id: str, by: timedelta) -> None:
    """Let a generation look as if everything had happened earlier."""
    moment: datetime = utc_now() - by
    async with database.write() as session:
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.id) == generation_id)
            .values(updated_at=moment, intended_at=moment)
        )
        row = await session.get(GenerationRow, generation_id)
        assert row is not None
        row.submitted_at = moment if row.submitted_at else None
        row.settled_at = moment if row.settled_at else None


@pytest.fixture
def start(ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator) -> Start:
    async def build(outcome: str | BaseException = "op-1", **changes: object) -> str:
        generator.submit_outcome = outcome
        intent = await ledger.intend(replace(proposal, **changes))
        with suppress(OutcomeUnknownError):
            await ledger.submit(intent, generator)
        return intent.generation.id

    return build


async def test_a_claim_whose_sender_died_becomes_an_unknown_outcome(
    database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    claimed = (await ledger.intend(proposal)).generation.id
    assert await claim(database, claimed)
    assert await lose_stale_claims(database, HERE, older_than_seconds=60) == []
    await aged(database, claimed, AN_HOUR)
    for realm in ELSEWHERE:
        assert await lose_stale_claims(database, realm, older_than_seconds=60) == []
    [lost] = await lose_stale_claims(database, HERE, older_than_seconds=60)
    assert (lost.id, lost.state) == (claimed, GenerationState.OUTCOME_UNKNOWN)
    assert (await ledger.spent(proposal.job_id)).unknown
    assert await lose_stale_claims(database, HERE, older_than_seconds=60) == []


async def test_an_intent_that_nobody_claimed_is_not_lost_however_old_it_is(
    database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    intended = (await ledger.intend(proposal)).generation.id
    await aged(database, intended, AN_HOUR)
    assert await lose_stale_claims(database, HERE, older_than_seconds=60) == []


async def test_lost_starts_are_looked_up_again_once_an_answer_can_be_believed(
    database: Database, ledger: Ledger, clock: SteppingClock, start: Start
) -> None:
    lost = await start(OutcomeUnknownError("cut"))
    early = ScriptedReconciler(ABSENT)
    assert await look_up_lost(database, ledger, early, HERE) == []
    assert early.asked == 0
    patient = Ledger(database, clock, settle_times=AT_ONCE)
    for realm in ELSEWHERE:
        assert await look_up_lost(database, patient, early, realm) == []
    assert early.asked == 0
    [known] = await look_up_lost(database, patient, ScriptedReconciler(FOUND), HERE)
    assert (known.id, known.state, known.provider_id) == (lost, GenerationState.SUBMITTED, "op-7")


@pytest.mark.parametrize(
    ("finding", "state"),
    [(ABSENT, GenerationState.NOT_STARTED), (CANNOT_TELL, GenerationState.UNRESOLVED)],
)
async def test_what_is_proven_absent_frees_its_money_and_the_rest_goes_to_a_person(
    database: Database,
    clock: SteppingClock,
    proposal: Proposal,
    start: Start,
    finding: Finding,
    state: GenerationState,
) -> None:
    await start(OutcomeUnknownError("cut"))
    ledger = Ledger(database, clock, settle_times=AT_ONCE)
    [known] = await look_up_lost(database, ledger, ScriptedReconciler(finding), HERE)
    assert known.state is state
    freed = state is GenerationState.NOT_STARTED
    counted = Decimal(0) if freed else proposal.estimate_usd
    assert (await ledger.spent(proposal.job_id)).committed_usd == counted
    assert [one.id for one in await ledger.unknown()] == ([] if freed else [known.id])


async def test_one_that_cannot_be_asked_about_does_not_keep_the_others_from_being_found(
    database: Database, clock: SteppingClock, start: Start
) -> None:
    first = await start(OutcomeUnknownError("cut"))
    second = await start(OutcomeUnknownError("cut"), attempt_number=2)

    class HalfDeaf:
        async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
            if generation_id == first:
                raise BackendError("no answer", retryable=True)
            return FOUND

    ledger = Ledger(database, clock, settle_times=AT_ONCE)
    known = await look_up_lost(database, ledger, HalfDeaf(), HERE)
    assert [one.id for one in known] == [second]


async def test_a_started_generation_of_a_job_at_rest_is_to_be_followed(
    database: Database, start: Start, job_id: str
) -> None:
    running = await start()
    await aged(database, running, timedelta(minutes=20))
    # The process that made it may still be at it: its job is running, and no worker's.
    assert await left_alone(database, HERE, untouched_seconds=600) == []
    await update_job(database, job_id, status=JobStatus.STOPPED, stopped_because=StopReason.BUDGET)
    assert await left_alone(database, HERE, untouched_seconds=3_000) == []
    for realm in ELSEWHERE:
        assert await left_alone(database, realm, untouched_seconds=600) == []
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=600)] == [running]


async def test_a_worker_that_died_leaves_its_generation_to_be_followed_by_another(
    database: Database, start: Start, job_id: str
) -> None:
    running = await start()
    await update_job(database, job_id, queued=True)
    await aged(database, running, timedelta(minutes=20))
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=600)] == [running]


async def test_a_process_that_died_an_hour_ago_no_longer_follows(
    database: Database, start: Start
) -> None:
    running = await start()
    await aged(database, running, timedelta(minutes=61))
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=600)] == [running]


async def test_a_success_without_a_clip_is_brought_home_until_that_is_hopeless(
    database: Database, ledger: Ledger, start: Start, job_id: str
) -> None:
    await add_attempt(database, job_id, prompt="a boat")
    paid = await start()
    await ledger.finish(paid, SUCCESS)
    await update_job(database, job_id, status=JobStatus.PARKED)
    await aged(database, paid, AN_HOUR)
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=600)] == [paid]
    await mark_settled(database, paid)  # somebody tried just now
    assert await left_alone(database, HERE, untouched_seconds=600) == []
    await aged(database, paid, AN_HOUR)
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=600)] == [paid]
    await aged(database, paid, timedelta(days=4))
    assert await left_alone(database, HERE, untouched_seconds=600) == []
    await aged(database, paid, AN_HOUR)
    await finish_attempt(database, job_id, 1)  # it cannot be had any more
    assert await left_alone(database, HERE, untouched_seconds=600) == []


async def test_a_success_whose_clip_is_stored_is_left_in_peace(
    database: Database, ledger: Ledger, start: Start, job_id: str
) -> None:
    paid = await start()
    await ledger.finish(paid, SUCCESS)
    facts = MediaFacts(
        duration_seconds=6, width=1280, height=720, fps=24, frame_count=144, video_codec="h264"
    )
    await insert_video(
        database,
        Video(
            id=new_id(),
            job_id=job_id,
            attempt_number=1,
            generation_id=paid,
            path=Path("clip.mp4"),
            sha256="ab",
            facts=facts,
        ),
    )
    await update_job(database, job_id, status=JobStatus.SUCCEEDED)
    await aged(database, paid, timedelta(days=1))
    assert await left_alone(database, HERE, untouched_seconds=0) == []


async def test_what_a_person_adopts_after_its_job_ended_is_followed_again(
    database: Database, ledger: Ledger, start: Start, job_id: str
) -> None:
    lost = await start(OutcomeUnknownError("cut"))
    await mark_settled(database, lost)
    await update_job(database, job_id, status=JobStatus.FAILED)
    adopted = await ledger.resolve(lost, "op-9", by="anna")
    assert (adopted.state, adopted.provider_id) == (GenerationState.SUBMITTED, "op-9")
    assert adopted.error is None
    told = (await events_of(database, job_id))[-1].event
    assert told.message == "submitted (adopted by anna)"
    assert [one.id for one in await left_alone(database, HERE, untouched_seconds=0)] == [lost]


async def test_intents_of_ended_jobs_are_withdrawn_and_free_their_money(
    database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    orphan = (await ledger.intend(proposal)).generation.id
    assert await withdraw_orphans(database, ledger, HERE) == []
    await update_job(database, proposal.job_id, status=JobStatus.PARKED)
    assert await withdraw_orphans(database, ledger, HERE) == []
    await update_job(database, proposal.job_id, status=JobStatus.CANCELLED)
    for realm in ELSEWHERE:
        assert await withdraw_orphans(database, ledger, realm) == []
    [withdrawn] = await withdraw_orphans(database, ledger, HERE)
    assert (withdrawn.id, withdrawn.state) == (orphan, GenerationState.REJECTED)
    assert withdrawn.error == "withdrawn before it was sent: its job has ended"
    assert (await ledger.spent(proposal.job_id)).committed_usd == 0


async def test_what_is_withdrawn_is_never_sent_and_what_is_claimed_never_withdrawn(
    sqlite_url: str, ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    others = [Database(sqlite_url) for _ in range(3)]
    for number in range(1, 4):
        one = (await ledger.intend(replace(proposal, attempt_number=number))).generation.id
        sent_before = len(generator.orders)
        generator.submit_outcome = f"op-{number}"
        withdrawn, sent, *_ = await asyncio.gather(
            Ledger(others[0], SteppingClock()).withdraw(one),
            Ledger(others[1], SteppingClock()).dispatch(one, generator),
            Ledger(others[2], SteppingClock()).withdraw(one),
        )
        final = await ledger.get(one)
        was_sent = len(generator.orders) > sent_before
        assert was_sent == (final.state is GenerationState.SUBMITTED)
        assert final.state in (GenerationState.SUBMITTED, GenerationState.REJECTED)
        assert {withdrawn.state, sent.state} <= {
            GenerationState.INTENDED,  # seen while it was being sent
            final.state,
        }
    for other in others:
        await other.close()


async def test_a_generation_that_was_sent_is_not_withdrawn(ledger: Ledger, start: Start) -> None:
    running = await start()
    assert (await ledger.withdraw(running)).state is GenerationState.SUBMITTED
