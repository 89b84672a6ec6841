"""Resumable uploads under way: what was asked, how far it is, how it ended. Survives a restart.

The size of the file with the bytes is the truth about how far an upload is.
"""

import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from video_agent.studio.reading import Fields, as_fields
from video_agent.studio.storage import Storage

TABLES = """
CREATE TABLE IF NOT EXISTS resumable_uploads (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, request TEXT NOT NULL, total INTEGER,
    status TEXT NOT NULL, fate TEXT NOT NULL, answer TEXT, created_at REAL NOT NULL
);
"""
FOLDER = "resumable"
OPEN, DONE, GONE, LOST, CANCELLED = "open", "done", "gone", "lost", "cancelled"


@dataclass(frozen=True)
class Session:
    """One upload. `total` is its size in bytes, None while unknown; `fate` a fault to play."""

    id: str
    service: str
    request: Fields
    total: int | None
    status: str
    fate: str
    answer: Fields | None
    created_at: float


class ResumableUploads:
    """All uploads of one studio. The methods block, except `received`."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._folder = storage.folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        storage.create_tables(TABLES)

    def open(self, service: str, request: Fields, total: int | None) -> Session:
        """Begin an upload."""
        session = Session(
            id=secrets.token_urlsafe(48),
            service=service,
            request=request,
            total=total,
            status=OPEN,
            fate="",
            answer=None,
            created_at=time.time(),
        )
        self.path_of(session).write_bytes(b"")
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO resumable_uploads VALUES (?,?,?,?,?,?,?,?)",
                (
                    session.id,
                    service,
                    json.dumps(request),
                    total,
                    session.status,
                    session.fate,
                    None,
                    session.created_at,
                ),
            )
        return session

    def find(self, service: str, upload_id: str) -> Session | None:
        """One upload of a service."""
        with self._storage.transaction() as connection:
            row = connection.execute(
                "SELECT * FROM resumable_uploads WHERE id=? AND service=?", (upload_id, service)
            ).fetchone()
        if row is None:
            return None
        columns = dict(row)
        columns["request"] = as_fields(json.loads(columns["request"]))
        if columns["answer"] is not None:
            columns["answer"] = as_fields(json.loads(columns["answer"]))
        return Session(**columns)

    def path_of(self, session: Session) -> Path:
        """Where the bytes are that came so far."""
        return self._folder / session.id

    def received(self, session: Session) -> int:
        """How many bytes are kept."""
        if session.status == DONE:
            return session.total or 0
        return self.path_of(session).stat().st_size

    def set_total(self, session: Session, total: int) -> None:
        """Write down the size once it is known."""
        self._set(session, "total", total)

    def set_fate(self, session: Session, fate: str) -> None:
        """Write down a fault that strikes when the upload is complete."""
        self._set(session, "fate", fate)

    def finish(self, session: Session, answer: Fields) -> None:
        """Complete: from now on every request gets this answer."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE resumable_uploads SET status=?, answer=? WHERE id=?",
                (DONE, json.dumps(answer), session.id),
            )
        self.path_of(session).unlink(missing_ok=True)

    def end(self, session: Session, status: str) -> None:
        """Give an upload up: GONE, LOST or CANCELLED."""
        self._set(session, "status", status)
        self.path_of(session).unlink(missing_ok=True)

    def _set(self, session: Session, column: str, value: str | int) -> None:
        with self._storage.transaction() as connection:
            connection.execute(
                f"UPDATE resumable_uploads SET {column}=? WHERE id=?",  # noqa: S608 - our columns
                (value, session.id),
            )
