"""Files that appear whole or not at all."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from video_agent.errors import MediaError


@contextmanager
def replacing(target: Path) -> Generator[Path]:
    """Write to the yielded path beside `target`.

    It takes the target's place when the block ends well, else it is removed.

    Raises:
        MediaError: The folder or file cannot be written.
    """
    partial = target.with_name(f".{target.stem}-{uuid4().hex[:8]}{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
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
