"""Records jobs of this release on the engine, each stopped somewhere else.

Run it when a release is made, and commit what it writes; later releases have to finish these jobs:

    python -m tests.upgrade.store_engine_history engine-1

The name is that of the order of steps (`WORKFLOW_SCHEMA`). What a worker leaves behind that is
killed at a place is what it has committed by then: so each job is held there, and both files are
read while all of them hang.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn, TypeVar

from tests.planner.house import request_for
from tests.upgrade.next_house import HIGH, Provider, Restored
from tests.upgrade.stored_history import ENGINES, OURS, Facts, record
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.handing_in import hand_in
from video_agent.jobs.work import Stage, TurnOutcome
from video_agent.ledger import Ledger
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import GenerationOrder, JobTerms
from video_agent.pipeline.job_work import JobWork
from video_agent.planner import APP_NAME
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job, queue
from video_agent.testing import FakeClock

ResultT = TypeVar("ResultT")
BACKEND = "studio"
PLACES = (
    "before turn 1",
    "after turn 1",
    "before send 1",
    "before the request left",
    "before the answer was written down",
    "after send 1",
    "before bring_home 1",
    "after bring_home 1",
    "before turn 2",
    "after turn 2",
    "before loudness",
    "after thumbnail",
    "before publish",
    "before send 2",
    "before turn 3",
)
TWO_ROUNDS = ("before send 2", "before turn 3")


class Held:
    """Lets jobs go on until they come to their places, and never from there."""

    def __init__(self) -> None:
        self.place_of: dict[str, str] = {}
        self.reached: set[str] = set()
        self._never: list[asyncio.Event] = []

    async def at(self, job_id: str, place: str) -> None:
        if self.place_of.get(job_id) == place:
            self.reached.add(place)
            self._never.append(asyncio.Event())
            await self._never[-1].wait()

    async def around(
        self, job_id: str, name: str, work: Callable[[], Awaitable[ResultT]]
    ) -> ResultT:
        await self.at(job_id, f"before {name}")
        result = await work()
        await self.at(job_id, f"after {name}")
        return result


class HeldWork(JobWork):
    """Today's work, with a hold around each call."""

    held: Held
    ledger: Ledger
    turns: dict[str, int]

    async def turn(self, job_id: str) -> TurnOutcome:
        self.turns[job_id] = self.turns.get(job_id, 0) + 1
        name = f"turn {self.turns[job_id]}"
        return await self.held.around(job_id, name, lambda: JobWork.turn(self, job_id))

    async def send(self, generation_id: str) -> None:
        one = await self.ledger.get(generation_id)
        name = f"send {one.attempt_number}"
        await self.held.around(one.job_id, name, lambda: JobWork.send(self, generation_id))

    async def bring_home(self, generation_id: str) -> None:
        one = await self.ledger.get(generation_id)
        name = f"bring_home {one.attempt_number}"
        await self.held.around(one.job_id, name, lambda: JobWork.bring_home(self, generation_id))

    async def stage(self, job_id: str, stage: Stage) -> None:
        await self.held.around(job_id, stage, lambda: JobWork.stage(self, job_id, stage))


class HeldProvider(Provider):
    held: Held

    async def submit(self, order: GenerationOrder) -> str:
        await self.held.at(order.job_id, "before the request left")
        provider_id = await super().submit(order)
        await self.held.at(order.job_id, "before the answer was written down")
        return provider_id


class Recorder(Restored):
    """Jobs of one database, one for each place."""

    def __post_init__(self) -> None:
        self.held = Held()
        self.provider = HeldProvider(self.clip, ())
        self.provider.held = self.held

    def work(self, database: Database) -> HeldWork:
        services, planner = self.workers_part(database)
        work = HeldWork(services, planner)
        work.held, work.ledger, work.turns = self.held, services.ledger, {}
        return work

    async def record(self, release: str) -> None:
        database = Database(self.url)
        settings = load_settings(
            database_url=self.url, job_slots=len(PLACES), generations_in_flight=len(PLACES)
        )
        engine = await open_engine(
            settings, BACKEND, self.make_work(), mode="worker", database=database
        )
        for place in PLACES:
            request = request_for(
                publish="private",
                user_id=place,
                quality_threshold=HIGH if place in TWO_ROUNDS else 0.8,
            )
            row = new_job(request, app_name=APP_NAME, session_id="", backend=BACKEND, charged=False)
            self.held.place_of[row.id] = place
            await hand_in(engine, await create_job(database, queue(row, JobTerms())))
        async with asyncio.timeout(120):
            while len(self.held.reached) < len(PLACES):
                await asyncio.sleep(0.2)
        ledger = Ledger(database, FakeClock())
        spent = {one: (await ledger.spent(one)).committed_usd for one in self.held.place_of}
        digest = hashlib.sha256(await asyncio.to_thread(self.clip.read_bytes)).hexdigest()
        record(
            release,
            {OURS: self.file, ENGINES: self.engines_file},
            {str(self.folder): "{home}", digest: "{clip_sha256}"},
            Facts(
                self.held.place_of,
                tuple(self.provider.accepted),
                {one: str(usd) for one, usd in spent.items()},
            ),
        )


async def main(release: str) -> NoReturn:
    folder = Path(tempfile.mkdtemp())
    clip = write_pattern(folder / "clip.mp4", Pattern(320, 180, duration_seconds=1.0))
    await Recorder(folder, clip, Facts({}, (), {})).record(release)
    print(f"{len(PLACES)} jobs are recorded")  # noqa: T201
    sys.stdout.flush()
    os._exit(0)  # what hangs is never to go on


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
