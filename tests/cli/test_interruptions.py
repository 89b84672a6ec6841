"""Killed or interrupted at any time, a job is finished by `resume` with the clip already paid."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, SMALL, Run
from video_agent.models import Generation
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio
from video_agent.wiring import VideoAgent

PROMPT = "a fox trots through a snowy forest at dawn"


def start(*arguments: str) -> "subprocess.Popen[str]":
    # A suite run in the background ignores SIGINT and its children would too: not for this one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [*COMMAND, "create", PROMPT, *SMALL, "--max-attempts", "1", *arguments],
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def generations() -> list[Generation]:
    async def look() -> list[Generation]:
        async with VideoAgent() as agent:
            return [
                attempt.generation
                for job in await agent.jobs()
                for attempt in job.attempts
                if attempt.generation is not None
            ]

    return asyncio.run(look())


def submitted() -> bool:
    """Whether the ledger knows a provider's id. Straight from the file: a look must be quick."""
    file = Path(os.environ["VIDEO_AGENT_HOME"]) / "video_agent.db"
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        try:
            query = "select count(*) from generations where provider_id is not null"
            return bool(connection.execute(query).fetchone()[0])
        except sqlite3.OperationalError:  # the tables are just being made
            return False


def wait_for(reached: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "never reached"
        time.sleep(0.05)


@pytest.fixture
def slow_studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Studio":
    """A studio whose generations take at least four seconds, so that a kill finds them running."""
    studio = Studio(StudioConfig(folder=tmp_path / "slow", latency_seconds=4.0)).start()
    monkeypatch.setenv("VIDEO_AGENT_STUDIO_URL", studio.url)
    return studio


def finish(run: Run, studio: Studio, before: Generation) -> None:
    job = run("jobs", "--json").json["jobs"][0]
    assert job["status"] in {"running", "needs_attention"}
    done = run("resume", job["job_id"], "--json")
    assert done.code == 0, done.err
    assert Path(done.json["path"]).stat().st_size > 10_000
    (after,) = generations()
    assert after.id == before.id
    assert after.state.value == "succeeded"
    assert studio.paid_starts == 1
    studio.stop()


def test_kill_9_while_polling_then_resume_delivers_the_same_generation(
    run: Run, slow_studio: Studio
) -> None:
    process = start()
    wait_for(submitted)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (before,) = generations()
    assert before.state.value == "submitted"

    finish(run, slow_studio, before)


def test_kill_9_between_acceptance_and_answer_then_resume_adopts_the_generation(
    run: Run, slow_studio: Studio
) -> None:
    with slow_studio.fault("interactions.create", "slow", seconds=20.0):
        process = start()
        wait_for(lambda: slow_studio.paid_starts == 1)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (before,) = generations()
    assert before.provider_id is None

    finish(run, slow_studio, before)


def test_ctrl_c_leaves_a_job_that_resume_finishes(run: Run, slow_studio: Studio) -> None:
    process = start()
    wait_for(submitted)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "video-agent resume" in err
    assert "Traceback" not in err
    (before,) = generations()

    finish(run, slow_studio, before)


def test_kill_9_with_the_embedded_studio_then_resume_goes_on(run: Run) -> None:
    process = start()
    wait_for(submitted)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (before,) = generations()
    job = run("jobs", "--json").json["jobs"][0]

    done = run("resume", job["job_id"], "--json")

    assert done.code == 0, done.err
    (after,) = generations()
    assert (after.id, after.state.value) == (before.id, "succeeded")
