"""How long `VideoAgent.submit` takes, and until a job is begun: `python evals/submit_latency.py`.

Eight submitters at once in one process, as in a server, on SQLite and on PostgreSQL: the request is
checked and priced, the job's row committed, its ticket on the engine's queue. Then the delay from
submit until an idle worker in another process begins the job. Exit code 1 when a promise does not
hold.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from chaos.database_servers import database as database_server

from video_agent import VideoAgent
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.work import Stage, TurnOutcome
from video_agent.models import JobStatus
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.jobs import update_job

BACKEND = "studio"
PROMPT = "a paper boat crosses a puddle at dawn"
SUBMITTERS = 8
JOBS_EACH = 100
PICK_UPS = 20
P99_SECONDS = {"sqlite": 0.050, "postgresql": 0.100}
PICK_UP_SECONDS = 0.3
Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Stopwatch:
    """Work that only writes down when a job was begun."""

    database: Database
    folder: Path

    async def turn(self, job_id: str) -> TurnOutcome:
        begun = time.time()
        draft = self.folder / f"{job_id}.draft"
        draft.write_text(str(begun))
        draft.rename(self.folder / job_id)
        await update_job(self.database, job_id, status=JobStatus.SUCCEEDED)
        return TurnOutcome()

    async def send(self, generation_id: str) -> None:
        raise NotImplementedError

    async def bring_home(self, generation_id: str) -> None:
        raise NotImplementedError

    async def stage(self, job_id: str, stage: Stage) -> None:
        raise NotImplementedError

    async def give_up(self, job_id: str, error: BaseException) -> None:
        print(f"{job_id}: {error!r}")

    async def made(self) -> "tuple[Stopwatch, Close]":
        async def close() -> None:
            return None

        return self, close


async def main() -> int:
    """Measure on one database or on both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    kept = True
    for kind in options.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder:
            async with database_server(kind, Path(folder)) as opened:
                kept = await measure(kind, opened.url, Path(folder)) and kept
    return 0 if kept else 1


async def measure(kind: str, url: str, folder: Path) -> bool:
    """Whether all that was promised holds on this database."""
    agent = VideoAgent(database_url=url, backend=BACKEND, home=folder, output_folder=folder)
    submits = await submit_all(agent)
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=work, args=(url, str(folder)), daemon=True)
    worker.start()
    picked = await pick_ups(agent, folder)
    worker.terminate()
    worker.join()
    await agent.close()
    p50, p99, most = (float(np.quantile(submits, share)) for share in (0.5, 0.99, 1.0))
    pick_up = float(np.median(picked))
    print(f"{kind}: {SUBMITTERS} submitters, {len(submits)} jobs")
    print(f"  submit {p50 * 1e3:.0f} ms (p50), {p99 * 1e3:.0f} (p99), {most * 1e3:.0f} (max)")
    print(f"  begun after {pick_up * 1e3:.0f} ms (p50), {max(picked) * 1e3:.0f} (max)")
    return p99 < P99_SECONDS[kind] and pick_up < PICK_UP_SECONDS


async def submit_all(agent: VideoAgent) -> list[float]:
    """Seconds of each submit."""
    taken: list[float] = []

    async def submitter() -> None:
        for _ in range(JOBS_EACH):
            begun = time.monotonic()
            await agent.submit(PROMPT)
            taken.append(time.monotonic() - begun)

    await agent.submit(PROMPT)  # connections are open, tables are there
    await asyncio.gather(*(submitter() for _ in range(SUBMITTERS)))
    return taken


async def pick_ups(agent: VideoAgent, folder: Path) -> list[float]:
    """Seconds from the submit of a job to its beginning, once the backlog is done."""
    delays: list[float] = []
    await begun_at(folder, (await agent.submit(PROMPT)).id)
    await asyncio.sleep(3)
    for _ in range(PICK_UPS):
        await asyncio.sleep(0.37)
        submitted = time.time()
        job = await agent.submit(PROMPT)
        delays.append(await begun_at(folder, job.id) - submitted)
    return delays


async def begun_at(folder: Path, job_id: str) -> float:
    while not (folder / job_id).exists():
        await asyncio.sleep(0.01)
    return float((folder / job_id).read_text())


def work(url: str, folder: str) -> None:
    """A worker in a process of its own."""
    asyncio.run(execute(url, Path(folder)))


async def execute(url: str, folder: Path) -> None:
    database = Database(url)
    engine = await open_engine(
        load_settings(database_url=url),
        BACKEND,
        Stopwatch(database, folder).made,
        mode="worker",
        database=database,
    )
    async with engine:
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
