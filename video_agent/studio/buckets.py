"""The objects of Cloud Storage buckets: rows in the studio's database, bytes in files beside it.

Every bucket with a valid name exists, except that a name starting with `missing-` does not exist
(404) and one starting with `forbidden-` may not be used (403). An object's name never becomes a
path: its bytes stand in a file under an id of ours, a new one for each generation.

All methods block; call them from a thread.
"""

import shutil
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from video_agent.studio.digests import digest
from video_agent.studio.object_storage import rows
from video_agent.studio.object_storage.names import (
    BucketError,
    check_bucket,
    check_name,
    split_uri,
)
from video_agent.studio.object_storage.rows import NewObject, ObjectRow
from video_agent.studio.storage import Storage

__all__ = ["BucketError", "Buckets", "Check", "NewObject", "ObjectRow", "split_uri"]

FOLDER = "objects"

Check = Callable[[ObjectRow | None], None]
"""Gets the live object (None for none) and raises to stop a change; runs in its transaction."""


def _no_check(_row: ObjectRow | None) -> None:
    """Any state will do."""


class Buckets:
    """All objects of one studio."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._folder = storage.folder / FOLDER
        self._folder.mkdir(parents=True, exist_ok=True)
        storage.create_tables(rows.TABLES)

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
                before = rows.find(connection, new.bucket, new.name)
                check(before)
                generation = rows.next_generation(connection)
                row = rows.first_row(replace(new, bytes_id=bytes_id), digests, generation)
                rows.write(connection, row)
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
            return rows.find(connection, bucket, name)

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
            found = connection.execute(
                "SELECT * FROM objects WHERE bucket=? AND substr(name, 1, ?)=?",
                (bucket, len(prefix), prefix),
            ).fetchall()
        return sorted(map(rows.row_of, found), key=lambda row: row.name.encode())

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
            before = rows.find(connection, bucket, name)
            check(before)
            if before is None:
                return None
            rows.write(connection, change(before))
            return rows.find(connection, bucket, name)

    def delete(self, bucket: str, name: str, check: Check = _no_check) -> bool:
        """Delete an object; False when there is none.

        Raises:
            BucketError: The bucket cannot be used.
        """
        check_bucket(bucket)
        with self._storage.transaction() as connection:
            before = rows.find(connection, bucket, name)
            check(before)
            connection.execute("DELETE FROM objects WHERE bucket=? AND name=?", (bucket, name))
        self._forget(before)
        return before is not None

    def _forget(self, row: ObjectRow | None) -> None:
        if row is not None:
            self.path_of(row).unlink(missing_ok=True)
