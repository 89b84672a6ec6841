"""The next release, as the drill imagines it: a step more in each workflow, a column more.

The step counts in the column how often it was taken. Without the patch in front of it the jobs of
this release that are past its place cannot go on: that is what `flow.patched` is there to prevent.
"""

from functools import partial

import sqlalchemy as sa
from alembic.operations import Operations

from tests.store.earlier_databases import on_database
from video_agent.jobs.flow import Flow
from video_agent.jobs.work import TurnOutcome, Work
from video_agent.jobs.workflows import Workflows
from video_agent.store import Database
from video_agent.store.upgrade import migration_context

COLUMN = "looked_over"
PATCH = "look_over"
_JOBS = sa.table("video_jobs", sa.column("id"), sa.column(COLUMN))
_GENERATIONS = sa.table("generations", sa.column("id"), sa.column("job_id"))


def add_column(connection: sa.Connection) -> None:
    """What the next release's migration does; this release can go on writing meanwhile."""
    operations = Operations(migration_context(connection))
    with operations.batch_alter_table("video_jobs") as table:
        none_yet = sa.text("0")
        table.add_column(sa.Column(COLUMN, sa.Integer(), nullable=False, server_default=none_yet))


async def migrate_to_next(url: str) -> None:
    await on_database(url, add_column)


class NextRelease:
    """The workflows of the next release.

    Args:
        database: Ours.
        guarded: Whether the new step stands behind a patch.
    """

    def __init__(self, database: Database, *, guarded: bool = True) -> None:
        self._database = database
        self._guarded = guarded

    @property
    def workflows(self) -> Workflows:
        return Workflows(job=self.run_job, generation=self.run_generation)

    async def run_job(self, flow: Flow, work: Work, job_id: str) -> None:
        """The present workflow, with a look between the last turn and the stages."""
        outcome = await flow.turn(partial(work.turn, job_id), TurnOutcome)
        while outcome.waiting:
            await flow.settled(outcome.waiting, outcome.until)
            outcome = await flow.turn(partial(work.turn, job_id), TurnOutcome)
        await self._look_over(flow, _JOBS.c.id == job_id)
        stages = {name: partial(work.stage, job_id, name) for name in outcome.stages}
        if stages:
            await flow.parallel(stages)
        if outcome.publish:
            await flow.step("publish", partial(work.stage, job_id, "publish"))

    async def run_generation(self, flow: Flow, work: Work, generation_id: str) -> None:
        """The present workflow, with a look between sending and bringing home."""
        await flow.step("send", partial(work.send, generation_id))
        its_job = sa.select(_GENERATIONS.c.job_id).where(_GENERATIONS.c.id == generation_id)
        await self._look_over(flow, _JOBS.c.id == its_job.scalar_subquery())
        await flow.step("bring_home", partial(work.bring_home, generation_id))

    async def _look_over(self, flow: Flow, which: sa.ColumnElement[bool]) -> None:
        if not self._guarded or await flow.patched(PATCH):
            await flow.step("look_over", partial(self._count, which))

    async def _count(self, which: sa.ColumnElement[bool]) -> None:
        once_more = sa.update(_JOBS).where(which).values({COLUMN: _JOBS.c[COLUMN] + 1})
        async with self._database.write() as session:
            await (await session.connection()).execute(once_more)


async def looked_over(database: Database) -> dict[str, int]:
    """How often the new step was taken, by job."""
    async with database.read() as session:
        rows = await (await session.connection()).execute(sa.select(_JOBS))
        return {str(job_id): int(count) for job_id, count in rows.all()}
