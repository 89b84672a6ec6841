"""One running studio a folder, by a lock that the system frees when the process dies.

The lock is an exclusive SQLite transaction on a file of its own: it works the same on every
platform, between processes and inside one. Beside it stands a small file with the address of the
studio that holds it, so that a latecomer can join.
"""

import json
import os
import sqlite3
import time
from pathlib import Path

from video_agent.studio.config import StudioFolderBusyError

ADDRESS_FILE = "studio.json"
ADDRESS_WAIT_SECONDS = 2.0


class FolderLock:
    """The right to use a folder, from `acquire` to `release`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            StudioFolderBusyError: Another studio has it; the error carries its address.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._folder / "studio.lock", timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            connection.close()
            raise StudioFolderBusyError(self._folder, read_address(self._folder)) from None
        self._connection = connection
        (self._folder / ADDRESS_FILE).unlink(missing_ok=True)  # left behind by one that died

    def publish(self, url: str) -> None:
        """Write down where this studio listens."""
        target = self._folder / ADDRESS_FILE
        draft = target.with_suffix(".tmp")
        draft.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
        draft.replace(target)

    def release(self) -> None:
        """Give the folder back; harmless when it is not held."""
        if self._connection is None:
            return
        (self._folder / ADDRESS_FILE).unlink(missing_ok=True)
        self._connection.close()
        self._connection = None


def read_address(folder: Path, wait_seconds: float = ADDRESS_WAIT_SECONDS) -> str | None:
    """Where the studio on this folder listens; waits a moment for one that is just starting."""
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            content: object = json.loads((folder / ADDRESS_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = None
        if isinstance(content, dict) and isinstance(content.get("url"), str):
            return str(content["url"])
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.02)
