"""Money is exact, times are UTC, JSON and text mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlmodel import col, func, select

from video_agent.errors import StoreError
from video_agent.models import utc_now
from video_agent.store import Database
from video_agent.store.column_types import nano_dollars
from video_agent.store.tables import ChargeRow, JobRow


def job(**changes: object) -> JobRow:
    row = JobRow(
        app_name="app",
        user_id="user",
        session_id="session",
        request={},
        status="running",
        backend="studio",
        charged=False,
        budget_usd=Decimal(2),
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return row


async def kept(database: Database, row: JobRow) -> JobRow:
    async with database.write() as session:
        session.add(row)
    async with database.read() as session:
        return (await session.exec(select(JobRow).where(col(JobRow.id) == row.id))).one()


EXACT = ("0", "0.1", "0.000000001", "1.10", "123456789.123456789", "-0.05", "9223372036.854775807")
INEXACT = (0.1, "1.00", True, *map(Decimal, ("1e-10", "NaN", "Infinity", "1e10")))


async def test_money_comes_back_exactly(database: Database) -> None:
    for amount in map(Decimal, EXACT):
        assert (await kept(database, job(budget_usd=amount))).budget_usd == amount


async def test_inexact_money_is_refused(database: Database) -> None:
    for amount in INEXACT:
        with pytest.raises(StoreError):
            await kept(database, job(budget_usd=amount))


async def test_money_reads_like_money(sqlite_database: Database) -> None:
    for given, shown in (("2", "2.00"), ("0.1", "0.10"), ("0.125", "0.125"), ("0", "0.00")):
        assert (
            str((await kept(sqlite_database, job(budget_usd=Decimal(given)))).budget_usd) == shown
        )


async def test_sums_of_money_are_made_by_the_database(database: Database) -> None:
    parent = await kept(database, job())
    async with database.write() as session:
        for _ in range(1000):
            session.add(
                ChargeRow(
                    job_id=parent.id, kind="judge", model="m", cost_usd=Decimal("0.001000001")
                )
            )
    async with database.read() as session:
        total = (await session.exec(select(func.sum(col(ChargeRow.cost_usd))))).one()
        dear = select(func.count()).where(col(ChargeRow.cost_usd) > Decimal("0.001"))
        assert (await session.exec(dear)).one() == 1000
    assert total == Decimal("1.000001000")


def test_amounts_are_rounded_to_the_smallest_stored_one() -> None:
    assert nano_dollars(Decimal("0.0000000375")) == Decimal("0.000000038")


async def test_times_come_back_in_utc_and_in_order(database: Database) -> None:
    moment = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    row = await kept(database, job(created_at=moment))
    assert row.created_at == moment
    assert row.created_at.tzinfo is UTC
    later = await kept(database, job(created_at=moment.astimezone(UTC) + timedelta(microseconds=1)))
    async with database.read() as session:
        after = select(JobRow.id).where(col(JobRow.created_at) > moment)
        assert (await session.exec(after)).all() == [later.id]


async def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StoreError, match="no time zone"):
        await kept(database, job(created_at=utc_now().replace(tzinfo=None)))


async def test_json_keeps_every_character(database: Database) -> None:
    request = {
        "nul": "a\x00b",
        "escape \x1a0000": "\x1a",
        "surrogate": "\ud83c",
        "emoji": "🎬",
        "nested": [1, 2.5, None, True, {"k\x00": "\\u0000"}],
        "large": 2**60,
    }
    assert (await kept(database, job(request=request))).request == request


async def test_json_has_no_infinite_numbers_and_no_objects(database: Database) -> None:
    row = await kept(database, job(request={"a": float("nan"), "b": [float("inf")]}, error=None))
    assert row.request == {"a": None, "b": [None]}
    assert row.error is None
    with pytest.raises(StoreError, match="not a JSON value"):
        await kept(database, job(request={"a": object()}))


async def test_text_loses_only_what_no_database_holds(database: Database) -> None:
    row = await kept(database, job(delivered_path="a\x00b\ud800c 🎬", user_id="x" * 5000))
    assert row.delivered_path == "a\ufffdb\ufffdc 🎬"
    assert row.user_id == "x" * 5000
