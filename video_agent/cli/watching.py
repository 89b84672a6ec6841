"""Events for people and for machines: one line each."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Collection

    from video_agent.models import JobEvent, JobStatus
    from video_agent.wiring import VideoAgent

_SHORT_ID = 8


async def watch_jobs(
    agent: "VideoAgent",
    *,
    user_id: str | None,
    statuses: "Collection[JobStatus] | None",
    limit: int,
    as_json: bool,
) -> int:
    """The jobs as they are, then every event until Ctrl+C."""
    from video_agent.cli.job_lists import print_overview
    from video_agent.cli.results import print_jobs

    events = agent.all_events(user_id=user_id)
    if not as_json:
        found = await agent.jobs(user_id=user_id, statuses=statuses, limit=limit)
        if found:
            print_jobs(found)
            print_overview(await agent.overview(user_id=user_id))
        print("\nwatching; Ctrl+C ends it\n", file=sys.stderr, flush=True)
    try:
        async for event in events:
            _print_line(event) if as_json else print_event(event)
    except asyncio.CancelledError:  # Ctrl+C is how watching ends
        return 0
    return 0


def event_as_json(event: "JobEvent") -> dict[str, object]:
    """The public JSON of an event: stable names."""
    told = event.event
    return {
        "sequence": event.sequence,
        "created_at": event.created_at.isoformat(),
        "job_id": told.job_id,
        "kind": told.kind,
        "message": told.message,
        "attempt_number": told.attempt_number,
        "data": told.data,
    }


def print_event(event: "JobEvent") -> None:
    """One line: when, which job by the end of its id, what."""
    told = event.event
    at = f"{event.created_at.astimezone():%H:%M:%S}"
    job = (told.job_id or "")[-_SHORT_ID:]
    attempt = f"#{told.attempt_number} " if told.attempt_number else ""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[dim]{at}  {job}[/]  {told.kind:>10}  {attempt}{escape(told.headline)}")


def _print_line(event: "JobEvent") -> None:
    line = json.dumps(event_as_json(event), ensure_ascii=False, default=str)
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
