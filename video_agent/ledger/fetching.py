"""One sample of a finished generation: downloaded into a file and checked."""

import errno
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from video_agent.errors import BackendError, GenerationFailedError, MediaError
from video_agent.models import Generation, GenerationSettings, MediaFacts, MediaSource, utc_now
from video_agent.ports import Generator

MediaCheck = Callable[[Path, GenerationSettings], Awaitable[MediaFacts]]
"""Opens a downloaded file and says what it is; may rewrite it (e.g. remove its sound).

Raises `MediaError` when it is not a video that can be used."""

LINK_LIFE_SECONDS = 48 * 3600.0
"""How long the Gemini API keeps files: a younger one that is refused may come later."""

_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO})


class Samples:
    """The samples of one succeeded generation at its service, numbered from 1.

    Args:
        generation: A succeeded generation.
        generator: Who made it.
        sources: Where its bytes are; asked for when empty, and once more when a link is gone.
        check: Opens each file before it counts.
    """

    def __init__(
        self,
        generation: Generation,
        generator: Generator,
        sources: Sequence[MediaSource],
        check: MediaCheck,
    ) -> None:
        self._generation = generation
        self._generator = generator
        self._sources = tuple(sources)
        self._check = check
        self._asked = False

    async def count(self) -> int:
        """How many there are; fewer than were asked for when some were filtered out.

        Raises:
            GenerationFailedError: The service does not know them any more.
            BackendError: It did not answer; `retryable`.
        """
        if not self._sources:
            await self._ask()
        return len(self._sources)

    async def fetch(self, number: int, part: Path) -> tuple[MediaSource, MediaFacts]:
        """Download a sample into `part` and check it; one that is broken is fetched twice.

        Raises:
            GenerationFailedError: It cannot be had any more, or is not a usable video.
            BackendError: The service failed or refuses its own link; `retryable`.
            MediaError: It cannot be written here.
        """
        source = await self._download(number, part)
        try:
            return source, await self._check(part, self._generation.settings)
        except MediaError as error:
            if _disk_refused(error):
                raise
        await self._generator.download(source, part)
        try:
            return source, await self._check(part, self._generation.settings)
        except MediaError as error:
            if _disk_refused(error):
                raise
            raise self._lost(str(error)) from error

    async def _download(self, number: int, part: Path) -> MediaSource:
        """Fetch from the known link; one that is gone is asked for once more."""
        if not self._asked and len(self._sources) >= number:
            source = self._sources[number - 1]
            try:
                await self._generator.download(source, part)
            except BackendError as error:
                if error.retryable:
                    raise
            else:
                return source
            await self._ask()
        source = self._source(number)
        try:
            await self._generator.download(source, part)
        except BackendError as error:
            if error.retryable:
                raise
            if self._age_seconds < LINK_LIFE_SECONDS:
                raise BackendError(error.message, hint=error.hint, retryable=True) from error
            raise self._lost(str(error)) from error
        return source

    def _source(self, number: int) -> MediaSource:
        if len(self._sources) < number:
            raise self._lost(f"the service now has {len(self._sources)} samples")
        return self._sources[number - 1]

    async def _ask(self) -> None:
        """Have the links named (anew)."""
        generation = self._generation
        if generation.provider_id is None:
            raise self._lost("its id at the service is not known")
        try:
            update = await self._generator.poll(generation.provider_id, model=generation.model)
        except BackendError as error:
            if error.retryable:
                raise
            raise self._lost(str(error)) from error
        if update.status != "succeeded" or not update.sources:
            raise self._lost(f"the service now says {update.status} {update.reason}".strip())
        self._sources, self._asked = update.sources, True

    def _lost(self, why: str) -> GenerationFailedError:
        return GenerationFailedError(
            f"the video of attempt {self._generation.attempt_number} cannot be had any more: {why}",
            hint="it was paid for; a new attempt is needed",
            cost_usd=self._generation.cost_usd,
        )

    @property
    def _age_seconds(self) -> float:
        began = self._generation.submitted_at or self._generation.intended_at
        return (utc_now() - began).total_seconds()


def _disk_refused(error: BaseException) -> bool:
    """Whether this machine, not the clip, is the reason."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _DISK_TROUBLE:
            return True
        seen = seen.__cause__
    return False
