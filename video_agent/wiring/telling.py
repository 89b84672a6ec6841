"""The story of a job, for its report: what happened, what it cost, what it was made with."""

import asyncio
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from video_agent.media.replacing import replacing
from video_agent.models import Job, JobEvent
from video_agent.store import Database

_PROGRAMS = ("video-agent", "google-adk", "google-genai", "av", "opencv-python-headless")


async def report_page(
    database: Database, job: Job, events: Sequence[JobEvent], to: Path | None
) -> str:
    """The report of a job as HTML; written to a file too when one is named.

    Args:
        database: Where its bill is.
        job: The job.
        events: What happened to it.
        to: The file; links to clips are relative to its folder. None: to the working directory.

    Raises:
        MediaError: The file cannot be written.
        StoreError: The database refused.
    """
    from video_agent.ledger.bill import bill_of
    from video_agent.notebook.report.page import job_page
    from video_agent.notebook.report.story import JobStory

    bill = await bill_of(database, job.id)
    folder = Path.cwd() if to is None else to.parent
    story = JobStory(job, tuple(events), bill, folder, versions())
    page = await asyncio.to_thread(job_page, story)
    if to is not None:
        await asyncio.to_thread(_write, to, page)
    return page


def versions() -> dict[str, str]:
    """The installed versions of the programs a clip and its verdict depend on."""
    found: dict[str, str] = {}
    for name in _PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a source tree, or another build of OpenCV
            continue
    return found


def _write(to: Path, page: str) -> None:
    with replacing(to) as partial:
        partial.write_text(page, encoding="utf-8")
