"""The money of a job: what is spent, and what language calls cost."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.ledger.budget import Spend, spend_of
from video_agent.ledger.rows import load_job, rows_of
from video_agent.models import TokenUsage
from video_agent.store.column_types import nano_dollars
from video_agent.store.database import Database
from video_agent.store.tables import ChargeRow, JobRow


async def spent(database: Database, job_id: str) -> Spend:
    """Where a job's money stands.

    Raises:
        NotFoundError: No such job.
    """
    async with database.read() as session:
        return await spend_in(session, await load_job(session, job_id))


async def spend_in(session: AsyncSession, job: JobRow) -> Spend:
    """The same inside a transaction."""
    rows = await rows_of(session, job.id)
    charges = await session.exec(select(ChargeRow).where(col(ChargeRow.job_id) == job.id))
    return spend_of(job.budget_usd, rows, charges)


async def book_charge(database: Database, job_id: str, kind: str, usage: TokenUsage) -> None:
    """Write down what one language call used; `kind` says what for.

    Raises:
        NotFoundError: No such job.
    """
    async with database.write() as session:
        await load_job(session, job_id)
        session.add(
            ChargeRow(
                job_id=job_id,
                kind=kind,
                model=usage.model,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cost_usd=None if usage.cost_usd is None else nano_dollars(usage.cost_usd),
            )
        )
