"""The workflows without an engine: steps run where they stand, generations as tasks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from video_agent.jobs.flow import OutcomeT
from video_agent.jobs.work import OpenGeneration, Work
from video_agent.jobs.workflows import run_generation


class PlainFlow:
    """Runs everything once and remembers the names of its steps."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.steps: list[str] = []

    async def turn(
        self, work: Callable[[], Awaitable[OutcomeT]], outcome: type[OutcomeT]
    ) -> OutcomeT:
        self.steps.append("turn")
        found = await work()
        return outcome.model_validate_json(found.model_dump_json())

    async def step(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        self.steps.append(name)
        await work()

    async def parallel(self, steps: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        await asyncio.gather(*(self.step(name, work) for name, work in steps.items()))

    async def settled(self, generations: Sequence[OpenGeneration], until: datetime | None) -> None:
        del until
        self.steps.append("settled")
        await asyncio.gather(
            *(run_generation(self, self._work, one.generation_id) for one in generations)
        )

    async def patched(self, name: str) -> bool:
        del name
        return True
