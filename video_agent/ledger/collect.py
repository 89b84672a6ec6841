"""Bringing finished videos home: downloaded at once, checked, kept under our own name."""

import asyncio
import errno
import hashlib
import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path

from sqlmodel import col, select

from video_agent.errors import BackendError, GenerationFailedError, MediaError
from video_agent.ids import new_id
from video_agent.models import (
    Generation,
    GenerationSettings,
    MediaFacts,
    MediaSource,
    Video,
    utc_now,
)
from video_agent.ports import Generator
from video_agent.store.database import Database
from video_agent.store.tables import VideoRow
from video_agent.store.values import to_video, video_row

MediaCheck = Callable[[Path, GenerationSettings], Awaitable[MediaFacts]]
"""Opens a downloaded file and says what it is; may rewrite it (e.g. remove its sound).

Raises `MediaError` when it is not a video that can be used."""

LINK_LIFE_SECONDS = 48 * 3600.0
"""How long the Gemini API keeps files: a younger one that is refused may come later."""

_DISK_TROUBLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO})
_LONGEST_SLUG = 40


class Collector:
    """Downloads what succeeded. Everything here may be repeated for ever.

    A paid clip is given up only when it cannot come any more: the service says so, or its links
    have had their time. A full disk or a refused link leaves it to be collected later.

    Args:
        database: Where the videos are booked.
        output_folder: Where finished videos are kept.
        check: Opens each file before it counts as delivered.
    """

    def __init__(self, database: Database, output_folder: Path, check: MediaCheck) -> None:
        self._database = database
        self._output_folder = output_folder
        self._check = check

    async def collect(
        self, generation: Generation, generator: Generator, sources: Sequence[MediaSource] = ()
    ) -> Video:
        """The video of a succeeded generation: the one already kept, else downloaded now.

        Args:
            generation: A succeeded generation.
            generator: Who made it.
            sources: Where its bytes are; asked again when empty, or once when the link is gone.

        Raises:
            GenerationFailedError: The video cannot be had any more, or the service's file is not a
                usable video; it was paid for.
            BackendError: The service failed or refuses its own link; `retryable`.
            MediaError: It cannot be written here; collect again when that is mended.
        """
        kept = await self.find(generation.id)
        if kept is not None:
            return kept
        target = self._output_folder / file_name(generation)
        part = target.with_name(f".{new_id()}.{target.name}")
        try:
            source = await self._download(generation, generator, sources, part)
            facts = await self._checked(generation, generator, source, part)
            digest = await asyncio.to_thread(_sha256, part)
            await asyncio.to_thread(_rename, part, target)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        video = Video(
            id=new_id(),
            job_id=generation.job_id,
            attempt_number=generation.attempt_number,
            generation_id=generation.id,
            path=target.absolute(),
            sha256=digest,
            facts=facts,
        )
        return await self._book(video, source)

    async def find(self, generation_id: str) -> Video | None:
        """The video kept for a generation, if its file is still there."""
        query = select(VideoRow).where(col(VideoRow.generation_id) == generation_id)
        async with self._database.read() as session:
            rows = list(await session.exec(query.order_by(col(VideoRow.id).desc())))
        for row in rows:
            if await asyncio.to_thread(Path(row.path).is_file):
                return to_video(row)
        return None

    async def _download(
        self,
        generation: Generation,
        generator: Generator,
        sources: Sequence[MediaSource],
        part: Path,
    ) -> MediaSource:
        """Fetch the first source; a link that is gone is asked for once more."""
        if sources:
            try:
                await generator.download(sources[0], part)
            except BackendError as error:
                if error.retryable:
                    raise
            else:
                return sources[0]
        source = await self._ask_again(generation, generator)
        try:
            await generator.download(source, part)
        except BackendError as error:
            if error.retryable:
                raise
            if _age_seconds(generation) < LINK_LIFE_SECONDS:
                raise BackendError(error.message, hint=error.hint, retryable=True) from error
            raise _lost(generation, str(error)) from error
        return source

    async def _ask_again(self, generation: Generation, generator: Generator) -> MediaSource:
        if generation.provider_id is None:
            raise _lost(generation, "its id at the service is not known")
        try:
            update = await generator.poll(generation.provider_id, model=generation.model)
        except BackendError as error:
            if error.retryable:
                raise
            raise _lost(generation, str(error)) from error
        if update.status != "succeeded" or not update.sources:
            raise _lost(generation, f"the service now says {update.status} {update.reason}".strip())
        return update.sources[0]

    async def _checked(
        self, generation: Generation, generator: Generator, source: MediaSource, part: Path
    ) -> MediaFacts:
        """Open the file; a broken one is downloaded once more before it is given up."""
        try:
            return await self._check(part, generation.settings)
        except MediaError as error:
            if _disk_refused(error):
                raise
        await generator.download(source, part)
        try:
            return await self._check(part, generation.settings)
        except MediaError as error:
            if _disk_refused(error):
                raise
            raise _lost(generation, str(error)) from error

    async def _book(self, video: Video, source: MediaSource) -> Video:
        row = video_row(video, source_uri=source.uri)
        same = select(VideoRow).where(
            col(VideoRow.generation_id) == video.generation_id, col(VideoRow.sha256) == video.sha256
        )
        async with self._database.write(durable=True) as session:
            known = (await session.exec(same)).first()
            if known is None:
                session.add(row)
                return video
            # The same bytes were kept before and their file had vanished.
            known.path = str(video.path)
            session.add(known)
            return to_video(known)


def file_name(generation: Generation, today: date | None = None) -> str:
    """`<date>-<words of the prompt>-<job>-a<attempt>.mp4`, plain ASCII for every file system.

    The job is named by the last 8 digits of its id, which are random; the first ones are the time.
    """
    day = today or utc_now().date()
    job = re.sub(r"[^0-9A-Za-z]", "", generation.job_id)[-8:]
    parts = [day.isoformat(), slug(generation.prompt), job, f"a{generation.attempt_number}"]
    return "-".join(part for part in parts if part) + ".mp4"


def slug(text: str) -> str:
    """The first words in lower-case ASCII joined by hyphens; empty when nothing remains."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", ascii_text.lower())
    name = ""
    for word in words:
        longer = f"{name}-{word}" if name else word
        if len(longer) > _LONGEST_SLUG:
            break
        name = longer
    return name or (words[0][:_LONGEST_SLUG] if words else "")


def _lost(generation: Generation, why: str) -> GenerationFailedError:
    return GenerationFailedError(
        f"the video of attempt {generation.attempt_number} cannot be had any more: {why}",
        hint="it was paid for; a new attempt is needed",
        cost_usd=generation.cost_usd,
    )


def _age_seconds(generation: Generation) -> float:
    return (utc_now() - (generation.submitted_at or generation.intended_at)).total_seconds()


def _disk_refused(error: BaseException) -> bool:
    """Whether this machine, not the clip, is the reason."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _DISK_TROUBLE:
            return True
        seen = seen.__cause__
    return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rename(part: Path, target: Path) -> None:
    try:
        part.replace(target)
    except OSError as error:
        raise MediaError(f"cannot write {target.name}: {error.strerror or error}") from error
