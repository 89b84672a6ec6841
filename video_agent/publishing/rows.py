"""Publication rows: found or made, and shown to the rest of the program without secrets."""

from collections.abc import Mapping
from typing import cast

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.errors import NotFoundError, VideoAgentError
from video_agent.models import (
    Publication,
    PublicationDetails,
    PublicationState,
    Video,
    utc_now,
)
from video_agent.store.database import Database
from video_agent.store.publication_tables import PublicationRow

FAILED_EXTRA = "failed: "
ENDED = (PublicationState.PUBLISHED.value, PublicationState.FAILED.value)


def to_publication(row: PublicationRow, warnings: tuple[str, ...] = ()) -> Publication:
    """A row as a value; the address of its upload stays behind."""
    error = row.error.get("message") if row.error else None
    return Publication(
        id=row.id,
        video_id=row.video_id,
        job_id=row.job_id,
        target=row.target,
        state=PublicationState(row.state),
        details=details_of(row),
        sent_bytes=row.size_bytes if row.youtube_id else row.offset_bytes,
        size_bytes=row.size_bytes,
        youtube_id=row.youtube_id,
        url=row.url,
        warnings=(*_failed_extras(row), *warnings),
        error=None if error is None else str(error),
        created_at=row.created_at,
        published_at=row.published_at,
    )


def details_of(row: PublicationRow) -> PublicationDetails:
    """What is said about the video."""
    return PublicationDetails.model_validate(row.details)


def extras_of(row: PublicationRow) -> dict[str, str]:
    """How thumbnail, captions and playlist stand."""
    return {
        name: str(value) for name, value in cast("Mapping[str, object]", row.extras or {}).items()
    }


def error_document(error: VideoAgentError) -> dict[str, object]:
    """An error as it is kept in a row."""
    return {
        "type": type(error).__name__,
        "message": error.message,
        "hint": error.hint,
        "retryable": error.retryable,
    }


async def get_row(database: Database, publication_id: str) -> PublicationRow:
    """One row.

    Raises:
        NotFoundError: There is none.
    """
    row = await database.reading(lambda session: session.get(PublicationRow, publication_id))
    if row is None:
        raise NotFoundError(f"there is no publication {publication_id}")
    return row


async def rows_where(
    database: Database, *, video_id: str | None, job_id: str | None, target: str | None
) -> list[PublicationRow]:
    """The rows that match everything given, newest first."""
    query = select(PublicationRow).order_by(col(PublicationRow.id).desc())
    for column, wanted in (
        (col(PublicationRow.video_id), video_id),
        (col(PublicationRow.job_id), job_id),
        (col(PublicationRow.target), target),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    return await database.reading(lambda session: list(session.exec(query)))


async def find_or_prepare(
    database: Database, video: Video, details: PublicationDetails, target: str, *, again: bool
) -> PublicationRow:
    """The video's row at a service: the one that is there, else a new one.

    While nothing was opened and nobody works on it, new details, and a newer file of the video,
    replace the old ones. A failed row is only followed by a new one when `again` says so.
    """
    async with database.write(durable=True) as session:
        row = await _latest(session, video.id, target)
        if row is None or (again and row.state == PublicationState.FAILED.value):
            return await _insert(session, video, details, target)
        free = row.lease_until is None or row.lease_until < utc_now()
        if row.state == PublicationState.PREPARED.value and free:
            row.details = details.model_dump(mode="json")
            row.sha256, row.size_bytes = video.sha256, video.facts.size_bytes
            row.version += 1
            row.updated_at = utc_now()
    return row


async def _insert(
    session: AsyncSession, video: Video, details: PublicationDetails, target: str
) -> PublicationRow:
    row = PublicationRow(
        video_id=video.id,
        job_id=video.job_id,
        target=target,
        details=details.model_dump(mode="json"),
        state=PublicationState.PREPARED.value,
        sha256=video.sha256,
        size_bytes=video.facts.size_bytes,
    )
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:  # another process made it between our look and our insert
        present = await _latest(session, video.id, target)
        if present is None:
            raise
        return present
    return row


async def _latest(session: AsyncSession, video_id: str, target: str) -> PublicationRow | None:
    query = select(PublicationRow).where(
        col(PublicationRow.video_id) == video_id, col(PublicationRow.target) == target
    )
    newest = query.order_by(col(PublicationRow.id).desc()).with_for_update()
    return (await session.exec(newest)).first()


def _failed_extras(row: PublicationRow) -> list[str]:
    return [
        f"{name}: {value.removeprefix(FAILED_EXTRA)}"
        for name, value in extras_of(row).items()
        if value.startswith(FAILED_EXTRA)
    ]
