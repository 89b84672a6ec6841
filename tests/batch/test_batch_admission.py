"""All rows of a batch are let in together or none is; the same file is the same batch."""

import asyncio
from decimal import Decimal

import pytest
from sqlmodel import col, func, select

from tests.batch.conftest import ONE_ATTEMPT, BatchesWith, FileOf, both_databases
from video_agent.errors import BudgetError, InvalidRequestError, NotFoundError, StoreError
from video_agent.ledger import CapError
from video_agent.models import JobStatus, JobTerms
from video_agent.pipeline.batch_file import InvalidBatchError
from video_agent.pipeline.batch_standing import find_batch, look_at_batch, newest_batches
from video_agent.pipeline.batches import job_id
from video_agent.store import Database
from video_agent.store.approvals import approve_job, waiting_jobs
from video_agent.store.batches import create_batch
from video_agent.store.events import events_of
from video_agent.store.job_tables import BatchItemRow, BatchRow, JobEventRow
from video_agent.store.jobs import get_job
from video_agent.store.tables import JobRow


async def count(database: Database) -> tuple[int, ...]:
    """How many batches, items, jobs and events there are."""
    tables = (BatchRow, BatchItemRow, JobRow, JobEventRow)
    async with database.read() as session:
        return tuple(
            [
                (await session.exec(select(func.count()).select_from(table))).one()
                for table in tables
            ]
        )


