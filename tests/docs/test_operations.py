"""Every block of docs/operations.md runs, and its tables name what there is."""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest
import yaml
from sqlalchemy import make_url

from tests.jobs.sample_rows import MODEL, job_row, store
from tests.jobs.scraping import scrape
from video_agent.jobs.engine_store import EngineStore
from video_agent.jobs.figures import Served
from video_agent.jobs.metrics import GenerationCounts, StandingGauges
from video_agent.jobs.money_now import CapLeft, DaySpend
from video_agent.jobs.snapshot import Snapshot, WorkerAge
from video_agent.models import GenerationState, JobStatus, ProgressEvent, utc_now
from video_agent.settings import Settings, load_settings
from video_agent.store import Database
from video_agent.wiring.metrics import serve_metrics

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for found, text in BLOCKS if found == language]


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


CURL = "import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[2]).read())"


def command_folder(folder: Path) -> str:
    """A path with this interpreter's commands first, and a curl where there is none."""
    if shutil.which("curl") is None:
        shim = folder / "curl"
        shim.write_text(f"#!{sys.executable}\n{CURL}\n")
        shim.chmod(0o755)
    return os.pathsep.join([str(Path(sys.executable).parent), str(folder), os.environ["PATH"]])


def run_script(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block as it stands but for the ports; whatever it started ends with it."""
    for port in set(re.findall(r"\b(?:8790|9464)\b", script)):
        script = script.replace(port, free_port())
    environment = {**os.environ, "PATH": command_folder(folder)} | {"VIDEO_AGENT_ENGINE": "auto"}
    process = subprocess.Popen(
        ["bash", "-ec", script],
        env=environment,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, errors = process.communicate(timeout=280)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(script, process.returncode, out, errors)


@pytest.mark.timeout(300)  # five processes, one after the other, beside the other tests
def test_a_killed_workers_job_goes_on_and_is_told_in_metrics_and_logs(tmp_path: Path) -> None:
    [script] = blocks("sh")
    done = run_script(script, tmp_path)
    logs = (tmp_path / "second.log").read_text()
    assert done.returncode == 0, done.stderr + logs
    assert len(list((tmp_path / "videos").glob("*-a1.mp4"))) == 1
    metrics = (tmp_path / "metrics.txt").read_text()
    counted = [line for line in metrics.splitlines() if line.startswith("video_generations_total")]
    [succeeded] = [line for line in counted if "omni-1.2" in line and "succeeded" in line]
    assert succeeded.endswith(" 1.0")
    for name in (
        "video_generation_duration_seconds_bucket",
        "active_video_jobs",
        "video_worker_lease_age_seconds",
        "gen_ai_client_operation_duration_seconds_bucket",
    ):
        assert f"\n{name}{{" in metrics
    check_log((tmp_path / "first.log").read_text() + logs)


def check_log(log: str) -> None:
    """Every line is JSON, names the job where it is about it, and quotes no prompt."""
    lines = [json.loads(line) for line in log.splitlines()]
    assert {line["job"] for line in lines} == {"order-17", None}
    told = [line["message"] for line in lines if line["job"] == "order-17"]
    assert "job running" in told
    assert any(message.endswith("omni-1.2-flash: submitted") for message in told)
    assert any("omni-1.2-flash: succeeded after " in message for message in told)
    assert "told to stop" in lines[-1]["message"]
    assert "lighthouse" not in log
    assert "storm" not in log


async def test_the_sql_makes_a_database_that_works_and_counts_what_waits(
    postgres_server: str,
) -> None:
    making, counting = blocks("sql")
    name = f"ops_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(postgres_server)
    for statement in making.replace("video_agent", name).split(";"):
        if statement.strip():
            await connection.execute(statement)
    [password] = re.findall("PASSWORD '(.*)'", making)
    url = make_url(postgres_server).set(username=name, password=password, database=name)
    database = Database(url.render_as_string(hide_password=False))
    engine = EngineStore(load_settings(), database)
    engine.prepare()
    engine.close()
    await store(database, job_row(JobStatus.QUEUED), job_row(JobStatus.RUNNING))
    await database.close()
    there = await asyncpg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False)
    )
    [row] = await there.fetch(counting)
    assert (row["backend"], row["waiting"], row["running"]) == ("studio", 1, 1)
    assert 0 <= row["oldest_seconds"] < 60
    await there.close()
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.execute(f"DROP ROLE {name}")
    await connection.close()


async def told_metrics() -> set[str]:
    """The names of all metrics of ours, from a scrape."""
    server = serve_metrics(0, whole_process=False)
    meter = server.provider.get_meter("m")
    served = Served("studio", (MODEL,))
    ended = {"state": "succeeded", "backend": "studio", "model": MODEL, "seconds": 3.0}
    event = ProgressEvent.model_validate({"kind": "generation", "message": "", "data": ended})
    GenerationCounts(served, meter=meter)("job", event)
    one = Decimal(1)
    snapshot = Snapshot(
        taken_at=utc_now(),
        jobs=(),
        queues=(),
        in_flight=(),
        unknown=(),
        workers=(WorkerAge("w", "worker", "studio", "h", draining=False, silent_seconds=1.0),),
        spend_today=(DaySpend("u", charged=True, settled_usd=one, reserved_usd=one),),
        caps=(CapLeft("day", one, one),),
    )
    StandingGauges(served, meter=meter).show(snapshot)
    samples = await scrape(server.url)
    server.close()
    names = {name.partition("{")[0] for name in samples}
    names = {name for name in names if "video" in name}
    return {re.sub("_(bucket|sum|count)$", "", name) for name in names}


async def test_the_table_of_metrics_is_what_a_scrape_tells_and_each_has_an_alert() -> None:
    told = await told_metrics()
    table = PAGE.partition("## Metrics")[2].partition("Alerts to begin with")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == told
    [rules] = blocks("yaml")
    alerts = [rule for group in yaml.safe_load(rules)["groups"] for rule in group["rules"]]
    assert all({"alert", "expr", "annotations"} <= rule.keys() for rule in alerts)
    used = set(re.findall(r"\b\w*video\w+", " ".join(rule["expr"] for rule in alerts)))
    assert {name.removesuffix("_bucket") for name in used} == told


def test_every_status_is_explained() -> None:
    for word in (*JobStatus, *GenerationState):
        assert f"`{word.value}`" in PAGE.partition("## What a status means")[2]


def test_the_settings_that_are_named_exist() -> None:
    table = PAGE.partition("## Workers")[2].partition("**Drain**")[0]
    named = re.findall(r"`([A-Z_]+)`", table)
    environment_only = {"LOG_FORMAT", "LOG_LEVEL"}
    assert {name.lower() for name in named if name not in environment_only} <= set(
        Settings.model_fields
    )


@pytest.mark.parametrize("command", re.findall(r"`video-agent (\w+)", PAGE))
def test_the_commands_that_are_named_exist(command: str) -> None:
    from video_agent.cli import build_app

    assert command in build_app()
