"""Log lines say which job they belong to, in text or JSON, and keep secrets."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from video_agent.cli.log_lines import JsonLines, TextLines
from video_agent.log_context import log_context, working_for


@pytest.fixture
def lines() -> Callable[[logging.Formatter], tuple[logging.Logger, list[str]]]:
    """A logger, and the list that its formatted lines end up in."""

    def build(formatter: logging.Formatter) -> tuple[logging.Logger, list[str]]:
        kept: list[str] = []

        class Keep(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                kept.append(self.format(record))

        logger = logging.Logger("video_agent.somewhere")  # noqa: LOG001 - of its own
        handler = Keep()
        handler.setFormatter(formatter)
        logger.addHandler(handler)
        return logger, kept

    return build


Lines = Callable[[logging.Formatter], tuple[logging.Logger, list[str]]]


def test_a_line_of_text_names_its_job_and_generation(lines: Lines) -> None:
    logger, kept = lines(TextLines())
    logger.info("starting")
    with working_for("job-1", "generation-1"):
        logger.warning("it took %d s", 3)
    assert kept[0].endswith(" INFO job=- video_agent.somewhere starting")
    assert kept[1].endswith(
        " WARNING job=job-1 generation=generation-1 video_agent.somewhere it took 3 s"
    )
    assert kept[0].partition(" ")[0].endswith("Z")


def test_a_line_of_json_is_one_object_with_its_traceback(lines: Lines) -> None:
    logger, kept = lines(JsonLines())
    with working_for("job-1"):
        try:
            raise ValueError("two\nlines")  # noqa: TRY301 - to have a traceback
        except ValueError:
            logger.exception("it\nbroke")
    line = json.loads(kept[0])
    assert "\n" not in kept[0]
    assert (line["job"], line["generation"], line["level"]) == ("job-1", None, "ERROR")
    assert line["message"] == "it broke"
    assert "ValueError: two" in line["exception"]


def test_an_engines_line_outside_our_steps_names_its_workflow(lines: Lines) -> None:
    logger, kept = lines(TextLines())
    logger.info("recovered", extra={"operationUUID": "job-7"})
    assert " job=job-7 " in kept[0]


@pytest.mark.parametrize(
    "secret",
    [
        "https://storage.googleapis.com/b/o?X-Goog-Signature=abcdef0123",
        "postgresql://worker:hunter2secret@db/videos",
        "Authorization: Bearer ya29.a0AfH6SMBxyz",
    ],
)
def test_secrets_do_not_reach_the_log(lines: Lines, secret: str) -> None:
    for formatter in (TextLines(), JsonLines()):
        logger, kept = lines(formatter)
        logger.info("sent to %s", secret)
        assert "[key]" in kept[0]
        assert not any(
            word in kept[0] for word in ("abcdef0123", "hunter2secret", "ya29.a0AfH6SMBxyz")
        )


async def test_tasks_and_threads_inherit_the_job_and_give_it_back() -> None:
    async def inside() -> str | None:
        return await asyncio.to_thread(lambda: log_context().job_id)

    async def worker(job_id: str) -> str | None:
        with working_for(job_id):
            await asyncio.sleep(0)
            return await asyncio.create_task(inside())

    assert await asyncio.gather(worker("a"), worker("b")) == ["a", "b"]
    assert log_context().job_id is None


SERVICE = """
import logging, threading, warnings
from video_agent.cli.logs import configure_logging
from video_agent.log_context import working_for
configure_logging(); configure_logging(service=True)
import dbos
with working_for("job-1"):
    logging.getLogger("dbos").warning("engine")
    logging.getLogger("dbos").info("chatter")
    logging.getLogger("google_adk.runners").error("twice told")
    logging.getLogger("uvicorn.error").warning("server")
    logging.getLogger("video_agent.jobs").info("ours")
    warnings.warn("careful")
"""


def test_every_library_writes_the_same_lines_in_a_service(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIDEO_AGENT_LOG_FORMAT", "json")
    done = subprocess.run(
        [sys.executable, "-c", SERVICE], capture_output=True, text=True, check=True, timeout=60
    )
    told = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["job"] for line in told} == {"job-1"}
    assert [line["logger"] for line in told] == [
        "dbos", "uvicorn.error", "video_agent.jobs", "py.warnings",
    ]  # fmt: skip
    assert "chatter" not in done.stderr
    assert "twice told" not in done.stderr


def test_an_unknown_format_is_refused_in_one_line(run: Run) -> None:
    done = run("models", env={"VIDEO_AGENT_LOG_FORMAT": "xml"})
    assert done.code == 2
    assert "it can be text or json" in done.err


def test_threads_of_others_have_no_job() -> None:
    seen: list[str | None] = []
    with working_for("job-1"):
        thread = threading.Thread(target=lambda: seen.append(log_context().job_id))
        thread.start()
        thread.join()
    assert seen == [None]
