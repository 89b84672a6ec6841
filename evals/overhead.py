"""Processor time of ours for one paid generation: `python evals/overhead.py --jobs 12`.

Whole jobs of one attempt, one after the other, in a worker on SQLite. The studio is a process of
its own (the provider) and the verdict is a given one (the judge), so that what is left is ours:
engine, planner, enhancer, ledger, sending, following, bringing home. What is made once of a job's
delivered clip (loudness, thumbnail, contact sheet) is left out; decoding each clip once to check
it, which is part of bringing it home, is told apart. Exit code 1 when the promise does not hold.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from video_agent import VideoAgent
from video_agent.jobs.embedded import open_engine
from video_agent.jobs.work import Stage, TurnOutcome
from video_agent.media.verify import verify
from video_agent.models import QualityReport
from video_agent.pipeline.job_work import JobWork
from video_agent.quality import Assessment
from video_agent.settings import Settings, load_settings
from video_agent.store import Database
from video_agent.wiring.parts import Parts
from video_agent.wiring.reach import open_reach

if TYPE_CHECKING:
    from video_agent.catalog import Catalog
    from video_agent.tools import Services

MOST_SECONDS = 0.150
WARM_UP = 2
Resolution = Literal["360p", "720p", "1080p"]
Close = Callable[[], Awaitable[None]]
ResultT = TypeVar("ResultT")


class GivenVerdict:
    """A judge that costs nothing: every clip passes."""

    async def assess(self, video_path: Path, *, video_id: str, **_order: object) -> Assessment:
        del video_path
        report = QualityReport(video_id=video_id, score=0.95, passed=True, threshold=0.8)
        return Assessment(report, None)


class JudgeLess(Parts):
    """The parts of a worker, but the verdict is given."""

    def _services(self, database: Database, catalog: "Catalog") -> "Services":
        return replace(super()._services(database, catalog), assessor=GivenVerdict())


@dataclass
class Meter:
    """Processor seconds by what was done."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    async def of(self, name: str, work: Awaitable[ResultT]) -> ResultT:
        began = time.process_time()
        try:
            return await work
        finally:
            self.seconds[name] += time.process_time() - began


class MeteredWork(JobWork):
    """A worker's work, with a meter."""

    meter: Meter

    async def turn(self, job_id: str) -> TurnOutcome:
        return await self.meter.of("planner's turns, enhancer", super().turn(job_id))

    async def send(self, generation_id: str) -> None:
        await self.meter.of("sending", super().send(generation_id))

    async def bring_home(self, generation_id: str) -> None:
        await self.meter.of("following, bringing home", super().bring_home(generation_id))

    async def stage(self, job_id: str, stage: Stage) -> None:
        """Nothing: it would be measured with the next job's turn."""


def main() -> int:
    """Start a studio, measure, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each clip")
    parser.add_argument("--resolution", default="360p", choices=("360p", "720p", "1080p"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        command = [sys.executable, "-m", "video_agent", "studio", "--json", "--port", "0"]
        command += ["--folder", str(home / "studio"), "--latency", "0.5"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio:
            try:
                lines = iter(studio.stdout or ())
                told = "".join(takewhile(lambda line: line.rstrip() != "}", lines)) + "}"
                url = cast("dict[str, str]", json.loads(told))["url"]
                return asyncio.run(measure(home, url, options))
            finally:
                studio.terminate()


async def measure(home: Path, url: str, options: argparse.Namespace) -> int:
    """Run the jobs and print what each generation took."""
    settings = load_settings(
        studio_url=url,
        home=home,
        output_folder=home / "videos",
        database_url=f"sqlite:///{home / 'video_agent.db'}",
        engine="auto",
    )
    meter, database = Meter(), Database(settings.resolved_database_url)

    async def make_work() -> tuple[MeteredWork, Close]:
        return await opened_work(settings, meter)

    opening = open_engine(settings, "studio", make_work, mode="worker", database=database)
    async with await opening, VideoAgent(settings) as agent:
        await make_clips(agent, WARM_UP, options)
        meter.seconds.clear()
        began, clock = time.process_time(), time.monotonic()
        paths = await make_clips(agent, options.jobs, options)
        used, took = time.process_time() - began, time.monotonic() - clock
        used -= await idle_share() * took
    await database.close()
    return report(options, meter, used / options.jobs, checking_seconds(paths))


async def make_clips(agent: VideoAgent, count: int, options: argparse.Namespace) -> list[Path]:
    """Make so many clips, one after the other."""
    paths: list[Path] = []
    for number in range(count):
        job = await agent.submit(
            f"a planet turns slowly in space, {number}",
            duration_seconds=options.seconds,
            resolution=cast("Resolution", options.resolution),
            max_attempts=1,
            budget_usd=2,
        )
        made = await agent.wait(job.id)
        if made.path is None:
            message = f"no clip: {made.error}"
            raise RuntimeError(message)
        paths.append(made.path)
    return paths


async def opened_work(settings: Settings, meter: Meter) -> tuple[MeteredWork, Close]:
    """As `wiring.working.open_work`, with a meter and the given verdict."""
    reach = await asyncio.to_thread(open_reach, settings)
    database = Database(settings.resolved_database_url)
    parts = JudgeLess(settings, reach, database, queued=True)
    work = MeteredWork(parts.services, parts.planner)
    work.meter = meter

    async def close() -> None:
        await parts.close()
        await database.close()

    return work, close


def checking_seconds(paths: list[Path]) -> float:
    """Processor seconds to decode and check one clip."""
    began = time.process_time()
    for path in paths:
        verify(path)
    return (time.process_time() - began) / len(paths)


async def idle_share() -> float:
    """Share of a core that the idle worker uses: it is no generation's."""
    began, clock = time.process_time(), time.monotonic()
    await asyncio.sleep(4)
    return (time.process_time() - began) / (time.monotonic() - clock)


def report(options: argparse.Namespace, meter: Meter, used: float, checking: float) -> int:
    """Print the parts of one generation; the exit code."""
    parts = {name: seconds / options.jobs for name, seconds in meter.seconds.items()}
    print(f"{options.jobs} jobs of one {options.seconds:g} s clip, {options.resolution}")
    for name, seconds in parts.items():
        print(f"  {seconds * 1e3:6.0f} ms  {name}")
    print(f"  {(used - sum(parts.values())) * 1e3:6.0f} ms  engine, submit, waiting")
    print(f"  {used * 1e3:6.0f} ms  a generation, {checking * 1e3:.0f} of it decoding to check")
    return 0 if used - checking < MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
