"""1,000 jobs that wait for the provider, in one worker: `python evals/waiting_jobs.py --jobs 1000`.

What they cost while they wait (memory above an idle worker, share of a core) and how late each
goes on once its generation has settled. The engine, its database, ours, the queues and the waiting
are the real ones; the work itself does nothing: a generation is a sleep. Exit code 1 when a promise
does not hold.
"""

import argparse
import asyncio
import gc
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import numpy as np
from chaos.database_servers import DatabaseKind
from chaos.database_servers import database as database_server

from video_agent.ids import new_id
from video_agent.jobs.embedded import JobEngine, open_engine
from video_agent.jobs.engine import Ticket
from video_agent.jobs.work import OpenGeneration, Stage, TurnOutcome
from video_agent.models import JobStatus
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.jobs import update_job
from video_agent.store.queueing import mark_settled
from video_agent.store.tables import GenerationRow, JobRow

BACKEND = "studio"
MODEL = "gemini-omni-1.2-flash"
MOST_MEGABYTES, MOST_SHARE, LATEST_SECONDS = 300.0, 0.10, 1.0
MEASURED_SECONDS = 10.0
Close = Callable[[], Awaitable[None]]


@dataclass
class SleepingProvider:
    """Work whose generations take between so many seconds and twice as many; keeps the times."""

    database: Database
    seconds: float
    draw: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    begun: list[str] = field(default_factory=list[str])
    settled: dict[str, float] = field(default_factory=dict[str, float])
    late: list[float] = field(default_factory=list[float])

    async def turn(self, job_id: str) -> TurnOutcome:
        generation_id = f"gen-{job_id}"
        if generation_id in self.settled:
            self.late.append(time.monotonic() - self.settled[generation_id])
            await update_job(self.database, job_id, status=JobStatus.SUCCEEDED)
            return TurnOutcome()
        opened = OpenGeneration(generation_id=generation_id, model=MODEL, user_id="u", priority=10)
        return TurnOutcome(waiting=(opened,))

    async def send(self, generation_id: str) -> None:
        self.begun.append(generation_id)

    async def bring_home(self, generation_id: str) -> None:
        await asyncio.sleep(self.seconds * self.draw.uniform(1, 2))
        await mark_settled(self.database, generation_id)
        self.settled[generation_id] = time.monotonic()

    async def stage(self, job_id: str, stage: Stage) -> None:
        raise NotImplementedError

    async def give_up(self, job_id: str, error: BaseException) -> None:
        print(f"{job_id}: {error!r}")

    async def made(self) -> "tuple[SleepingProvider, Close]":
        async def close() -> None:
            return None

        return self, close


def main() -> int:
    """Measure on one database, or on each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=50.0, help="the least a generation takes")
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    if options.database is not None:
        return asyncio.run(on_database(options.database, options.jobs, options.seconds))
    again = [
        sys.executable,
        __file__,
        "--jobs",
        str(options.jobs),
        "--seconds",
        str(options.seconds),
    ]
    kinds = ("sqlite", "postgresql")
    return max(subprocess.call([*again, "--database", kind]) for kind in kinds)


async def on_database(kind: DatabaseKind, jobs: int, seconds: float) -> int:
    """Measure on a database that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        async with database_server(kind, Path(folder)) as opened:
            print(f"{kind}: {jobs} jobs wait, each {seconds:g} s to twice that", flush=True)
            return 0 if await measure(opened.url, jobs, seconds) else 1


async def measure(url: str, jobs: int, seconds: float) -> bool:
    """Let so many jobs wait; whether all that was promised holds."""
    settings = load_settings(
        database_url=url, generations_in_flight=2 * jobs, requests_per_minute=1_000_000
    )
    database = Database(url)
    provider = SleepingProvider(database, seconds)
    engine = await open_engine(settings, BACKEND, provider.made, mode="worker", database=database)
    async with engine:
        await asyncio.sleep(3)
        idle_share = await share_of_a_core(MEASURED_SECONDS)
        idle = megabytes()
        begun = time.monotonic()
        await submit(engine, database, jobs)
        submitted = time.monotonic() - begun
        while len(provider.begun) < jobs:
            await asyncio.sleep(0.1)
        waiting = time.monotonic() - begun
        await asyncio.sleep(2)
        share = await share_of_a_core(MEASURED_SECONDS)
        held = megabytes()
        while len(provider.late) < jobs:
            await asyncio.sleep(0.1)
    await database.close()
    p50, p99, latest = (float(np.quantile(provider.late, share)) for share in (0.5, 0.99, 1.0))
    print(f"  submitted in {submitted:.1f} s, all sent after {waiting:.1f} s")
    print(f"  memory {idle:.0f} MB idle, {held - idle:.0f} MB more with all waiting")
    print(f"  share of a core {idle_share:.1%} idle, {share:.1%} with all waiting")
    print(
        f"  goes on after {p50 * 1e3:.0f} ms (p50), {p99 * 1e3:.0f} (p99), {latest * 1e3:.0f} (max)"
    )
    return held - idle < MOST_MEGABYTES and share < MOST_SHARE and p99 < LATEST_SECONDS


async def submit(engine: JobEngine, database: Database, jobs: int) -> None:
    """Write the rows of all jobs and generations, and hand the jobs in."""
    ids = [new_id() for _ in range(jobs)]
    async with database.write() as session:
        session.add_all(job_row(job_id) for job_id in ids)
        await session.flush()
        session.add_all(generation_row(job_id) for job_id in ids)
    for start in range(0, jobs, 8):
        await asyncio.gather(*(engine.submit(ticket(job_id)) for job_id in ids[start : start + 8]))


def ticket(job_id: str) -> Ticket:
    return Ticket(job_id=job_id, run=1, backend=BACKEND, user_id="u", priority=10)


def job_row(job_id: str) -> JobRow:
    return JobRow(
        id=job_id,
        app_name="eval",
        user_id="u",
        session_id=job_id,
        request={},
        status="running",
        backend=BACKEND,
        charged=False,
        budget_usd=Decimal(1),
        queued=True,
    )


def generation_row(job_id: str) -> GenerationRow:
    return GenerationRow(
        id=f"gen-{job_id}",
        job_id=job_id,
        attempt_number=1,
        fingerprint=job_id,
        state="intended",
        model=MODEL,
        backend=BACKEND,
        prompt="p",
        settings={},
        estimate_usd=Decimal(0),
        reserved_usd=Decimal(0),
    )


async def share_of_a_core(seconds: float) -> float:
    """What this process uses for so long."""
    before = cpu_seconds()
    begun = time.monotonic()
    await asyncio.sleep(seconds)
    return (cpu_seconds() - before) / (time.monotonic() - begun)


def cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def megabytes() -> float:
    """What this process holds in memory right now."""
    gc.collect()
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return float(fields["VmRSS"].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
