"""A file's fingerprint."""

import hashlib
from pathlib import Path

from video_agent.errors import MediaError


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as hexadecimal text. Blocking; reads a little at a time.

    Raises:
        MediaError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror or error}") from error
