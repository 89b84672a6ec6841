"""What each job of a batch has committed, summed up in SQL: a batch may have thousands."""

from decimal import Decimal

from sqlmodel import col, func, select

from video_agent.ledger.budget import ZERO
from video_agent.ledger.sums import charge_usd, generation_usd
from video_agent.store.database import Database
from video_agent.store.tables import ChargeRow, GenerationRow, JobRow


async def committed_by_job(database: Database, batch_id: str) -> dict[str, Decimal]:
    """What each job of a batch has spent or reserved; what is unknown counts.

    Raises:
        StoreError: The database refused.
    """
    found: dict[str, Decimal] = {}
    async with database.read() as session:
        for table, amount in ((GenerationRow, generation_usd()), (ChargeRow, charge_usd())):
            query = (
                select(table.job_id, func.sum(amount))
                .join(JobRow, col(JobRow.id) == col(table.job_id))
                .where(col(JobRow.batch_id) == batch_id)
                .group_by(col(table.job_id))
            )
            for job_id, usd in await session.exec(query):
                found[job_id] = found.get(job_id, ZERO) + (usd or ZERO)
    return found
