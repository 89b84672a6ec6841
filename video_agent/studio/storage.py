"""What survives a restart: operations, files and counters in one SQLite file, bytes beside it.

Every write is one transaction. All methods block for about a millisecond; call them from a thread.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_agent.studio.reading import Fields, as_fields

TABLES = """
CREATE TABLE IF NOT EXISTS interactions (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL, model TEXT NOT NULL, request TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '', seed INTEGER NOT NULL, fate TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL, accepted_at REAL NOT NULL, finished_at REAL, file_id TEXT, error TEXT
);
CREATE INDEX IF NOT EXISTS interactions_by_label ON interactions (label);
CREATE TABLE IF NOT EXISTS files (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, mime_type TEXT NOT NULL, size INTEGER NOT NULL,
    sha256 TEXT NOT NULL, source TEXT NOT NULL, created_at REAL NOT NULL, active_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, display_name TEXT NOT NULL, mime_type TEXT NOT NULL, size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
FILE_LIFETIME_SECONDS = 48 * 3600


@dataclass(frozen=True)
class InteractionRow:
    """One accepted generation. `request` holds what render and answers need; Unix seconds."""

    id: str
    number: int
    model: str
    request: Fields
    label: str
    seed: int
    fate: str
    status: str
    accepted_at: float
    finished_at: float | None = None
    file_id: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class FileRow:
    """One file of the Files API. `source` is UPLOADED, REGISTERED or GENERATED."""

    id: str
    display_name: str
    mime_type: str
    size: int
    sha256: str
    source: str
    created_at: float
    active_at: float

    @property
    def active(self) -> bool:
        """Whether it may be used: it stays PROCESSING for a moment."""
        return time.time() >= self.active_at

    @property
    def expires_at(self) -> float:
        """When it is gone, in Unix seconds."""
        return self.created_at + FILE_LIFETIME_SECONDS


@dataclass(frozen=True)
class UploadRow:
    """A resumable upload under way. `size` is what the client announced, in bytes."""

    id: str
    display_name: str
    mime_type: str
    size: int


class Storage:
    """The state of one studio in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("files", "uploads", "inputs", "drafts"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(folder / "studio.sqlite", check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(TABLES)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._connection.close()

    def create_tables(self, script: str) -> None:
        """Create the tables of one protocol if they are not there yet."""
        with self._lock:
            self._connection.executescript(script)

    @contextmanager
    def transaction(self) -> Generator[sqlite3.Connection]:
        """One transaction: committed at the end of the block, rolled back when it raises."""
        with self._lock, self._connection:
            yield self._connection

    def counter(self, name: str) -> int:
        """The value of a counter; 0 when it was never counted."""
        with self.transaction() as connection:
            row = connection.execute("SELECT value FROM counters WHERE name=?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def next_number(self) -> int:
        """A number that is never given twice in this folder, from 1."""
        with self.transaction() as connection:
            return count_up(connection, "numbers")

    # ---- interactions

    def accept(self, row: InteractionRow) -> None:
        """Write down an accepted generation and count it as a paid start, in one transaction."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO interactions VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    row.id,
                    row.number,
                    row.model,
                    json.dumps(row.request),
                    row.label,
                    row.seed,
                    row.fate,
                    row.status,
                    row.accepted_at,
                    row.finished_at,
                    row.file_id,
                    row.error,
                ),
            )
            count_up(connection, "paid_starts")

    def finish(self, interaction_id: str, status: str, **facts: str | float | None) -> bool:
        """End a running generation.

        Args:
            interaction_id: Which one.
            status: Its last status.
            **facts: `finished_at`, `file_id`, `error`.

        Returns:
            False when it was not running any more (cancelled or deleted meanwhile).
        """
        columns = "".join(f", {name}=?" for name in facts)
        with self.transaction() as connection:
            cursor = connection.execute(
                f"UPDATE interactions SET status=?{columns} "  # noqa: S608 - our column names
                "WHERE id=? AND status='in_progress'",
                (status, *facts.values(), interaction_id),
            )
        return cursor.rowcount == 1

    def interaction(self, interaction_id: str) -> InteractionRow | None:
        """One generation."""
        found = self._interactions("id=?", interaction_id)
        return found[0] if found else None

    def interactions_labelled(self, label: str) -> list[InteractionRow]:
        """The generations that carry this `generation` label, oldest first."""
        return self._interactions("label=?", label)

    def unfinished(self) -> list[InteractionRow]:
        """The generations that still have to be rendered, oldest first."""
        return self._interactions("status=?", "in_progress")

    def _interactions(self, condition: str, value: str) -> list[InteractionRow]:
        with self.transaction() as connection:
            rows = connection.execute(
                f"SELECT * FROM interactions WHERE {condition} ORDER BY number",  # noqa: S608 - ours
                (value,),
            ).fetchall()
        return [_interaction(dict(row)) for row in rows]

    def delete_interaction(self, interaction_id: str) -> bool:
        """Forget a generation; False when there is none."""
        with self.transaction() as connection:
            cursor = connection.execute("DELETE FROM interactions WHERE id=?", (interaction_id,))
        return cursor.rowcount == 1

    # ---- files

    def path_of(self, file_id: str) -> Path:
        """Where the bytes of a file are."""
        return self.folder / "files" / file_id

    def add_file(self, row: FileRow) -> None:
        """Write down a file whose bytes already stand at `path_of`."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?,?)",
                (
                    row.id,
                    row.display_name,
                    row.mime_type,
                    row.size,
                    row.sha256,
                    row.source,
                    row.created_at,
                    row.active_at,
                ),
            )

    def file(self, file_id: str) -> FileRow | None:
        """One file; None when there is none or it has expired."""
        with self.transaction() as connection:
            row = connection.execute("SELECT * FROM files WHERE id=?", (file_id,)).fetchone()
        found = FileRow(**dict(row)) if row else None
        return found if found and found.expires_at > time.time() else None

    def files(self) -> list[FileRow]:
        """All files that have not expired, newest first."""
        with self.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM files WHERE created_at>? ORDER BY created_at DESC",
                (time.time() - FILE_LIFETIME_SECONDS,),
            ).fetchall()
        return [FileRow(**dict(row)) for row in rows]

    def delete_file(self, file_id: str) -> bool:
        """Remove a file and its bytes; False when there is none."""
        with self.transaction() as connection:
            cursor = connection.execute("DELETE FROM files WHERE id=?", (file_id,))
        self.path_of(file_id).unlink(missing_ok=True)
        return cursor.rowcount == 1

    # ---- uploads

    def add_upload(self, row: UploadRow) -> None:
        """Open a resumable upload."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO uploads VALUES (?,?,?,?)",
                (row.id, row.display_name, row.mime_type, row.size),
            )

    def upload(self, upload_id: str) -> UploadRow | None:
        """One upload under way."""
        with self.transaction() as connection:
            row = connection.execute("SELECT * FROM uploads WHERE id=?", (upload_id,)).fetchone()
        return UploadRow(**dict(row)) if row else None

    def end_upload(self, upload_id: str) -> None:
        """Close an upload."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE id=?", (upload_id,))


def _interaction(columns: dict[str, Any]) -> InteractionRow:
    columns["request"] = as_fields(json.loads(columns["request"]))
    return InteractionRow(**columns)


def count_up(connection: sqlite3.Connection, name: str) -> int:
    """Add one to a counter, inside the caller's transaction, and return its new value."""
    connection.execute(
        "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
        (name,),
    )
    row = connection.execute("SELECT value FROM counters WHERE name=?", (name,)).fetchone()
    return int(row[0])
