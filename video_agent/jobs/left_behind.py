"""Chores about paid calls: claims, lost starts, clips and intents that nobody looks after any more.

What is looked for and what may be done with it is the ledger's (`ledger.sweeping`); here it is
carried on: clips are brought home, and jobs that waited for news of a lost start go on.
"""

import asyncio
import logging
from collections.abc import Sequence

from sqlmodel import col, select

from video_agent.errors import VideoAgentError
from video_agent.jobs.books import Books
from video_agent.jobs.client import ACTIVE_STATUSES, EngineClient
from video_agent.jobs.dbos_flow import generation_runs
from video_agent.jobs.going_on import queue_after_news
from video_agent.jobs.handing_in import hand_in
from video_agent.jobs.sweeper import Tally
from video_agent.jobs.work import Work
from video_agent.ledger.decisions import UNKNOWN_STATES
from video_agent.ledger.sweeping import (
    left_alone,
    look_up_lost,
    lose_stale_claims,
    withdraw_orphans,
)
from video_agent.log_context import working_for
from video_agent.models import Generation, GenerationState, ProgressEvent
from video_agent.store import Database
from video_agent.store.events import record_event
from video_agent.store.tables import JobRow

_log = logging.getLogger(__name__)
_AT_ONCE = 4


class Homecoming:
    """Follows generations to their end and keeps their clips, a few at once, in the background.

    Belongs to one event loop; what is under way when that ends is found again by a later sweep.

    Args:
        database: Ours.
        client: The engine's: what a workflow of it looks after is left to that.
        work: Brings one home.
    """

    def __init__(self, database: Database, client: EngineClient, work: Work) -> None:
        self._database = database
        self._client = client
        self._work = work
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._under_way: dict[str, asyncio.Task[None]] = {}
        self._told: set[str] = set()

    async def take(self, generations: Sequence[Generation]) -> int:
        """Begin to bring home those that nobody is bringing home; how many."""
        ours = [one for one in generations if one.id not in self._under_way]
        looked_after = await self._looked_after(ours)
        begun = [one for one in ours if one.id not in looked_after]
        for one in begun:
            task = asyncio.create_task(self._bring_home(one))
            self._under_way[one.id] = task
            task.add_done_callback(lambda _, name=one.id: self._under_way.pop(name, None))
        return len(begun)

    async def finish(self) -> None:
        """Wait until all that was taken is home or was given up for now."""
        await asyncio.gather(*self._under_way.values())

    async def _looked_after(self, generations: Sequence[Generation]) -> set[str]:
        """Those with a living workflow at the engine."""
        if not generations:
            return set()
        query = select(JobRow.id, JobRow.runs).where(
            col(JobRow.id).in_({one.job_id for one in generations})
        )
        async with self._database.read() as session:
            runs = dict((await session.exec(query)).all())
        names = {one.id: generation_runs(one.id, runs.get(one.job_id, 1)) for one in generations}
        wanted = [name for group in names.values() for name in group]
        statuses = await asyncio.to_thread(self._client.statuses, wanted)
        return {
            generation_id
            for generation_id, group in names.items()
            if any(statuses.get(name) in ACTIVE_STATUSES for name in group)
        }

    async def _bring_home(self, generation: Generation) -> None:
        with working_for(generation.job_id, generation.id):
            try:
                async with self._slots:
                    await self._tell(generation)
                    await self._work.bring_home(generation.id)
            except VideoAgentError as error:
                _log.warning("it is not home yet: %s", error)
            except Exception:  # noqa: BLE001 - nobody awaits this task: the log is where it shows
                _log.exception("it cannot be brought home")

    async def _tell(self, generation: Generation) -> None:
        """Once in a process: it may be tried again for days."""
        if generation.id in self._told:
            return
        self._told.add(generation.id)
        event = ProgressEvent(
            kind="decision",
            message="its clip is paid for and nobody brings it home; the sweeper does",
            attempt_number=generation.attempt_number,
        )
        await record_event(self._database, generation.job_id, event)


class StaleClaims:
    """Notes that the outcome of claims is unknown whose sender is gone.

    Args:
        database: Ours.
        books: Whose.
        after_seconds: The age of a claim at which nobody is still sending it.
    """

    def __init__(self, database: Database, books: Books, after_seconds: float) -> None:
        self._database = database
        self._books = books
        self._after_seconds = after_seconds

    async def do(self) -> Tally:
        """See `Chore.do`."""
        lost = await lose_stale_claims(
            self._database, self._books.realm, older_than_seconds=self._after_seconds
        )
        return {"claims whose sender is gone": len(lost)}


class LostStarts:
    """Asks again about lost starts; jobs that rest only for want of that news go on.

    Args:
        database: Ours.
        books: Whose, and who can be asked.
        client: The engine's, for jobs that go on.
        homecoming: Brings home what was found for jobs that rest for another reason.
    """

    def __init__(
        self, database: Database, books: Books, client: EngineClient, homecoming: Homecoming
    ) -> None:
        self._database = database
        self._books = books
        self._client = client
        self._homecoming = homecoming

    async def do(self) -> Tally:
        """See `Chore.do`."""
        reconciler = self._books.reconciler
        if reconciler is None:
            return {}
        books = self._books
        known = await look_up_lost(self._database, books.ledger, reconciler, books.realm)
        answered = [one for one in known if one.state not in UNKNOWN_STATES]
        jobs = {one.job_id for one in answered}
        going_on = {job_id for job_id in sorted(jobs) if await self._goes_on(job_id)}
        found = [one for one in answered if one.state is GenerationState.SUBMITTED]
        await self._homecoming.take([one for one in found if one.job_id not in going_on])
        return {
            "lost starts found": len(found),
            "lost starts proven absent": len(answered) - len(found),
            "lost starts left to a person": len(known) - len(answered),
            "jobs that go on": len(going_on),
        }

    async def _goes_on(self, job_id: str) -> bool:
        """Hand a job to the workers again, if it waited for nothing else and has time left."""
        again = await queue_after_news(self._database, self._books.ledger, job_id)
        if again is None:
            return False
        with working_for(job_id):
            _log.info("what became of its lost start is known; it goes on")
        await hand_in(self._client, again)
        return True


class ClipsLeftAlone:
    """Brings home what was paid for and nobody follows, whatever became of the job.

    Args:
        database: Ours.
        books: Whose.
        homecoming: Does it.
        after_seconds: How long nothing was written down for it.
    """

    def __init__(
        self, database: Database, books: Books, homecoming: Homecoming, after_seconds: float
    ) -> None:
        self._database = database
        self._books = books
        self._homecoming = homecoming
        self._after_seconds = after_seconds

    async def do(self) -> Tally:
        """See `Chore.do`."""
        alone = await left_alone(
            self._database, self._books.realm, untouched_seconds=self._after_seconds
        )
        return {"clips on their way home": await self._homecoming.take(alone)}


class OrphanedIntents:
    """Takes back intents that nobody claimed and whose jobs have ended.

    Args:
        database: Ours.
        books: Whose.
    """

    def __init__(self, database: Database, books: Books) -> None:
        self._database = database
        self._books = books

    async def do(self) -> Tally:
        """See `Chore.do`."""
        books = self._books
        withdrawn = await withdraw_orphans(self._database, books.ledger, books.realm)
        return {"orphaned intents withdrawn": len(withdrawn)}
