"""What a person sees in the terminal: live steps on standard error, the result at the end."""

import asyncio
import json
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from video_agent.cli.naming import command_name
from video_agent.errors import VideoAgentError
from video_agent.notebook import worth_a_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

    from video_agent.models import ProgressEvent

_PATIENCE_SECONDS = 10.0
ResultT = TypeVar("ResultT")

_COLOURS = {
    "backend": "cyan",
    "plan": "blue",
    "enhance": "magenta",
    "generate": "yellow",
    "poll": "yellow",
    "signals": "green",
    "judge": "green",
    "score": "bold green",
    "decision": "bold blue",
    "cost": "bold yellow",
    "publish": "yellow",
    "stage": "cyan",
    "status": "dim",
    "generation": "dim",
    "done": "bold cyan",
    "warning": "bold red",
}


class LiveSteps:
    """Prints each progress event as a line; polling becomes one bar.

    Without a terminal the bar is replaced by sparse lines.

    Args:
        quiet: Print nothing at all.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        self.console = Console(stderr=True, quiet=quiet, highlight=False, soft_wrap=True)
        self.job_id: str | None = None
        self._bar: Progress | None = None
        self._tasks: dict[int | None, TaskID] = {}
        self._percents: dict[int | None, int] = {}
        self._backend_shown = False

    def say_backend(self, description: str) -> None:
        """Say once which service is used, before anything else."""
        self._backend_shown = True
        self.console.print(f"[cyan] backend[/]  {escape(description)}")

    def __enter__(self) -> "LiveSteps":
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None",
        error: "BaseException | None",
        trace: "TracebackType | None",
    ) -> None:
        self._end_bar()

    async def remember(
        self, work: "Awaitable[ResultT]", *, goes_on: "Callable[[], bool]" = lambda: False
    ) -> ResultT:
        """Await the work; say how to go on when it is interrupted or fails.

        Args:
            work: What is done or followed here.
            goes_on: Whether, once interrupted here, it goes on in another process.
        """
        task = asyncio.ensure_future(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await stop_patiently(task)
            self._end_bar()
            self._say_how_to_go_on(goes_on())
            raise
        except VideoAgentError as error:
            error.job_id = error.job_id or self.job_id
            raise

    def _say_how_to_go_on(self, goes_on: bool) -> None:
        if self.job_id is None:
            return
        command, job = command_name(), self.job_id
        if goes_on:
            self.console.print(f"it goes on in another process; watch: {command} resume {job}")
            self.console.print(f"stop it: {command} cancel {job}")
        else:
            self.console.print(f"interrupted; finish it with: {command} resume {job}")

    async def __call__(self, event: "ProgressEvent") -> None:
        """Show one event."""
        self.job_id = event.job_id or self.job_id
        if event.kind in {"poll", "publish"} and event.fraction is not None:
            self._show_share(event, event.fraction)
            return
        if event.kind == "backend" and self._backend_shown:
            return
        if not worth_a_line(event):
            return
        self._end_bar()
        colour = _COLOURS[event.kind]
        attempt = f"[dim]#{event.attempt_number}[/] " if event.attempt_number else ""
        text = escape(event.headline)
        self.console.print(f"[{colour}]{event.kind:>8}[/]  {attempt}{text}")

    def _show_share(self, event: "ProgressEvent", fraction: float) -> None:
        """How far something is; attempts that are made side by side each for itself."""
        number = event.attempt_number
        if not self.console.is_terminal:
            percent, last = int(fraction * 100), self._percents.get(number, -100)
            if percent >= last + 25 or percent < last:
                self._percents[number] = percent
                self.console.print(f"{event.kind:>8}  {escape(self._named(event))} {percent} %")
            return
        if self._bar is None:
            self._bar = Progress(
                TextColumn(f"[yellow]{event.kind:>8}[/]  {{task.description}}"),
                BarColumn(bar_width=30),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                console=self.console,
            )
            self._bar.start()
        if number not in self._tasks:
            self._tasks[number] = self._bar.add_task("", total=1.0)
        name = escape(self._named(event))
        self._bar.update(self._tasks[number], completed=fraction, description=name)

    @staticmethod
    def _named(event: "ProgressEvent") -> str:
        return f"#{event.attempt_number} {event.message}" if event.attempt_number else event.message

    def _end_bar(self) -> None:
        self._percents.clear()
        self._tasks.clear()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None


async def stop_patiently(task: "asyncio.Future[ResultT]") -> None:
    """Cancel until it is over. A paid submit under way may take a moment to learn its id."""
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_PATIENCE_SECONDS)
    if not task.cancelled():
        task.exception()  # the interruption is what counts; seen, so that it is not reported


def dollars(amount: Decimal | None) -> str:
    """Dollars for people: cents, more digits below ten cents, `unknown` for None."""
    if amount is None:
        return "unknown"
    if amount and abs(amount) < Decimal("0.10"):
        return f"${amount:.4f}"
    return f"${amount:.2f}"


def print_json(value: object) -> None:
    """One JSON object on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
    sys.stdout.flush()


def print_error(error: VideoAgentError) -> None:
    """One clear line: what happened, what it cost when it cost anything, what to do next."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    cost = "" if error.cost_usd == 0 else f" (cost: {dollars(error.cost_usd)})"
    hint = f" [dim]→ {escape(error.hint)}[/]" if error.hint else ""
    console.print(f"[bold red]error:[/] {escape(error.message)}{cost}{hint}")
