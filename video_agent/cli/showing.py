"""One job, shown: as text, as JSON, as a page, as pictures."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from video_agent.cli.console import print_json
from video_agent.cli.job_json import job_as_json
from video_agent.cli.results import print_job
from video_agent.cli.watching import event_as_json, print_event

if TYPE_CHECKING:
    from video_agent.media.pictures import Picture
    from video_agent.notebook import VideoResult
    from video_agent.wiring import VideoAgent

_SHORT_ID = 8


@dataclass(frozen=True)
class Wanted:
    """How a job is to be shown. Of `html` and `pictures` an empty tuple means: no place named."""

    html: tuple[Path, ...] | None
    pictures: tuple[Path, ...] | None
    hidpi: bool
    events: bool
    as_json: bool


async def show_job(agent: "VideoAgent", job_id: str, wanted: Wanted) -> None:
    """Show a job; what is written to files is named by its path.

    Raises:
        NotFoundError, InvalidRequestError: There is no such job, or there are several.
        MediaError: A file cannot be written, or the clip cannot be read.
    """
    job = await agent.find(job_id)
    written: dict[str, Path] = {}
    if wanted.html is not None:
        target = wanted.html[0] if wanted.html else _own_file(job, wanted)
        page = await agent.report(job.id, target)
        if target is None:
            sys.stdout.write(page)
            return
        written["html"] = target
    if wanted.pictures is not None:
        folder = wanted.pictures[0] if wanted.pictures else None
        written |= await asyncio.to_thread(_draw, job, folder, 2 if wanted.hidpi else 1)
    told = await agent.past_events(job.id) if wanted.events else []
    if wanted.as_json:
        events = {"events": [event_as_json(event) for event in told]} if wanted.events else {}
        files = {"written": {name: str(path) for name, path in written.items()}} if written else {}
        print_json({**job_as_json(job), **events, **files})
    elif written and not wanted.events:
        for name, path in written.items():
            print(f"{name:<9} {path}")
    else:
        for event in told:
            print_event(event)
        print_job(job)


def _own_file(job: "VideoResult", wanted: Wanted) -> Path | None:
    """Where a page goes that has no place: a terminal shows no page, a pipe takes it."""
    if sys.stdout.isatty() or wanted.as_json or wanted.pictures is not None:
        return Path(f"job-{job.id[-_SHORT_ID:]}.html")
    return None


def _draw(job: "VideoResult", folder: Path | None, scale: int) -> dict[str, Path]:
    """Draw what there is to draw, beside the video unless a folder is named."""
    name = job.path.stem if job.path else f"job-{job.id[-_SHORT_ID:]}"
    place = folder or (job.path.parent if job.path else Path())
    pictures: dict[str, Picture] = {}
    best = job.best
    if best is not None and best.report is not None and best.video is not None:
        pictures["findings"] = job.findings(scale=scale)
        pictures["scores"] = job.scores(scale=scale)
    pictures["attempts"] = job.history(scale=scale)
    return {kind: one.write(place / f"{name}-{kind}.png") for kind, one in pictures.items()}
