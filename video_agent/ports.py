"""The seams: one Protocol for each outside service, named by us.

Implementations live in `video_agent.backends` and `video_agent.testing`; `wiring` chooses. Every
method raises only classes of
`video_agent.errors`.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel

from video_agent.models import (
    ClipInsights,
    GenerationOrder,
    GenerationUpdate,
    MediaSource,
    ProgressEvent,
    StoredObject,
    TokenUsage,
)

AnswerT = TypeVar("AnswerT", bound=BaseModel)

ProgressSink = Callable[[ProgressEvent], Awaitable[None]]
"""Receives live progress. Must be quick; an error it raises ends the job."""


class Generator(Protocol):
    """A video model behind a paid, long-running operation."""

    async def submit(self, order: GenerationOrder) -> str:
        """Send exactly one paid request and return the provider's id of what it started.

        Raises:
            RejectedError, QuotaError, AuthError: A clean refusal; nothing was started.
            OutcomeUnknownError: Anything else (5xx, cut connection, time-out, unreadable answer).
        """
        ...

    async def poll(self, provider_id: str, *, model: str) -> GenerationUpdate:
        """Ask once how it stands. Free, may be repeated for ever.

        Raises:
            BackendError: With `retryable` True when asking again later makes sense, else the
                operation is lost.
        """
        ...

    async def download(self, source: MediaSource, target: Path) -> None:
        """Write the bytes to `target` (whole or not at all).

        Raises:
            BackendError: With `retryable`; not retryable means the link is gone.
            MediaError: The file could not be written.
        """
        ...

    async def cancel(self, provider_id: str, *, model: str) -> None:
        """Ask the service to stop; what was made until then may still be billed.

        Raises:
            InvalidRequestError: This service cannot stop what it has begun.
            BackendError: It did not answer, or does not know the operation.
        """
        ...


class Reconciler(Protocol):
    """Finds out what became of a submit whose answer was lost."""

    async def find(self, generation_id: str) -> "Finding":
        """Look the generation up at the provider."""
        ...


class Finding(BaseModel, frozen=True):
    """What a reconciler found.

    `found` comes with the provider's id; `absent` means proven at this moment.
    """

    verdict: Literal["found", "absent", "cannot_tell"]
    provider_id: str | None = None


class LanguageModel(Protocol):
    """A model that answers with validated JSON; it may be shown a clip."""

    async def answer(
        self,
        *,
        model: str,
        instruction: str,
        text: str,
        schema: type[AnswerT],
        clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        """Ask once, with a bounded number of repairs inside.

        Args:
            model: The model id.
            instruction: The system instruction.
            text: The question.
            schema: A pydantic model; the answer is validated against it by us.
            clip: An MP4 shown with the question.

        Raises:
            ContentBlockedError: A safety system refused the question, the clip or the answer.
            AnswerError: Empty, cut off or of the wrong shape after the repairs.
            BackendError: The service failed.

            `cost_usd` of each says what the tries cost; None when that is not known.
        """
        ...


class ObjectStore(Protocol):
    """Keeps finished files where others can fetch them."""

    async def put(
        self, path: Path, *, sha256: str, content_type: str = "video/mp4"
    ) -> StoredObject:
        """Store a file; the same bytes are stored, and sent, once.

        Args:
            path: The file.
            sha256: Of its bytes, 64 hexadecimal digits; the object's name is made from it.
            content_type: Its media type.

        Raises:
            BackendError: With `retryable`.
            MediaError: The file cannot be read.
        """
        ...


class ClipAnalyzer(Protocol):
    """A service that looks at a clip and tells what it recognises; optional evidence."""

    async def examine(self, clip: Path, *, duration_seconds: float) -> ClipInsights:
        """Examine a local clip.

        Raises:
            BackendError: The service failed; the report then goes without it.
        """
        ...


class Publisher(Protocol):
    """Uploads a finished video."""

    async def publish(
        self, path: Path, *, title: str, description: str, tags: list[str], privacy: str
    ) -> str:
        """Upload and return the public id."""
        ...


class Clock(Protocol):
    """Time, replaceable in tests."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
