"""Observed latencies: kept honestly, told apart, learned from across restarts."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text, update
from sqlmodel import col, select

from tests.ledger.conftest import SUCCESS, ScriptedGenerator, SteppingClock
from tests.ledger.test_polling import OMNI, RUNNING, seeded
from video_agent.errors import BackendError
from video_agent.ledger import Ledger, PollingPolicy, Proposal
from video_agent.ledger.latencies import KEPT_OBSERVATIONS
from video_agent.models import GenerationSettings, GenerationUpdate, Tier, VideoRequest, utc_now
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job
from video_agent.store.latency_tables import LatencyRow
from video_agent.store.tables import GenerationRow

MODEL = "gemini-omni-1.2-flash"


class TimedGenerator(ScriptedGenerator):
    """A service whose generations finish so many seconds after their submit."""

    def __init__(self, clock: SteppingClock) -> None:
        super().__init__()
        self.clock = clock
        self.latency = 33.0
        self.began = 0.0
        self.asked_at: list[float] = []

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        self.asked_at.append(self.clock.now - self.began)
        return SUCCESS if self.asked_at[-1] >= self.latency else RUNNING


class House:
    """One process: a ledger over a database, and a service."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.clock = SteppingClock()
        self.ledger = Ledger(self.database, self.clock)
        self.service = TimedGenerator(self.clock)

    async def submit(self, *, tier: Tier = Tier.FINAL, backend: str = "gemini") -> str:
        job = new_job(
            VideoRequest(prompt="a boat", budget_usd=Decimal(9)),
            app_name="app",
            session_id="s",
            backend=backend,
            charged=False,
        )
        await create_job(self.database, job)
        settings = GenerationSettings(
            duration_seconds=6.0, resolution="720p", aspect_ratio="16:9", tier=tier
        )
        proposal = Proposal(
            job_id=job.id,
            attempt_number=1,
            model=MODEL,
            prompt="A paper boat.",
            settings=settings,
            estimate_usd=Decimal("0.42"),
            backend=backend,
        )
        intent = await self.ledger.intend(proposal)
        generation = await self.ledger.submit(intent, self.service)
        self.service.began = self.clock.now
        self.service.asked_at = []
        return generation.id

    async def follow(
        self, generation_id: str, policy: PollingPolicy = OMNI
    ) -> list[GenerationUpdate]:
        updates = self.ledger.follow(generation_id, self.service, policy, rng=seeded(3))
        return [update async for update in updates]

    async def rows(self) -> list[LatencyRow]:
        async with self.database.read() as session:
            return list(await session.exec(select(LatencyRow)))

    async def know(self, count: int, lower: float, upper: float) -> None:
        """Observations of an earlier process, a second apart."""
        old = utc_now() - timedelta(days=1)
        async with self.database.write() as session:
            session.add_all(
                LatencyRow(
                    generation_id=f"final-{number:04d}",
                    backend="gemini",
                    model=MODEL,
                    tier="final",
                    lower_seconds=lower,
                    upper_seconds=upper,
                    observed_at=old + timedelta(seconds=number),
                )
                for number in range(count)
            )

    async def first_poll(self, *, tier: Tier = Tier.FINAL, backend: str = "gemini") -> float:
        await self.follow(await self.submit(tier=tier, backend=backend))
        return self.service.asked_at[0]


Opened = Callable[[], Awaitable[House]]


@pytest.fixture
async def opened(prepared_url: str) -> AsyncGenerator[Opened]:
    """Opens the database as a new process would, on SQLite and on PostgreSQL."""
    houses: list[House] = []

    async def build() -> House:
        for former in houses:
            await former.database.close()
        houses.append(House(prepared_url))
        return houses[-1]

    yield build
    for house in houses:
        await house.database.close()


async def test_what_was_learned_outlives_a_restart(opened: Opened) -> None:
    house = await opened()
    for number in range(12):
        house.service.latency = 30.0 + number % 5
        first = await house.first_poll()
        if number < 8:
            assert first <= 5.0
    house = await opened()
    assert await house.first_poll() > 20.0
    assert max(house.service.asked_at) < 45.0
    assert len(await house.rows()) == 13


