"""The real clock."""

import asyncio
import time


class SystemClock:
    """Implements `ports.Clock`."""

    def monotonic(self) -> float:
        """Seconds that only grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
