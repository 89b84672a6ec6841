"""Limits that jobs share: checked where the money is committed, by everybody at once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import update

from tests.ledger.conftest import ScriptedGenerator, SteppingClock
from video_agent.errors import BudgetError, RejectedError
from video_agent.ledger import CapError, Caps, ChargeIntent, Ledger, Proposal
from video_agent.ledger.budget import charged_usd, counted_usd
from video_agent.ledger.sums import Scope, committed_usd
from video_agent.models import GenerationState, TokenUsage, VideoRequest, utc_now
from video_agent.store import Database
from video_agent.store.job_tables import BatchRow
from video_agent.store.jobs import create_job, new_job
from video_agent.store.tables import ChargeRow, GenerationRow

PRICE = Decimal("0.42")
NewJob = Callable[..., Awaitable[str]]


@pytest.fixture
async def shared(prepared_url: str) -> AsyncGenerator[Database]:
    """A database of each kind."""
    opened = Database(prepared_url)
    yield opened
    await opened.close()


async def job_in(
    database: Database,
    user_id: str = "anna",
    *,
    charged: bool = False,
    budget_usd: str = "9.00",
    batch_id: str | None = None,
) -> str:
    request = VideoRequest(
        prompt="a boat", user_id=user_id, budget_usd=Decimal(budget_usd), max_attempts=9
    )
    row = new_job(request, app_name="app", session_id="s", backend="studio", charged=charged)
    row.batch_id = batch_id
    return (await create_job(database, row)).id


@pytest.fixture
def wanted(proposal: Proposal) -> Callable[[str, int], Proposal]:
    def build(job_id: str, number: int = 1) -> Proposal:
        return replace(proposal, job_id=job_id, attempt_number=number, estimate_usd=PRICE)

    return build


Wanted = Callable[..., Proposal]


def books(database: Database, **caps: str) -> Ledger:
    amounts = {name: Decimal(amount) for name, amount in caps.items()}
    return Ledger(database, SteppingClock(), caps=Caps(**amounts))


async def yesterday(database: Database, table: type[GenerationRow | ChargeRow]) -> None:
    """Move everything on the books one day back."""
    column = "intended_at" if table is GenerationRow else "created_at"
    async with database.write() as session:
        await session.exec(update(table).values({column: utc_now() - timedelta(days=1)}))


async def test_a_users_day_ends_with_a_refusal_that_says_everything(
    shared: Database, wanted: Wanted
) -> None:
    ledger = books(shared, user_day_usd="1.00")
    await ledger.intend(wanted(await job_in(shared)))
    second, others = await job_in(shared), await job_in(shared, "bert")
    await ledger.intend(wanted(second))
    with pytest.raises(CapError) as caught:
        await ledger.intend(wanted(second, 2))
    today = datetime.now(UTC).date()
    assert str(caught.value) == (
        "attempt 2 needs $0.42, but $0.16 is left of the $1.00 that user anna may spend on "
        f"{today} ($0.84 spent or reserved)"
    )
    midnight = datetime.combine(today, datetime.min.time(), UTC) + timedelta(days=1)
    assert caught.value.resets_at == midnight
    assert f"it is new at {midnight:%Y-%m-%d} 00:00 UTC" in caught.value.hint
    assert "VIDEO_AGENT_USER_DAY_BUDGET_USD" in caught.value.hint
    assert len(await ledger.generations(second)) == 1
    await ledger.intend(wanted(others))  # somebody else's day


async def test_a_new_day_is_a_new_cap_and_the_total_remembers(
    shared: Database, wanted: Wanted
) -> None:
    job_id = await job_in(shared)
    ledger = books(shared, user_day_usd="0.50", day_usd="0.50", total_usd="1.00")
    await ledger.intend(wanted(job_id))
    with pytest.raises(CapError, match="user anna may spend"):
        await ledger.intend(wanted(job_id, 2))
    with pytest.raises(CapError, match="all users together may spend"):
        await ledger.intend(wanted(await job_in(shared, "bert")))
    await yesterday(shared, GenerationRow)
    await ledger.intend(wanted(job_id, 2))
    await yesterday(shared, GenerationRow)
    with pytest.raises(CapError, match=r"\$1.00 that may ever be spent") as caught:
        await ledger.intend(wanted(job_id, 3))
    assert caught.value.resets_at is None
    assert caught.value.hint == "VIDEO_AGENT_TOTAL_BUDGET_USD sets it"


async def test_list_prices_and_real_money_are_never_added_up(
    shared: Database, wanted: Wanted
) -> None:
    ledger = books(shared, user_day_usd="0.50", day_usd="0.50", total_usd="0.50")
    await ledger.intend(wanted(await job_in(shared, charged=False)))
    await ledger.intend(wanted(await job_in(shared, charged=True)))
    for charged in (False, True):
        with pytest.raises(CapError):
            await ledger.intend(wanted(await job_in(shared, charged=charged)))


async def test_a_batch_has_a_cap_of_its_own(shared: Database, wanted: Wanted) -> None:
    async with shared.write() as session:
        session.add(BatchRow(id="b1", name="f.csv", user_id="anna", cap_usd=Decimal("0.50")))
        session.add(BatchRow(id="b2", name="g.csv", user_id="anna", cap_usd=None))
    ledger = books(shared)
    await ledger.intend(wanted(await job_in(shared, batch_id="b1")))
    await ledger.intend(wanted(await job_in(shared, batch_id="b2")))
    await ledger.intend(wanted(await job_in(shared, batch_id="b2")))
    with pytest.raises(CapError, match=r"\$0.08 is left of the \$0.50 that batch b1 may spend"):
        await ledger.intend(wanted(await job_in(shared, batch_id="b1")))


async def test_what_a_refused_start_had_reserved_is_free_again(
    shared: Database, wanted: Wanted
) -> None:
    ledger, generator = books(shared, day_usd="0.50"), ScriptedGenerator()
    generator.submit_outcome = RejectedError("no")
    job_id = await job_in(shared)
    for _ in range(3):
        with pytest.raises(RejectedError):
            await ledger.submit(await ledger.intend(wanted(job_id)), generator)
    await ledger.withdraw((await ledger.intend(wanted(job_id))).generation.id)
    assert (await ledger.intend(wanted(job_id))).created


async def test_language_calls_obey_the_caps_too(shared: Database) -> None:
    ledger = books(shared, user_day_usd="0.03")
    intent = ChargeIntent(await job_in(shared), "judge", "m", Decimal("0.02"))
    charge_id = await ledger.begin_charge(intent, "judging")
    with pytest.raises(CapError, match=r"judging needs \$0.02, but \$0.01 is left"):
        await ledger.begin_charge(intent, "judging")
    await ledger.settle_charge(charge_id, TokenUsage(model="m", cost_usd=Decimal("0.001")))
    await ledger.begin_charge(intent, "judging")
    await yesterday(shared, ChargeRow)
    await ledger.begin_charge(intent, "judging")


async def test_a_job_is_told_what_the_tightest_limit_leaves(
    shared: Database, wanted: Wanted
) -> None:
    ledger = books(shared, user_day_usd="2.00", day_usd="1.00")
    job_id = await job_in(shared)
    assert (await ledger.spent(job_id)).left_usd == Decimal("1.00")
    await ledger.intend(wanted(await job_in(shared, "bert")))
    spend = await ledger.spent(job_id)
    assert (spend.committed_usd, spend.left_usd) == (Decimal(0), Decimal("0.58"))
    with pytest.raises(CapError, match="all users together"):
        await ledger.check_affordable(job_id, Decimal("0.59"), "an attempt")
    small = await job_in(shared, budget_usd="0.30")
    assert (await ledger.spent(small)).left_usd == Decimal("0.30")
    with pytest.raises(BudgetError, match=r"\$0.30 is left of \$0.30"):
        await ledger.check_affordable(small, Decimal("0.31"), "an attempt")


@pytest.mark.parametrize("cap", ["user_day_usd", "day_usd", "total_usd"])
async def test_processes_that_race_for_the_last_cent_cannot_both_have_it(
    prepared_url: str, wanted: Wanted, cap: str
) -> None:
    """Different jobs in different processes: only the cap's own lock can keep them apart."""
    databases = [Database(prepared_url) for _ in range(4)]
    jobs = [await job_in(databases[0]) for _ in range(8)]
    ledgers = [books(database, **{cap: "1.30"}) for database in databases]  # three of them fit
    results = await asyncio.gather(
        *(ledgers[number % 4].intend(wanted(job_id)) for number, job_id in enumerate(jobs)),
        return_exceptions=True,
    )
    assert sum(isinstance(result, CapError) for result in results) == 5
    assert await ledgers[0].spend_total(charged=False) == 3 * PRICE
    for database in databases:
        await database.close()


