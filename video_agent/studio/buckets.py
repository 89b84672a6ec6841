"""The objects of Cloud Storage buckets: rows in the studio's database, bytes in files beside it.

Every bucket with a valid name exists, except that a name starting with `missing-` does not exist
(404) and one starting with `forbidden-` may not be used (403). An object's name never becomes a
path: its bytes stand in a file under an id of ours, a new one for each generation.

All methods block; call them from a thread.
"""

import json
import re
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from video_agent.studio.config import StudioError
from video_agent.studio.digests import Digests, digest
from video_agent.studio.storage import Storage

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
FOLDER = "objects"
MISSING, FORBIDDEN = "missing-", "forbidden-"
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
ODD_SIGN = re.compile(r"[\r\n\0\ud800-\udfff]")
MAX_NAME_BYTES = 1024
ONE_DOT_PART = 63


class BucketError(StudioError):
    """A bucket or an object name that cannot be used.

    Args:
        status: 400 for a name that is not valid, 403 for a forbidden bucket, 404 for a missing one.
        message: What Google would say.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


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


Check = Callable[[ObjectRow | None], None]
"""Gets the live object (None for none) and raises to stop a change; runs in its transaction."""


def _no_check(_row: ObjectRow | None) -> None:
    """Any state will do."""


def split_uri(uri: str) -> tuple[str, str]:
    """The bucket and the object name (or prefix, perhaps empty) of a gs:// address.

    Raises:
        BucketError: 400, not a gs:// address.
    """
    bucket, _, name = uri.removeprefix("gs://").partition("/")
    if not uri.startswith("gs://") or not bucket:
        raise BucketError(400, f"Invalid Cloud Storage URI: {uri!r}")
    return bucket, name


def check_bucket(bucket: str) -> None:
    """Refuse a bucket that cannot be used.

    Raises:
        BucketError: 400, 403 or 404.
    """
    parts_fit = all(0 < len(part) <= ONE_DOT_PART for part in bucket.split("."))
    if not (BUCKET_NAME.fullmatch(bucket) and parts_fit):
        raise BucketError(400, f"Invalid bucket name: '{bucket}'")
    if bucket.startswith(MISSING):
        raise BucketError(404, "The specified bucket does not exist.")
    if bucket.startswith(FORBIDDEN):
        raise BucketError(
            403,
            "The caller does not have storage access to the Google Cloud Storage bucket "
            f"{bucket}. Permission denied (or the resource may not exist).",
        )


def check_name(name: str) -> None:
    """Refuse an object name that Google would not take.

    Raises:
        BucketError: 400.
    """
    size = len(name.encode("utf-8", "replace"))
    reserved = name in {".", ".."} or name.startswith(".well-known/acme-challenge/")
    if not 0 < size <= MAX_NAME_BYTES or reserved or ODD_SIGN.search(name):
        raise BucketError(400, f"Invalid object name: {name[:80]!r}")


class Buckets:
    """All objects of one studio."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._folder = storage.folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        storage.create_tables(TABLES)

    def put(
        self,
        bucket: str,
        name: str,
        content: bytes | Path,
        *,
        content_type: str,
        metadata: Mapping[str, str] | None = None,
    ) -> ObjectRow:
        """Store a content (bytes, or a file to copy) under a name, as a new generation.

        Raises:
            BucketError: The bucket or the name cannot be used.
            OSError: The file cannot be read.
        """
        return self.store(NewObject(bucket, name, content, content_type, metadata or {}))

    def store(self, new: NewObject, check: Check = _no_check) -> ObjectRow:
        """Store a new generation of an object, if the check lets it.

        Raises:
            BucketError: The bucket or the name cannot be used.
            OSError: The file cannot be read.
        """
        check_bucket(new.bucket)
        check_name(new.name)
        bytes_id = new.bytes_id or uuid.uuid4().hex
        target = self._folder / bytes_id
        if isinstance(new.content, Path):
            shutil.copyfile(new.content, target)
        else:
            target.write_bytes(new.content)
        digests = digest(target)
        try:
            with self._storage.transaction() as connection:
                before = _find(connection, new.bucket, new.name)
                check(before)
                generation = _next_generation(connection)
                row = _first_row(replace(new, bytes_id=bytes_id), digests, generation)
                _write(connection, row)
        except BaseException:
            target.unlink()
            raise
        self._forget(before)
        return row

    def find(self, bucket: str, name: str) -> ObjectRow | None:
        """The live object; None when there is none.

        Raises:
            BucketError: The bucket cannot be used.
        """
        check_bucket(bucket)
        with self._storage.transaction() as connection:
            return _find(connection, bucket, name)

    def path_of(self, row: ObjectRow) -> Path:
        """Where the bytes of an object are; the file is gone once the object is replaced."""
        return self._folder / row.bytes_id

    def read(self, bucket: str, name: str) -> bytes | None:
        """The bytes of an object; None when there is none.

        Raises:
            BucketError: The bucket cannot be used.
        """
        while row := self.find(bucket, name):
            try:
                return self.path_of(row).read_bytes()
            except FileNotFoundError:  # replaced or deleted since: look again
                if self.find(bucket, name) == row:
                    raise
        return None

    def list(self, bucket: str, prefix: str = "") -> list[ObjectRow]:
        """The live objects whose name starts with the prefix, in the order of their names' bytes.

        Raises:
            BucketError: The bucket cannot be used.
        """
        check_bucket(bucket)
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM objects WHERE bucket=? AND substr(name, 1, ?)=?",
                (bucket, len(prefix), prefix),
            ).fetchall()
        return sorted(map(_row, rows), key=lambda row: row.name.encode())

    def change(
        self, bucket: str, name: str, change: Callable[[ObjectRow], ObjectRow], check: Check
    ) -> ObjectRow | None:
        """Change the metadata of an object; its metageneration grows by one.

        Args:
            bucket: The bucket's name.
            name: The object's name.
            change: Makes the new row from the old one.
            check: Sees the object first and may raise; nothing is then changed.

        Returns:
            The new row; None when there is no such object.

        Raises:
            BucketError: The bucket cannot be used.
        """
        check_bucket(bucket)
        with self._storage.transaction() as connection:
            before = _find(connection, bucket, name)
            check(before)
            if before is None:
                return None
            _write(connection, change(before))
            return _find(connection, bucket, name)

    def delete(self, bucket: str, name: str, check: Check = _no_check) -> bool:
        """Delete an object; False when there is none.

        Raises:
            BucketError: The bucket cannot be used.
        """
        check_bucket(bucket)
        with self._storage.transaction() as connection:
            before = _find(connection, bucket, name)
            check(before)
            connection.execute("DELETE FROM objects WHERE bucket=? AND name=?", (bucket, name))
        self._forget(before)
        return before is not None

    def _forget(self, row: ObjectRow | None) -> None:
        if row is not None:
            self.path_of(row).unlink(missing_ok=True)


