"""Single faults, played once each in a calm house: what breaks, and what must be true afterwards.

Every scenario returns what it finds wrong; then the studio's books are held against ours as after
any campaign. A full disk is played by the kernel's limit on the size of files (RLIMIT_FSIZE, set
from outside on the living worker): every write beyond it fails as on a full disk, and it can be
lifted again. Linux only.
"""

import asyncio
import json
import random
import resource
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from evals.chaos.campaign import Campaign, Options, opened
from evals.chaos.processes import Child, Starter
from evals.chaos.report import facts
from evals.chaos.setups import PlannedJob, Setup, planned_job
from video_agent.models import JobStatus
from video_agent.store.tables import JobRow

_LOOK_SECONDS = 0.1
_SMALL_BYTES = 64 * 1024
UNLIMITED = resource.RLIM_INFINITY


@dataclass
class Scene:
    """A campaign in which nothing happens but what the scenario does."""

    campaign: Campaign
    draw: random.Random
    made: int = 0

    async def submit(self, count: int, **changes: object) -> list[PlannedJob]:
        """Submit jobs that pass at their first attempt, unless `changes` say otherwise."""
        numbers = range(self.made + 1, self.made + count + 1)
        self.made += count
        seed = self.campaign.options.seed
        easy: dict[str, object] = {"threshold": 0.3, **changes}
        jobs = [replace(planned_job(seed, number), **easy) for number in numbers]
        for job in jobs:
            await self.campaign.submitters.submit(job)
        return jobs

    async def command(self, *arguments: str) -> tuple[int, str]:
        """Run a command of the product; its exit code and what it printed."""
        submitters = self.campaign.submitters
        child = await self.campaign.starter.start(
            "command", list(arguments), submitters.environment(submitters.door.url)
        )
        code = await child.ended
        return code, child.output.read_text() + child.errors.read_text()

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = 60.0) -> bool:
        """Wait for something; whether it came."""
        until = time.monotonic() + seconds
        while not await condition():
            if time.monotonic() > until:
                return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True

    async def paid_posts(self, count: int) -> bool:
        """Wait for so many paid POSTs."""

        async def there() -> bool:
            return len(self.campaign.incidents.posts) >= count

        return await self.until(there)

    async def jobs(self) -> list[JobRow]:
        return list((await self.campaign.books.snapshot()).jobs)

    async def worker(self) -> Child:
        """The worker, once it works."""

        async def up() -> bool:
            child = self.campaign.slots[0].door.behind
            return child is not None and child.alive

        await self.until(up)
        child = self.campaign.slots[0].door.behind
        assert child is not None  # noqa: S101 - waited for
        return child


async def server_restarts(scene: Scene) -> list[str]:
    """PostgreSQL crashes and comes back, twice, while jobs are under way."""
    await scene.submit(4, threshold=0.97)
    for count in (1, 5):
        await scene.paid_posts(count)
        await asyncio.to_thread(scene.campaign.database.crash_and_restart)
    return []


async def no_room_for_clips(scene: Scene) -> list[str]:
    """No finished clip can be stored; later there is room again, and the jobs are taken up."""
    limit_files(await scene.worker(), _SMALL_BYTES)
    jobs = await scene.submit(3)
    await scene.paid_posts(3)
    await scene.campaign.all_end()
    resting = {row.id: row for row in await scene.jobs()}
    wrong = [
        f"{job.key} is {resting[job.key].status} although its clip could not be stored"
        for job in jobs
        if resting[job.key].status != JobStatus.PARKED
    ]
    limit_files(await scene.worker(), UNLIMITED)
    for job in jobs:
        code, told = await scene.command("retry", job.key, "--no-wait")
        if code != 0:
            wrong.append(f"retry {job.key} ended with {code}: {told[-300:]}")
    await scene.campaign.all_end()
    return wrong + [
        f"{row.id} ended as {row.status} when there was room again"
        for row in await scene.jobs()
        if row.status != JobStatus.SUCCEEDED
    ]


async def no_room_for_intents(scene: Scene) -> list[str]:
    """The database cannot grow: no intent can be committed, so nothing may be sent."""
    child = await scene.worker()
    await scene.submit(1)
    await scene.paid_posts(1)
    await scene.campaign.all_end()
    before = len(scene.campaign.incidents.posts)
    limit_files(child, 0)
    await scene.submit(2)
    await asyncio.sleep(6.0)
    sent = len(scene.campaign.incidents.posts) - before
    limit_files(child, UNLIMITED)
    await scene.campaign.all_end()
    wrong = [f"{sent} paid POSTs left although no intent could be committed"] if sent else []
    return wrong + [
        f"{row.id} ended as {row.status}"
        for row in await scene.jobs()
        if row.status != JobStatus.SUCCEEDED
    ]