async def test_calls_and_starts_of_a_batch_that_race_stay_under_its_cap(
    prepared_url: str, wanted: Wanted
) -> None:
    databases = [Database(prepared_url) for _ in range(3)]
    async with databases[0].write() as session:
        session.add(BatchRow(id="b1", name="f.csv", user_id="anna", cap_usd=Decimal("0.90")))
    jobs = [await job_in(databases[0], batch_id="b1") for _ in range(6)]
    ledgers = [books(database) for database in databases]
    calls = [ChargeIntent(job_id, "judge", "m", Decimal("0.03")) for job_id in jobs]
    results = await asyncio.gather(
        *(ledgers[number % 3].intend(wanted(job_id)) for number, job_id in enumerate(jobs)),
        *(ledgers[number % 3].begin_charge(call, "x") for number, call in enumerate(calls)),
        return_exceptions=True,
    )
    unexpected = [
        result
        for result in results
        if isinstance(result, BaseException) and not isinstance(result, CapError)
    ]
    assert unexpected == []
    assert Decimal("0.84") <= await ledgers[0].spend_total(charged=False) <= Decimal("0.90")
    for database in databases:
        await database.close()


async def test_what_people_see_is_what_the_caps_count(shared: Database, wanted: Wanted) -> None:
    ledger = books(shared)
    annas, berts = await job_in(shared), await job_in(shared, "bert", charged=True)
    await ledger.intend(wanted(annas))
    await ledger.book_charge(annas, "plan", TokenUsage(model="m", cost_usd=Decimal("0.01")))
    await yesterday(shared, GenerationRow)
    await ledger.intend(wanted(berts))
    await ledger.intend(wanted(annas, 2))
    assert await ledger.spend_today(charged=False) == Decimal("0.43")
    assert await ledger.spend_today(charged=False, user_id="bert") == 0
    assert await ledger.spend_today(charged=True, user_id="bert") == PRICE
    assert await ledger.spend_total(charged=False) == Decimal("0.85")
    assert await ledger.spend_total(charged=True) == PRICE


