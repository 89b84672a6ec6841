"""A real worker on a real job: its metrics over HTTP, its log, its end."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import COMMAND, SMALL, Run
from tests.jobs.scraping import scrape
from video_agent.studio.server import Studio

PROMPT = "a violet tractor ploughs a field of porcelain"


@contextmanager
def worker(log: Path, *options: str) -> Generator["subprocess.Popen[str]"]:
    """A worker that says in `log` what it does."""
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*COMMAND, "worker", *options],
            env={**os.environ, "VIDEO_AGENT_ENGINE": "auto", "VIDEO_AGENT_LOG_LEVEL": "INFO"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def address(log: Path) -> str:
    deadline = time.monotonic() + 60
    while (found := re.search(r"http://[\d.]+:\d+/metrics", log.read_text())) is None:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    return found[0]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


async def test_a_worker_tells_what_it_does_on_a_scrape_and_in_its_log(
    run: Run, studio: Studio, log: Path
) -> None:
    with worker(log, "--metrics-port", "0", "--log-format", "json") as process:
        assert process.stdout is not None
        assert "worker ready: studio" in process.stdout.readline()
        options = [*SMALL, "--max-attempts", "1", "--json"]
        done = run("create", PROMPT, *options, env={"VIDEO_AGENT_ENGINE": "auto"})
        assert done.code == 0, done.err
        samples = await scrape(address(log))
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    made = 'backend="studio",model="gemini-omni-1.2-flash",state="succeeded"'
    assert samples[f"video_generations_total{{{made}}}"] == 1
    assert samples[f"video_generation_duration_seconds_count{{{made}}}"] == 1
    assert 'active_video_jobs{backend="studio",status="running"}' in samples
    assert any(name.startswith("video_worker_lease_age_seconds") for name in samples)
    assert any(name.startswith("gen_ai_client_operation_duration_seconds") for name in samples)
    check_log(log, done.json["job_id"], studio)


def check_log(log: Path, job_id: str, studio: Studio) -> None:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {line["job"] for line in lines} == {job_id, None}
    about = [line for line in lines if line["job"] == job_id]
    assert len([line for line in about if "/v1beta/" in line["message"]]) > 5
    assert {"google_adk", "httpx", "video_agent"} <= {
        line["logger"].split(".")[0] for line in about
    }
    told = " | ".join(line["message"] for line in about)
    assert "job running | " in told
    assert "gemini-omni-1.2-flash: succeeded after " in told
    text = json.dumps(lines).lower()
    assert "tractor" not in text
    assert "porcelain" not in text
    assert studio.token not in text
