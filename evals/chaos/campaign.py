"""One set-up from the first job to the verdict."""

import asyncio
import random
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from evals.chaos.books import Books
from evals.chaos.crew import Killer, Slot, Submitters
from evals.chaos.database_servers import OpenDatabase, database
from evals.chaos.incidents import Incidents, Plan
from evals.chaos.processes import Starter
from evals.chaos.provider import Provider
from evals.chaos.proxy import Door, open_door
from evals.chaos.setups import SETTLE_SECONDS, Setup, planned_job
from evals.chaos.verdict import Evidence, Verdict, judge

LATENCY_SECONDS = 0.5
_LOOK_SECONDS = 0.25
_REPORT_SECONDS = 15.0


@dataclass(frozen=True)
class Options:
    """How hard a set-up is shaken.

    `jobs_at_once` jobs are kept under way until `kills` workers have died; then calm returns and
    everything has `calm_seconds` to end. `aim_share` of the paid POSTs that get through are aimed
    at. The folder of a lost start may stay empty for `settle_seconds`.
    """

    seed: int = 1
    kills: int = 20
    jobs_at_once: int = 8
    mean_pause_seconds: float = 5.0
    submitter_kill_share: float = 0.1
    calm_seconds: float = 240.0
    least_jobs: int = 1
    aim_share: float = 0.5
    settle_seconds: float = SETTLE_SECONDS


@dataclass(frozen=True)
class Outcome:
    """One row of the table."""

    setup: Setup
    seconds: float
    evidence: Evidence
    verdict: Verdict
    submitter_kills: int
    complaints: list[str]

    @property
    def clean(self) -> bool:
        return not self.verdict.problems and not self.complaints


@dataclass
class Campaign:
    """The running parts of one set-up."""

    setup: Setup
    options: Options
    starter: Starter
    folder: Path
    database: OpenDatabase
    books: Books
    provider: Provider
    slots: list[Slot]
    submitters: Submitters
    killer: Killer
    incidents: Incidents
    jobs: int = 0
    complaints: list[str] = field(default_factory=list[str])
    _submitting: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])
    _keeping: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    async def run(self) -> Outcome:
        """Submit, kill, calm down, stop, judge."""
        began = time.monotonic()
        async with self.at_work():
            others = [
                asyncio.create_task(self.killer.at_random()),
                asyncio.create_task(self._note_windows()),
                asyncio.create_task(self._report(began)),
            ]
            await self._keep_submitting()
            self.incidents.calm = True
            await self.all_end()
            for task in others:
                task.cancel()
        return await self.outcome(began)

    @asynccontextmanager
    async def at_work(self) -> AsyncGenerator[None]:
        """Workers in all slots; at the end they are stopped as an operator does it."""
        self._keeping = [asyncio.create_task(slot.keep_alive()) for slot in self.slots]
        try:
            yield
        finally:
            for slot in self.slots:
                await slot.stop()
            await asyncio.gather(*self._keeping)

    def _check(self) -> None:
        """Raise what ended the harness's own work, e.g. that its processes are gone."""
        for task in self._keeping:
            if task.done():
                task.result()

    async def all_end(self) -> None:
        """Wait until no job is under way and all is made of its video; too long is a complaint."""
        until = time.monotonic() + self.options.calm_seconds
        while any(left := (await self.books.unfinished(), await self.books.lacking())):
            self._check()
            if time.monotonic() > until:
                self.complaints.append(
                    f"after {self.options.calm_seconds:g} s of calm {left[0]} jobs have not ended "
                    f"and {left[1]} thumbnails and sheets are lacking"
                )
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def outcome(self, began: float) -> Outcome:
        """Hold the studio's books against ours."""
        evidence = Evidence(
            setup=self.setup,
            ours=await self.books.snapshot(),
            accepted=await self.provider.generations(),
            incidents=self.incidents,
            submitted=self.submitters.submitted,
        )
        verdict = await asyncio.to_thread(judge, evidence)
        complaints = [text for slot in self.slots for text in slot.complaints]
        complaints += [*self.submitters.complaints, *self.complaints]
        seconds = time.monotonic() - began
        return Outcome(self.setup, seconds, evidence, verdict, self.submitters.kills, complaints)

    async def _keep_submitting(self) -> None:
        """Keep so many jobs under way until enough workers were killed."""
        options = self.options
        while not self.incidents.killed_enough or self.jobs < options.least_jobs:
            self._check()
            room = options.jobs_at_once - len(self._submitting) - await self.books.unfinished()
            for _ in range(room):
                self.jobs += 1
                job = planned_job(options.seed, self.jobs)
                task = asyncio.create_task(self.submitters.submit(job))
                self._submitting.add(task)
                task.add_done_callback(self._submitting.discard)
            await asyncio.sleep(_LOOK_SECONDS)
        if self._submitting:
            await asyncio.wait(self._submitting)

    async def _note_windows(self) -> None:
        """After each aimed kill: did our database know the answer? Then it came too late."""
        while True:
            post = await self.killer.aimed.get()
            post.in_window = await self.books.undecided(post.label)

    async def _report(self, began: float) -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            kills, posts = len(self.incidents.kills), len(self.incidents.posts)
            print(
                f"  {time.monotonic() - began:5.0f} s  {kills} kills, {self.jobs} jobs, "
                f"{await self.books.unfinished()} under way, {posts} paid POSTs",
                file=sys.stderr,
                flush=True,
            )


async def run_campaign(setup: Setup, options: Options, starter: Starter, folder: Path) -> Outcome:
    """Run one set-up in a fresh folder with a fresh database and a fresh studio."""
    async with opened(setup, options, starter, folder) as campaign:
        return await campaign.run()


@asynccontextmanager
async def opened(
    setup: Setup, options: Options, starter: Starter, folder: Path
) -> AsyncGenerator[Campaign]:
    """The parts of a campaign, started; the studio is stopped at the end."""
    incidents = Incidents(Plan(options.seed, options.kills, aim_share=options.aim_share))
    draw = random.Random(f"{setup.name} {options.seed}")  # noqa: S311 - repeatable
    async with AsyncExitStack() as stack:
        opened_database = await stack.enter_async_context(database(setup.database, folder))
        books = await stack.enter_async_context(Books(opened_database.url))

        def environment(address: str) -> dict[str, str]:
            return {
                **setup.environment(folder, opened_database.url, address),
                "VIDEO_AGENT_SETTLE_SECONDS": str(options.settle_seconds),
            }

        provider = await Provider.start(
            starter, folder / "studio", environment("http://127.0.0.1:9"), LATENCY_SECONDS
        )
        stack.push_async_callback(provider.child.stop, 10.0)
        killer = Killer(incidents, [], draw, options.mean_pause_seconds)

        async def door(role: str) -> Door:
            opening = open_door(role, provider.url, incidents, killer.strike)
            return await stack.enter_async_context(opening)

        for number in range(1, setup.workers + 1):
            slot = Slot(await door(f"worker-{number}"), starter, environment, draw)
            killer.slots.append(slot)
        submitters = Submitters(
            await door("submitter"), starter, environment, draw, options.submitter_kill_share
        )
        yield Campaign(
            setup, options, starter, folder, opened_database, books, provider, killer.slots,
            submitters, killer, incidents,
        )  # fmt: skip
