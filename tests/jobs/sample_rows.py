"""Rows as jobs leave them behind, put into a database without doing the jobs."""

from datetime import timedelta
from decimal import Decimal

from video_agent.models import GenerationState, JobStatus, VideoRequest, utc_now
from video_agent.store import Database
from video_agent.store.job_tables import WorkerRow
from video_agent.store.jobs import new_job
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow, StoreTable

MODEL = "gemini-omni-1.2-flash"


def job_row(
    status: JobStatus = JobStatus.RUNNING, *, user: str = "anna", **columns: object
) -> JobRow:
    """A job that workers do."""
    request = VideoRequest(prompt="a boat", user_id=user, budget_usd=Decimal(5))
    row = new_job(request, app_name="a", session_id="s", backend="studio", charged=False)
    row.queued, row.status = True, status.value
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def generation_row(
    job: JobRow, state: GenerationState, *, sent: bool = True, **columns: object
) -> GenerationRow:
    """A generation of 40 cents; its attempt is the job's first unless the columns say otherwise."""
    row = GenerationRow(
        job_id=job.id,
        attempt_number=1,
        fingerprint="f",
        state=state.value,
        model=MODEL,
        backend=job.backend,
        prompt="p",
        settings={"duration_seconds": 6, "resolution": "720p", "aspect_ratio": "16:9"},
        estimate_usd=Decimal("0.40"),
        reserved_usd=Decimal("0.40"),
        submitted_at=utc_now() if sent else None,
    )
    for name, value in columns.items():
        setattr(row, name, value)
    return row


def charge_row(job: JobRow, cost_usd: str | None, reserved_usd: str | None = None) -> ChargeRow:
    """A language call; without a cost it is still under way."""
    return ChargeRow(
        job_id=job.id,
        kind="plan",
        model="m",
        cost_usd=None if cost_usd is None else Decimal(cost_usd),
        reserved_usd=None if reserved_usd is None else Decimal(reserved_usd),
    )


def worker_row(name: str, *, silent_seconds: float, **columns: object) -> WorkerRow:
    """A worker that said a while ago that it lives."""
    row = WorkerRow(
        id=name,
        kind="worker",
        backend="studio",
        host="h",
        process_id=1,
        version="0",
        draining=False,
    )
    row.beat_at = utc_now() - timedelta(seconds=silent_seconds)
    for key, value in columns.items():
        setattr(row, key, value)
    return row


async def store(database: Database, *rows: StoreTable) -> None:
    """Put rows into the database, jobs first."""
    async with database.write() as session:
        for row in rows:
            session.add(row)
            await session.flush()
