"""Bringing finished videos home: downloaded at once, checked, kept under our own name."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sqlmodel import col, select

from video_agent.errors import BackendError, MediaError, VideoAgentError
from video_agent.ids import new_id
from video_agent.ledger.fetching import MediaCheck, Samples
from video_agent.ledger.file_names import file_name
from video_agent.media.digest import sha256_of
from video_agent.models import Generation, MediaSource, Video
from video_agent.ports import Generator, ObjectStore
from video_agent.store.database import Database
from video_agent.store.tables import VideoRow
from video_agent.store.values import to_video, video_row

Notify = Callable[[str], Awaitable[None]]
"""Hears, in one line, of what went wrong without losing a video that is here."""

LONGEST_MIRROR_SECONDS = 120.0
_log = logging.getLogger(__name__)


class Collector:
    """Downloads what succeeded. Everything here may be repeated for ever.

    A paid clip is given up only when it cannot come any more: the service says so, or its links
    have had their time. A full disk or a refused link leaves it to be collected later.

    Args:
        database: Where the videos are booked.
        output_folder: Where finished videos are kept.
        check: Opens each file before it counts as delivered.
        mirror: Keeps a copy of each video; one that fails is tried again at the next collection.
        mirror_seconds: The longest a collection waits for one copy.
    """

    def __init__(
        self,
        database: Database,
        output_folder: Path,
        check: MediaCheck,
        *,
        mirror: ObjectStore | None = None,
        mirror_seconds: float = LONGEST_MIRROR_SECONDS,
    ) -> None:
        self._database = database
        self._output_folder = output_folder
        self._check = check
        self._mirror = mirror
        self._mirror_seconds = mirror_seconds

    async def collect(
        self,
        generation: Generation,
        generator: Generator,
        sources: Sequence[MediaSource] = (),
        *,
        notify: Notify | None = None,
    ) -> Video:
        """The video of a succeeded generation: the first of its samples; see `collect_all`."""
        videos = await self.collect_all(generation, generator, sources, notify=notify)
        return videos[0]

    async def collect_all(
        self,
        generation: Generation,
        generator: Generator,
        sources: Sequence[MediaSource] = (),
        *,
        notify: Notify | None = None,
    ) -> list[Video]:
        """All videos of a succeeded generation: those already kept, the others downloaded now.

        A sample that cannot be had does not keep the others away: it is told to `notify`, and
        asked for again at the next collection.

        Args:
            generation: A succeeded generation.
            generator: Who made it.
            sources: Where its bytes are; asked again when empty, or once when a link is gone.
            notify: Hears of samples and copies that are missing.

        Returns:
            One video or more, by sample.

        Raises:
            GenerationFailedError: No video can be had any more, or the service's files are not
                usable videos; they were paid for.
            BackendError: The service failed or refuses its own link; `retryable`.
            MediaError: They cannot be written here; collect again when that is mended.
        """
        kept = await self._kept(generation.id)
        if len(kept) < generation.settings.samples:
            samples = Samples(generation, generator, sources, self._check)
            await self._fetch_missing(generation, samples, kept, notify)
        different = {kept[number].id: kept[number] for number in sorted(kept)}
        return [await self.keep_copy(video, notify) for video in different.values()]

    async def find(self, generation_id: str) -> Video | None:
        """The video kept for a generation, if its file is still there."""
        return next(iter(await self.find_all(generation_id)), None)

    async def find_all(self, generation_id: str) -> list[Video]:
        """The videos kept for a generation whose files are still there, by sample."""
        kept = await self._kept(generation_id)
        return [kept[number] for number in sorted(kept)]

    async def _kept(self, generation_id: str) -> dict[int, Video]:
        query = select(VideoRow).where(col(VideoRow.generation_id) == generation_id)
        in_order = query.order_by(col(VideoRow.id))
        rows = await self._database.reading(lambda session: list(session.exec(in_order)))
        kept: dict[int, Video] = {}
        for row in rows:
            if await asyncio.to_thread(Path(row.path).is_file):
                kept[row.sample_number] = to_video(row)
        return kept

    async def _fetch_missing(
        self,
        generation: Generation,
        samples: Samples,
        kept: dict[int, Video],
        notify: Notify | None,
    ) -> None:
        """Add what is missing to `kept`; raises only when nothing is there at all."""
        failure: BackendError | None = None
        try:
            count = await samples.count()
        except BackendError as error:
            failure, count = error, 0
        for number in range(1, count + 1):
            if number in kept:
                continue
            try:
                kept[number] = await self._fetch(generation, samples, number)
            except BackendError as error:
                failure = failure or error
                await _tell(f"sample {number} is missing: {error.message}", notify)
        if failure is not None and not kept:
            raise failure

    async def _fetch(self, generation: Generation, samples: Samples, number: int) -> Video:
        target = self._output_folder / file_name(generation, sample=number)
        part = target.with_name(f".{new_id()}.{target.name}")
        try:
            source, facts = await samples.fetch(number, part)
            digest = await asyncio.to_thread(sha256_of, part)
            await asyncio.to_thread(_rename, part, target)
        finally:
            await asyncio.to_thread(_remove, part)
        video = Video(
            id=new_id(),
            job_id=generation.job_id,
            attempt_number=generation.attempt_number,
            generation_id=generation.id,
            path=target.absolute(),
            sha256=digest,
            facts=facts,
        )
        return await self._book(video, source, number)

    async def _book(self, video: Video, source: MediaSource, number: int) -> Video:
        row = video_row(video, source_uri=source.uri, sample_number=number)
        same = select(VideoRow).where(
            col(VideoRow.generation_id) == video.generation_id, col(VideoRow.sha256) == video.sha256
        )
        async with self._database.write(durable=True) as session:
            known = (await session.exec(same)).first()
            if known is None:
                session.add(row)
                return video
            # The same bytes were kept before, and their file had vanished or is another sample's.
            if known.sample_number == number:
                known.path = str(video.path)
                session.add(known)
            return to_video(known)

    @property
    def keeps_copies(self) -> bool:
        """Whether files are kept in an object store too."""
        return self._mirror is not None

    async def keep_copy(self, video: Video, notify: Notify | None = None) -> Video:
        """Keep a copy where that is wanted; without one the video is as good."""
        if video.storage_uri is not None:
            return video
        uri = await self.copied(video.path, video.sha256, notify=notify)
        if uri is None:
            return video
        async with self._database.write() as session:
            row = await session.get(VideoRow, video.id)
            if row is not None:
                row.storage_uri = uri
                session.add(row)
        return video.model_copy(update={"storage_uri": uri})

    async def copied(
        self,
        path: Path,
        sha256: str,
        *,
        content_type: str = "video/mp4",
        notify: Notify | None = None,
    ) -> str | None:
        """Store a copy of a file, which may be repeated for ever.

        Returns:
            Where it lies (gs://); None when none is wanted, or it failed, which is told.
        """
        if self._mirror is None:
            return None
        try:
            async with asyncio.timeout(self._mirror_seconds):
                stored = await self._mirror.put(path, sha256=sha256, content_type=content_type)
        except VideoAgentError as error:
            await _tell(f"{path.name} has no copy yet: {error.message}", notify)
            return None
        except TimeoutError:
            await _tell(f"{path.name} has no copy yet: storing took too long", notify)
            return None
        return stored.uri


async def _tell(message: str, notify: Notify | None) -> None:
    _log.warning("%s", message)
    if notify is not None:
        await notify(message)


def _remove(part: Path) -> None:
    """Remove what is left of a download; where even that fails, the first error is the news."""
    with suppress(OSError):
        part.unlink(missing_ok=True)


def _rename(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise MediaError(f"cannot write {target.name}: {error.strerror or error}") from error
