"""How the jobs of a database stand, read in one look and told on a scrape."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.jobs.sample_rows import MODEL, charge_row, generation_row, job_row, store, worker_row
from tests.jobs.scraping import scrape
from video_agent.errors import ConfigurationError, StoreError
from video_agent.jobs.figures import Served
from video_agent.jobs.metrics import StandingGauges, keep_showing
from video_agent.jobs.money_now import DaySpend, other_users_together
from video_agent.jobs.snapshot import (
    FlightCount,
    JobCount,
    Snapshot,
    UnknownCount,
    take_snapshot,
)
from video_agent.ledger import Caps
from video_agent.models import GenerationState, JobStatus, utc_now
from video_agent.store import Database
from video_agent.wiring.metrics import MetricsServer, serve_metrics

SERVED = Served("studio", (MODEL,))


@pytest.fixture
async def database(prepared_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_url)
    yield opened
    await opened.close()


async def test_an_empty_database_is_told_as_zeros(
    database: Database, server: MetricsServer
) -> None:
    gauges = StandingGauges(SERVED, meter=server.provider.get_meter("m"))
    gauges.show(await take_snapshot(database))
    samples = await scrape(server.url)
    assert samples['active_video_jobs{backend="studio",status="running"}'] == 0
    assert samples['active_video_jobs{backend="studio",status="queued"}'] == 0
    assert samples['video_queue_depth{backend="studio",queue="jobs-studio"}'] == 0
    assert samples[f'video_queue_depth{{backend="studio",queue="gen-studio-{MODEL}"}}'] == 0
    assert samples['video_generations_unknown{backend="studio",state="unresolved"}'] == 0
    assert samples["process_resident_memory_bytes"] > 0


async def test_jobs_are_counted_by_status_and_those_that_may_begin_wait(
    database: Database,
) -> None:
    now = utc_now()
    long_ago, later = now - timedelta(minutes=10), now + timedelta(hours=1)
    await store(
        database,
        job_row(JobStatus.RUNNING),
        job_row(JobStatus.QUEUED, updated_at=now - timedelta(minutes=5)),
        job_row(JobStatus.QUEUED, updated_at=long_ago, not_before=now - timedelta(minutes=1)),
        job_row(JobStatus.QUEUED, updated_at=long_ago, not_before=later),
        job_row(JobStatus.QUEUED, backend="gemini", updated_at=long_ago, not_before=later),
        job_row(JobStatus.PARKED),
        job_row(JobStatus.SUCCEEDED),
    )
    snapshot = await take_snapshot(database)
    assert set(snapshot.jobs) == {
        JobCount("studio", JobStatus.RUNNING, 1),
        JobCount("studio", JobStatus.QUEUED, 3),
        JobCount("studio", JobStatus.PARKED, 1),
        JobCount("gemini", JobStatus.QUEUED, 1),
    }
    [queue] = snapshot.queues
    assert (queue.name, queue.backend, queue.depth) == ("jobs-studio", "studio", 2)
    assert queue.oldest_seconds == pytest.approx(300, abs=30)


async def test_generations_wait_fly_or_are_unknown(database: Database) -> None:
    job = job_row()
    since = utc_now() - timedelta(seconds=90)
    states = [
        (GenerationState.INTENDED, False),
        (GenerationState.INTENDED, True),
        (GenerationState.SUBMITTED, True),
        (GenerationState.OUTCOME_UNKNOWN, True),
        (GenerationState.UNRESOLVED, True),
        (GenerationState.UNRESOLVED, True),
        (GenerationState.SUCCEEDED, True),
    ]
    await store(
        database,
        job,
        *(
            generation_row(job, state, sent=sent, attempt_number=number, intended_at=since)
            for number, (state, sent) in enumerate(states, 1)
        ),
    )
    snapshot = await take_snapshot(database)
    [queue] = snapshot.queues
    assert (queue.name, queue.model, queue.depth) == (f"gen-studio-{MODEL}", MODEL, 1)
    assert queue.oldest_seconds == pytest.approx(90, abs=30)
    assert snapshot.in_flight == (FlightCount("studio", MODEL, 2),)
    assert set(snapshot.unknown) == {
        UnknownCount("studio", GenerationState.OUTCOME_UNKNOWN, 1, Decimal("0.40")),
        UnknownCount("studio", GenerationState.UNRESOLVED, 2, Decimal("0.80")),
    }


async def test_todays_money_is_known_or_reserved_and_what_is_left_of_the_caps(
    database: Database,
) -> None:
    anna, ben, paying = job_row(), job_row(user="ben"), job_row(user="ben", charged=True)
    yesterday = datetime.combine(utc_now().date(), datetime.min.time(), UTC) - timedelta(seconds=1)
    state = GenerationState
    await store(
        database,
        anna,
        ben,
        paying,
        generation_row(anna, state.SUCCEEDED, cost_usd=Decimal("0.30")),
        generation_row(anna, state.SUBMITTED, attempt_number=2),
        generation_row(anna, state.REJECTED, attempt_number=3),
        generation_row(anna, state.SUBMITTED, attempt_number=4, intended_at=yesterday),
        charge_row(anna, "0.01"),
        charge_row(anna, None, "0.02"),
        charge_row(ben, "0.05"),
        generation_row(paying, state.UNRESOLVED),
    )
    caps = Caps(user_day_usd=Decimal(1), day_usd=Decimal(2), total_usd=Decimal(3))
    snapshot = await take_snapshot(database, caps, charged=False)
    assert snapshot.spend_today == (
        DaySpend("anna", False, Decimal("0.31"), Decimal("0.42")),
        DaySpend("ben", False, Decimal("0.05"), Decimal("0.00")),
        DaySpend("ben", True, Decimal("0.00"), Decimal("0.40")),
    )
    assert {one.cap: one.left_usd for one in snapshot.caps} == {
        "user_day": Decimal("0.27"),
        "day": Decimal("1.22"),
        "total": Decimal("1.82"),
    }


async def test_a_scrape_tells_leases_money_and_caps(
    database: Database, server: MetricsServer
) -> None:
    job = job_row()
    await store(
        database,
        job,
        generation_row(job, GenerationState.SUCCEEDED, cost_usd=Decimal("0.30")),
        worker_row("w-1", silent_seconds=30, draining=True),
        worker_row("w-2", silent_seconds=3600),
    )
    gauges = StandingGauges(SERVED, meter=server.provider.get_meter("m"))
    caps = Caps(day_usd=Decimal(1))
    gauges.show(await take_snapshot(database, caps, charged=False))
    samples = await scrape(server.url)
    labels = 'backend="studio",draining="true",host="h",kind="worker",worker="w-1"'
    assert samples[f"video_worker_lease_age_seconds{{{labels}}}"] == pytest.approx(30, abs=20)
    assert not any("w-2" in name for name in samples)
    spent = 'video_spend_today_usd{charged="false",kind="settled",user="anna"}'
    assert samples[spent] == 0.3
    assert samples['video_budget_left_usd{cap="day"}'] == 0.7
    assert samples['video_budget_cap_usd{cap="day"}'] == 1


def test_only_the_users_who_spend_most_have_a_label() -> None:
    spend = [DaySpend(f"user-{n:02}", True, Decimal(n), Decimal(0)) for n in range(1, 26)]
    spend.append(DaySpend("user-01", False, Decimal(9), Decimal(1)))
    told = other_users_together(spend, 20)
    assert [one.user_id for one in told[:2]] == ["user-25", "user-24"]
    assert len(told) == 22
    assert told[20] == DaySpend("other", True, Decimal(1 + 2 + 3 + 4 + 5), Decimal(0))
    assert told[21].user_id == "user-01"


async def test_old_figures_are_told_no_more_and_their_age_is(
    database: Database, server: MetricsServer
) -> None:
    gauges = StandingGauges(SERVED, believed_seconds=0.0, meter=server.provider.get_meter("m"))
    gauges.show(await take_snapshot(database))
    samples = await scrape(server.url)
    assert not any(name.startswith("active_video_jobs") for name in samples)
    assert any(name.startswith("video_snapshot_age_seconds") for name in samples)


async def test_a_database_that_is_away_for_a_while_is_looked_at_again(
    database: Database, server: MetricsServer, caplog: pytest.LogCaptureFixture
) -> None:
    gauges = StandingGauges(SERVED, meter=server.provider.get_meter("m"))
    looks: list[int] = []

    async def look() -> Snapshot:
        looks.append(1)
        if len(looks) < 4:
            raise StoreError("the database is away", retryable=True)
        return await take_snapshot(database)

    showing = asyncio.create_task(keep_showing(gauges, look, every_seconds=0.01))
    while len(looks) < 6:
        await asyncio.sleep(0.01)
    showing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await showing
    assert 'active_video_jobs{backend="studio",status="running"}' in await scrape(server.url)
    assert caplog.text.count("the database is away") == 1


def test_a_port_that_is_taken_is_said_so(server: MetricsServer) -> None:
    port = int(server.url.rsplit(":", 1)[1].split("/")[0])
    with pytest.raises(ConfigurationError, match=f"cannot be served at 127.0.0.1:{port}"):
        serve_metrics(port, whole_process=False)


def test_without_the_extra_the_line_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.prometheus", None)
    with pytest.raises(ConfigurationError) as caught:
        serve_metrics(0, whole_process=False)
    assert caught.value.hint == "pip install 'video-agent[metrics]'"
