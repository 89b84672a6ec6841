"""Many requests under one cap: how each of them stands, and what they come to together."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from video_agent.models.vocabulary import (
    ENDED_STATUSES,
    RESTING_STATUSES,
    JobStatus,
    StopReason,
    Value,
)

_ZERO = Decimal(0)


class BatchItem(Value):
    """One row of a batch: its job, in short. `number` is 1..n in the order of the file."""

    number: int
    job_id: str
    prompt: str
    status: JobStatus
    stopped_because: StopReason | None = None
    path: Path | None = None
    score: float | None = None
    cost_usd: Decimal = _ZERO
    error: str | None = None

    @property
    def delivered(self) -> bool:
        """Whether there is a video, also one below the threshold."""
        return self.path is not None and self.status in ENDED_STATUSES

    @property
    def failed(self) -> bool:
        """Whether it ended without a video."""
        return self.path is None and self.status in ENDED_STATUSES


class BatchResult(Value):
    """A batch and all its rows, as they stand now.

    `cap_usd` is what all rows together may cost; None: each row's own budget is the only limit.
    `charged` is False when the studio stood in: prices are list prices only then.
    """

    id: str
    name: str
    user_id: str
    backend: str
    charged: bool
    cap_usd: Decimal | None
    created_at: datetime
    items: tuple[BatchItem, ...]

    @property
    def cost_usd(self) -> Decimal:
        """What is spent or reserved by all rows; what is unknown counts as spent."""
        return sum((item.cost_usd for item in self.items), _ZERO)

    @property
    def counts(self) -> Mapping[JobStatus, int]:
        """How many rows have each status that occurs."""
        found = Counter(item.status for item in self.items)
        return {status: found[status] for status in JobStatus if found[status]}

    @property
    def delivered(self) -> int:
        """Rows with a video."""
        return sum(item.delivered for item in self.items)

    @property
    def failed(self) -> int:
        """Rows that ended without a video."""
        return sum(item.failed for item in self.items)

    @property
    def rests(self) -> bool:
        """Whether nothing more happens until a person acts."""
        return all(item.status in RESTING_STATUSES for item in self.items)
