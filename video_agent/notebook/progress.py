"""Whether this is a notebook, and what is told there while a job runs."""

import sys

from video_agent.models import ProgressEvent


def running_in_notebook() -> bool:
    """Whether this process is an IPython kernel (Jupyter), without importing IPython."""
    shell = sys.modules.get("IPython")
    if shell is None:
        return False
    instance = shell.get_ipython()
    return instance is not None and type(instance).__name__ == "ZMQInteractiveShell"


_TOLD_BY_STEPS = frozenset({"queued", "running", "succeeded", "stopped", "failed"})


def worth_a_line(event: ProgressEvent) -> bool:
    """Whether people are shown an event; most changes of state are told by the steps themselves."""
    state = event.data.get("state")
    if event.kind == "status":
        return state not in _TOLD_BY_STEPS
    if event.kind == "stage":
        return state == "done"  # what fails is told by a warning
    return event.kind != "generation"


async def print_progress(event: ProgressEvent) -> None:
    """One plain line for each step; the default progress in a notebook."""
    if (event.kind == "poll" and event.fraction is not None) or not worth_a_line(event):
        return
    number = f"#{event.attempt_number} " if event.attempt_number else ""
    print(f"{event.kind:>9}  {number}{event.headline}")  # noqa: T201 - a notebook's progress is its output
