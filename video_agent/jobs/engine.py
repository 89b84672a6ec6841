"""The engine as the front door sees it: jobs go in; everything else is read from our tables."""

from datetime import datetime
from typing import Protocol

from video_agent.models import Value


class Ticket(Value):
    """One run of a job.

    Args:
        job_id: The job. Its first run is the workflow of the same id.
        run: 1..n; a job that is resumed or retried gets another run.
        backend: Which workers may do it.
        user_id: Whose share of the workers it uses.
        priority: 1 (most urgent) to 100.
        not_before: When it may start; None: now.
    """

    job_id: str
    run: int
    backend: str
    user_id: str
    priority: int
    not_before: datetime | None = None

    @property
    def workflow_id(self) -> str:
        """The id at the engine. No job id holds a colon: a run is never taken for another job."""
        return self.job_id if self.run == 1 else f"{self.job_id}:{self.run}"


class Engine(Protocol):
    """Takes jobs. The same ticket may be handed in any number of times, by anybody."""

    async def submit(self, ticket: Ticket) -> None:
        """Put a run of a job on the queue of its backend.

        Raises:
            StoreError: The engine's database refused (`retryable`).
        """
        ...

    async def known(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """The workflow ids among these that the engine has, in whatever state."""
        ...

    async def active(self, tickets: tuple[Ticket, ...]) -> frozenset[str]:
        """The workflow ids among these that wait their turn or are being carried out."""
        ...

    async def close(self) -> None:
        """Let go of what is open."""
        ...