@pytest.mark.parametrize("seed", range(3))
async def test_the_sums_in_sql_count_as_the_ledger_does(
    shared: Database, wanted: Wanted, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - cases that can be repeated
    job_id = await job_in(shared)
    one = wanted(job_id)
    rows: list[GenerationRow | ChargeRow] = []
    for number, state in enumerate(list(GenerationState) * 4, 1):
        row = GenerationRow(
            job_id=job_id,
            attempt_number=number,
            fingerprint="f",
            state=state.value,
            model="m",
            backend="studio",
            prompt="p",
            settings=one.settings.model_dump(mode="json"),
            estimate_usd=PRICE,
            reserved_usd=PRICE,
            cost_usd=rng.choice([None, Decimal("0.1"), Decimal(0)]),
            usage=rng.choice([None, {}, {"video_tokens": 0}, {"video_tokens": 9, "text": 1}]),
        )
        rows.append(row)
        amounts = [None, Decimal(0), Decimal("0.003")]
        rows.append(
            ChargeRow(
                job_id=job_id,
                kind="plan",
                model="m",
                cost_usd=rng.choice(amounts),
                reserved_usd=rng.choice(amounts),
            )
        )
    async with shared.write() as session:
        session.add_all(rows)
    counted = [
        counted_usd(row) if isinstance(row, GenerationRow) else charged_usd(row) for row in rows
    ]
    await check_sums(shared, job_id, sum(counted, Decimal(0)))


async def check_sums(shared: Database, job_id: str, wanted_usd: Decimal) -> None:
    async with shared.read() as session:
        assert await committed_usd(session, Scope(charged=False)) == wanted_usd
    assert (await books(shared).spent(job_id)).committed_usd == wanted_usd
