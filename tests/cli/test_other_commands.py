"""Help that teaches, and the commands beside the main job."""

import json
import os
import signal
import subprocess

import pytest

from tests.cli.conftest import COMMAND, Run

COMMANDS = [
    *("create", "resume", "cancel", "retry", "reconcile", "worker", "jobs", "show"),
    *("estimate", "models", "doctor", "studio", "web"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(run: Run, command: str) -> None:
    done = run(command, "--help")

    assert done.code == 0
    assert f"video-agent {command}" in done.out


def test_an_unknown_option_is_refused_with_a_suggestion(run: Run) -> None:
    done = run("create", "a boat", "--duratio", "3")

    assert done.code == 2
    assert "--duration" in done.err + done.out


def test_models_lists_limits_prices_and_dates(run: Run) -> None:
    listed = run("models", "--json", "--retired").json

    by_id = {model["id"]: model for model in listed["models"]}
    omni = by_id[listed["defaults"]["generator"]]
    assert omni["video"]["prices"][0]["usd"]["720p"] == "0.07"
    assert by_id["veo-3.1-generate-preview"]["retired"] is True
    assert "gemini-omni-1.2-flash*" in run("models").out


def test_doctor_says_what_works_and_what_is_missing(run: Run) -> None:
    report = run("doctor", "--json").json

    checks = {check["name"]: check["status"] for check in report["checks"]}
    assert report["ok"] is True
    assert checks["key"] == "missing"
    assert {checks[name] for name in ("versions", "backend", "database", "codecs")} == {"ok"}


def test_doctor_fails_on_a_broken_database(run: Run, tmp_path: object) -> None:
    done = run("doctor", "--database", f"sqlite:///{tmp_path}")

    assert done.code == 2
    assert "failed" in done.out


def test_studio_serves_until_it_is_interrupted() -> None:
    process = subprocess.Popen(
        [*COMMAND, "studio", "--port", "0", "--json"],
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    lines: list[str] = []
    while not lines or lines[-1].strip() != "}":
        lines.append(process.stdout.readline())
    url = json.loads("".join(lines))["url"]

    from google import genai

    client = genai.Client(api_key="any", http_options=genai.types.HttpOptions(base_url=url))
    assert any("omni" in str(model.name) for model in client.models.list())
    client.close()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) in {0, 130}
