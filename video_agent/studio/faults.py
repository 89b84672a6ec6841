"""Faults on order: which request is to go wrong, how, and how often."""

import itertools
import threading
from dataclasses import asdict, dataclass, replace

from video_agent.studio.judge.liars import LIARS

REFUSALS = ("400", "401", "403", "404", "408", "409", "410", "429", "500", "503", "504")
QUOTAS = ("429_plain", "429_day")
"""A 429 that says nothing more, and one of the day's quota; the other names the minute's."""
ANY_KIND = (
    *REFUSALS, *QUOTAS,
    "cut_before", "cut_after", "junk_200", "empty_200", "html_503", "slow",
)  # fmt: skip
FATES = (
    "blocked", "failed", "done_without_video", "incomplete", "cancelled", "requires_action",
    "requires_continuation", "budget_exceeded", "never_finishes", "half_length",
)  # fmt: skip
"""How a generation ends; `half_length`: with a clip half as long as was ordered."""
VEO_FATES = (
    "filtered", "filtered_audio", "partial", "done_empty", "no_media", "never", "prompt_blocked",
    "blocked_late", "error_3", "error_4", "error_8", "error_13", "error_14",
)  # fmt: skip
BAD_FILES = ("no_bytes", "damaged")
ANALYSIS_FATES = ("result_error", "operation_error", "never", "explicit")
CHUNK_ONLY = ("cut_mid_chunk", "session_gone", "session_lost")
"""On a chunk of a resumable upload: a part is kept and the connection cut; 410 or 404 for ever."""
YOUTUBE_LIMITS = ("quota_exceeded", "no_scope", "rate_limited")
VIDEO_FATES = ("rejected_duplicate", "rejected_copyright", "failed_codec", "never_processed")
"""How YouTube's processing of the video ends."""
UPLOAD_FATES = ("wrong_checksum", *VIDEO_FATES)
"""What happens once the upload is complete; `wrong_checksum` stores a changed byte."""
OF_KIND: dict[str, tuple[str, ...]] = {
    "interactions.create": (*ANY_KIND, "503_after", "cut_stream", *FATES),
    "interactions.get": (*ANY_KIND, "poll_400", "paused", "queued", "cut_stream"),
    "interactions.cancel": (*ANY_KIND, "poll_400"),
    "interactions.delete": ANY_KIND,
    "files.download": (*ANY_KIND, "expired_link", "cut_body", "redirect", *BAD_FILES),
    "files.upload": ANY_KIND,
    "files.get": ANY_KIND,
    "generate_content": (
        *ANY_KIND,
        "garbage_judge",
        "fenced_judge",
        "wrong_shape_judge",
        "empty_judge",
        *LIARS,
        "truncated",
        "safety",
    ),
    "count_tokens": ANY_KIND,
    "models": ANY_KIND,
    "veo.submit": (*ANY_KIND, "429_list", "503_after", *VEO_FATES),
    "veo.poll": (*ANY_KIND, "429_list"),
    "storage.upload": (*ANY_KIND, *CHUNK_ONLY, "wrong_checksum"),
    "storage.download": (*ANY_KIND, "cut_body", "wrong_checksum"),
    "storage.read": ANY_KIND,
    "storage.write": ANY_KIND,
    "storage.delete": ANY_KIND,
    "video_intelligence.annotate": (*ANY_KIND, *ANALYSIS_FATES),
    "video_intelligence.operation": ANY_KIND,
    "youtube.open": (*ANY_KIND, *YOUTUBE_LIMITS, "upload_limit", "signup_required"),
    "youtube.send": (*ANY_KIND, *CHUNK_ONLY, *VIDEO_FATES),
    "youtube.read": (*ANY_KIND, *YOUTUBE_LIMITS),
    "youtube.write": (*ANY_KIND, *YOUTUBE_LIMITS),
    "oauth.token": (*ANY_KIND, "invalid_grant", "short_lived"),
}
JUDGE_ONLY = ("garbage_judge", "fenced_judge", "wrong_shape_judge", "empty_judge", *LIARS)
FOREVER = -1


@dataclass(frozen=True)
class Fault:
    """One ordered fault.

    Attributes:
        kind: The kind of request, a key of `OF_KIND`.
        name: What goes wrong, one of the names allowed for that kind.
        times: How many requests it hits; `FOREVER` (-1) until it is removed.
        seconds: How long `slow` takes; what a 429 asks the client to wait; how long an access
            token of `short_lived` is good.
        role: Hit only this role of `generate_content`, or this step of an upload (`open`,
            `single`, `chunk`, `probe`); empty means any.
        at_byte: Only for `cut_mid_chunk`: how many bytes of the chunk are kept; -1 for half.
        id: Its number, given when it is added.
    """

    kind: str
    name: str
    times: int = 1
    seconds: float = 5.0
    role: str = ""
    at_byte: int = -1
    id: int = 0

    def problem(self) -> str:
        """Why this fault cannot be ordered; empty when it can."""
        if self.kind not in OF_KIND:
            return f"no fault can be ordered for {self.kind!r}; kinds: {', '.join(OF_KIND)}"
        if self.name not in OF_KIND[self.kind]:
            return (
                f"{self.kind} has no fault {self.name!r}; it has: {', '.join(OF_KIND[self.kind])}"
            )
        if self.times == 0 or self.times < FOREVER:
            return f"times is {self.times}; allowed: 1 or more, or -1 for ever"
        if self.at_byte < -1:
            return f"at_byte is {self.at_byte}; allowed: 0 or more, or -1 for half"
        return "" if self.seconds >= 0 else f"seconds is {self.seconds}; allowed: 0 or more"


class Faults:
    """The faults still to come. The oldest that fits a request hits it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []
        self._numbers = itertools.count(1)

    def add(self, fault: Fault) -> Fault:
        """Order a fault.

        Returns:
            The fault with its number.

        Raises:
            ValueError: The kind, name or count makes no sense; the message says what is allowed.
        """
        if problem := fault.problem():
            raise ValueError(problem)
        with self._lock:
            numbered = replace(fault, id=next(self._numbers))
            self._waiting.append(numbered)
        return numbered

    def remove(self, fault_id: int) -> None:
        """Take a fault back; harmless when it is used up."""
        with self._lock:
            self._waiting = [fault for fault in self._waiting if fault.id != fault_id]

    def clear(self) -> None:
        """Take all faults back."""
        with self._lock:
            self._waiting = []

    def take(self, kind: str, role: str = "") -> Fault | None:
        """The fault that hits this request, if any; counts it down."""
        with self._lock:
            fitting = (item for item in enumerate(self._waiting) if _fits(item[1], kind, role))
            index, fault = next(fitting, (0, None))
            if fault is None:
                return None
            if fault.times == 1:
                del self._waiting[index]
            elif fault.times != FOREVER:
                self._waiting[index] = replace(fault, times=fault.times - 1)
            return fault

    def waiting(self) -> list[dict[str, object]]:
        """What is still to come, as JSON."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]


def _fits(fault: Fault, kind: str, role: str) -> bool:
    if fault.kind != kind or (fault.role and fault.role != role):
        return False
    if fault.name in JUDGE_ONLY:
        return role == "judge"
    if fault.name in CHUNK_ONLY:
        return role == "chunk"
    return fault.name not in UPLOAD_FATES or role != "open"
