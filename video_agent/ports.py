"""The seams: one Protocol for each outside service, named by us.

Implementations live in `video_agent.backends` and `video_agent.testing`; `wiring` chooses. Every
method raises only classes of
`video_agent.errors`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, SecretStr

from video_agent.models import (
    ClipInsights,
    GenerationOrder,
    GenerationUpdate,
    MediaSource,
    ProgressEvent,
    PublicationDetails,
    RemoteState,
    StoredObject,
    TokenUsage,
    UploadStep,
)

AnswerT = TypeVar("AnswerT", bound=BaseModel)

ProgressSink = Callable[[ProgressEvent], Awaitable[None]]
"""Receives live progress. Must be quick; an error it raises ends the job."""


class CancelledBeforeSending(asyncio.CancelledError):
    """A submit was cancelled while it was being prepared: nothing was started."""

    def __init__(self) -> None:
        super().__init__("cancelled before anything was sent")


class Generator(Protocol):
    """A video model behind a paid, long-running operation."""

    async def submit(self, order: GenerationOrder) -> str:
        """Send exactly one paid request and return the provider's id of what it started.

        Raises:
            RejectedError, QuotaError, AuthError: A clean refusal; nothing was started.
            ContentBlockedError: The same: the prompt was refused, `reason` says why.
            CancelledBeforeSending: The task was cancelled before the request left.
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

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> "Finding":
        """Look the generation up at the provider.

        Args:
            generation_id: The generation.
            output_uri: Where its clips were ordered to; None: into the answers. Settings may have
                changed since: only the place of then can prove that nothing is there.
        """
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
        second_clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        """Ask once, with a bounded number of repairs inside.

        Args:
            model: The model id.
            instruction: The system instruction.
            text: The question.
            schema: A pydantic model; the answer is validated against it by us.
            clip: An MP4 shown with the question, or a JPEG or PNG in its place.
            second_clip: Another one, shown after it, for questions about both.

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
    """A service that publishes videos, in single steps that survive a crash at any byte.

    Each method sends its request once; who calls decides about repeating. `session` is the
    address of one upload: whoever has it can write to it, so it is never shown. All raise
    `BackendError`, with `retryable`; `QuotaError` with the seconds until the quota is new.
    """

    @property
    def target(self) -> str:
        """Which service: one video is published there once."""
        ...

    def url_of(self, remote_id: str) -> str:
        """Where people see a published video."""
        ...

    async def open(self, details: PublicationDetails, *, marker: str, size_bytes: int) -> SecretStr:
        """Open an upload of `size_bytes`; nothing is visible before its last byte.

        Args:
            details: What is said about the video.
            marker: A text the video carries, by which `find` knows it again.
            size_bytes: Of the whole file.
        """
        ...

    async def send(
        self, session: SecretStr, path: Path, *, offset: int, length: int, size_bytes: int
    ) -> UploadStep:
        """Send one piece of the file; after an error only `probe` tells what arrived."""
        ...

    async def probe(self, session: SecretStr, *, size_bytes: int) -> UploadStep:
        """Ask how much of an upload has arrived."""
        ...

    async def find(self, marker: str, *, since: datetime) -> str | None:
        """The id of the own video that carries the marker, looked for back to `since`."""
        ...

    async def state(self, remote_id: str) -> RemoteState:
        """What the service made of a video."""
        ...

    async def set_thumbnail(self, remote_id: str, image: Path) -> None:
        """Give the video its picture; may be repeated."""
        ...

    async def add_captions(
        self, remote_id: str, captions: Path, *, language: str, look_first: bool
    ) -> None:
        """Add captions; `look_first` when an earlier try may have succeeded."""
        ...

    async def add_to_playlist(self, remote_id: str, playlist_id: str, *, look_first: bool) -> None:
        """Put the video into a playlist; `look_first` when an earlier try may have succeeded."""
        ...


class Clock(Protocol):
    """Time, replaceable in tests."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
