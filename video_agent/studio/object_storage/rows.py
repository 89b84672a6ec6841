"""Objects as rows of a table."""

import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from video_agent.studio.digests import Digests

TABLES = """
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, name TEXT NOT NULL, bytes_id TEXT NOT NULL, size INTEGER NOT NULL,
    content_type TEXT NOT NULL, generation INTEGER NOT NULL, metageneration INTEGER NOT NULL,
    md5_base64 TEXT NOT NULL, crc32c_base64 TEXT NOT NULL, sha256 TEXT NOT NULL,
    created_at REAL NOT NULL, updated_at REAL NOT NULL, metadata TEXT NOT NULL,
    properties TEXT NOT NULL,
    PRIMARY KEY (bucket, name)
);
CREATE TABLE IF NOT EXISTS object_generations (
    one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL
);
"""
MAPS = ("metadata", "properties")


@dataclass(frozen=True)
class ObjectRow:
    """One live object. `generation` counts contents, `metageneration` changes of its metadata.

    Times are Unix seconds; `size` is in bytes; `bytes_id` names the file with its bytes.
    `properties` are fixed fields such as `cacheControl`, by their JSON names.
    """

    bucket: str
    name: str
    bytes_id: str
    size: int
    content_type: str
    generation: int
    metageneration: int
    md5_base64: str
    crc32c_base64: str
    sha256: str
    created_at: float
    updated_at: float
    metadata: Mapping[str, str]
    properties: Mapping[str, str]

    @property
    def uri(self) -> str:
        """Its gs:// address."""
        return f"gs://{self.bucket}/{self.name}"


@dataclass(frozen=True)
class NewObject:
    """What is to be stored.

    Attributes:
        bucket: The bucket's name.
        name: The object's name, any text of 1 to 1024 bytes.
        content: The bytes, or a file to copy them from.
        content_type: The MIME type.
        metadata: The caller's own keys and values.
        properties: Fixed fields besides the content type, by their JSON names.
        bytes_id: An own id for the bytes, never used before; empty makes one.
    """

    bucket: str
    name: str
    content: bytes | Path
    content_type: str
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    bytes_id: str = ""


def find(connection: sqlite3.Connection, bucket: str, name: str) -> ObjectRow | None:
    """The live object; None when there is none."""
    row = connection.execute(
        "SELECT * FROM objects WHERE bucket=? AND name=?", (bucket, name)
    ).fetchone()
    return row_of(row) if row else None


def write(connection: sqlite3.Connection, row: ObjectRow) -> None:
    """Write a row in the place of the one with its name."""
    columns = {**vars(row), **{key: json.dumps(dict(getattr(row, key))) for key in MAPS}}
    places = ",".join(f":{column}" for column in columns)
    connection.execute(
        f"INSERT OR REPLACE INTO objects ({','.join(columns)}) VALUES ({places})",  # noqa: S608 - ours
        columns,
    )


def row_of(columns: sqlite3.Row) -> ObjectRow:
    """A row as it was read."""
    values = dict(columns)
    values.update({key: json.loads(values[key]) for key in MAPS})
    return ObjectRow(**values)


def first_row(new: NewObject, digests: Digests, generation: int) -> ObjectRow:
    """The row of a content that was just stored."""
    now = time.time()
    return ObjectRow(
        bucket=new.bucket,
        name=new.name,
        bytes_id=new.bytes_id,
        size=digests.size,
        content_type=new.content_type,
        generation=generation,
        metageneration=1,
        md5_base64=digests.md5_base64,
        crc32c_base64=digests.crc32c_base64,
        sha256=digests.sha256,
        created_at=now,
        updated_at=now,
        metadata=dict(new.metadata),
        properties=dict(new.properties),
    )


def next_generation(connection: sqlite3.Connection) -> int:
    """Microseconds since 1970, as Google's generations, but never the same twice."""
    row = connection.execute("SELECT last FROM object_generations").fetchone()
    generation = max(time.time_ns() // 1000, int(row[0]) + 1 if row else 0)
    connection.execute("INSERT OR REPLACE INTO object_generations VALUES (1, ?)", (generation,))
    return generation
