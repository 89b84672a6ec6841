"""`Sweeper`: now and then, one process looks for what crashes and lost answers have left behind.

Nothing depends on it for being right, only for being tidy and soon: whatever it does may be done
twice, by two processes at once, or a day later.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from video_agent.errors import VideoAgentError
from video_agent.jobs.turn_taking import NamedLease
from video_agent.store.uncancelled import finish

_log = logging.getLogger(__name__)
Tally = Mapping[str, int]
"""What was done, in words, and how often: "jobs handed in again"."""


class Chore(Protocol):
    """One kind of thing that is looked for and put right."""

    async def do(self) -> Tally:
        """Do it once; what could not be done now is tried the next time.

        Raises:
            VideoAgentError: It cannot be done now.
        """
        ...


@dataclass(frozen=True)
class Pace:
    """When it sweeps, in seconds.

    Args:
        first_after: The first time, after the process has begun.
        every: The pause between two.
        lease: How long the others leave it to a process that no longer sweeps.
    """

    first_after: float = 5.0
    every: float = 60.0
    lease: float = 150.0


class Sweeper:
    """Does chores again and again, while no other process does.

    Args:
        lease: The right to sweep.
        chores: What to do, in this order.
        pace: When.
    """

    def __init__(
        self, lease: NamedLease, chores: Sequence[Chore], pace: Pace | None = None
    ) -> None:
        self._lease = lease
        self._chores = chores
        self._pace = pace or Pace()

    async def run(self) -> None:
        """Sweep until cancelled; then another process may at once."""
        try:
            await asyncio.sleep(self._pace.first_after)
            while True:
                await self.sweep()
                await asyncio.sleep(self._pace.every)
        finally:
            await finish(self._give_back())

    async def sweep(self) -> Tally:
        """Do all chores once, if no other process does; one that fails leaves the others alone.

        Returns:
            What was done; nothing when it was not our turn.
        """
        done: Counter[str] = Counter()
        for chore in self._chores:
            try:
                if not await self._lease.claim():  # for each: a sweep may take long
                    break
                done.update(await chore.do())
            except VideoAgentError as error:
                _log.warning("a chore is put off: %s", error)
            except Exception:  # noqa: BLE001 - a defect in one must not stop the others for ever
                _log.exception("a chore failed")
        done = +done
        if done:
            told = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
            _log.info("swept: %s", told)
        return done

    async def _give_back(self) -> None:
        try:
            await self._lease.give_back()
        except VideoAgentError as error:  # it runs out by itself
            _log.warning("the right to sweep is not given back: %s", error)
