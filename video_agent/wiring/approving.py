"""A person's answer to what a job, or a batch, may cost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from video_agent.models import BatchResult, Job
from video_agent.wiring.looking import LookingAgent

if TYPE_CHECKING:
    from video_agent.ledger import Limit
    from video_agent.ledger.spending import Spending


class ApprovingAgent(LookingAgent):
    """Agrees to waiting jobs, or declines them. Made as `VideoAgent`."""

    async def caps_left(self, user_ids: Sequence[str] = ("local",)) -> "tuple[Limit, ...]":
        """Every cap that is set, with what is spent of it now; the users' own come first."""
        from video_agent.ledger.headroom import Headroom, caps_of

        if not caps_of(self.settings).any:
            return ()
        reach = await self.plan()
        headroom = Headroom(self._opened.database, caps_of(self.settings), reach.charged)
        return await headroom.left(user_ids)

    async def spending(self, *, user_id: str | None = None) -> "list[Spending]":
        """Where each user's money stands, today and ever; real money and list prices apart."""
        from video_agent.ledger.spending import spending

        return await spending(self._opened.database, user_id=user_id)

    async def approve(self, job_id: str) -> Job:
        """Agree to what a waiting job may cost: it is queued, with its whole budget. Twice is once.

        Workers make it, or whoever calls `wait` or `resume`.

        Raises:
            NotFoundError: There is no such job.
            InvalidRequestError: It ended without being approved.
        """
        from video_agent.store.approvals import approve_job

        row = await approve_job(self._opened.database, (await self._find(job_id)).id)
        if row.queued:
            durable = self._opened.durable
            await durable.hand_in(await durable.engines.any(), row)
        return await self._find(row.id)

    async def decline(self, job_id: str) -> Job:
        """Do not agree: a waiting job is cancelled. Twice is once.

        Raises:
            NotFoundError: There is no such job.
            InvalidRequestError: It does not wait for an approval.
        """
        from video_agent.store.approvals import decline_job

        row = await decline_job(self._opened.database, (await self._find(job_id)).id)
        return await self._find(row.id)

    async def find_batch(self, name: str) -> BatchResult:
        """The newest batch of a name, or the one whose id is or begins with it.

        Raises:
            NotFoundError: There is none.
        """
        from video_agent.pipeline.batch_standing import find_batch

        return await find_batch(self._opened.database, name)

    async def batches(self, *, limit: int = 20) -> list[BatchResult]:
        """Batches with all their rows, newest first."""
        from video_agent.pipeline.batch_standing import newest_batches

        return await newest_batches(self._opened.database, limit)

    async def approve_batch(self, batch_id: str) -> BatchResult:
        """Agree to all jobs of a batch that wait.

        Raises:
            NotFoundError: There is no such batch.
        """
        from video_agent.store.approvals import waiting_jobs

        batch = await self.find_batch(batch_id)
        for job_id in await waiting_jobs(self._opened.database, batch.id):
            await self.approve(job_id)
        return await self.find_batch(batch.id)

    async def decline_batch(self, batch_id: str) -> BatchResult:
        """Do not agree: all jobs of a batch that wait are cancelled.

        Raises:
            NotFoundError: There is no such batch.
        """
        from video_agent.store.approvals import decline_job, waiting_jobs

        batch = await self.find_batch(batch_id)
        for job_id in await waiting_jobs(self._opened.database, batch.id):
            await decline_job(self._opened.database, job_id)
        return await self.find_batch(batch.id)
