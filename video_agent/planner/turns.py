"""What one turn of the planner remembers: counters and the job it works for. Lost with the process.

Everything that must survive stands in the database; a turn only knows how often it was nudged.
"""

from dataclasses import dataclass, field

from video_agent.errors import VideoAgentError
from video_agent.models import TokenUsage


@dataclass
class Turn:
    """One invocation of the planner.

    `job_id` is the job this turn works for; None in a chat until a tool opens or continues one.
    `parked` says why the turn must end although the job has not: a generation is still running
    after the deadline, or its outcome is unknown (then a person decides). `concluded` is True once
    the turn has written down how the job stands.
    """

    job_id: str | None = None
    opened_job: bool = False
    model_calls: int = 0
    nudges: int = 0
    forced: int = 0
    upload_tried: bool = False
    parked: str | None = None
    outcome_unknown: bool = False
    concluded: bool = False
    failure: VideoAgentError | None = None
    unbooked: list[TokenUsage] = field(default_factory=list[TokenUsage])


_MOST_TURNS = 1_000
"""More than run at once; the rest were aborted without ADK telling."""


class Turns:
    """The turns under way, by ADK invocation id."""

    def __init__(self) -> None:
        self._turns: dict[str, Turn] = {}

    def of(self, invocation_id: str) -> Turn:
        """The turn of an invocation; a new one when it has none yet."""
        if len(self._turns) >= _MOST_TURNS and invocation_id not in self._turns:
            self._turns.pop(next(iter(self._turns)))
        return self._turns.setdefault(invocation_id, Turn())

    def find(self, invocation_id: str) -> Turn | None:
        """The turn of an invocation, if there is one."""
        return self._turns.get(invocation_id)

    def end(self, invocation_id: str) -> Turn | None:
        """Forget a turn and return what it was."""
        return self._turns.pop(invocation_id, None)
