"""The one executor of a SQLite engine, by a lock on a file that the system frees when it dies."""

import os
import sys
from pathlib import Path

from video_agent.errors import ConfigurationError


class ExecutorLock:
    """The right to execute a backend's jobs on one engine file. Not for network folders.

    Args:
        engine_file: The engine's SQLite file; the lock stands beside it.
        backend: Executors of different backends do not disturb each other.
    """

    def __init__(self, engine_file: Path, backend: str) -> None:
        self._file = engine_file.with_name(f"{engine_file.name}.{backend}.lock")
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take it, unless another process (or another part of this one) has it.

        Raises:
            ConfigurationError: The file cannot be written.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"the lock {self._file} cannot be made: {error.strerror}",
                hint="check the folder's permissions",
            ) from error
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Give it back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - there only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - not there

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
