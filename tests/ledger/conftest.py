"""A real database with a job in it, and a generator that does what it is told."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest

from video_agent.errors import BackendError
from video_agent.ledger import Ledger, Proposal
from video_agent.ledger.reconcile import SettleTimes
from video_agent.models import (
    GenerationOrder,
    GenerationSettings,
    GenerationUpdate,
    MediaSource,
    VideoRequest,
)
from video_agent.ports import Finding
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job

T = TypeVar("T")
BYTES = b"a clip, as far as the ledger cares"
SUCCESS = GenerationUpdate(status="succeeded", sources=(MediaSource(uri="https://x/1"),))


class SteppingClock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0.001)


class ScriptedGenerator:
    """A generator whose answers are laid out beforehand; errors in a script are raised."""

    def __init__(self) -> None:
        self.orders: list[GenerationOrder] = []
        self.submit_outcome: str | BaseException = "op-1"
        self.hold = asyncio.Event()
        self.hold.set()
        self.updates: list[GenerationUpdate | BackendError] = [SUCCESS]
        self.downloads: list[bytes | BackendError] = [BYTES]
        self.polls = 0
        self.asked: list[MediaSource] = []

    async def submit(self, order: GenerationOrder) -> str:
        self.orders.append(order)
        await self.hold.wait()
        if isinstance(self.submit_outcome, BaseException):
            raise self.submit_outcome
        return self.submit_outcome

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        self.polls += 1
        return self._next(self.updates)

    async def cancel(self, provider_id: str, *, model: str) -> None:
        self.updates = [GenerationUpdate(status="failed", reason="cancelled")]

    async def download(self, source: MediaSource, target: Path) -> None:
        self.asked.append(source)
        content = self._next(self.downloads)
        write(target, content)

    @staticmethod
    def _next(script: list[T | BackendError]) -> T:
        item = script.pop(0) if len(script) > 1 else script[0]
        if isinstance(item, BackendError):
            raise item
        return item


class ScriptedReconciler:
    def __init__(self, *findings: Finding) -> None:
        self.findings: Sequence[Finding] = findings
        self.asked = 0
        self.looked_into: list[str | None] = []

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        self.asked += 1
        self.looked_into.append(output_uri)
        return self.findings[min(self.asked, len(self.findings)) - 1]


def write(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def generator() -> ScriptedGenerator:
    return ScriptedGenerator()


@pytest.fixture
async def database(prepared_sqlite_url: str) -> AsyncGenerator[Database]:
    opened = Database(prepared_sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
def ledger(database: Database, clock: SteppingClock) -> Ledger:
    # Nothing is believed absent before an hour has passed, unless a test says otherwise.
    times = SettleTimes(absent_after=3600, unresolved_after=7200)
    return Ledger(
        database,
        clock,
        settle_times=times,
        cancel_grace_seconds=0.1,
        abandoned_after_seconds=0.3,
    )


@pytest.fixture
def new_job_id(database: Database) -> Callable[..., Awaitable[str]]:
    async def build(budget_usd: str = "2.00", max_attempts: int = 3) -> str:
        request = VideoRequest(
            prompt="a boat", budget_usd=Decimal(budget_usd), max_attempts=max_attempts
        )
        row = new_job(request, app_name="app", session_id="s", backend="studio", charged=False)
        return (await create_job(database, row)).id

    return build


@pytest.fixture
async def job_id(new_job_id: Callable[..., Awaitable[str]]) -> str:
    return await new_job_id()


@pytest.fixture
def proposal(job_id: str) -> Proposal:
    return Proposal(
        job_id=job_id,
        attempt_number=1,
        model="gemini-omni-1.2-flash",
        prompt="A paper boat.",
        settings=GenerationSettings(duration_seconds=6.0, resolution="720p", aspect_ratio="16:9"),
        estimate_usd=Decimal("0.42"),
        backend="studio",
    )