@both_databases
async def test_a_batch_is_stored_with_all_its_jobs_and_their_first_events(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    planned = await made.plan(file_of("a boat", "a fox", "a whale"), cap_usd=Decimal(1))
    assert planned.one_attempt_usd == 3 * ONE_ATTEMPT
    assert planned.most_usd == 6 * ONE_ATTEMPT
    assert await count(database) == (0, 0, 0, 0)

    stored = await made.store(planned, queued=True)
    assert await count(database) == (1, 3, 3, 3)
    assert [item.prompt for item in stored.items] == ["a boat", "a fox", "a whale"]
    assert stored.counts == {JobStatus.QUEUED: 3}
    assert stored.cap_usd == 1
    assert not stored.rests
    row = await get_job(database, job_id(planned.id, 2))
    assert (row.queued, row.batch_id, row.session_id) == (True, planned.id, f"job-{row.id}")
    (event,) = await events_of(database, row.id)
    assert event.event.data["state"] == "queued"
    JobTerms(idempotency_key=row.id)  # is a key that anybody may use


async def test_the_same_file_again_is_the_same_batch_with_the_new_cap(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    first = await made.store(
        await made.plan(file_of("a boat", "a fox"), cap_usd=Decimal(1)), queued=True
    )
    again = await made.plan(file_of("a boat", "a fox"), cap_usd=Decimal(2))
    assert again.earlier is not None
    assert (await made.store(again, queued=True)).cap_usd == 2
    unsaid = await made.plan(file_of("a boat", "a fox"))
    assert (await made.store(unsaid, queued=True)).cap_usd == 2, "a cap that is not given stays"
    assert await count(database) == (1, 2, 2, 2)

    named = await made.store(
        await made.plan(file_of("a boat", "a fox"), name="monday"), queued=True
    )
    theirs = await made.store(
        await made.plan(file_of("a boat", "a fox"), user_id="ada"), queued=True
    )
    paid = await batches(backend="gemini").plan(file_of("a boat", "a fox"))
    assert len({first.id, named.id, theirs.id, paid.id}) == 4
    assert paid.earlier is None, "a rehearsal with the studio is not the real thing"


async def test_other_options_for_a_batch_that_was_begun_are_refused(
    batches: BatchesWith, file_of: FileOf
) -> None:
    made = batches()
    planned = await made.plan(file_of("a boat", "a fox"))
    await made.store(planned, queued=True)
    with pytest.raises(InvalidRequestError, match=f"batch {planned.id}.*row 1 differs"):
        await made.plan(file_of("a boat", "a fox", duration_seconds=5))


async def test_one_row_that_cannot_be_made_keeps_all_out_and_each_is_named(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    file = file_of(
        "a boat,3,,",
        "a fox,600,,",
        "a whale,3,,nothing.png",
        "a cat,3,0.01,",
        columns=("prompt", "duration", "budget", "first_frame"),
    )
    with pytest.raises(InvalidBatchError, match="3 rows are wrong, nothing was begun") as caught:
        await batches().plan(file)
    told = {problem.line: problem.message for problem in caught.value.problems}
    assert list(told) == [3, 4, 5]
    assert "600" in told[3]
    assert "nothing.png" in told[4]
    assert "one attempt needs $0.13" in told[5]
    assert await count(database) == (0, 0, 0, 0)


async def test_a_cap_below_one_attempt_of_every_row_keeps_all_out(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made, file = batches(), file_of("a boat", "a fox", "a whale")
    with pytest.raises(
        BudgetError, match=r"each of 3 rows needs \$0\.39 .*up to \$0\.78"
    ) as caught:
        await made.plan(file, cap_usd=Decimal("0.38"))
    assert "at least $0.39" in caught.value.hint
    planned = await made.plan(file, cap_usd=Decimal("0.39"))
    assert planned.most_usd == Decimal("0.39")
    with pytest.raises(InvalidRequestError, match="more than 0 dollars"):
        await made.plan(file, cap_usd=Decimal(0))
    assert await count(database) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("cap", "says"),
    [
        ("user_day_budget_usd", "user ada may spend"),
        ("day_budget_usd", "all users together may spend"),
        ("total_budget_usd", "may ever be spent"),
    ],
)
async def test_the_caps_of_the_day_and_of_all_time_hold_for_the_sum(
    batches: BatchesWith, file_of: FileOf, cap: str, says: str
) -> None:
    file = file_of("a boat,ada", "a fox,ada", columns=("prompt", "user"))
    await batches(**{cap: 2 * ONE_ATTEMPT}).plan(file)
    with pytest.raises(CapError, match=rf"each of 2 rows needs \$0\.26, but .*{says}"):
        await batches(**{cap: 2 * ONE_ATTEMPT - Decimal("0.01")}).plan(file)


async def test_a_users_cap_counts_only_that_users_rows(
    batches: BatchesWith, file_of: FileOf
) -> None:
    file = file_of("a boat,ada", "a fox,bob", columns=("prompt", "user"))
    await batches(user_day_budget_usd=ONE_ATTEMPT).plan(file)


async def test_a_dear_batch_waits_as_a_whole_until_somebody_agrees(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches(approval_above_usd="0.50")
    planned = await made.plan(file_of("a boat", "a fox", "a whale"))
    waiting = await made.store(planned, queued=True)
    assert waiting.counts == {JobStatus.WAITING_FOR_APPROVAL: 3}
    assert waiting.rests
    for one in await waiting_jobs(database, planned.id):
        row = await approve_job(database, one)
        assert row.budget_usd == 2
    assert (await look_at_batch(database, planned.id)).counts == {JobStatus.QUEUED: 3}

    agreed = await made.plan(file_of("a boat", "a fox", "a whale"), name="agreed")
    assert (await made.store(agreed, queued=True, approved=True)).counts == {JobStatus.QUEUED: 3}
    cheap = await made.plan(file_of("a boat"), name="cheap")
    assert (await made.store(cheap, queued=True)).counts == {JobStatus.QUEUED: 1}


@both_databases
async def test_two_that_begin_the_same_batch_at_once_make_one(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    planned = await made.plan(file_of(*(f"a boat {number}" for number in range(50))))
    stored = await asyncio.gather(*(made.store(planned, queued=True) for _ in range(4)))
    assert len({one.id for one in stored}) == 1
    assert await count(database) == (1, 50, 50, 50)


@both_databases
async def test_a_batch_that_cannot_be_stored_whole_leaves_nothing(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    planned = await made.plan(file_of("a boat", "a fox"))
    jobs = [
        JobRow(id=name, app_name="a", user_id="u", session_id="s", request={}, status="queued",
               backend="studio", charged=False, budget_usd=Decimal(1))
        for name in ("one", "one")
    ]  # fmt: skip
    row = BatchRow(id=planned.id, name="n", user_id="u")
    with pytest.raises(StoreError, match=r"UNIQUE|unique|duplicate"):
        await create_batch(database, row, jobs, [{}, {}])
    assert await count(database) == (0, 0, 0, 0)


async def test_batches_are_found_by_id_and_by_name(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    stored = await made.store(await made.plan(file_of("a boat")), queued=True)
    assert (await find_batch(database, stored.id[:6])).id == stored.id
    assert (await find_batch(database, "clips.csv")).id == stored.id
    assert [one.id for one in await newest_batches(database, 5)] == [stored.id]
    with pytest.raises(NotFoundError, match="there is no batch nothing"):
        await find_batch(database, "nothing")


async def test_a_thousand_rows_are_let_in_and_read_again(
    batches: BatchesWith, file_of: FileOf, database: Database
) -> None:
    made = batches()
    planned = await made.plan(file_of(*(f"a boat {number}" for number in range(1_000))))
    stored = await made.store(planned, queued=True)
    assert len(stored.items) == 1_000
    assert planned.one_attempt_usd == 1_000 * ONE_ATTEMPT
    async with database.read() as session:
        query = select(func.count()).where(col(JobRow.batch_id) == planned.id)
        assert (await session.exec(query)).one() == 1_000
