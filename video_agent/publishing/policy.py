"""How patiently an upload is carried through."""

import secrets
from dataclasses import dataclass

from video_agent.errors import BackendError, ConfigurationError, QuotaError
from video_agent.ports import Clock

CHUNK_MULTIPLE = 256 * 1024


@dataclass(frozen=True, kw_only=True)
class TransferPolicy:
    """The bounds of one upload. Seconds unless a name says otherwise.

    Args:
        chunk_bytes: Sent in one request; a multiple of 256 KiB (YouTube's rule).
        tries: Failures in a row without progress, then the upload is left for later.
        open_tries: The same for opening one, which costs a hundredth of the day's quota.
        first_wait_seconds: Before the second try; doubled each time, with jitter.
        longest_wait_seconds: Of such a wait; a quota that needs longer ends the call.
        sessions: How often one call may begin anew after the service lost an upload.
        settle_waits_seconds: Pauses between looks for a video that may just have been finished.
        lease_seconds: How long a row stays with a process that has died.
        patience_seconds: How long a second caller waits for the first.
        look_seconds: How often it looks meanwhile.
        processing_seconds: How long the service's processing is watched.
        first_look_seconds: Before the second look at it; then ever longer, up to 30.

    Raises:
        ConfigurationError: `chunk_bytes` is not a positive multiple of 256 KiB.
    """

    chunk_bytes: int = 8 * 1024 * 1024
    tries: int = 8
    open_tries: int = 3
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 64.0
    sessions: int = 3
    settle_waits_seconds: tuple[float, ...] = (5.0, 15.0, 30.0)
    lease_seconds: float = 20.0
    patience_seconds: float = 900.0
    look_seconds: float = 0.5
    processing_seconds: float = 300.0
    first_look_seconds: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what YouTube would."""
        if self.chunk_bytes <= 0 or self.chunk_bytes % CHUNK_MULTIPLE:
            raise ConfigurationError(
                f"a chunk of {self.chunk_bytes:,} bytes is not a multiple of {CHUNK_MULTIPLE:,}"
            )

    async def wait_after(
        self, error: BackendError, failures: int, clock: Clock, tries: int
    ) -> None:
        """Wait before the next try, or raise the error when there is none.

        Args:
            error: What happened.
            failures: How often in a row, this one included.
            clock: Time.
            tries: The bound.
        """
        if not error.retryable or failures >= tries:
            raise error
        asked = error.retry_after_seconds if isinstance(error, QuotaError) else None
        if asked is not None and asked > self.longest_wait_seconds:
            raise error
        longest = min(self.longest_wait_seconds, self.first_wait_seconds * 2 ** (failures - 1))
        jittered = longest * (0.5 + secrets.randbelow(501) / 1000)
        await clock.sleep(max(asked or 0.0, jittered))
