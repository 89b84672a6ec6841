"""A batch while it is at work: one live table, or a line for each row that ended."""

import asyncio
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.live import Live
from rich.markup import escape

from video_agent.cli.batch_results import live_table, progress_text
from video_agent.cli.console import dollars, stop_patiently

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from video_agent.models import BatchItem, BatchResult

ResultT = TypeVar("ResultT")


class BatchWatch:
    """Shows a batch on standard error whenever it changes.

    Args:
        quiet: Print nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self._live: Live | None = None
        self._told: set[int] = set()

    def __enter__(self) -> "BatchWatch":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._live is not None:
            self._live.stop()

    async def remember(self, work: "Awaitable[ResultT]", goes_on: "Callable[[], bool]") -> ResultT:
        """Await the work; say how to go on when it is interrupted.

        Args:
            work: What is done or followed here.
            goes_on: Whether, once interrupted here, it goes on in another process.
        """
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await stop_patiently(task)
            if goes_on():
                self.console.print("it goes on in another process; the same command follows it")
            else:
                self.console.print("interrupted; the same command again goes on where it was")
            raise

    async def __call__(self, batch: "BatchResult") -> None:
        """Show how it stands."""
        if self.console.is_terminal:
            if self._live is None:
                self._live = Live(console=self.console, transient=True)
                self._live.start()
            self._live.update(live_table(batch), refresh=True)
            return
        for item in batch.items:
            if (item.delivered or item.failed) and item.number not in self._told:
                self._told.add(item.number)
                self.console.print(f"     row  {_line(item)} ({progress_text(batch)})")


def _line(item: "BatchItem") -> str:
    score = "" if item.score is None else f", score {item.score:.2f}"
    what = escape(item.path.name) if item.path else escape(item.error or "no video")
    return f"{item.number} {item.status.value}{score}, {dollars(item.cost_usd)}: {what}"
