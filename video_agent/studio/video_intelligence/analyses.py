"""Analyses as rows in the studio's database: they outlive a restart."""

import json
import sqlite3
from dataclasses import dataclass

from video_agent.studio.reading import Fields, as_fields
from video_agent.studio.storage import Storage

TABLES = """
CREATE TABLE IF NOT EXISTS analyses (
    name TEXT PRIMARY KEY, number INTEGER NOT NULL, uri TEXT NOT NULL, features TEXT NOT NULL,
    fate TEXT NOT NULL, started_at REAL NOT NULL, updated_at REAL NOT NULL,
    looks INTEGER NOT NULL DEFAULT 0, result TEXT
);
"""


@dataclass(frozen=True)
class AnalysisRow:
    """One accepted analysis; times are Unix seconds.

    `looks` counts how often it was asked for. `result` is the `response` or `error` of the finished
    operation, None while it runs.
    """

    name: str
    number: int
    uri: str
    features: tuple[int, ...]
    fate: str
    started_at: float
    updated_at: float
    looks: int = 0
    result: Fields | None = None


class Analyses:
    """All analyses of one studio. The methods block: call them from a thread."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.create_tables(TABLES)

    def accept(self, row: AnalysisRow) -> None:
        """Write down an accepted analysis."""
        columns = {**vars(row), "features": json.dumps(row.features), "result": None}
        places = ",".join(f":{name}" for name in columns)
        with self._storage.transaction() as connection:
            connection.execute(
                f"INSERT INTO analyses ({','.join(columns)}) VALUES ({places})",  # noqa: S608 - ours
                columns,
            )

    def finish(self, name: str, result: Fields, updated_at: float) -> None:
        """End an analysis."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE analyses SET result=?, updated_at=? WHERE name=?",
                (json.dumps(result), updated_at, name),
            )

    def look(self, name: str) -> AnalysisRow | None:
        """One analysis as it was before this look, which is counted."""
        with self._storage.transaction() as connection:
            row = connection.execute("SELECT * FROM analyses WHERE name=?", (name,)).fetchone()
            connection.execute("UPDATE analyses SET looks = looks + 1 WHERE name=?", (name,))
        return _row(row) if row else None

    def unfinished(self) -> list[AnalysisRow]:
        """The analyses that still have to be made, oldest first."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM analyses WHERE result IS NULL ORDER BY number"
            ).fetchall()
        return [_row(row) for row in rows]


def _row(columns: sqlite3.Row) -> AnalysisRow:
    values = dict(columns)
    values["features"] = tuple(json.loads(values["features"]))
    if values["result"] is not None:
        values["result"] = as_fields(json.loads(values["result"]))
    return AnalysisRow(**values)
