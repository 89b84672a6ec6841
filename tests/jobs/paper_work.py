"""Work that only exists on paper: real rows, real claims, and a list of deeds instead of videos."""

import asyncio
import json
import multiprocessing
import os
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple, cast

from sqlmodel import col, select, update

from video_agent.errors import NotFoundError, StoreError
from video_agent.ids import new_id
from video_agent.jobs.embedded import EngineMode, JobEngine, open_engine
from video_agent.jobs.engine import Engine, Ticket
from video_agent.jobs.work import OpenGeneration, Stage, TurnOutcome
from video_agent.jobs.worker import run_worker, stop_signals
from video_agent.models import GenerationState, JobStatus, utc_now
from video_agent.settings import Settings, load_settings
from video_agent.store import Database
from video_agent.store.jobs import get_job, update_job
from video_agent.store.queueing import mark_settled
from video_agent.store.tables import GenerationRow, JobRow

BACKEND = "studio"
MODEL = "gemini-omni-1.2-flash"
Close = Callable[[], Awaitable[None]]


class Deed(NamedTuple):
    """Something that was done, by whom and when."""

    what: str
    which: str
    process_id: int
    at: float


@dataclass(frozen=True)
class PaperWork:
    """What a job does stands in its request: see `hand_in`."""

    database: Database
    folder: Path

    async def turn(self, job_id: str) -> TurnOutcome:
        job = await get_job(self.database, job_id)
        self.note("turn", job_id)
        await asyncio.sleep(number(job, "turn_seconds"))
        if job.cancel_requested_at is not None:
            await update_job(self.database, job_id, status=JobStatus.CANCELLED)
            return TurnOutcome()
        await self.trouble(job)
        waiting = await self.open(job)
        if job.deadline_at is not None and job.deadline_at <= utc_now():
            await update_job(self.database, job_id, status=JobStatus.PARKED)
            return TurnOutcome()
        if waiting:
            return TurnOutcome(waiting=waiting, until=job.deadline_at)
        await update_job(self.database, job_id, status=JobStatus.SUCCEEDED)
        self.note("succeeded", job_id)
        stages = cast("tuple[Stage, ...]", tuple(cast("list[str]", job.request["stages"])))
        return TurnOutcome(stages=stages, publish=bool(job.request["publish"]))

    async def trouble(self, job: JobRow) -> None:
        """Fail once in passing, or for good, where the request says so."""
        if job.request["trouble"] == "defect":
            raise ZeroDivisionError("a defect")
        if job.request["trouble"] == "passing" and not self.done("stumbled", job.id):
            self.note("stumbled", job.id)
            raise StoreError("the database is busy", retryable=True)

    async def open(self, job: JobRow) -> tuple[OpenGeneration, ...]:
        """Intend all generations of the job at its first turn; those that have not settled."""
        mine = col(GenerationRow.job_id) == job.id
        async with self.database.write() as session:
            rows = (await session.exec(select(GenerationRow).where(mine))).all()
            if not rows:
                rows = [generation_row(job, n + 1) for n in range(int(number(job, "generations")))]
                session.add_all(rows)
        return tuple(
            OpenGeneration(
                generation_id=row.id, model=row.model, user_id=job.user_id, priority=job.priority
            )
            for row in rows
            if row.settled_at is None
        )

    async def send(self, generation_id: str) -> None:
        unsent = (
            update(GenerationRow)
            .where(
                col(GenerationRow.id) == generation_id, col(GenerationRow.submitted_at).is_(None)
            )
            .values(submitted_at=utc_now())
        )
        async with self.database.write() as session:
            claimed = (await session.exec(unsent)).rowcount
        if not claimed:
            self.note("not sent again", generation_id)
            return
        self.note("sent", generation_id)
        await asyncio.sleep(number(await self.job_of(generation_id), "send_seconds"))
        self.note("answered", generation_id)

    async def bring_home(self, generation_id: str) -> None:
        job = await self.job_of(generation_id)
        self.note("begun", generation_id)
        await asyncio.sleep(number(job, "seconds"))
        self.note("home", generation_id)
        await mark_settled(self.database, generation_id)

    async def stage(self, job_id: str, stage: Stage) -> None:
        self.note(f"{stage} begun", job_id)
        await asyncio.sleep(0.05)
        self.note(stage, job_id)

    async def give_up(self, job_id: str, error: BaseException) -> None:
        await update_job(self.database, job_id, status=JobStatus.NEEDS_ATTENTION)
        self.note(f"gave up: {error}", job_id)

    async def job_of(self, generation_id: str) -> JobRow:
        async with self.database.read() as session:
            row = await session.get(GenerationRow, generation_id)
        if row is None:
            raise NotFoundError(generation_id)
        return await get_job(self.database, row.job_id)

    async def made(self) -> "tuple[PaperWork, Close]":
        async def close() -> None:
            await self.database.close()

        return PaperWork(Database(self.database.url.render_as_string(False)), self.folder), close

    def note(self, what: str, which: str) -> None:
        """Appended at once, so that no kill can tear it."""
        line = json.dumps(Deed(what, which, os.getpid(), time.time())) + "\n"
        descriptor = os.open(self.folder / "deeds", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(descriptor, line.encode())
        os.close(descriptor)

    def deeds(self) -> list[Deed]:
        """All that was done, by all processes, in order."""
        file = self.folder / "deeds"
        lines = file.read_text().splitlines() if file.exists() else []
        return [Deed(*cast("tuple[str, str, int, float]", json.loads(line))) for line in lines]

    def done(self, what: str, which: str | None = None) -> list[Deed]:
        """The deeds of one kind."""
        return [deed for deed in self.deeds() if deed.what == what and which in (None, deed.which)]

    async def until(self, what: str, times: int = 1, seconds: float = 60.0) -> list[Deed]:
        """Wait until something has been done so often."""
        async with asyncio.timeout(seconds):
            while len(self.done(what)) < times:
                await asyncio.sleep(0.02)
        return self.done(what)


def number(job: JobRow, name: str) -> float:
    return float(cast("float", job.request[name]))


def generation_row(job: JobRow, attempt_number: int) -> GenerationRow:
    return GenerationRow(
        job_id=job.id,
        attempt_number=attempt_number,
        fingerprint="f",
        state=GenerationState.INTENDED.value,
        model=MODEL,
        backend=BACKEND,
        prompt="p",
        settings={},
        estimate_usd=Decimal(0),
        reserved_usd=Decimal(0),
    )


def paper_job(user: str = "anna", **request: object) -> JobRow:
    """A job: `generations`, `seconds` each, `send_seconds`, `turn_seconds`, `trouble`, `stages`."""
    document: dict[str, object] = {
        "generations": 1, "seconds": 0.05, "send_seconds": 0.0, "turn_seconds": 0.0,
        "trouble": "", "stages": [], "publish": False, **request,
    }  # fmt: skip
    return JobRow(
        id=new_id(),
        app_name="a",
        user_id=user,
        session_id="s",
        request=document,
        status=JobStatus.RUNNING.value,
        backend=BACKEND,
        charged=False,
        budget_usd=Decimal(1),
        queued=True,
    )


async def hand_in(engine: Engine, database: Database, *jobs: JobRow) -> None:
    """Store jobs and submit their tickets, in this order."""
    async with database.write() as session:
        session.add_all(jobs)
    for job in jobs:
        await engine.submit(ticket(job))


def ticket(job: JobRow, run: int = 1) -> Ticket:
    return Ticket(
        job_id=job.id,
        run=run,
        backend=BACKEND,
        user_id=job.user_id,
        priority=job.priority,
        not_before=job.not_before,
    )


def engine_settings(url: str, **overrides: object) -> Settings:
    return load_settings(**{"database_url": url, "lease_seconds": 1.5, **overrides})


@asynccontextmanager
async def running(
    paper: PaperWork, mode: EngineMode = "worker", **settings: object
) -> AsyncGenerator[JobEngine]:
    """The engine in this process."""
    engine = await open_engine(
        engine_settings(address(paper), **settings),
        BACKEND,
        paper.made,
        mode=mode,
        database=paper.database,
    )
    async with engine:
        yield engine


@contextmanager
def worker_process(paper: PaperWork) -> Generator[BaseProcess]:
    """A worker in a process of its own, killed at the end if it still runs.

    Forked from a server that has loaded all that a worker needs: loading it takes seconds.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=be_a_worker, args=(address(paper), str(paper.folder)))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


def be_a_worker(url: str, folder: str) -> None:
    asyncio.run(work_until_stopped(url, Path(folder)))


def address(paper: PaperWork) -> str:
    return paper.database.url.render_as_string(hide_password=False)


async def work_until_stopped(url: str, folder: Path) -> None:
    database = Database(url)
    with stop_signals() as stop:
        await run_worker(
            engine_settings(url),
            BACKEND,
            PaperWork(database, folder).made,
            database=database,
            stop=stop,
        )
    await database.close()
