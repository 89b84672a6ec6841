"""What a workflow may ask of the engine. Kept narrow, so that another engine is a small adapter."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from pydantic import BaseModel

from video_agent.jobs.work import OpenGeneration

OutcomeT = TypeVar("OutcomeT", bound=BaseModel)


class Flow(Protocol):
    """One workflow's view of its engine.

    A step's outcome is recorded when it returns; after a crash recorded steps are not run again and
    the one under way is. The order of steps must follow from recorded outcomes alone.
    """

    async def turn(
        self, work: Callable[[], Awaitable[OutcomeT]], outcome: type[OutcomeT]
    ) -> OutcomeT:
        """A step that thinks: waits for one of the process's slots, fairly between users."""
        ...

    async def step(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """One recorded step without an outcome."""
        ...

    async def parallel(self, steps: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        """Steps side by side, started in the mapping's order; ends when all have ended."""
        ...

    async def settled(self, generations: Sequence[OpenGeneration], until: datetime | None) -> None:
        """Put generations on the queues of their models and wait until all settled.

        Waiting is one timer: no thread, no session, no row for each look. At `until` it ends too;
        the generations go on.
        """
        ...

    async def patched(self, name: str) -> bool:
        """Whether this run may take a step that earlier releases did not have.

        False only for a run that is already past this place, begun by an earlier release.
        """
        ...
