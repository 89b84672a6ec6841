"""The table of publications: one row for each video at each publishing service."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlmodel import Field

from video_agent.ids import new_id
from video_agent.models import utc_now
from video_agent.store.column_types import JsonDocument, PlainText, UtcDateTime
from video_agent.store.tables import JsonObject, StoreTable

_LIVE = text("state <> 'failed'")


class PublicationRow(StoreTable, table=True):
    """One video at one service, with everything a killed upload needs to go on.

    `state` is a `PublicationState`; `details` the dump of `PublicationDetails`. `session_uri` is
    the address of the upload: whoever has it can write to it, so it is kept out of every other
    place, and emptied when the video is there. `last_byte_sent` is set, durably, before the piece
    with the file's last byte leaves: while it is False no video can have come of the session.
    `extras` tells for thumbnail, captions and playlist whether they were begun, done, or why not.
    One process at a time works on a row (`lease_owner` until `lease_until`); `version` grows with
    each change. At most one row of a video and service is not `failed`: the database refuses more.
    """

    table_name: ClassVar[str] = "publications"
    __table_args__ = (
        Index(
            "uq_publications_one_per_video",
            "video_id",
            "target",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_publications_job_id", "job_id"),
    )

    id: str = Field(default_factory=new_id, primary_key=True, sa_type=PlainText)
    video_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("generated_videos.id", ondelete="CASCADE")]
    )
    job_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("video_jobs.id", ondelete="CASCADE")]
    )
    target: str = Field(sa_type=PlainText)
    details: JsonObject = Field(sa_type=JsonDocument)
    state: str = Field(sa_type=PlainText)
    version: int = 1
    session_uri: str | None = Field(default=None, sa_type=PlainText, repr=False)
    offset_bytes: int = Field(default=0, sa_type=BigInteger)
    last_byte_sent: bool = False
    sha256: str = Field(sa_type=PlainText)
    size_bytes: int = Field(sa_type=BigInteger)
    youtube_id: str | None = Field(default=None, sa_type=PlainText)
    url: str | None = Field(default=None, sa_type=PlainText)
    extras: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    error: JsonObject | None = Field(default=None, sa_type=JsonDocument)
    lease_owner: str | None = Field(default=None, sa_type=PlainText)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    updated_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
