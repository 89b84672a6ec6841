"""The bytes: from the first to the last, across cut connections, dead sessions and kills.

After anything but a clear answer the service is asked how much it has; what it says counts, not
what we believe to have sent.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from video_agent.errors import BackendError
from video_agent.models import PublicationState, UploadStep
from video_agent.publishing.rows import details_of
from video_agent.publishing.stage import Stage
from video_agent.store.publication_tables import PublicationRow

ResultT = TypeVar("ResultT")


def marker_of(row: PublicationRow) -> str:
    """The text by which the service's copy of a video is known again."""
    return f"video-agent:{row.id}"


class Transfer(Stage):
    """One call's share in an upload."""

    _failures = 0
    _sessions = 0

    async def run(self, path: Path) -> str:
        """Bring all bytes there and return the video's id at the service.

        Raises:
            BackendError: The service refuses, or did not help after all tries; go on later.
            StoreError: Another process has taken over.
        """
        step = await self._begin()
        while step.remote_id is None:
            step = await self._replace_session() if step.gone else await self._advance(path, step)
        return step.remote_id

    async def _begin(self) -> UploadStep:
        return await self._open() if self.row.session_uri is None else await self._probe()

    async def _open(self) -> UploadStep:
        """A new session; the row knows it, durably, before any byte goes there."""
        await self._tell("opening the upload", None)
        details = details_of(self.row)
        session = await self._patiently(
            lambda: self._publisher.open(
                details, marker=marker_of(self.row), size_bytes=self.row.size_bytes
            ),
            tries=self._policy.open_tries,
        )
        await self._change(
            durable=True,
            session_uri=session.get_secret_value(),
            state=PublicationState.OPENED.value,
            offset_bytes=0,
            last_byte_sent=False,
        )
        return UploadStep()

    async def _advance(self, path: Path, step: UploadStep) -> UploadStep:
        """Send the next piece."""
        offset, size = step.received_bytes, self.row.size_bytes
        length = min(self._policy.chunk_bytes, size - offset)
        if length <= 0:
            return await self._recover(
                BackendError("all bytes are there, but no video came of them", retryable=True)
            )
        await self._note_sending(last=offset + length == size)
        try:
            after = await self._publisher.send(
                self._session, path, offset=offset, length=length, size_bytes=size
            )
        except BackendError as error:
            return await self._recover(error)
        if after.remote_id is None and not after.gone:
            if after.received_bytes <= offset:
                return await self._recover(
                    BackendError("the service takes no more bytes", retryable=True)
                )
            self._failures = 0
            await self._note_arrived(after.received_bytes)
        return after

    async def _recover(self, error: BackendError) -> UploadStep:
        """Wait, then ask how much is there."""
        self._failures += 1
        await self._policy.wait_after(error, self._failures, self._clock, self._policy.tries)
        before = self.row.offset_bytes
        step = await self._probe()
        if step.received_bytes > before:
            self._failures = 0
            await self._note_arrived(step.received_bytes)
        return step

    async def _probe(self) -> UploadStep:
        return await self._patiently(
            lambda: self._publisher.probe(self._session, size_bytes=self.row.size_bytes),
            tries=self._policy.tries,
        )

    async def _replace_session(self) -> UploadStep:
        """The service knows nothing of the session: is the video there, or is it to be sent anew?

        While the last byte was not sent there can be no video. Else the channel is searched.
        """
        if self.row.last_byte_sent:
            found = await self._search()
            if found is not None:
                return UploadStep(remote_id=found)
        self._sessions += 1
        if self._sessions >= self._policy.sessions:
            raise BackendError(
                f"the service lost the upload {self._sessions} times",
                hint="call it again later",
                retryable=True,
            )
        await self._change(
            durable=True,
            session_uri=None,
            state=PublicationState.PREPARED.value,
            offset_bytes=0,
            last_byte_sent=False,
        )
        return await self._open()

    async def _search(self) -> str | None:
        """Our video among those of the channel; its list may be a little late."""
        await self._tell("looking for the video on the channel", None)
        for pause_seconds in (0.0, *self._policy.settle_waits_seconds):
            if pause_seconds:
                await self._clock.sleep(pause_seconds)
            found = await self._patiently(
                lambda: self._publisher.find(marker_of(self.row), since=self.row.created_at),
                tries=self._policy.tries,
            )
            if found is not None:
                return found
        return None

    async def _patiently(self, call: Callable[[], Awaitable[ResultT]], *, tries: int) -> ResultT:
        """A call that may be repeated."""
        failures = 0
        while True:
            try:
                return await call()
            except BackendError as error:
                failures += 1
                await self._policy.wait_after(error, failures, self._clock, tries)

    async def _note_sending(self, *, last: bool) -> None:
        if last and not self.row.last_byte_sent:
            await self._change(
                durable=True, last_byte_sent=True, state=PublicationState.SENDING.value
            )
        elif self.row.state == PublicationState.OPENED.value:
            await self._change(state=PublicationState.SENDING.value)

    async def _note_arrived(self, received_bytes: int) -> None:
        await self._change(offset_bytes=received_bytes)
        size = self.row.size_bytes
        await self._tell(
            f"sent {received_bytes / 1e6:.1f} of {size / 1e6:.1f} MB", received_bytes / size
        )

    async def _change(self, *, durable: bool = False, **changes: object) -> None:
        self.row = await self._lease.change(self.row, durable=durable, **changes)

    @property
    def _session(self) -> SecretStr:
        return SecretStr(self.row.session_uri or "")
