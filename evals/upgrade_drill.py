"""A rolling upgrade of the workers, live: `python -m evals.upgrade_drill --jobs 12 --how kill`.

A worker of this release is in the midst of jobs (real planner turns, a studio over HTTP) when a
worker of the next release starts: its migration adds a column, its workflows have a step more each.
Then the old one is killed or told to drain. All jobs have to end as if nothing had happened, with
every paid start sent once. Exit code 1 when that does not hold.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlmodel import select

from evals.chaos.database_servers import DatabaseKind
from evals.chaos.database_servers import database as database_server
from tests.upgrade.next_release import NextRelease, looked_over, migrate_to_next
from video_agent.jobs.client import EngineClient
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.worker import run_worker, stop_signals
from video_agent.models import RESTING_STATUSES, GenerationState, JobStatus
from video_agent.settings import load_settings
from video_agent.store import Database
from video_agent.store.tables import GenerationRow, JobRow
from video_agent.studio.server import Studio, StudioConfig
from video_agent.wiring import VideoAgent
from video_agent.wiring.working import open_work

WISHES = (
    "a red sailboat on a calm bay at sunset",
    "a fox in the snow",
    "a lighthouse in a storm at night",
    "a paper boat crosses a puddle at dawn",
)
NEXT = "next-worker"
LONGEST_SECONDS = 600.0
_FOLLOWED = (GenerationState.INTENDED, GenerationState.SUBMITTED)


@dataclass(frozen=True)
class Plan:
    """What is drilled."""

    jobs: int
    how: Literal["kill", "drain"]
    kind: DatabaseKind
    after_seconds: float


async def work_as_the_next_release() -> None:
    """The process of the next release's worker, until SIGTERM."""
    settings = load_settings()
    await migrate_to_next(settings.resolved_database_url)
    database = Database(settings.resolved_database_url)
    with stop_signals() as stop:
        print("ready", flush=True)
        await run_worker(
            settings,
            "studio",
            lambda: open_work(settings),
            database=database,
            stop=stop,
            workflows=NextRelease(database).workflows,
        )
    await database.close()


async def process(log: Path, *command: str) -> asyncio.subprocess.Process:
    """A worker that has said that it is ready; what else it says is in the file."""
    with log.open("wb") as errors:
        started = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *command, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
    said = b"" if started.stdout is None else await started.stdout.readline()
    if not said:
        sys.exit(f"a worker did not start; see {log}")
    return started


async def places(database: Database, client: EngineClient) -> dict[str, str]:
    """Where each job is, in words."""
    async with database.read() as session:
        jobs = (await session.exec(select(JobRow))).all()
        generations = (await session.exec(select(GenerationRow))).all()
    statuses = await asyncio.to_thread(client.statuses, [job.id for job in jobs])
    followed = {one.job_id for one in generations if one.state in _FOLLOWED}
    found: dict[str, str] = {}
    for job in jobs:
        if statuses.get(job.id) == "SUCCESS":
            found[job.id] = "ended"
        elif job.status in RESTING_STATUSES:
            found[job.id] = "stages"
        elif job.id in followed:
            found[job.id] = "generating"
        else:
            found[job.id] = "queued" if job.status == JobStatus.QUEUED else "planning, judging"
    return found


async def drill(plan: Plan, url: str, folder: Path) -> int:
    """One upgrade; the exit code."""
    with Studio(StudioConfig(folder=folder / "studio", latency_seconds=2.0)) as studio:
        mine = {
            "VIDEO_AGENT_BACKEND": "studio",
            "VIDEO_AGENT_STUDIO_URL": studio.url,
            "VIDEO_AGENT_DATABASE_URL": url,
            "VIDEO_AGENT_HOME": str(folder / "home"),
            "VIDEO_AGENT_OUTPUT_FOLDER": str(folder / "videos"),
            "VIDEO_AGENT_LEASE_SECONDS": "2",
        }
        os.environ.update(mine)
        database = Database(url)
        client = EngineClient(EngineStore(load_settings(), database))
        old = await process(folder / "old.log", "video_agent", "worker")
        async with VideoAgent() as agent:
            for number in range(plan.jobs):
                await agent.submit(
                    WISHES[number % len(WISHES)], duration_seconds=3.0, resolution="360p"
                )
        await asyncio.sleep(plan.after_seconds)
        new = await process(folder / "new.log", "evals.upgrade_drill", NEXT)
        at_the_switch = await places(database, client)
        begun = time.monotonic()
        old.send_signal(signal.SIGKILL if plan.how == "kill" else signal.SIGTERM)
        code = await old.wait()
        drained_seconds = time.monotonic() - begun
        async with asyncio.timeout(LONGEST_SECONDS):
            while set((await places(database, client)).values()) != {"ended"}:
                await asyncio.sleep(0.2)
        seconds = time.monotonic() - begun
        new.send_signal(signal.SIGTERM)
        await new.wait()
        print(f"the old worker ended with {code} after {drained_seconds:.1f} s; ", end="")
        print(f"all jobs had ended {seconds:.1f} s after the signal")
        fine = await report(database, studio, at_the_switch)
        await client.close()
        await database.close()
    return 0 if fine else 1


async def report(database: Database, studio: Studio, at_the_switch: Mapping[str, str]) -> bool:
    """Print what became of the jobs; whether all is well."""
    async with database.read() as session:
        jobs = {job.id: job for job in (await session.exec(select(JobRow))).all()}
        generations = (await session.exec(select(GenerationRow))).all()
    taken = await looked_over(database)
    print(f"\n{'at the switch':<20}{'jobs':>6}{'ended well':>12}{'took a new step':>17}")
    well = (JobStatus.SUCCEEDED, JobStatus.STOPPED)
    for place, count in sorted(Counter(at_the_switch.values()).items()):
        here = [one for one, where in at_the_switch.items() if where == place]
        ended = sum(jobs[one].status in well for one in here)
        print(f"{place:<20}{count:>6}{ended:>12}{sum(taken[one] > 0 for one in here):>17}")
    known = [one for one in generations if one.provider_id is not None]
    print(f"\npaid starts at the studio {studio.paid_starts}, paid requests ", end="")
    print(f"{len(studio.paid_posts)}, generations in the ledger {len(known)}")
    once = studio.paid_starts == len(studio.paid_posts) == len(known)
    return once and all(job.status in well for job in jobs.values())


def main() -> int:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--jobs", type=int, default=12)
    parser.add_argument("--how", choices=["kill", "drain"], default="kill")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--after", type=float, default=8.0, help="seconds of the old one alone")
    given = parser.parse_args()
    plan = Plan(given.jobs, given.how, given.database, given.after)

    async def run() -> int:
        folder = Path(tempfile.mkdtemp(prefix="va-drill-"))
        async with database_server(plan.kind, folder) as server:
            return await drill(plan, server.url, folder)

    return asyncio.run(run())


if __name__ == "__main__":
    if sys.argv[1:] == [NEXT]:
        asyncio.run(work_as_the_next_release())
        sys.exit(0)
    sys.exit(main())
