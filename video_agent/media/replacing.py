"""Files that appear whole or not at all."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from uuid import uuid4

from video_agent.errors import MediaError

_DIGITS = 8
_ABANDONED_SECONDS = 3_600.0


@contextmanager
def replacing(target: Path) -> Generator[Path]:
    """Write to the yielded path beside `target`.

    It takes the target's place when the block ends well, else it is removed. What a killed process
    left of the same target is cleared away.

    Raises:
        MediaError: The folder or file cannot be written.
    """
    partial = target.with_name(f".{target.stem}-{uuid4().hex[:_DIGITS]}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        yield partial
        partial.replace(target)
    except OSError as error:
        raise MediaError(
            f"{target} cannot be written: {error.strerror or error}",
            hint="choose another folder or make room",
        ) from error
    finally:
        if partial.exists():
            partial.unlink()


def _clear_leftovers(target: Path) -> None:
    """Unlink unfinished files of this target that nobody can be writing any more."""
    pattern = f".{escape(target.stem)}-{'[0-9a-f]' * _DIGITS}{escape(target.suffix)}"
    for left in target.parent.glob(pattern):
        if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
            left.unlink(missing_ok=True)
