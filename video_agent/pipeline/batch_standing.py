"""How batches stand: read from the database alone, without a service or an engine."""

from decimal import Decimal

from video_agent.ledger.batch_sums import committed_by_job
from video_agent.ledger.budget import ZERO
from video_agent.models import BatchItem, BatchResult
from video_agent.store.batches import batch_ids_like, get_batch, jobs_of_batch, list_batches
from video_agent.store.database import Database
from video_agent.store.tables import JobRow


async def look_at_batch(database: Database, batch_id: str) -> BatchResult:
    """A batch and all its rows, as they stand.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    row = await get_batch(database, batch_id)
    jobs = await jobs_of_batch(database, batch_id)
    spent = await committed_by_job(database, batch_id)
    return BatchResult(
        id=row.id,
        name=row.name,
        user_id=row.user_id,
        backend=jobs[0][1].backend if jobs else "",
        charged=any(job.charged for _, job in jobs),
        cap_usd=row.cap_usd,
        created_at=row.created_at,
        items=tuple(_item(number, job, spent.get(job.id, ZERO)) for number, job in jobs),
    )


async def find_batch(database: Database, name: str) -> BatchResult:
    """The newest batch of a name, or the one whose id is or begins with it.

    Raises:
        NotFoundError: There is none.
        StoreError: The database refused.
    """
    ids = await batch_ids_like(database, name) if name else []
    return await look_at_batch(database, ids[0] if ids else name)


async def newest_batches(database: Database, limit: int) -> list[BatchResult]:
    """Batches with all their rows, newest first.

    Raises:
        StoreError: The database refused.
    """
    rows = await list_batches(database, limit=limit)
    return [await look_at_batch(database, row.id) for row in rows]


def _item(number: int, job: JobRow, committed_usd: Decimal) -> BatchItem:
    message = job.error.get("message") if job.error else None
    return BatchItem.model_validate(
        {
            "number": number,
            "job_id": job.id,
            "prompt": job.request.get("prompt"),
            "status": job.status,
            "stopped_because": job.stopped_because,
            "path": job.delivered_path,
            "score": job.best_score,
            "cost_usd": committed_usd,
            "error": None if message is None else str(message),
        }
    )
