"""How soon a killed worker's jobs go on elsewhere: `python evals/takeover_delay.py`.

Two workers with the default lease, jobs under way in both (on SQLite in one, the other stands by);
one is killed with SIGKILL. From the kill to the moment in which the last of its jobs has begun
again in the other. Exit code 1 when that takes longer than promised.
"""

import argparse
import asyncio
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import NamedTuple

from chaos.database_servers import DatabaseKind
from chaos.database_servers import database as database_server

from video_agent import VideoAgent
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.work import Stage, TurnOutcome
from video_agent.settings import load_settings
from video_agent.store import Database

BACKEND = "studio"
JOBS = 8
MOST_SECONDS = 10.0
Close = Callable[[], Awaitable[None]]


class Begun(NamedTuple):
    """A job that a process began at a moment."""

    job_id: str
    process_id: int
    at: float


@dataclass(frozen=True)
class EndlessWork:
    """Turns that write down when they begin, and never end."""

    folder: Path

    async def turn(self, job_id: str) -> TurnOutcome:
        with (self.folder / "begun").open("a") as file:
            file.write(f"{job_id} {os.getpid()} {time.time()}\n")
        await asyncio.Event().wait()
        return TurnOutcome()

    async def send(self, generation_id: str) -> None:
        raise NotImplementedError

    async def bring_home(self, generation_id: str) -> None:
        raise NotImplementedError

    async def stage(self, job_id: str, stage: Stage) -> None:
        raise NotImplementedError

    async def give_up(self, job_id: str, error: BaseException) -> None:
        print(f"{job_id}: {error!r}")

    async def made(self) -> "tuple[EndlessWork, Close]":
        async def close() -> None:
            return None

        return self, close


async def main() -> int:
    """Kill so many workers on each database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    kinds: tuple[DatabaseKind, ...] = ("sqlite", "postgresql")
    worst = 0.0
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder:
            async with database_server(kind, Path(folder)) as opened:
                delays = await measure(opened.url, Path(folder), options.kills)
        print(f"{kind}: gone on after {', '.join(f'{delay:.1f}' for delay in delays)} s")
        worst = max(worst, *delays)
    return 0 if worst < MOST_SECONDS else 1


async def measure(url: str, folder: Path, kills: int) -> list[float]:
    """Seconds of each take-over."""
    agent = VideoAgent(database_url=url, backend=BACKEND, home=folder, output_folder=folder)
    workers = [start(url, folder)]
    for number in range(JOBS):
        await agent.submit(f"boat {number}")
    await until(folder, lambda begun: len({one.job_id for one in begun}) == JOBS)
    delays: list[float] = []
    for _ in range(kills):
        workers.append(start(url, folder))
        await ready(folder, workers[-1])
        dead = workers.pop(0)
        dead.kill()
        killed = time.time()
        held = {one.job_id for one in last_begun(folder) if one.process_id == dead.pid}
        begun = await until(folder, lambda now, held=held, at=killed: held <= since(now, at))
        delays.append(max(one.at for one in begun if one.job_id in held) - killed)
    workers[0].kill()
    await agent.close()
    return delays


async def ready(folder: Path, worker: SpawnProcess) -> None:
    """Wait until it has started, and a little more."""
    while not (folder / f"ready-{worker.pid}").exists():
        await asyncio.sleep(0.1)
    await asyncio.sleep(3)


def since(begun: list[Begun], moment: float) -> set[str]:
    return {one.job_id for one in begun if one.at > moment}


async def until(folder: Path, enough: Callable[[list[Begun]], bool]) -> list[Begun]:
    """Wait for so much; how each job was last begun."""
    while not enough(last_begun(folder)):
        await asyncio.sleep(0.05)
    return last_begun(folder)


def last_begun(folder: Path) -> list[Begun]:
    file = folder / "begun"
    lines = [line.split() for line in file.read_text().splitlines()] if file.exists() else []
    return list({job: Begun(job, int(pid), float(at)) for job, pid, at in lines}.values())


def start(url: str, folder: Path) -> SpawnProcess:
    context = multiprocessing.get_context("spawn")
    worker = context.Process(target=work, args=(url, str(folder)), daemon=True)
    worker.start()
    return worker


def work(url: str, folder: str) -> None:
    """A worker in a process of its own."""
    asyncio.run(execute(url, Path(folder)))


async def execute(url: str, folder: Path) -> None:
    database = Database(url)
    settings = load_settings(database_url=url, job_slots=JOBS)
    made = EndlessWork(folder).made
    async with await open_engine(settings, BACKEND, made, mode="worker", database=database):
        (folder / f"ready-{os.getpid()}").touch()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
