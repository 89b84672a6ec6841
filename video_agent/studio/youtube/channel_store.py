"""One channel's videos, playlists, captions and thumbnails: rows in the studio's database.

The bytes of each video are kept, so that a test can compare them.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from video_agent.studio.reading import Fields
from video_agent.studio.storage import Storage

TABLES = """
CREATE TABLE IF NOT EXISTS youtube_videos (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL,
    size INTEGER NOT NULL, content_type TEXT NOT NULL, snippet TEXT NOT NULL, status TEXT NOT NULL,
    file TEXT NOT NULL, fate TEXT NOT NULL, notify_subscribers INTEGER NOT NULL,
    uploaded_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS youtube_playlists (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, snippet TEXT NOT NULL,
    privacy TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS youtube_playlist_items (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, playlist_id TEXT NOT NULL,
    video_id TEXT NOT NULL, created_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS youtube_captions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, video_id TEXT NOT NULL,
    language TEXT NOT NULL, name TEXT NOT NULL, is_draft INTEGER NOT NULL, content BLOB NOT NULL,
    created_at REAL NOT NULL, UNIQUE (video_id, language, name)
);
CREATE TABLE IF NOT EXISTS youtube_thumbnails (
    video_id TEXT PRIMARY KEY, content_type TEXT NOT NULL, content BLOB NOT NULL
);
"""
FOLDER = "youtube"
CHANNEL_ID = "UCstudio0000000000000000"
UPLOADS_ID = "UU" + CHANNEL_ID[2:]
FIRST_PLAYLIST_ID = "PLstudio-playlist-1"


@dataclass(frozen=True)
class VideoRow:
    """One video. `snippet` and `status` hold the fields that were sent, with their defaults.

    `file` is what the service found in it, `fate` the fault that decides how processing ends.
    """

    id: str
    sha256: str
    size: int
    content_type: str
    snippet: Fields
    status: Fields
    file: Fields
    fate: str
    notify_subscribers: bool
    uploaded_at: float


@dataclass(frozen=True)
class PlaylistRow:
    """One playlist."""

    id: str
    snippet: Fields
    privacy: str
    created_at: float


@dataclass(frozen=True)
class ItemRow:
    """One entry of a playlist."""

    id: str
    playlist_id: str
    video_id: str
    created_at: float


@dataclass(frozen=True)
class CaptionRow:
    """One caption track."""

    id: str
    video_id: str
    language: str
    name: str
    is_draft: bool
    content: bytes
    created_at: float


class ChannelStore:
    """Everything on the channel. The methods block."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._folder = storage.folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        storage.create_tables(TABLES)
        first: Fields = {"title": "First playlist", "description": ""}
        self.add_playlist(PlaylistRow(FIRST_PLAYLIST_ID, first, "private", time.time()))

    # ---- videos

    def add_video(self, row: VideoRow) -> None:
        """Write down a video; one that is there stays as it is."""
        self._insert("youtube_videos", asdict(row))

    def video(self, video_id: str) -> VideoRow | None:
        """One video."""
        return next((row for row in self.videos() if row.id == video_id), None)

    def videos(self) -> list[VideoRow]:
        """All videos, newest first."""
        return [VideoRow(**row) for row in self._select("youtube_videos", "ORDER BY number DESC")]

    def change_video(self, video_id: str, parts: Mapping[str, Fields]) -> None:
        """Replace `snippet`, `status` or both."""
        with self._storage.transaction() as connection:
            for part, fields in parts.items():
                connection.execute(
                    f"UPDATE youtube_videos SET {part}=? WHERE id=?",  # noqa: S608 - our columns
                    (json.dumps(fields), video_id),
                )

    def delete_video(self, video_id: str) -> None:
        """Remove a video with everything that hangs on it."""
        with self._storage.transaction() as connection:
            connection.execute("DELETE FROM youtube_videos WHERE id=?", (video_id,))
            for table in ("playlist_items", "captions", "thumbnails"):
                connection.execute(
                    f"DELETE FROM youtube_{table} WHERE video_id=?",  # noqa: S608 - our tables
                    (video_id,),
                )
        self.path_of(video_id).unlink(missing_ok=True)

    def path_of(self, video_id: str) -> Path:
        """Where the bytes of a video are. The name is a digest: ids may differ in case alone."""
        return self._folder / hashlib.sha256(video_id.encode()).hexdigest()[:32]

    # ---- playlists

    def add_playlist(self, row: PlaylistRow) -> None:
        """Write down a playlist; one that is there stays as it is."""
        self._insert("youtube_playlists", asdict(row))

    def playlists(self) -> list[PlaylistRow]:
        """All playlists but that of uploads, newest first."""
        rows = self._select("youtube_playlists", "ORDER BY number DESC")
        return [PlaylistRow(**row) for row in rows]

    def add_item(self, row: ItemRow) -> None:
        """Put a video at the end of a playlist."""
        self._insert("youtube_playlist_items", asdict(row))

    def items(self, playlist_id: str) -> list[ItemRow]:
        """The entries of a playlist in order; for the uploads all videos, newest first."""
        if playlist_id == UPLOADS_ID:
            return [
                ItemRow(f"UU.{row.id}", UPLOADS_ID, row.id, row.uploaded_at)
                for row in self.videos()
            ]
        rows = self._select(
            "youtube_playlist_items", "WHERE playlist_id=? ORDER BY number", playlist_id
        )
        return [ItemRow(**row) for row in rows]

    # ---- captions and thumbnails

    def add_caption(self, row: CaptionRow) -> bool:
        """Add a track; False when the video has one of this language and name."""
        return self._insert("youtube_captions", asdict(row))

    def captions(self, video_id: str) -> list[CaptionRow]:
        """The tracks of a video."""
        rows = self._select("youtube_captions", "WHERE video_id=? ORDER BY number", video_id)
        return [CaptionRow(**row) for row in rows]

    def set_thumbnail(self, video_id: str, content_type: str, content: bytes) -> None:
        """Give a video its own picture."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO youtube_thumbnails VALUES (?,?,?)",
                (video_id, content_type, content),
            )

    def thumbnail(self, video_id: str) -> bytes | None:
        """The own picture of a video."""
        rows = self._select("youtube_thumbnails", "WHERE video_id=?", video_id)
        return bytes(rows[0]["content"]) if rows else None

    # ---- SQL

    def _insert(self, table: str, values: Mapping[str, object]) -> bool:
        texts = {
            key: json.dumps(value) if isinstance(value, dict) else value
            for key, value in values.items()
        }
        places = ",".join(f":{key}" for key in texts)
        with self._storage.transaction() as connection:
            cursor = connection.execute(
                f"INSERT OR IGNORE INTO {table} ({','.join(texts)}) VALUES ({places})",  # noqa: S608 - ours
                texts,
            )
        return cursor.rowcount == 1

    def _select(self, table: str, rest: str, *values: str) -> list[dict[str, Any]]:
        with self._storage.transaction() as connection:
            rows: Iterable[Mapping[str, Any]] = connection.execute(
                f"SELECT * FROM {table} {rest}",  # noqa: S608 - our own text
                values,
            ).fetchall()
        return [_columns(dict(row)) for row in rows]


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    row.pop("number", None)
    for key in ("snippet", "status", "file"):
        if isinstance(value := row.get(key), str):
            row[key] = json.loads(value)
    for key in ("notify_subscribers", "is_draft"):
        if key in row:
            row[key] = bool(row[key])
    return row
