"""Submits: sent once by whoever created the intent, and always written down."""

import asyncio
import subprocess
import sys
import textwrap
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.ledger.conftest import ScriptedGenerator, SteppingClock
from video_agent.errors import (
    AuthError,
    BackendError,
    ContentBlockedError,
    ModelRetiredError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
    StoreError,
)
from video_agent.ledger import Ledger, Proposal
from video_agent.models import GenerationState
from video_agent.ports import CancelledBeforeSending
from video_agent.store import Database


async def test_a_submit_carries_the_intent_and_keeps_the_id(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    started = await ledger.submit(intent, generator)
    assert started.state is GenerationState.SUBMITTED
    assert started.provider_id == "op-1"
    assert started.submitted_at is not None
    [order] = generator.orders
    assert order.generation_id == intent.generation.id
    assert (order.job_id, order.prompt) == (proposal.job_id, proposal.prompt)
    assert await ledger.get(intent.generation.id) == started


async def test_a_second_submit_of_the_same_intent_sends_nothing(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    again = await ledger.submit(intent, generator)
    other = await ledger.submit(await ledger.intend(proposal), generator)
    assert again.provider_id == other.provider_id == "op-1"
    assert len(generator.orders) == 1


@pytest.mark.parametrize(
    "error",
    [
        RejectedError("no"),
        QuotaError("slow"),
        AuthError("who?"),
        ModelRetiredError("gone"),
        ContentBlockedError("no such prompt", reason="words"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_clean_refusal_frees_the_money_and_the_attempt(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator, error: Exception
) -> None:
    generator.submit_outcome = error
    intent = await ledger.intend(proposal)
    with pytest.raises(type(error)):
        await ledger.submit(intent, generator)
    row = await ledger.get(intent.generation.id)
    assert row.state is GenerationState.REJECTED
    assert row.error == str(error)
    assert (await ledger.spent(proposal.job_id)).committed_usd == 0
    assert (await ledger.intend(proposal)).created


@pytest.mark.parametrize(
    "error",
    [OutcomeUnknownError("cut"), RuntimeError("a bug"), OSError("disk")],
    ids=lambda error: type(error).__name__,
)
async def test_anything_else_is_unknown_and_counts_as_spent(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator, error: Exception
) -> None:
    generator.submit_outcome = error
    intent = await ledger.intend(proposal)
    with pytest.raises(OutcomeUnknownError):
        await ledger.submit(intent, generator)
    assert (await ledger.get(intent.generation.id)).state is GenerationState.OUTCOME_UNKNOWN
    spend = await ledger.spent(proposal.job_id)
    assert spend.committed_usd == proposal.estimate_usd
    assert spend.unknown
    assert not (await ledger.intend(proposal)).created
    await ledger.submit(await ledger.intend(proposal), generator)
    assert len(generator.orders) == 1


async def test_a_cancelled_submit_waits_a_moment_for_the_id(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    generator.hold.clear()
    work = asyncio.create_task(ledger.submit(intent, generator))
    while not generator.orders:
        await asyncio.sleep(0.005)
    work.cancel()
    await asyncio.sleep(0.01)
    generator.hold.set()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await ledger.get(intent.generation.id)).state is GenerationState.SUBMITTED


async def test_a_cancelled_submit_without_an_answer_is_unknown(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    generator.hold.clear()
    work = asyncio.create_task(ledger.submit(intent, generator))
    while not generator.orders:
        await asyncio.sleep(0.005)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert (await ledger.get(intent.generation.id)).state is GenerationState.OUTCOME_UNKNOWN


async def test_a_submit_cancelled_before_it_was_sent_is_known_to_have_cost_nothing(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    generator.submit_outcome = CancelledBeforeSending()
    intent = await ledger.intend(proposal)
    with pytest.raises(asyncio.CancelledError):
        await ledger.submit(intent, generator)
    assert (await ledger.get(intent.generation.id)).state is GenerationState.REJECTED
    assert (await ledger.spent(proposal.job_id)).committed_usd == 0
    assert (await ledger.intend(proposal)).created


async def test_two_tasks_of_one_process_send_once_and_see_the_same(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    async def one() -> str | None:
        return (await ledger.submit(await ledger.intend(proposal), generator)).provider_id

    assert await asyncio.gather(one(), one(), one()) == ["op-1"] * 3
    assert len(generator.orders) == 1


async def test_two_processes_send_once_and_see_the_same(
    sqlite_url: str, ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    other_database = Database(sqlite_url)
    other = Ledger(other_database, SteppingClock())

    async def one(books: Ledger) -> str | None:
        return (await books.submit(await books.intend(proposal), generator)).provider_id

    assert await asyncio.gather(one(ledger), one(other)) == ["op-1"] * 2
    assert len(generator.orders) == 1
    await other_database.close()


async def test_an_answer_that_comes_after_others_gave_up_is_not_lost(
    sqlite_url: str, ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    generator.hold.clear()
    work = asyncio.create_task(ledger.submit(intent, generator))
    while not generator.orders:
        await asyncio.sleep(0.005)
    other_database = Database(sqlite_url)
    impatient = Ledger(other_database, SteppingClock(), abandoned_after_seconds=0)
    [seen] = await impatient.recover(proposal.job_id)
    assert seen.state is GenerationState.OUTCOME_UNKNOWN
    generator.hold.set()
    assert (await work).state is GenerationState.SUBMITTED
    await other_database.close()


async def test_a_process_that_died_while_sending_leaves_an_unknown_outcome(
    sqlite_url: str, database: Database, ledger: Ledger, proposal: Proposal
) -> None:
    program = f"""
        import asyncio, os
        from decimal import Decimal
        from video_agent.ledger import Ledger, Proposal
        from video_agent.models import GenerationSettings
        from video_agent.store import Database

        class Killer:
            async def submit(self, order):
                os._exit(9)

        async def main():
            ledger = Ledger(Database({sqlite_url!r}), None)
            settings = GenerationSettings(
                duration_seconds=6.0, resolution="720p", aspect_ratio="16:9")
            intent = await ledger.intend(Proposal(
                job_id={proposal.job_id!r}, attempt_number=1, model="m", prompt="p",
                settings=settings, estimate_usd=Decimal("0.42"), backend="studio"))
            await ledger.submit(intent, Killer())

        asyncio.run(main())
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = await asyncio.to_thread(subprocess.run, command, check=False)
    assert done.returncode == 9
    [left] = await ledger.generations(proposal.job_id)
    assert left.state is GenerationState.INTENDED
    generator = ScriptedGenerator()
    found = await ledger.intend(proposal)
    assert not found.created
    assert (await ledger.submit(found, generator)).state is GenerationState.OUTCOME_UNKNOWN
    [left] = await ledger.recover(proposal.job_id)
    assert left.state is GenerationState.OUTCOME_UNKNOWN
    assert generator.orders == []
    assert (await ledger.spent(proposal.job_id)).committed_usd == proposal.estimate_usd


async def test_an_end_is_written_once(
    ledger: Ledger, proposal: Proposal, generator: ScriptedGenerator
) -> None:
    intent = await ledger.intend(proposal)
    await ledger.submit(intent, generator)
    ends = generator.updates
    first = await ledger.finish(intent.generation.id, ends[0])  # type: ignore[arg-type]
    again = await ledger.finish(intent.generation.id, ends[0])  # type: ignore[arg-type]
    assert first == again
    assert first.cost_usd == proposal.estimate_usd
    with pytest.raises(StoreError, match="nothing to stop"):
        await ledger.cancel(intent.generation.id, generator)


class Contended(Database):
    """Refuses the next writes, as a database does that somebody else has locked."""

    refusals = 0

    @asynccontextmanager
    async def write(self, *, durable: bool = False) -> AsyncGenerator[AsyncSession]:
        if self.refusals:
            self.refusals -= 1
            raise StoreError("the database is locked by another program", retryable=True)
        async with super().write(durable=durable) as session:
            yield session


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        ("op-1", GenerationState.SUBMITTED),
        (RejectedError("no"), GenerationState.REJECTED),
        (OutcomeUnknownError("cut", cost_usd=None), GenerationState.OUTCOME_UNKNOWN),
    ],
)
async def test_a_busy_database_does_not_lose_what_the_service_said(
    sqlite_url: str,
    proposal: Proposal,
    outcome: str | BaseException,
    state: GenerationState,
) -> None:
    database = Contended(sqlite_url)
    ledger, generator = Ledger(database, SteppingClock()), ScriptedGenerator()
    generator.submit_outcome = outcome
    generator.hold.clear()
    intent = await ledger.intend(proposal)
    work = asyncio.create_task(ledger.submit(intent, generator))
    while not generator.orders:
        await asyncio.sleep(0.005)
    database.refusals = 2
    generator.hold.set()
    with suppress(BackendError):
        await work
    assert (await ledger.get(intent.generation.id)).state is state
    assert database.refusals == 0
    await database.close()
