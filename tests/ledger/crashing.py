"""Processes that can be killed at any statement, a provider that counts, and what must hold."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise

from sqlalchemy import URL, event
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select

from tests.ledger.conftest import SteppingClock
from video_agent.errors import BackendError
from video_agent.ledger import LEGAL_MOVES, RESUBMITTABLE, Caps, Ledger, Proposal, SettleTimes
from video_agent.ledger.budget import charged_usd, counted_usd
from video_agent.models import (
    GenerationOrder,
    GenerationSettings,
    GenerationState,
    GenerationUpdate,
    MediaSource,
    VideoRequest,
)
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.events import events_of
from video_agent.store.jobs import create_job, new_job
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow

PRICE, PAID = Decimal("0.42"), Decimal("0.40")
TIMES_PASSED = SettleTimes(absent_after=0, unresolved_after=0)
"""Every settle time is over: nobody who might still be sending is alive."""


class Killed(BaseException):
    """Nothing of ours catches it, as nothing catches a killed process."""


class Process:
    """A process with connections and a ledger of its own.

    Args:
        url: The database, shared with other processes.
        settle_times: When its look-ups are believed; None: the usual.
        budget_caps: What holds beyond the jobs' budgets.
    """

    def __init__(
        self, url: URL, settle_times: SettleTimes | None = None, budget_caps: Caps | None = None
    ) -> None:
        self._engine = create_async_engine(url)
        event.listen(self._engine.sync_engine, "before_cursor_execute", self._before)
        event.listen(self._engine.sync_engine, "commit", self._before)
        self.database = Database(self._engine)
        self.ledger = Ledger(
            self.database,
            SteppingClock(),
            caps=budget_caps,
            settle_times=settle_times,
            cancel_grace_seconds=0,
            abandoned_after_seconds=0,
        )
        self.statements = 0
        self._last: int | None = None

    def _before(self, *_: object) -> None:
        self.statements += 1
        if self._last is not None and self.statements >= self._last:
            raise Killed

    def die(self) -> None:
        """From now on it says nothing more."""
        self._last = 0

    async def run(self, work: Callable[["Process"], Awaitable[object]], kill_at: int) -> bool:
        """Do something; whether it came as far as its `kill_at`-th statement or commit, and died.

        A killed process never says a word to the database again; what it had not committed is gone.
        Afterwards this object stands for the next process.
        """
        await self.database.prepare()
        self.statements, self._last = 0, kill_at
        with suppress(Killed):
            await work(self)
        await self.end()
        self._last = None
        return self.statements >= kill_at

    async def end(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()


class Provider:
    """A paid service that knows what it accepted, and sees what the books say at that moment.

    Args:
        witness: Connections of its own: it sees only what is committed.
    """

    def __init__(self, witness: Database) -> None:
        self._witness = witness
        self.posts: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.answer: Callable[[str], str] = lambda generation_id: f"op-{generation_id}"
        self.accepts = True

    async def submit(self, order: GenerationOrder) -> str:
        """Count a paid request, which must have been claimed durably."""
        async with self._witness.read() as session:
            row = await session.get(GenerationRow, order.generation_id)
        assert row is not None, "sent without an intent"
        assert row.submitted_at is not None, "sent without a claim"
        self.posts[order.generation_id] += 1
        if self.accepts:
            self.accepted.add(order.generation_id)
        return self.answer(order.generation_id)

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """The truth."""
        del output_uri
        if generation_id in self.accepted:
            return Finding(verdict="found", provider_id=f"op-{generation_id}")
        return Finding(verdict="absent")

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """It has ended."""
        del model
        if provider_id.removeprefix("op-") not in self.accepted:
            raise BackendError(f"there is no {provider_id}")
        return succeeded()

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Too late: it had ended."""

    async def download(self, source: object, target: object) -> None:
        """Nobody collects here."""
        raise NotImplementedError


def succeeded() -> GenerationUpdate:
    return GenerationUpdate(
        status="succeeded", sources=(MediaSource(uri="https://x/1"),), cost_usd=PAID
    )


async def open_job(
    database: Database, budget_usd: str = "1.00", *, user_id: str = "anna", attempts: int = 3
) -> str:
    request = VideoRequest(
        prompt="a boat", budget_usd=Decimal(budget_usd), user_id=user_id, max_attempts=attempts
    )
    row = new_job(request, app_name="app", session_id="s", backend="studio", charged=False)
    return (await create_job(database, row)).id


def wish(job_id: str, number: int = 1) -> Proposal:
    return Proposal(
        job_id=job_id,
        attempt_number=number,
        model="m",
        prompt="A paper boat.",
        settings=GenerationSettings(duration_seconds=6.0, resolution="720p", aspect_ratio="16:9"),
        estimate_usd=PRICE,
        backend="studio",
    )


async def check_books(database: Database, provider: Provider, job_id: str) -> None:
    """What must hold for a job at every moment, whoever was killed wherever."""
    async with database.read() as session:
        job = (await session.exec(select(JobRow).where(col(JobRow.id) == job_id))).one()
        of_job = select(GenerationRow).where(col(GenerationRow.job_id) == job_id)
        rows = list(await session.exec(of_job))
        charges = list(await session.exec(select(ChargeRow).where(col(ChargeRow.job_id) == job_id)))
    attempts: Counter[int] = Counter()
    for row in rows:
        state = GenerationState(row.state)
        assert provider.posts[row.id] <= 1, f"{row.id} was paid for twice"
        if row.id in provider.accepted:
            assert state not in RESUBMITTABLE, f"{row.id} was started and is not counted"
        elif row.submitted_at is None:
            assert provider.posts[row.id] == 0, f"{row.id} was sent without a claim"
        attempts[row.attempt_number] += state not in RESUBMITTABLE
    assert set(attempts.values()) <= {0, 1}
    committed = sum([*map(counted_usd, rows), *map(charged_usd, charges)], Decimal(0))
    assert committed <= job.budget_usd, "the budget is exceeded"
    await check_events(database, job_id, rows)


async def check_events(database: Database, job_id: str, rows: list[GenerationRow]) -> None:
    """One event for each change of state, in the order of the commits."""
    told: dict[str, list[GenerationState]] = defaultdict(list)
    for one in await events_of(database, job_id):
        if one.event.kind == "generation":
            data = one.event.data
            told[str(data["generation_id"])].append(GenerationState(str(data["state"])))
    assert set(told) == {row.id for row in rows}
    for row in rows:
        path = told[row.id]
        assert path[0] is GenerationState.INTENDED
        assert path[-1] == row.state
        for before, after in pairwise(path):
            assert after in LEGAL_MOVES[before], f"{before} -> {after}"
