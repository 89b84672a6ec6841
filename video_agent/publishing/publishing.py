"""`Publishing`: publish a video, go on with an interrupted one, look publications up."""

import logging

from video_agent.errors import RejectedError, StoreError, VideoAgentError
from video_agent.models import (
    ProgressEvent,
    Publication,
    PublicationDetails,
    PublicationState,
    Video,
    utc_now,
)
from video_agent.ports import Clock, ProgressSink, Publisher
from video_agent.publishing.aftermath import Aftermath
from video_agent.publishing.files import check_extras, check_video
from video_agent.publishing.finals import file_of, finished
from video_agent.publishing.lease import Lease
from video_agent.publishing.policy import TransferPolicy
from video_agent.publishing.rows import (
    ENDED,
    details_of,
    error_document,
    find_or_prepare,
    get_row,
    rows_where,
    to_publication,
)
from video_agent.publishing.stage import Tell
from video_agent.publishing.transfer import Transfer
from video_agent.store.database import Database
from video_agent.store.publication_tables import PublicationRow
from video_agent.store.records import get_video

_log = logging.getLogger(__name__)
_OTHER_DETAILS = "it was begun with other details; change them in YouTube Studio"


class Publishing:
    """Brings videos to one service, each exactly once.

    Args:
        database: Where publications are remembered.
        publisher: The service.
        clock: Time.
        policy: Bounds; None means the usual ones.
    """

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        clock: Clock,
        *,
        policy: TransferPolicy | None = None,
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._policy = policy or TransferPolicy()

    @property
    def target(self) -> str:
        """The service that this publishes to."""
        return self._publisher.target

    async def publish(
        self,
        video: Video,
        details: PublicationDetails,
        on_progress: ProgressSink | None = None,
        *,
        again: bool = False,
    ) -> Publication:
        """Publish a video, or go on where an earlier call was interrupted.

        Its `final` deliverable goes out where there is one. A video is published once: later calls
        return the same publication, with a warning when they ask for other details than it was
        begun with.

        Args:
            video: What to publish; the file must still have the bytes that were judged, or that
                were made from them.
            details: What is said about it.
            on_progress: Receives progress of kind `publish`.
            again: Start anew when the service has refused the video before.

        Raises:
            InvalidRequestError: Refused before any call.
            MediaError: The file is gone or has changed.
            AuthError, QuotaError, RejectedError, BackendError: The service; call it again, it goes
                on. RejectedError: also when it refused this video before.
            StoreError: Another process has taken over.
        """
        details.check_in_time()
        await check_extras(details)
        file, target = await finished(self._database, video), self._publisher.target
        row = await find_or_prepare(self._database, file, details, target, again=again)
        publication = await self._carry_through(row.id, video, on_progress)
        if publication.details == details:
            return publication
        return publication.model_copy(update={"warnings": (*publication.warnings, _OTHER_DETAILS)})

    async def resume(
        self, publication_id: str, on_progress: ProgressSink | None = None
    ) -> Publication:
        """Go on with a publication; one that ended is returned as it is.

        Raises:
            NotFoundError: There is none.
            VideoAgentError: As `publish`.
        """
        row = await get_row(self._database, publication_id)
        return await self._carry_through(
            row.id, await get_video(self._database, row.video_id), on_progress
        )

    async def find(
        self,
        *,
        publication_id: str | None = None,
        video_id: str | None = None,
        job_id: str | None = None,
    ) -> list[Publication]:
        """The publications that match everything given, newest first; at any service by id.

        Raises:
            NotFoundError: There is no publication of this id.
        """
        if publication_id is not None:
            return [to_publication(await get_row(self._database, publication_id))]
        rows = await rows_where(
            self._database, video_id=video_id, job_id=job_id, target=self._publisher.target
        )
        return [to_publication(row) for row in rows]

    async def _carry_through(
        self, publication_id: str, video: Video, on_progress: ProgressSink | None
    ) -> Publication:
        tell = _teller(video, on_progress)
        lease = Lease(self._database, publication_id, self._policy.lease_seconds)
        row = await self._taken(lease, tell)
        if row.state in ENDED:
            return _ended(row)
        async with lease.kept():
            try:
                row = await self._work(row, lease, video, tell)
            except StoreError:
                raise
            except VideoAgentError as error:
                await self._note_error(lease, publication_id, error)
                raise
        return _ended(row)

    async def _taken(self, lease: Lease, tell: Tell) -> PublicationRow:
        """The row, once nobody else works on it."""
        until = self._clock.monotonic() + self._policy.patience_seconds
        row = await lease.claim()
        while row is None:
            if self._clock.monotonic() > until:
                raise StoreError(
                    "another process is uploading this video", hint="wait for it", retryable=True
                )
            await tell("another process works on this upload; waiting for it", None)
            await self._clock.sleep(self._policy.look_seconds)
            row = await lease.claim()
        return row

    async def _work(
        self, row: PublicationRow, lease: Lease, video: Video, tell: Tell
    ) -> PublicationRow:
        parts = (lease, self._publisher, self._clock, self._policy, tell)
        if row.youtube_id is None:
            if row.session_uri is None:
                details_of(row).check_in_time()
            path = await file_of(self._database, row, video)
            await check_video(path, sha256=row.sha256, size_bytes=row.size_bytes)
            transfer = Transfer(row, *parts)
            remote_id = await transfer.run(path)
            row = await lease.change(
                transfer.row,
                durable=True,
                youtube_id=remote_id,
                url=self._publisher.url_of(remote_id),
                state=PublicationState.PROCESSING.value,
                session_uri=None,
                offset_bytes=row.size_bytes,
                error=None,
            )
            await tell(f"uploaded: {row.url}", 1.0)
        aftermath = Aftermath(row, *parts)
        await aftermath.add_extras()
        return await self._conclude(aftermath, lease)

    async def _conclude(self, aftermath: Aftermath, lease: Lease) -> PublicationRow:
        state = await aftermath.watch_processing()
        if state is None:
            return aftermath.row
        if state.status == "ready":
            return await lease.change(
                aftermath.row,
                durable=True,
                state=PublicationState.PUBLISHED.value,
                published_at=utc_now(),
                error=None,
            )
        error = RejectedError(state.reason, hint=state.hint)
        return await lease.change(
            aftermath.row,
            durable=True,
            state=PublicationState.FAILED.value,
            error=error_document(error),
        )

    async def _note_error(self, lease: Lease, publication_id: str, error: VideoAgentError) -> None:
        row = await get_row(self._database, publication_id)
        try:
            await lease.change(row, error=error_document(error))
        except StoreError as lost:  # the error itself is what counts
            _log.warning("why publication %s stopped is not noted: %s", publication_id, lost)


def _ended(row: PublicationRow) -> Publication:
    """The publication; one that the service refused is an error."""
    if row.state == PublicationState.FAILED.value:
        stored = row.error or {}
        raise RejectedError(
            str(stored.get("message") or "the service refused the video"),
            hint=str(stored.get("hint") or ""),
        )
    return to_publication(row)


def _teller(video: Video, on_progress: ProgressSink | None) -> Tell:
    async def tell(message: str, fraction: float | None) -> None:
        if on_progress is not None:
            await on_progress(
                ProgressEvent(
                    kind="publish",
                    message=message,
                    job_id=video.job_id,
                    attempt_number=video.attempt_number,
                    fraction=fraction,
                )
            )

    return tell
