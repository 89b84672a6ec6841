"""Video Intelligence: what Google recognises in a clip. Optional evidence; it ends on 2027-09-14.

Nothing here measures quality: shots, labels, explicit content, on request text and speech. The
official client is synchronous (its asynchronous one has no REST), so its calls run in threads.
"""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock
from typing import TypeVar

from google.cloud import videointelligence
from google.longrunning.operations_pb2 import Operation

from video_agent.backends.google.secrecy import safe_cause
from video_agent.backends.google.video_intelligence_answer import insights_of
from video_agent.backends.google.video_intelligence_client import (
    FEATURES,
    INLINE_BYTES,
    SHUTDOWN,
    VideoIntelligenceConfig,
    open_client,
)
from video_agent.backends.google.video_intelligence_errors import (
    EXPECTED_ERRORS,
    analysis_error,
)
from video_agent.errors import BackendError
from video_agent.models import ClipInsights
from video_agent.ports import ObjectStore

T = TypeVar("T")
_LONGER = 1.5
_LONGEST_WAIT = 10.0  # times the first one
_FAILED_LOOKS = 5
_LANGUAGE = "en-US"


def _today() -> date:
    return datetime.now(UTC).date()


class VideoIntelligence:
    """Implements `ports.ClipAnalyzer`.

    Args:
        config: Address, credentials, features and bounds.
        store: Where clips of more than 10 MB are put, to be examined by their gs:// address; None
            means that such clips are not examined.
        today: The day, for the end of the service.
    """

    def __init__(
        self,
        config: VideoIntelligenceConfig,
        *,
        store: ObjectStore | None = None,
        today: Callable[[], date] = _today,
    ) -> None:
        self._config = config
        self._store = store
        self._today = today
        self._client: videointelligence.VideoIntelligenceServiceClient | None = None
        self._opening = Lock()

    async def examine(self, clip: Path, *, duration_seconds: float) -> ClipInsights:
        """Examine a local clip. Costs every begun minute of each feature.

        Raises:
            AuthError, QuotaError, BackendError: With `retryable`, and `cost_usd` for what may have
                been billed.
            MediaError: The clip cannot be put into the store.
        """
        if self._today() >= SHUTDOWN:
            raise BackendError(
                f"Video Intelligence was shut down on {SHUTDOWN.isoformat()}",
                hint="leave VIDEO_AGENT_VIDEO_INTELLIGENCE off",
            )
        price_usd = self._config.price_usd(duration_seconds)
        request = await self._request(clip)
        name = await self._call(lambda: self._start(request), "the start", price_usd)
        return insights_of(await self._end_of(name, price_usd), price_usd=price_usd)

    async def close(self) -> None:
        """Close the connections. Later use opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.transport.close)

    async def _request(self, clip: Path) -> videointelligence.AnnotateVideoRequest:
        """The question, with the clip inside or its address.

        Raises:
            BackendError: The clip cannot be read, or is too large and there is no store.
        """
        try:
            size = (await asyncio.to_thread(clip.stat)).st_size
            content = await asyncio.to_thread(clip.read_bytes) if size <= INLINE_BYTES else b""
        except OSError as error:
            raise BackendError(f"{clip.name} cannot be read: {error.strerror}") from error
        speech = videointelligence.SpeechTranscriptionConfig(language_code=_LANGUAGE)
        return videointelligence.AnnotateVideoRequest(
            input_content=content,
            input_uri="" if content else await self._stored(clip, size),
            features=[FEATURES[name] for name in self._config.features],
            video_context=videointelligence.VideoContext(speech_transcription_config=speech)
            if "speech" in self._config.features
            else None,
        )

    async def _stored(self, clip: Path, size: int) -> str:
        if self._store is None:
            raise BackendError(
                f"{clip.name} has {size / 1e6:.1f} MB; Video Intelligence takes up to "
                f"{INLINE_BYTES // 1024**2} MB inside a request",
                hint="set VIDEO_AGENT_BUCKETS: larger clips are then examined from there",
            )
        sha256 = await asyncio.to_thread(_sha256, clip)
        return (await self._store.put(clip, sha256=sha256)).uri

    def _start(self, request: videointelligence.AnnotateVideoRequest) -> str:
        """One POST: the client's own repeats are switched off, each would be billed."""
        started = self._opened().annotate_video(
            request=request, retry=None, timeout=self._config.request_timeout_seconds
        )
        return str(started.operation.name)

    def _look(self, name: str) -> Operation:
        return self._opened().transport.operations_client.get_operation(
            name, retry=None, timeout=self._config.request_timeout_seconds
        )

    async def _end_of(self, name: str, price_usd: Decimal) -> Operation:
        """Look until the operation is done; a few looks in a row may fail.

        Raises:
            BackendError: It is not done in time, or the looks fail.
        """
        wait, failed = self._config.first_poll_seconds, 0
        try:
            async with asyncio.timeout(self._config.deadline_seconds):
                while True:
                    await asyncio.sleep(wait)
                    wait = min(wait * _LONGER, self._config.first_poll_seconds * _LONGEST_WAIT)
                    try:
                        operation = await self._call(lambda: self._look(name), "a look", price_usd)
                    except BackendError as error:
                        error.cost_usd = price_usd  # whatever the look says: it was started
                        failed += 1
                        if not error.retryable or failed >= _FAILED_LOOKS:
                            raise
                        continue
                    failed = 0
                    if operation.done:
                        return operation
        except TimeoutError as error:
            raise BackendError(
                "Video Intelligence was not done in "
                f"{self._config.deadline_seconds:g} s (operation {name})",
                retryable=True,
                cost_usd=price_usd,
            ) from error

    async def _call(self, work: Callable[[], T], what: str, price_usd: Decimal) -> T:
        try:
            return await asyncio.to_thread(work)
        except EXPECTED_ERRORS as error:
            whole = f"{what} of the analysis by Video Intelligence"
            raise analysis_error(error, whole, price_usd=price_usd) from safe_cause(error)

    def _opened(self) -> videointelligence.VideoIntelligenceServiceClient:
        with self._opening:
            if self._client is None:
                self._client = open_client(self._config)
            return self._client


def _sha256(clip: Path) -> str:
    with clip.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
