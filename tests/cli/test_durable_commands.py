"""The commands around durable jobs, each in a process of its own, with the engine switched on."""

import asyncio
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMMAND, SMALL, Run
from video_agent.models import Job
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio
from video_agent.wiring import VideoAgent

PROMPT = "a fox trots through a snowy forest at dawn"
QUICK = [*SMALL, "--max-attempts", "1", "--threshold", "0.3"]


@pytest.fixture(autouse=True)
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDEO_AGENT_ENGINE", "auto")


@pytest.fixture
def slow_studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Studio]:
    """A studio whose generations take long enough for what happens meanwhile."""
    with Studio(StudioConfig(folder=tmp_path / "slow", latency_seconds=6.0)) as studio:
        monkeypatch.setenv("VIDEO_AGENT_STUDIO_URL", studio.url)
        yield studio


@contextmanager
def running(*arguments: str) -> "Generator[subprocess.Popen[str]]":
    # A suite run in the background ignores SIGINT and its children would too: not for this one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            env=dict(os.environ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def until_told(process: "subprocess.Popen[str]", words: str) -> None:
    assert process.stderr is not None
    while words not in (line := process.stderr.readline()):
        assert line, "it ended"


def jobs() -> list[Job]:
    async def look() -> list[Job]:
        async with VideoAgent() as agent:
            return await agent.jobs()

    return asyncio.run(look())


def wait_for(reached: Callable[[Job], bool], seconds: float = 60.0) -> Job:
    deadline = time.monotonic() + seconds
    while True:
        for job in jobs():
            if reached(job):
                return job
        assert time.monotonic() < deadline, "never reached"
        time.sleep(0.1)


def is_generating(job: Job) -> bool:
    made = job.attempts[0].generation if job.attempts else None
    return made is not None and made.state.value == "submitted"


def test_a_worker_makes_what_was_handed_in_whoever_watches_and_drains_on_sigterm(
    run: Run, slow_studio: Studio
) -> None:
    handed_in = run("create", PROMPT, *QUICK, "--no-wait", "--key", "order-17")
    assert (handed_in.code, handed_in.out) == (0, "order-17\n")
    assert "a worker makes it" in handed_in.err

    with running("worker") as worker:
        assert line_of(worker).startswith("worker ready: studio, carries out jobs")
        with running("resume", "order-17") as watcher:
            wait_for(is_generating)
            watcher.send_signal(signal.SIGINT)
            _, err = watcher.communicate(timeout=60)
        done = wait_for(lambda job: len(job.deliverables) == 3)
        worker.send_signal(signal.SIGTERM)
        _, log = worker.communicate(timeout=60)

    assert watcher.returncode == 130
    assert "it goes on in another process" in err
    assert "video-agent cancel order-17" in err
    assert (done.status.value, slow_studio.paid_starts) == ("succeeded", 1)
    assert worker.returncode == 0, log
    assert "job=order-17" in log


def test_ctrl_c_pauses_a_job_that_is_done_here_and_resume_finishes_it(
    run: Run, slow_studio: Studio
) -> None:
    with running("create", PROMPT, *QUICK) as process:
        before = wait_for(is_generating)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"finish it with: video-agent resume {before.id}" in err
    assert "Traceback" not in err
    assert "WARNING" not in err

    done = run("resume", before.id, "--json")

    assert done.code == 0, done.err
    assert Path(done.json["path"]).stat().st_size > 10_000
    assert [one["generation_id"] for one in done.json["history"]] == [
        before.attempts[0].generation.id if before.attempts[0].generation else None
    ]
    assert slow_studio.paid_starts == 1


def test_a_job_whose_worker_was_killed_is_cancelled_at_the_provider_by_the_command(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Studio(StudioConfig(folder=tmp_path / "very-slow", latency_seconds=90.0)) as studio:
        monkeypatch.setenv("VIDEO_AGENT_STUDIO_URL", studio.url)
        with running("create", PROMPT, *QUICK) as process:
            job = wait_for(is_generating)
            process.kill()
            process.wait()

        done = run("cancel", job.id, "--json", "--patience", "60")
        assert studio.paid_starts == 1

    assert (done.code, done.json["status"]) == (0, "cancelled")
    assert done.json["history"][0]["state"] == "cancelled"


def test_watching_prints_a_json_object_for_each_event(run: Run) -> None:
    with running("jobs", "--watch", "--json") as process:
        time.sleep(3.0)
        run("create", PROMPT, *QUICK, "--no-wait", "--key", "seen-1", "--quiet")
        told: dict[str, Any] = json.loads(line_of(process))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert (told["job_id"], told["kind"], told["data"]["state"]) == ("seen-1", "status", "queued")
