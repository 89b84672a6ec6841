"""What was asked of the studio: a count per kind of request, and every paid POST on its own."""

import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

KINDS = (
    "interactions.create",
    "interactions.get",
    "interactions.cancel",
    "interactions.delete",
    "files.upload",
    "files.get",
    "files.list",
    "files.delete",
    "files.download",
    "generate_content",
    "count_tokens",
    "models",
    "veo.submit",
    "veo.poll",
    "storage.upload",
    "storage.download",
    "storage.read",
    "storage.write",
    "storage.delete",
    "video_intelligence.annotate",
    "video_intelligence.operation",
    "youtube.open",
    "youtube.send",
    "youtube.read",
    "youtube.write",
    "oauth.token",
)
PAID_KINDS = ("interactions.create", "veo.submit")


@dataclass(frozen=True)
class RequestRecord:
    """One answered request: `status` 0 when cut, `accepted` when it started something."""

    kind: str
    status: int
    accepted: bool = False
    label: str = ""
    role: str = ""
    fault: str = ""
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat())


class Traffic:
    """The requests since the studio was started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._roles: Counter[str] = Counter()
        self._steps: Counter[str] = Counter()
        self._paid: list[RequestRecord] = []

    def add(self, record: RequestRecord) -> None:
        """Count a request."""
        with self._lock:
            self._counts[record.kind] += 1
            if record.role and record.kind == "generate_content":
                self._roles[record.role] += 1
            elif record.role:
                self._steps[f"{record.kind}.{record.role}"] += 1
            if record.kind in PAID_KINDS:
                self._paid.append(record)

    def count(self, kind: str) -> int:
        """How many requests of this kind, role of `generate_content`, or step came.

        A step is a kind and a part of it, such as `storage.upload.chunk`.
        """
        with self._lock:
            return self._counts[kind] or self._steps[kind] or self._roles[kind]

    @property
    def paid_posts(self) -> tuple[RequestRecord, ...]:
        """Every POST that would cost money, in order, accepted or not."""
        with self._lock:
            return tuple(self._paid)

    def summary(self) -> dict[str, object]:
        """The counts and the paid POSTs as JSON."""
        with self._lock:
            return {
                "requests": dict(self._counts),
                "generate_content_roles": dict(self._roles),
                "steps": dict(self._steps),
                "paid_posts": [asdict(record) for record in self._paid],
            }
