"""A thread with an event loop of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import TypeVar

ResultT = TypeVar("ResultT")


class LoopThread:
    """Runs coroutines in a thread of its own, away from the loop of whoever uses us.

    A notebook's cell or a command that computes must not stop the workers' clock.

    Args:
        name: Of the thread.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def run(self, work: Coroutine[object, object, ResultT]) -> ResultT:
        """Run it there and await it here; when we are cancelled, so is it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def call_soon(self, work: Coroutine[object, object, None]) -> None:
        """Begin it there; what becomes of it is its own affair."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def cancel_tasks(self) -> None:
        """Cancel all that runs there and wait for its end."""
        await self.run(_cancel_others())

    async def close(self) -> None:
        """End the loop and the thread."""
        await self.cancel_tasks()
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


async def _cancel_others() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
