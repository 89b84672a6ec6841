"""Language calls: on the books before they are made, settled once, never forgotten."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.ledger.conftest import SteppingClock
from video_agent.errors import BudgetError, NotFoundError
from video_agent.ledger import ChargeIntent, Ledger
from video_agent.models import TokenUsage, VideoRequest
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job
from video_agent.store.records import list_charges

MOST = Decimal("0.02")


def judging(job_id: str) -> ChargeIntent:
    return ChargeIntent(job_id, "judge", "gemini", MOST)


async def test_a_call_counts_at_its_reservation_until_its_cost_is_known(
    database: Database, ledger: Ledger, job_id: str
) -> None:
    charge_id = await ledger.begin_charge(judging(job_id), "judging")
    under_way = await ledger.spent(job_id)
    assert (under_way.committed_usd, under_way.settled_usd) == (MOST, Decimal(0))
    assert under_way.unknown
    used = TokenUsage(
        model="gemini-1", input_tokens=900, output_tokens=99, cost_usd=Decimal("0.0031415926")
    )
    await ledger.settle_charge(charge_id, used)
    spend = await ledger.spent(job_id)
    assert spend.committed_usd == spend.settled_usd == Decimal("0.003141593")
    assert not spend.unknown
    [row] = await list_charges(database, job_id)
    assert (row.kind, row.model, row.input_tokens, row.output_tokens) == (
        "judge",
        "gemini-1",
        900,
        99,
    )
    assert row.settled_at is not None
    assert row.settled_at >= row.created_at


async def test_a_call_that_cost_nothing_frees_its_money(ledger: Ledger, job_id: str) -> None:
    charge_id = await ledger.begin_charge(judging(job_id), "judging")
    await ledger.settle_charge(charge_id, TokenUsage(model="gemini", cost_usd=Decimal(0)))
    spend = await ledger.spent(job_id)
    assert (spend.committed_usd, spend.unknown) == (Decimal(0), False)


async def test_a_call_whose_cost_nobody_tells_stays_reserved(ledger: Ledger, job_id: str) -> None:
    charge_id = await ledger.begin_charge(judging(job_id), "judging")
    await ledger.settle_charge(charge_id, TokenUsage(model="gemini"))
    spend = await ledger.spent(job_id)
    assert (spend.committed_usd, spend.settled_usd, spend.unknown) == (MOST, Decimal(0), True)


async def test_a_call_is_settled_once(database: Database, ledger: Ledger, job_id: str) -> None:
    charge_id = await ledger.begin_charge(judging(job_id), "judging")
    beside = (("analyze", TokenUsage(model="video", cost_usd=Decimal("0.10"))),)
    first = TokenUsage(model="gemini", cost_usd=Decimal("0.001"))
    await ledger.settle_charge(charge_id, first, beside=beside)
    await ledger.settle_charge(charge_id, TokenUsage(model="other", cost_usd=MOST), beside=beside)
    rows = await list_charges(database, job_id)
    assert [(row.kind, row.cost_usd) for row in rows] == [
        ("judge", Decimal("0.001")),
        ("analyze", Decimal("0.10")),
    ]
    assert all(row.settled_at for row in rows)


async def test_a_call_the_budget_does_not_cover_is_refused_and_leaves_no_row(
    database: Database, ledger: Ledger, new_job_id: Callable[..., Awaitable[str]]
) -> None:
    job_id = await new_job_id("0.03")
    await ledger.begin_charge(judging(job_id), "judging")
    with pytest.raises(BudgetError, match=r"judging needs \$0.02, but \$0.01 is left of \$0.03"):
        await ledger.begin_charge(judging(job_id), "judging")
    assert len(await list_charges(database, job_id)) == 1
    with pytest.raises(NotFoundError):
        await ledger.begin_charge(judging("nobody"), "judging")


async def test_two_calls_at_once_cannot_both_take_the_last_cent(prepared_url: str) -> None:
    databases = [Database(prepared_url) for _ in range(4)]
    request = VideoRequest(prompt="a boat", budget_usd=Decimal("0.05"))
    row = new_job(request, app_name="app", session_id="s", backend="studio", charged=False)
    job_id = (await create_job(databases[0], row)).id
    ledgers = [Ledger(database, SteppingClock()) for database in databases]
    results = await asyncio.gather(
        *(ledger.begin_charge(judging(job_id), "judging") for ledger in ledgers * 2),
        return_exceptions=True,
    )
    assert sum(isinstance(result, BudgetError) for result in results) == 6
    assert (await ledgers[0].spent(job_id)).committed_usd == 2 * MOST
    for database in databases:
        await database.close()
