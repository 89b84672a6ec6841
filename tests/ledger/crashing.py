"""Processes that can be killed at any statement, a provider that counts, and what must hold."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from sqlalchemy import URL, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.ledger.conftest import SteppingClock
from video_agent.errors import BackendError
from video_agent.ledger import LEGAL_MOVES, RESUBMITTABLE, Caps, Ledger, Proposal, SettleTimes
from video_agent.ledger.accounts import spend_in
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
from video_agent.store.job_tables import JobEventRow
from video_agent.store.jobs import create_job, new_job
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow

RowT = TypeVar("RowT", GenerationRow, ChargeRow, JobEventRow)
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
        if url.get_backend_name() == "sqlite":
            event.listen(self._engine.sync_engine, "connect", _without_the_disk)
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

        With 0 it lives. A killed process never says a word to the database again; what it had not
        committed is gone. Afterwards this object stands for the next process.
        """
        await self.database.prepare()
        self.statements, self._last = 0, kill_at or None
        with suppress(Killed):
            await work(self)
        self._last = None
        died = 0 < kill_at <= self.statements
        if died:
            await self.end()
        return died

    async def end(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()


def _without_the_disk(connection: DBAPIConnection, _: object) -> None:
    """Here processes die, not machines: nothing need be pushed to the disk."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


class Provider:
    """A paid service that knows what it accepted, and sees what the books say at that moment.

    Args:
        witness: Connections of its own: it sees only what is committed.
    """

    def __init__(self, witness: Database) -> None:
        self._witness = witness
        self.posts: Counter[str] = Counter()
        self.accepted: set[str] = set()
        self.stopped: set[str] = set()
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
        if provider_id in self.stopped:
            return GenerationUpdate(status="failed", reason="stopped")
        return succeeded()

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """It ends without a clip; what it costs is not told."""
        del model
        self.stopped.add(provider_id)

    async def download(self, source: object, target: object) -> None:
        """Nobody collects here."""
        raise NotImplementedError


class Answering:
    """The provider, whose answer to a submit is lost, a refusal, or the death of who waits."""

    def __init__(
        self,
        provider: Provider,
        error: BaseException,
        *,
        accepts: bool,
        dying: Process | None = None,
    ) -> None:
        self._provider, self._error, self._accepts = provider, error, accepts
        self._dying = dying
        self.poll, self.cancel, self.download = provider.poll, provider.cancel, provider.download

    async def submit(self, order: GenerationOrder) -> str:
        self._provider.accepts = self._accepts
        await self._provider.submit(order)
        self._provider.accepts = True
        if self._dying is not None:
            self._dying.die()
        raise self._error


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


async def check_books(database: Database, provider: Provider, job_id: str) -> list[GenerationRow]:
    """What must hold for a job at every moment, whoever was killed wherever; returns its rows."""
    async with database.read() as session:
        job = (await session.exec(select(JobRow).where(col(JobRow.id) == job_id))).one()
        rows = await _of_job(session, GenerationRow, job_id)
        charges = await _of_job(session, ChargeRow, job_id)
        events = await _of_job(session, JobEventRow, job_id)
        spend = await spend_in(session, job, Caps())
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
    expected = sum([*map(_expected, rows), *map(_expected_of_call, charges)], Decimal(0))
    assert spend.committed_usd == expected <= job.budget_usd
    check_events(rows, sorted(events, key=lambda event: event.sequence or 0))
    return rows


async def _of_job(session: AsyncSession, table: type[RowT], job_id: str) -> list[RowT]:
    return list(await session.exec(select(table).where(col(table.job_id) == job_id)))


def _expected(row: GenerationRow) -> Decimal:
    """What a generation must count, said apart from the ledger."""
    if row.state in ("rejected", "not_started"):
        return Decimal(0)
    return PRICE if row.cost_usd is None else row.cost_usd


def _expected_of_call(row: ChargeRow) -> Decimal:
    reserved = row.reserved_usd
    return row.cost_usd if row.cost_usd is not None else reserved or Decimal(0)


def check_events(rows: list[GenerationRow], events: list[JobEventRow]) -> None:
    """One event for each change of state, in the order of the commits."""
    told: dict[str, list[GenerationState]] = defaultdict(list)
    for one in events:
        if one.kind == "generation" and one.data is not None:
            told[str(one.data["generation_id"])].append(GenerationState(str(one.data["state"])))
    assert set(told) == {row.id for row in rows}
    for row in rows:
        path = told[row.id]
        assert path[0] is GenerationState.INTENDED
        assert path[-1] == row.state
        for before, after in pairwise(path):
            assert after in LEGAL_MOVES[before], f"{before} -> {after}"
