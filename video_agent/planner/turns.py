"""What one turn of the planner remembers: counters and the job it works for. Lost with the process.

Everything that must survive stands in the database; a turn only knows how often it was nudged.
"""

from dataclasses import dataclass, field

from video_agent.errors import VideoAgentError
from video_agent.models import Job, TokenUsage
from video_agent.tools.standing import Standing


@dataclass
class Turn:
    """One invocation of the planner.

    `job_id` is the job this turn works for; None in a chat until a tool opens or continues one.
    `in_chat`: a person talks with the planner and can be asked, unlike in a job of the pipeline.
    `called_home` are the generations fetched after another one of their round had passed.
    `publishing`: the video is finished, and this turn may publish it. `unpublished` says why the
    last upload was not made.
    `parked` says why the turn must end although the job has not: a generation is still running
    after the deadline, or its outcome is unknown (then a person decides). `concluded` is True once
    the turn has written down how the job stands. `errors` counts, for each tool and for the
    planner's model, how often in a row it failed; `trouble` is the latest failure's message, None
    once the same works again. `charge_id` is the model's call that is under way, on the books;
    `unbooked` what was used before there was a job. `broke`: the model could not be paid any more.
    `told` is how the job stands as the model's next call is told, until that call is made.
    `outcome` is the job as the turn left it.
    """

    job_id: str | None = None
    opened_job: bool = False
    model_calls: int = 0
    nudges: int = 0
    forced: int = 0
    in_chat: bool = False
    publishing: bool = False
    upload_tried: bool = False
    called_home: set[str] = field(default_factory=set[str])
    unpublished: str | None = None
    parked: str | None = None
    outcome_unknown: bool = False
    concluded: bool = False
    failure: VideoAgentError | None = None
    errors: dict[str, int] = field(default_factory=dict[str, int])
    trouble: str | None = None
    charge_id: str | None = None
    broke: bool = False
    unbooked: list[TokenUsage] = field(default_factory=list[TokenUsage])
    told: tuple[Job, Standing] | None = None
    outcome: Job | None = None

    def note(self, name: str, failed: str | None) -> int:
        """Note how a call of a tool or of the model went; `failed` is its error's message.

        Returns:
            How often in a row it has failed.
        """
        if failed is None:
            if self.errors.pop(name, 0):
                self.trouble = None
            return 0
        self.trouble = failed
        self.errors[name] = self.errors.get(name, 0) + 1
        return self.errors[name]


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
