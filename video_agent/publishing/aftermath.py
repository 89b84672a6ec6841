"""What follows the bytes: thumbnail, captions, playlist, and the service's processing.

None of it can lose the video: what does not work becomes a warning.
"""

from collections.abc import Awaitable, Callable, Mapping

from video_agent.errors import BackendError, MediaError, VideoAgentError
from video_agent.models import PublicationDetails, RemoteState
from video_agent.ports import Publisher
from video_agent.publishing.rows import FAILED_EXTRA, details_of, extras_of
from video_agent.publishing.stage import Stage

_BEGUN, _DONE = "begun", "done"
_LONGEST_LOOK_SECONDS = 30.0
_TRIES = 3
Step = Callable[[bool], Awaitable[None]]


class Aftermath(Stage):
    """One call's share in what follows an upload; the video is at the service."""

    async def add_extras(self) -> None:
        """Add what was asked for beside the video, each once."""
        details, remote_id = details_of(self.row), self.row.youtube_id or ""
        for name, step in _steps(self._publisher, details, remote_id).items():
            known = extras_of(self.row).get(name)
            if known == _DONE:
                continue
            await self._note(name, _BEGUN)
            await self._tell(f"adding {name}", None)
            outcome = await self._outcome_of(step, look_first=known is not None)
            await self._note(name, outcome)

    async def watch_processing(self) -> RemoteState | None:
        """Wait until the service has made something of the video; None when it takes longer.

        A login that may not look is no failure: the video is there.
        """
        pause = self._policy.first_look_seconds
        until = self._clock.monotonic() + self._policy.processing_seconds
        while True:
            try:
                state = await self._publisher.state(self.row.youtube_id or "")
            except BackendError as error:
                if not error.retryable:
                    await self._note("processing", FAILED_EXTRA + _told(error))
                    return RemoteState(status="ready")
            else:
                if state.status != "processing":
                    return state
            if self._clock.monotonic() + pause > until:
                return None
            await self._tell("the service is processing the video", None)
            await self._clock.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_LOOK_SECONDS)

    async def _outcome_of(self, step: Step, *, look_first: bool) -> str:
        failures = 0
        while True:
            try:
                await step(look_first)
            except (BackendError, MediaError) as error:
                failures += 1
                try:
                    await self._wait_after(error, failures)
                except VideoAgentError as last:
                    return FAILED_EXTRA + _told(last)
                look_first = True
            else:
                return _DONE

    async def _wait_after(self, error: BackendError | MediaError, failures: int) -> None:
        if isinstance(error, MediaError):
            raise error
        await self._policy.wait_after(error, failures, self._clock, _TRIES)

    async def _note(self, name: str, value: str) -> None:
        extras = {**extras_of(self.row), name: value}
        self.row = await self._lease.change(self.row, durable=True, extras=extras)


def _steps(publisher: Publisher, details: PublicationDetails, remote_id: str) -> Mapping[str, Step]:
    steps: dict[str, Step] = {}
    thumbnail, captions, playlist = details.thumbnail, details.captions, details.playlist_id
    if thumbnail is not None:
        steps["thumbnail"] = lambda _: publisher.set_thumbnail(remote_id, thumbnail)
    if captions is not None:
        steps["captions"] = lambda look_first: publisher.add_captions(
            remote_id, captions, language=details.captions_language, look_first=look_first
        )
    if playlist is not None:
        steps["playlist"] = lambda look_first: publisher.add_to_playlist(
            remote_id, playlist, look_first=look_first
        )
    return steps


def _told(error: VideoAgentError) -> str:
    return f"{error.message}; {error.hint}" if error.hint else error.message
