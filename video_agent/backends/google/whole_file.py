"""A file that is there whole or not at all."""

import asyncio
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from video_agent.errors import MediaError


@asynccontextmanager
async def whole_file(target: Path) -> AsyncGenerator[Path, None]:
    """A temporary sibling that becomes `target` when the body succeeds, else vanishes.

    Raises:
        MediaError: The disk refused.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        try:
            yield part
            await asyncio.to_thread(part.replace, target)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
    except OSError as error:
        raise MediaError(
            f"cannot write {target.name}: {error.strerror or error}",
            hint="check the output folder and the free space",
        ) from error
