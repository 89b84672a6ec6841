"""What the workflows have done for them. Each call is idempotent over our tables.

The engine repeats whatever was under way when a process died: a call that is made again finds in
the database what it has already done, and goes on from there.
"""

from datetime import datetime
from typing import Literal, Protocol

from video_agent.models import Value

Stage = Literal["loudness", "thumbnail", "contact_sheet", "upload", "publish"]
ENHANCE_STAGES: tuple[Stage, ...] = ("loudness", "thumbnail", "contact_sheet")


class OpenGeneration(Value):
    """A generation that a turn left open: to be sent, followed and brought home."""

    generation_id: str
    model: str
    user_id: str
    priority: int


class TurnOutcome(Value):
    """How a turn of the planner left its job.

    Args:
        waiting: Generations that must settle before the next turn. Empty: the job rests or ended.
        until: When the job is parked although they have not settled.
        stages: What is still to be made from the delivered video, side by side.
        publish: Whether it is to be published after that.
    """

    waiting: tuple[OpenGeneration, ...] = ()
    until: datetime | None = None
    stages: tuple[Stage, ...] = ()
    publish: bool = False


class Work(Protocol):
    """Does what the workflows order. Raises only `VideoAgentError`."""

    async def turn(self, job_id: str) -> TurnOutcome:
        """Run one turn of the planner, unless the job rests; what it starts is only intended."""
        ...

    async def send(self, generation_id: str) -> None:
        """Send an intended generation once; look a lost answer up, which may take minutes."""
        ...

    async def bring_home(self, generation_id: str) -> None:
        """Follow a submitted generation to its end, store its videos, mark it settled.

        Obeys a wish to cancel, also at the provider. Returns at once for one that never started.
        """
        ...

    async def stage(self, job_id: str, stage: Stage) -> None:
        """Make one thing from the delivered video; failing is a warning, not the job's end."""
        ...

    async def give_up(self, job_id: str, error: BaseException) -> None:
        """Write down that the job cannot go on by itself; it can be resumed."""
        ...
