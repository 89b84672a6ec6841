"""Work that may not stop half-way."""

import asyncio
from collections.abc import Coroutine
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def finish(work: Coroutine[object, object, ResultT]) -> ResultT:
    """Run `work` to its end even when the caller is cancelled; then deliver the cancellation.

    Without it a cancelled commit may or may not have happened.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait([task])
        if not task.cancelled():
            task.exception()  # seen here, so that it is not reported as lost
        raise
