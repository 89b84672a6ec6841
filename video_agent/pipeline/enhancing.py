"""What is made from a delivered video: the clip at one loudness, a thumbnail, a contact sheet.

Each file lies beside the video, which stays as it is; it appears whole or not at all. Asking again
returns what is there; a file that somebody deleted is made again.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from video_agent.ledger.collect import Notify
from video_agent.media.digest import sha256_of
from video_agent.media.mastering import master_loudness
from video_agent.media.thumbnails import write_contact_sheet, write_thumbnail
from video_agent.models import Deliverable, DeliverableKind, Video
from video_agent.store.deliverables import find_deliverable, keep_deliverable, note_copy
from video_agent.tools import Services

_THUMBNAIL_WIDTH = 1280
"""Pixels, as YouTube recommends; a smaller video gives a smaller picture."""


async def ensure(services: Services, video: Video, kind: DeliverableKind) -> Deliverable:
    """What was made of this kind, made now if it is not there.

    Raises:
        MediaError: The video cannot be read, or there is no room.
        StoreError: The database refused.
    """
    known = await find_deliverable(services.database, video.id, kind)
    if known is not None and await asyncio.to_thread(is_there, known):
        return known
    made = await asyncio.to_thread(_MAKERS[kind], video)
    if known is not None and known.sha256 == made.sha256:
        made = made.model_copy(update={"storage_uri": known.storage_uri})
    await keep_deliverable(services.database, video, made)
    return made


async def ensure_copy(
    services: Services, video: Video, made: Deliverable, notify: Notify
) -> Deliverable:
    """Keep a copy of it in Cloud Storage where that is wanted; without one it is as good.

    Args:
        services: The parts.
        video: What it was made from.
        made: The file.
        notify: Hears why there is no copy yet.
    """
    if made.storage_uri is not None:
        return made
    content_type = "video/mp4" if made.kind == "final" else "image/jpeg"
    uri = await services.collector.copied(
        made.path, made.sha256, content_type=content_type, notify=notify
    )
    if uri is None:
        return made
    await note_copy(services.database, video.id, made.sha256, uri)
    return made.model_copy(update={"storage_uri": uri})


def is_there(made: Deliverable) -> bool:
    """Whether the file still is what was made. Blocking."""
    return made.path.is_file() and made.path.stat().st_size == made.size_bytes


def _final(video: Video) -> Deliverable:
    mastered = master_loudness(video.path, _beside(video, "final.mp4"))
    loudness = None if mastered.loudness is None else mastered.loudness.integrated_lufs
    return _made("final", mastered.path, loudness_lufs=loudness)


def _thumbnail(video: Video) -> Deliverable:
    target = _beside(video, "thumbnail.jpg")
    return _made("thumbnail", write_thumbnail(video.path, target, width=_THUMBNAIL_WIDTH))


def _contact_sheet(video: Video) -> Deliverable:
    target = _beside(video, "contact-sheet.jpg")
    return _made("contact_sheet", write_contact_sheet(video.path, target))


_MAKERS: Mapping[DeliverableKind, Callable[[Video], Deliverable]] = {
    "final": _final,
    "thumbnail": _thumbnail,
    "contact_sheet": _contact_sheet,
}


def _beside(video: Video, name: str) -> Path:
    return video.path.with_name(f"{video.path.stem}-{name}")


def _made(kind: DeliverableKind, path: Path, *, loudness_lufs: float | None = None) -> Deliverable:
    return Deliverable(
        kind=kind,
        path=path,
        sha256=sha256_of(path),
        size_bytes=path.stat().st_size,
        loudness_lufs=loudness_lufs,
    )
