"""A worker's log tells each change of a job, and nothing that quotes a prompt."""

import logging

import pytest

from tests.jobs.sample_rows import job_row, store
from video_agent.cli.log_lines import TextLines
from video_agent.jobs.news import log_news
from video_agent.models import JobStatus, ProgressEvent, StopReason
from video_agent.store import Database
from video_agent.store.events import record_event
from video_agent.store.jobs import status_event


def event(kind: str, message: str = "a secret prompt", **data: object) -> ProgressEvent:
    return ProgressEvent.model_validate(
        {"kind": kind, "message": message, "attempt_number": 2, "data": data}
    )


async def test_each_change_is_a_line_with_its_job(prepared_sqlite_url: str) -> None:
    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record).split(" ", 2)[2])

    handler, logger = Keep(), logging.getLogger("video_agent.jobs.news")
    handler.setFormatter(TextLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    database, row = Database(prepared_sqlite_url), job_row()
    database.watch(log_news)
    try:
        await store(database, row)
        for one in (
            status_event(JobStatus.STOPPED, StopReason.ATTEMPTS),
            event("stage", stage="loudness", state="done"),
            event("generation", generation_id="g", model="m", state="outcome_unknown"),
            event("generation", generation_id="g", model="m", state="succeeded", seconds=2.04),
            event("plan"),
            event("warning"),
        ):
            await record_event(database, row.id, one)
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
        await database.close()
    name = "video_agent.jobs.news"
    assert lines == [
        f"job={row.id} {name} job stopped (attempts)",
        f"job={row.id} {name} stage loudness done",
        f"job={row.id} generation=g {name} attempt 2, m: outcome unknown",
        f"job={row.id} generation=g {name} attempt 2, m: succeeded after 2.0 s",
    ]


@pytest.mark.parametrize("kind", ["enhance", "decision", "done", "poll"])
def test_what_may_quote_a_prompt_is_not_told(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log_news("job", event(kind))
    assert caplog.text == ""