def _find(connection: sqlite3.Connection, bucket: str, name: str) -> ObjectRow | None:
    row = connection.execute(
        "SELECT * FROM objects WHERE bucket=? AND name=?", (bucket, name)
    ).fetchone()
    return _row(row) if row else None


def _write(connection: sqlite3.Connection, row: ObjectRow) -> None:
    columns = {**vars(row), **{key: json.dumps(dict(getattr(row, key))) for key in MAPS}}
    places = ",".join(f":{column}" for column in columns)
    connection.execute(
        f"INSERT OR REPLACE INTO objects ({','.join(columns)}) VALUES ({places})",  # noqa: S608 - ours
        columns,
    )


def _row(columns: sqlite3.Row) -> ObjectRow:
    values = dict(columns)
    values.update({key: json.loads(values[key]) for key in MAPS})
    return ObjectRow(**values)


def _first_row(new: NewObject, digests: Digests, generation: int) -> ObjectRow:
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


def _next_generation(connection: sqlite3.Connection) -> int:
    """Microseconds since 1970, as Google's generations, but never the same twice."""
    row = connection.execute("SELECT last FROM object_generations").fetchone()
    generation = max(time.time_ns() // 1000, int(row[0]) + 1 if row else 0)
    connection.execute("INSERT OR REPLACE INTO object_generations VALUES (1, ?)", (generation,))
    return generation
