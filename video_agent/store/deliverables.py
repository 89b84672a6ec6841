"""Deliverables: what was made from a video, one row for each kind."""

from collections.abc import Iterable
from pathlib import Path
from typing import cast

from sqlalchemy import CursorResult, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from video_agent.models import DELIVERABLE_KINDS, Deliverable, DeliverableKind, Video
from video_agent.store.database import Database
from video_agent.store.job_tables import DeliverableRow


def to_deliverable(row: DeliverableRow) -> Deliverable:
    """A row as a value."""
    return Deliverable(
        kind=cast("DeliverableKind", row.kind),
        path=Path(row.path),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        storage_uri=row.storage_uri,
        loudness_lufs=row.loudness_lufs,
    )


def in_order(rows: Iterable[DeliverableRow]) -> tuple[Deliverable, ...]:
    """Rows as values, in the order of `DELIVERABLE_KINDS`."""
    made = map(to_deliverable, rows)
    return tuple(sorted(made, key=lambda one: DELIVERABLE_KINDS.index(one.kind)))


async def deliverables_of(database: Database, video_id: str) -> tuple[Deliverable, ...]:
    """What was made from a video, in the order of `DELIVERABLE_KINDS`.

    Raises:
        StoreError: The database refused.
    """
    query = select(DeliverableRow).where(col(DeliverableRow.video_id) == video_id)
    async with database.read() as session:
        return in_order(await session.exec(query))


async def find_deliverable(
    database: Database, video_id: str, kind: DeliverableKind
) -> Deliverable | None:
    """What was made of this kind, if it was made.

    Raises:
        StoreError: The database refused.
    """
    async with database.read() as session:
        row = await _row(session, video_id, kind)
    return None if row is None else to_deliverable(row)


async def keep_deliverable(database: Database, video: Video, made: Deliverable) -> None:
    """Note what was made; what was made before gives way to it. May be repeated.

    Raises:
        StoreError: The database refused.
    """
    async with database.write() as session:
        row = await _row(session, video.id, made.kind)
        if row is None:
            row = DeliverableRow(
                job_id=video.job_id, video_id=video.id, kind=made.kind, path="", sha256="",
                size_bytes=0,
            )  # fmt: skip
            try:
                async with session.begin_nested():
                    session.add(_filled(row, made))
            except IntegrityError:  # another process made it between our look and our insert
                present = await _row(session, video.id, made.kind)
                if present is None:
                    raise
                _filled(present, made)
        else:
            _filled(row, made)


async def note_copy(database: Database, video_id: str, sha256: str, storage_uri: str) -> bool:
    """Note where the copies of a video's deliverables with these bytes lie.

    Returns:
        Whether there is such a deliverable: a newer one may have taken its place.

    Raises:
        StoreError: The database refused.
    """
    statement = (
        update(DeliverableRow)
        .where(col(DeliverableRow.video_id) == video_id, col(DeliverableRow.sha256) == sha256)
        .values(storage_uri=storage_uri)
    )
    async with database.write() as session:
        result = cast("CursorResult[tuple[()]]", await session.exec(statement))
    return result.rowcount > 0


def _filled(row: DeliverableRow, made: Deliverable) -> DeliverableRow:
    row.path, row.sha256, row.size_bytes = str(made.path), made.sha256, made.size_bytes
    row.storage_uri, row.loudness_lufs = made.storage_uri, made.loudness_lufs
    return row


async def _row(
    session: AsyncSession, video_id: str, kind: DeliverableKind
) -> DeliverableRow | None:
    query = select(DeliverableRow).where(
        col(DeliverableRow.video_id) == video_id, col(DeliverableRow.kind) == kind
    )
    return (await session.exec(query)).first()
