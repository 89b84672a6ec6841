"""Everything a job's report tells, gathered before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from video_agent.ledger.bill import Bill
from video_agent.models import Job, JobEvent


@dataclass(frozen=True)
class JobStory:
    """A job, what happened to it, and its bill.

    Args:
        job: The job.
        events: What happened, in order.
        bill: Its paid calls and where their money stands.
        folder: Where the page will be: links to files beside it are relative to this.
        versions: Of the programs that matter, by name.
    """

    job: Job
    events: tuple[JobEvent, ...]
    bill: Bill
    folder: Path
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