async def fifty_submits(scene: Scene) -> list[str]:
    """The same job fifty times at once: one job, one plan, fifty times the same answer."""
    job = replace(planned_job(scene.campaign.options.seed, 1), threshold=0.3)
    submitters = scene.campaign.submitters
    environment = submitters.environment(submitters.door.url)
    children = [
        await scene.campaign.starter.start("submitter", job.arguments(), environment)
        for _ in range(50)
    ]
    codes = [await child.ended for child in children]
    told = [child.output.read_text() for child in children]
    ids = {cast("dict[str, str]", json.loads(text))["job_id"] for text in told if text.strip()}
    submitters.submitted[job.key] = next(iter(ids), "")
    wrong = [] if ids == {job.key} else [f"the answers name {ids}"]
    if any(codes):
        last = next(child.errors.read_text() for child in children if child.ended.result())
        wrong.append(f"{sum(map(bool, codes))} of 50 submits failed: {last[-300:]}")
    return wrong


async def cancels_race(scene: Scene) -> list[str]:
    """Cancelled at any moment of their life: each is cancelled or ended, and the sums are right."""
    jobs = await scene.submit(8, threshold=0.97)

    async def cancel(job: PlannedJob) -> tuple[int, str]:
        await asyncio.sleep(scene.draw.uniform(0.0, 12.0))
        return await scene.command("cancel", job.key)

    ended = await asyncio.gather(*map(cancel, jobs))
    await scene.campaign.all_end()
    return [
        f"cancel ended with {code}: {told[-300:]}" for code, told in ended if code not in (0, 3)
    ]


async def output_folder_goes(scene: Scene) -> list[str]:
    """The folder of the clips is deleted while jobs are under way; they make it anew."""
    await scene.submit(3)
    await scene.paid_posts(2)
    videos = scene.campaign.folder / "videos"
    await asyncio.to_thread(shutil.rmtree, videos, ignore_errors=True)
    await scene.campaign.all_end()
    paths = [Path(row.delivered_path or "nowhere") for row in await scene.jobs()]
    missing = await asyncio.to_thread(lambda: [path.name for path in paths if not path.is_file()])
    return [f"{missing} are not there"] if missing else []


@dataclass(frozen=True)
class Scenario:
    """One fault and the house it happens in."""

    name: str
    setup: Setup
    play: Callable[[Scene], Awaitable[list[str]]]


SCENARIOS = (
    Scenario("postgresql-restarts", Setup("postgresql", "agent_platform", 1), server_restarts),
    Scenario("no-room-for-clips", Setup("postgresql", "gemini", 1), no_room_for_clips),
    Scenario("no-room-for-intents", Setup("sqlite", "gemini", 1), no_room_for_intents),
    Scenario("fifty-submits-sqlite", Setup("sqlite", "gemini", 1), fifty_submits),
    Scenario("fifty-submits-postgresql", Setup("postgresql", "gemini", 2), fifty_submits),
    Scenario("cancels-race", Setup("sqlite", "agent_platform", 1), cancels_race),
    Scenario("output-folder-goes", Setup("sqlite", "agent_platform", 1), output_folder_goes),
)


async def play(scenario: Scenario, seed: int, starter: Starter, folder: Path) -> dict[str, object]:
    """Play one scenario; the row says what was wrong."""
    began = time.monotonic()
    options = Options(seed=seed, kills=0, submitter_kill_share=0.0, calm_seconds=120.0)
    async with opened(scenario.setup, options, starter, folder) as campaign:
        campaign.incidents.calm = True
        async with campaign.at_work():
            scene = Scene(campaign, random.Random(seed))  # noqa: S311 - repeatable
            wrong = await scenario.play(scene)
            await campaign.all_end()
        campaign.complaints += wrong
        outcome = await campaign.outcome(began)
    return {"scenario": scenario.name, **facts(outcome)}


def limit_files(child: Child, size_bytes: int) -> None:
    """No file of a process may grow beyond this size from now on."""
    _, hard = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (size_bytes, hard))
