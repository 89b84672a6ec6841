"""Intents: committed once, refused before anything is paid."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.ledger.conftest import ScriptedGenerator, SteppingClock
from video_agent.errors import BudgetError, NotFoundError, RejectedError
from video_agent.ledger import AttemptLimitError, Ledger, Proposal
from video_agent.models import GenerationState, GenerationUpdate, TokenUsage, VideoRequest
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job


async def test_an_intent_reserves_its_estimate(ledger: Ledger, proposal: Proposal) -> None:
    intent = await ledger.intend(proposal)
    assert intent.created
    assert intent.generation.state is GenerationState.INTENDED
    spend = await ledger.spent(proposal.job_id)
    assert spend.committed_usd == Decimal("0.42")
    assert spend.left_usd == Decimal("1.58")
    assert spend.settled_usd == 0
    assert not spend.unknown


async def test_the_same_attempt_gets_the_same_generation_whatever_is_proposed(
    ledger: Ledger, proposal: Proposal
) -> None:
    first = await ledger.intend(proposal)
    again = await ledger.intend(proposal)
    other = await ledger.intend(replace(proposal, prompt="Something else."))
    assert again.generation == first.generation
    assert other.generation.id == first.generation.id
    assert not again.created
    assert not other.created
    assert len(await ledger.generations(proposal.job_id)) == 1


async def test_a_fingerprint_tells_every_input_apart(proposal: Proposal) -> None:
    settings = proposal.settings
    variants = [
        proposal,
        replace(proposal, attempt_number=2),
        replace(proposal, job_id="another"),
        replace(proposal, model="another"),
        replace(proposal, prompt="another"),
        replace(proposal, settings=settings.model_copy(update={"first_frame_sha256": "ab"})),
        replace(proposal, settings=settings.model_copy(update={"seed": 1})),
    ]
    assert len({variant.fingerprint for variant in variants}) == len(variants)
    assert replace(proposal, estimate_usd=Decimal(9)).fingerprint == proposal.fingerprint


async def test_a_job_that_does_not_exist_pays_nothing(ledger: Ledger, proposal: Proposal) -> None:
    with pytest.raises(NotFoundError):
        await ledger.intend(replace(proposal, job_id="nobody"))


async def test_a_budget_too_small_says_what_is_needed_spent_and_left(
    ledger: Ledger, proposal: Proposal, new_job_id: Callable[..., Awaitable[str]]
) -> None:
    job_id = await new_job_id("0.50")
    await ledger.intend(replace(proposal, job_id=job_id))
    with pytest.raises(BudgetError) as caught:
        await ledger.intend(replace(proposal, job_id=job_id, attempt_number=2))
    assert "$0.42" in str(caught.value)
    assert "$0.08" in str(caught.value)
    assert "$0.84" in caught.value.hint
    assert len(await ledger.generations(job_id)) == 1


async def test_a_budget_that_fits_exactly_is_enough(
    ledger: Ledger, proposal: Proposal, new_job_id: Callable[..., Awaitable[str]]
) -> None:
    job_id = await new_job_id("0.84")
    for number in (1, 2):
        await ledger.intend(replace(proposal, job_id=job_id, attempt_number=number))
    assert (await ledger.spent(job_id)).left_usd == 0


async def test_language_calls_count_against_the_budget(
    ledger: Ledger, proposal: Proposal, new_job_id: Callable[..., Awaitable[str]]
) -> None:
    job_id = await new_job_id("0.44")
    usage = TokenUsage(model="m", input_tokens=1, output_tokens=1, cost_usd=Decimal("0.0000015"))
    await ledger.book_charge(job_id, "plan", usage)
    await ledger.book_charge(job_id, "plan", TokenUsage(model="m"))  # unknown: counts 2 cents
    spend = await ledger.spent(job_id)
    assert spend.committed_usd == Decimal("0.0200015")
    assert spend.settled_usd == Decimal("0.0000015")
    assert spend.unknown
    with pytest.raises(BudgetError, match="needs"):
        await ledger.intend(replace(proposal, job_id=job_id))
    with pytest.raises(BudgetError, match="judging needs"):
        await ledger.check_affordable(job_id, Decimal("0.43"), "judging")
    assert (await ledger.check_affordable(job_id, Decimal("0.01"), "judging")).unknown


async def test_only_what_started_uses_up_attempts(
    ledger: Ledger,
    proposal: Proposal,
    generator: ScriptedGenerator,
    new_job_id: Callable[..., Awaitable[str]],
) -> None:
    job_id = await new_job_id("9.00", 2)
    generator.submit_outcome = RejectedError("no")
    refused = await ledger.intend(replace(proposal, job_id=job_id))
    with pytest.raises(RejectedError):
        await ledger.submit(refused, generator)
    again = await ledger.intend(replace(proposal, job_id=job_id))
    assert again.created
    assert again.generation.id != refused.generation.id
    await ledger.intend(replace(proposal, job_id=job_id, attempt_number=2))
    with pytest.raises(AttemptLimitError, match="all 2 attempts"):
        await ledger.intend(replace(proposal, job_id=job_id, attempt_number=3))
    assert (await ledger.spent(job_id)).committed_usd == Decimal("0.84")


async def test_concurrent_intents_of_one_attempt_make_one_row(
    database_url: str, proposal: Proposal
) -> None:
    """On SQLite and PostgreSQL, from separate connections as separate processes have them."""
    databases = [Database(database_url) for _ in range(3)]
    request = VideoRequest(prompt="a boat", budget_usd=Decimal("0.50"))
    row = new_job(request, app_name="app", session_id="s", backend="studio", charged=False)
    job = await create_job(databases[0], row)
    ledgers = [Ledger(database, SteppingClock()) for database in databases]
    same = replace(proposal, job_id=job.id)
    intents = await asyncio.gather(*(ledger.intend(same) for ledger in ledgers * 2))
    assert sum(intent.created for intent in intents) == 1
    assert len({intent.generation.id for intent in intents}) == 1
    # Nor can two attempts together slip past a budget for one.
    others = [replace(same, attempt_number=number) for number in (2, 3)]
    tries = zip(ledgers, others, strict=False)
    results = await asyncio.gather(
        *(ledger.intend(other) for ledger, other in tries), return_exceptions=True
    )
    assert all(isinstance(result, BudgetError) for result in results)
    for database in databases:
        await database.close()


async def test_costs_of_ended_generations_count_by_how_they_ended(
    ledger: Ledger,
    proposal: Proposal,
    generator: ScriptedGenerator,
    new_job_id: Callable[..., Awaitable[str]],
) -> None:
    job_id = await new_job_id("9.00", 9)
    ends: list[tuple[GenerationUpdate, str]] = [
        (GenerationUpdate(status="succeeded", cost_usd=Decimal("0.413929")), "0.413929"),
        (GenerationUpdate(status="succeeded"), "0.42"),
        (GenerationUpdate(status="blocked", cost_usd=Decimal(0)), "0"),
        (GenerationUpdate(status="blocked"), "0"),
        (GenerationUpdate(status="blocked", usage={"video_tokens": 9}), "0.42"),
        (GenerationUpdate(status="failed", cost_usd=Decimal("0.1")), "0.1"),
        (GenerationUpdate(status="failed"), "0.42"),
    ]
    expected = Decimal(0)
    for number, (end, counted) in enumerate(ends, 1):
        intent = await ledger.intend(replace(proposal, job_id=job_id, attempt_number=number))
        await ledger.submit(intent, generator)
        await ledger.finish(intent.generation.id, end)
        expected += Decimal(counted)
        assert (await ledger.spent(job_id)).committed_usd == expected, end
    spend = await ledger.spent(job_id)
    assert spend.settled_usd == Decimal("0.933929")
    assert spend.unknown  # the failure without a report
