"""The processes that are killed: workers that are started again at once, and submitters."""

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from evals.chaos.incidents import Incidents, Post
from evals.chaos.processes import CLI, Child, Starter
from evals.chaos.proxy import Door
from evals.chaos.setups import PlannedJob

Environment = Callable[[str], dict[str, str]]
"""The environment of a process that reaches Google at this address."""
DRAIN_SECONDS = 30.0
_SUBMITTER_TRIES = 12
_LONGEST_QUIET_SECONDS = 15.0


@dataclass
class Slot:
    """The place of one worker: whoever works there is replaced when it dies."""

    door: Door
    starter: Starter
    environment: Environment
    draw: random.Random
    arguments: tuple[str, ...] = ("worker",)
    call: str = CLI
    complaints: list[str] = field(default_factory=list[str])
    started: int = 0
    _stopping: bool = False

    async def keep_alive(self) -> None:
        """Start workers, one after the other, until `stop`."""
        while not self._stopping:
            child = await self._start()
            code = await child.ended
            if not child.killed and not self._stopping:
                last = (await asyncio.to_thread(child.errors.read_text))[-1500:]
                self.complaints.append(f"{child.role} ended by itself with {code}: {last}")
            await asyncio.sleep(self.draw.uniform(0.02, 0.4))

    async def until_done(self) -> None:
        """Start processes, one after the other, until one ends well."""
        while True:
            child = await self._start()
            code = await child.ended
            if not child.killed:
                if code != 0:
                    last = (await asyncio.to_thread(child.errors.read_text))[-1500:]
                    self.complaints.append(f"{child.role} ended with {code}: {last}")
                return
            await asyncio.sleep(self.draw.uniform(0.02, 0.4))

    async def _start(self) -> Child:
        child = await self.starter.start(
            self.door.role,
            list(self.arguments),
            self.environment(self.door.url),
            call=self.call,
        )
        self.started += 1
        self.door.behind = child
        return child

    async def stop(self) -> None:
        """End the worker as an operator does; a worker that does not drain is a complaint."""
        self._stopping = True
        child = self.door.behind
        if child is None or not child.alive:
            return
        code = await child.stop(DRAIN_SECONDS)
        if child.killed:
            self.complaints.append(f"{child.role} did not end within {DRAIN_SECONDS:g} s")
        elif code != 0:
            self.complaints.append(f"{child.role} ended with {code} on SIGTERM")


@dataclass
class Killer:
    """Kills workers: those at whom a paid POST was aimed, and any at any moment."""

    incidents: Incidents
    slots: list[Slot]
    draw: random.Random
    mean_pause_seconds: float
    aimed: "asyncio.Queue[Post]" = field(default_factory=asyncio.Queue[Post])
    last_kill_at: float = field(default_factory=time.monotonic)

    def strike(self, post: Post, sender: Child | None) -> None:
        """Kill the sender of a paid POST, now."""
        if sender is not None and sender.kill():
            self._killed(sender, aimed=True)
            post.struck = True
            self.aimed.put_nowait(post)

    async def at_random(self) -> None:
        """Kill somebody at any moment, until enough were killed; aimed kills keep the lead."""
        while not self.incidents.killed_enough:
            await asyncio.sleep(self.draw.expovariate(1 / self.mean_pause_seconds))
            living = [slot.door.behind for slot in self.slots if slot.door.behind]
            living = [child for child in living if child.alive]
            if not living or self.incidents.killed_enough or not self._is_due():
                continue
            child = self.draw.choice(living)
            if child.kill():
                self._killed(child, aimed=False)

    def _is_due(self) -> bool:
        """Workers that die before they get to pay prove little."""
        aimed = sum(kill.aimed for kill in self.incidents.kills)
        quiet = time.monotonic() - self.last_kill_at > _LONGEST_QUIET_SECONDS
        return quiet or len(self.incidents.kills) - aimed <= aimed

    def _killed(self, child: Child, *, aimed: bool) -> None:
        self.incidents.killed(child.role, child.pid, aimed=aimed)
        self.last_kill_at = time.monotonic()


@dataclass
class Submitters:
    """Submit jobs by command; some are killed and then asked again with the same key."""

    door: Door
    starter: Starter
    environment: Environment
    draw: random.Random
    kill_share: float
    kills: int = 0
    submitted: dict[str, str] = field(default_factory=dict[str, str])
    complaints: list[str] = field(default_factory=list[str])

    async def submit(self, job: PlannedJob) -> None:
        """Submit until a submitter lives to tell the job's id."""
        for _ in range(_SUBMITTER_TRIES):
            child = await self.starter.start(
                "submitter", job.arguments(), self.environment(self.door.url)
            )
            if self.draw.random() < self.kill_share:
                await asyncio.sleep(self.draw.uniform(0.0, 1.0))
                self.kills += child.kill()
            code = await child.ended
            if child.killed:
                continue
            if code == 0:
                self._note(job, await asyncio.to_thread(child.output.read_text))
                return
            last = (await asyncio.to_thread(child.errors.read_text))[-1500:]
            self.complaints.append(f"submitting {job.key} ended with {code}: {last}")
        self.complaints.append(f"{job.key} could not be submitted")

    def _note(self, job: PlannedJob, output: str) -> None:
        told = cast("dict[str, str]", json.loads(output))
        self.submitted[job.key] = told["job_id"]
