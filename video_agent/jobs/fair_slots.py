"""Slots for what thinks: the most urgent first, and among equals each user in turn."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class FairSlots:
    """So many may work at once in this process. Belongs to one event loop.

    Args:
        slots: How many.
    """

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._waiting: dict[int, dict[str, deque[asyncio.Future[None]]]] = {}

    @asynccontextmanager
    async def slot(self, priority: int, user_id: str) -> AsyncGenerator[None]:
        """Hold a slot during the body.

        Args:
            priority: 1 is the most urgent.
            user_id: Whose turn it uses; users of one priority get their turns round robin.
        """
        await self._take(priority, user_id)
        try:
            yield
        finally:
            self._give()

    async def _take(self, priority: int, user_id: str) -> None:
        if self._free and not self._waiting:
            self._free -= 1
            return
        granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(priority, {}).setdefault(user_id, deque()).append(granted)
        try:
            await granted
        except asyncio.CancelledError:
            if granted.done() and not granted.cancelled():
                self._give()  # it was granted in the very moment in which we were cancelled
            raise

    def _give(self) -> None:
        """Hand a slot to who is next: the first user of the first priority goes to the end."""
        while self._waiting:
            priority = min(self._waiting)
            users = self._waiting[priority]
            user_id = next(iter(users))
            line = users.pop(user_id)
            granted = line.popleft()
            if line:
                users[user_id] = line
            if not users:
                del self._waiting[priority]
            if not granted.done():
                granted.set_result(None)
                return
        self._free += 1
