"""How all jobs of a database stand at one moment, for metrics and for whoever scales workers.

A handful of indexed queries in one transaction. Every figure is of the whole database, whichever
process asks.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import case, select, type_coerce
from sqlmodel import col, func
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.jobs.money_now import CapLeft, DaySpend, caps_left, spend_since
from video_agent.jobs.queues import jobs_queue
from video_agent.ledger.budget import ZERO
from video_agent.ledger.caps import Caps, start_of_day
from video_agent.models import ENDED_STATUSES, GenerationState, JobStatus, utc_now
from video_agent.store.column_types import UsdAmount, UtcDateTime
from video_agent.store.database import Database
from video_agent.store.job_tables import WorkerRow
from video_agent.store.tables import GenerationRow, JobRow

UNKNOWN_STATES = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)
_OPEN_STATUSES = tuple(one.value for one in JobStatus if one not in ENDED_STATUSES)
_OPEN_STATES = tuple(
    one.value for one in (GenerationState.INTENDED, GenerationState.SUBMITTED, *UNKNOWN_STATES)
)
_TELLING_SECONDS = 600.0
"""A worker that has been silent for longer is no news any more."""


class JobCount(NamedTuple):
    """How many jobs of a backend have a status."""

    backend: str
    status: JobStatus
    jobs: int


class QueueCount(NamedTuple):
    """What waits on a queue and could begin now.

    `model` is None for a queue of jobs. `oldest_seconds` is how long the first has been waiting.
    """

    name: str
    backend: str
    model: str | None
    depth: int
    oldest_seconds: float


class FlightCount(NamedTuple):
    """Generations that the provider is working on, or that are just being sent."""

    backend: str
    model: str
    generations: int


class UnknownCount(NamedTuple):
    """Paid calls of which nobody knows whether they began, and what they count as spent."""

    backend: str
    state: GenerationState
    generations: int
    reserved_usd: Decimal


class WorkerAge(NamedTuple):
    """When a worker last said that it lives."""

    id: str
    kind: str
    backend: str
    host: str
    draining: bool
    silent_seconds: float


@dataclass(frozen=True)
class Snapshot:
    """How everything stood at `taken_at`."""

    taken_at: datetime
    jobs: tuple[JobCount, ...]
    queues: tuple[QueueCount, ...]
    in_flight: tuple[FlightCount, ...]
    unknown: tuple[UnknownCount, ...]
    workers: tuple[WorkerAge, ...]
    spend_today: tuple[DaySpend, ...]
    caps: tuple[CapLeft, ...]


async def take_snapshot(
    database: Database, caps: Caps | None = None, *, charged: bool = True
) -> Snapshot:
    """Read how everything stands now.

    Args:
        database: The database.
        caps: Those that hold for it.
        charged: Which money the caps are of: real, or list prices.

    Raises:
        StoreError: The database refused.
    """
    async with database.read() as session:
        now = utc_now()
        jobs, waiting_jobs = await _jobs(session, now)
        generations = await _generations(session, now)
        spend = await spend_since(session, start_of_day(now))
        return Snapshot(
            taken_at=now,
            jobs=jobs,
            queues=waiting_jobs + generations.queues,
            in_flight=generations.in_flight,
            unknown=generations.unknown,
            workers=await _workers(session, now),
            spend_today=spend,
            caps=await caps_left(session, caps or Caps(), spend, charged=charged),
        )


async def _jobs(
    session: AsyncSession, now: datetime
) -> tuple[tuple[JobCount, ...], tuple[QueueCount, ...]]:
    begin, since = col(JobRow.not_before), col(JobRow.updated_at)
    due = begin.is_(None) | (begin <= now)
    since_when = case((~due, None), (begin > since, begin), else_=since)
    query = (
        select(
            col(JobRow.backend),
            col(JobRow.status),
            func.count(),
            func.count(since_when),
            type_coerce(func.min(since_when), UtcDateTime),
        )
        .where(col(JobRow.status).in_(_OPEN_STATUSES))
        .group_by(col(JobRow.backend), col(JobRow.status))
    )
    rows = (await (await session.connection()).execute(query)).all()
    counts = tuple(JobCount(backend, JobStatus(status), n) for backend, status, n, _, _ in rows)
    waiting = tuple(
        QueueCount(jobs_queue(backend), backend, None, depth, _age(oldest, now))
        for backend, status, _, depth, oldest in rows
        if status == JobStatus.QUEUED and depth
    )
    return counts, waiting


class _Generations(NamedTuple):
    queues: tuple[QueueCount, ...]
    in_flight: tuple[FlightCount, ...]
    unknown: tuple[UnknownCount, ...]


async def _generations(session: AsyncSession, now: datetime) -> _Generations:
    state, claimed = col(GenerationRow.state), col(GenerationRow.submitted_at).is_not(None)
    query = (
        select(
            col(GenerationRow.backend),
            col(GenerationRow.model),
            state,
            claimed,
            func.count(),
            func.min(col(GenerationRow.intended_at)),
            type_coerce(func.sum(col(GenerationRow.reserved_usd)), UsdAmount),
        )
        .where(state.in_(_OPEN_STATES))
        .group_by(col(GenerationRow.backend), col(GenerationRow.model), state, claimed)
    )
    queues: list[QueueCount] = []
    in_flight: dict[tuple[str, str], int] = {}
    unknown: dict[tuple[str, GenerationState], tuple[int, Decimal]] = {}
    for row in await (await session.connection()).execute(query):
        backend, model, found, sent, count, oldest, reserved_usd = row
        if found == GenerationState.INTENDED and not sent:
            name = f"gen-{backend}-{model}"
            queues.append(QueueCount(name, backend, model, count, _age(oldest, now)))
        elif GenerationState(found) in UNKNOWN_STATES:
            key = (backend, GenerationState(found))
            before, usd = unknown.get(key, (0, ZERO))
            unknown[key] = (before + count, usd + reserved_usd)
        else:
            in_flight[backend, model] = in_flight.get((backend, model), 0) + count
    return _Generations(
        tuple(queues),
        tuple(FlightCount(*key, count) for key, count in in_flight.items()),
        tuple(UnknownCount(*key, *sums) for key, sums in unknown.items()),
    )


async def _workers(session: AsyncSession, now: datetime) -> tuple[WorkerAge, ...]:
    """By the clock that the beats are given by: on PostgreSQL the server's."""
    if session.get_bind().dialect.name == "postgresql":
        now = (await session.exec(select_rows(func.now()))).one()
    query = select_rows(WorkerRow).where(
        col(WorkerRow.beat_at) > now - timedelta(seconds=_TELLING_SECONDS)
    )
    return tuple(
        WorkerAge(row.id, row.kind, row.backend, row.host, row.draining, _age(row.beat_at, now))
        for row in await session.exec(query)
    )


def _age(moment: datetime | None, now: datetime) -> float:
    """Seconds since then; a clock that runs ahead makes it 0, never less."""
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())
