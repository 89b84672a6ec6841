"""The steps that run in this process right now, so that a worker knows when it may go."""

import asyncio
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

_RECORDING = "recording"
_SHORT_SECONDS = 5.0


class StepsUnderWay:
    """Counts the steps that run; when the process drains, no other is begun.

    Belongs to one event loop.
    """

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()
        self._changed = asyncio.Event()
        self._draining = False

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """One step, from its first to its last moment."""
        self._running[name] += 1
        try:
            yield
        finally:
            self._less(name)

    @contextmanager
    def until_recorded(self) -> Generator[Callable[[], None]]:
        """Around a step and its recording; the step calls what is given when it has ended well."""
        ended: list[str] = []

        def on_end() -> None:
            ended.append(_RECORDING)
            self._running[_RECORDING] += 1

        try:
            yield on_end
        finally:
            for name in ended:
                self._less(name)

    async def may_begin(self) -> None:
        """Return at once; while the process drains, never: the step is for another process."""
        if self._draining:
            await asyncio.Event().wait()

    async def drain(self, grace_seconds: dict[str, float]) -> None:
        """Begin no more steps, and give those that run their time.

        Args:
            grace_seconds: How long each kind of step is waited for; the others, 5 s.
        """
        self._draining = True
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while patience := self._patience(grace_seconds, loop.time() - begun):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), patience)
            except TimeoutError:
                continue

    def _less(self, name: str) -> None:
        self._running[name] -= 1
        self._changed.set()

    def _patience(self, grace_seconds: dict[str, float], waited_seconds: float) -> float:
        """For how long to wait on; 0 when nothing runs that is worth it."""
        left = [
            grace_seconds.get(name, _SHORT_SECONDS) - waited_seconds
            for name, running in self._running.items()
            if running
        ]
        return max([0.0, *left])
