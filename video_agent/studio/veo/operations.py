"""Veo's operations as rows in the studio's database: they outlive a restart."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from video_agent.studio.reading import Fields, as_fields
from video_agent.studio.storage import Storage, count_up

TABLES = """
CREATE TABLE IF NOT EXISTS veo_operations (
    name TEXT PRIMARY KEY, number INTEGER NOT NULL, model TEXT NOT NULL, request TEXT NOT NULL,
    label TEXT NOT NULL, seed INTEGER NOT NULL, fate TEXT NOT NULL, accepted_at REAL NOT NULL,
    finished_at REAL, result TEXT
);
CREATE INDEX IF NOT EXISTS veo_operations_by_label ON veo_operations (label);
"""
JSON_COLUMNS = ("request", "result")


@dataclass(frozen=True)
class OperationRow:
    """One accepted operation; times are Unix seconds.

    `request` holds what drawing and answers need, `result` how it ended (see `endings`), None
    while it runs. `fate` is the fault that decides its end.
    """

    name: str
    number: int
    model: str
    request: Fields
    label: str
    seed: int
    fate: str
    accepted_at: float
    finished_at: float | None = None
    result: Fields | None = None


class Operations:
    """All Veo operations of one studio. The methods block: call them from a thread."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        storage.create_tables(TABLES)

    def accept(self, row: OperationRow) -> None:
        """Write down an accepted operation and count it as a paid start, in one transaction."""
        columns = {**vars(row), **{name: _dumped(getattr(row, name)) for name in JSON_COLUMNS}}
        places = ",".join(f":{name}" for name in columns)
        with self._storage.transaction() as connection:
            connection.execute(
                f"INSERT INTO veo_operations ({','.join(columns)}) VALUES ({places})",  # noqa: S608 - ours
                columns,
            )
            count_up(connection, "paid_starts")

    def finish(self, name: str, result: Mapping[str, object], finished_at: float) -> None:
        """End an operation that runs; one that has ended stays as it is."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE veo_operations SET result=?, finished_at=? WHERE name=? AND result IS NULL",
                (json.dumps(result), finished_at, name),
            )

    def find(self, name: str) -> OperationRow | None:
        """One operation by its full name."""
        return next(iter(self._rows("name=?", name)), None)

    def labelled(self, label: str) -> list[OperationRow]:
        """The operations that carry this `generation` label, oldest first."""
        return self._rows("label=?", label)

    def unfinished(self) -> list[OperationRow]:
        """The operations that still have to be drawn, oldest first."""
        return self._rows("result IS NULL")

    def _rows(self, condition: str, *values: str) -> list[OperationRow]:
        with self._storage.transaction() as connection:
            rows = connection.execute(
                f"SELECT * FROM veo_operations WHERE {condition} ORDER BY number",  # noqa: S608 - ours
                values,
            ).fetchall()
        return [_row(row) for row in rows]


def _row(columns: sqlite3.Row) -> OperationRow:
    values = dict(columns)
    values["request"] = as_fields(json.loads(values["request"]))
    if values["result"] is not None:
        values["result"] = as_fields(json.loads(values["result"]))
    return OperationRow(**values)


def _dumped(value: object) -> str | None:
    return None if value is None else json.dumps(value)