async def test_backends_and_tiers_learn_apart(opened: Opened) -> None:
    house = await opened()
    await house.know(12, 30.0, 35.0)
    assert await house.first_poll() > 15.0
    assert await house.first_poll(tier=Tier.DRAFT) <= 5.0
    assert await house.first_poll(backend="agent_platform") <= 5.0


async def test_a_bracket_holds_the_time_at_which_a_generation_finished(opened: Opened) -> None:
    house = await opened()
    for latency in (3.0, 33.0, 70.0, 200.0):
        house.service.latency = latency
        await house.first_poll()
    for row, latency in zip(await house.rows(), (3.0, 33.0, 70.0, 200.0), strict=True):
        assert row.lower_seconds - 5.0 < latency <= row.upper_seconds
        assert (row.backend, row.model, row.tier) == ("gemini", MODEL, "final")


async def test_a_generation_polled_again_the_next_day_tells_no_latency(opened: Opened) -> None:
    house = await opened()
    generation_id = await house.submit()
    async with house.database.write() as session:
        await session.exec(
            update(GenerationRow)
            .where(col(GenerationRow.id) == generation_id)
            .values(submitted_at=utc_now() - timedelta(days=1))
        )
    house.service.latency = 0.0
    assert [one.status for one in await house.follow(generation_id)] == ["succeeded"]
    assert await house.rows() == []


async def test_a_service_that_did_not_answer_meanwhile_tells_no_latency(opened: Opened) -> None:
    house = await opened()
    generation_id, script = await house.submit(), ScriptedGenerator()
    storm = [BackendError("503", retryable=True)] * 8
    script.updates = [RUNNING, *storm, SUCCESS]
    async for _ in house.ledger.follow(generation_id, script, OMNI):
        pass
    assert await house.rows() == []


@pytest.mark.parametrize("status", ["blocked", "failed"])
async def test_only_successes_are_learned_from(opened: Opened, status: str) -> None:
    house = await opened()
    generation_id, script = await house.submit(), ScriptedGenerator()
    ended = GenerationUpdate.model_validate({"status": status, "reason": "no"})
    script.updates = [RUNNING, ended]
    async for _ in house.ledger.follow(generation_id, script, OMNI):
        pass
    assert await house.rows() == []


async def test_nothing_is_learned_from_a_studio(opened: Opened) -> None:
    house = await opened()
    house.service.latency = 1.0
    await house.follow(await house.submit(backend="studio"), PollingPolicy.quick())
    assert await house.rows() == []


async def test_a_parked_generation_is_followed_again_later(opened: Opened) -> None:
    house = await opened()
    house.service.latency = 1000.0
    generation_id = await house.submit()
    parked = await house.follow(generation_id)
    assert parked[-1].status == "running"
    assert "kept" in parked[-1].reason
    assert (await house.follow(generation_id))[-1].status == "succeeded"


async def test_only_the_newest_observations_are_kept(opened: Opened) -> None:
    house = await opened()
    await house.know(KEPT_OBSERVATIONS, 30.0, 35.0)
    await house.first_poll(tier=Tier.DRAFT)
    generation_id = await house.submit()
    await house.follow(generation_id)
    kept = {row.generation_id for row in await house.rows()}
    assert generation_id in kept
    assert not kept & {"final-0000"}
    assert len(kept) == KEPT_OBSERVATIONS + 1  # and the one of the other tier


async def test_a_latency_that_cannot_be_kept_is_told_and_costs_no_job(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    house = await opened()
    generation_id = await house.submit()
    async with house.database.write() as session:
        await (await session.connection()).execute(text("DROP TABLE latency_observations"))
    with caplog.at_level(logging.WARNING):
        updates = await house.follow(generation_id)
    assert updates[-1].status == "succeeded"
    assert f"latency of generation {generation_id} is not kept" in caplog.text
    assert "cannot be read" in caplog.text


async def test_progress_follows_the_learned_median(opened: Opened) -> None:
    house = await opened()
    house.service.latency = 100.0
    await house.know(25, 98.0, 102.0)
    updates = await house.follow(await house.submit())
    assert 0.6 < (updates[0].progress or 0.0) < 0.95
