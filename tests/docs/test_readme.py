"""Every code block of the README runs."""

import ast
import asyncio
import doctest
import inspect
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
SHELL = [text for language, text in BLOCKS if language == "sh"]
PYTHON = [text for language, text in BLOCKS if language == "python"]
SERVERS = ("adk web", "video-agent web", "video-agent studio")
WORKER = "video-agent worker"


@pytest.fixture(autouse=True)
def as_a_stranger_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default engine, not that of the tests."""
    monkeypatch.delenv("VIDEO_AGENT_ENGINE")


def shell_environment() -> dict[str, str]:
    """The environment with this interpreter's commands first in the path."""
    folder = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]}


def test_the_first_two_shell_blocks_are_one_line_each() -> None:
    first, second = SHELL[:2]
    assert len(first.splitlines()) == len(second.splitlines()) == 1
    assert "video-agent create" in first
    assert "pytest" in second
    assert (
        second.strip() in (ROOT / ".ci" / "run").read_text()
        or "README.md" in (ROOT / ".ci" / "run").read_text()
    )


@pytest.mark.parametrize(
    "command", [text.strip() for text in SHELL[2:] if not text.startswith((*SERVERS, WORKER))]
)
def test_commands_run(command: str) -> None:
    done = subprocess.run(
        shlex.split(command),
        env=shell_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr


SHOWN = re.findall(
    r"^```sh\n(video-agent (?:doctor|models|estimate)[^\n]*)\n```\n+```text\n(.*?)^```$",
    README,
    re.MULTILINE | re.DOTALL,
)


def test_the_readme_shows_what_doctor_models_and_estimate_print() -> None:
    assert {command.split()[1] for command, _ in SHOWN} == {"doctor", "models", "estimate"}


@pytest.mark.parametrize(("command", "shown"), SHOWN)
def test_shown_output_is_what_is_printed(command: str, shown: str) -> None:
    """`...` stands for what differs from machine to machine."""
    done = subprocess.run(
        shlex.split(command),
        env=shell_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=100,
    )
    printed = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
    difference = doctest.OutputChecker().output_difference(
        doctest.Example("", shown), printed, doctest.ELLIPSIS
    )
    assert doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS), difference


@pytest.mark.parametrize(
    "command", [text.strip() for text in SHELL[2:] if text.startswith(SERVERS)]
)
def test_servers_serve(command: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = shlex.split(re.sub(r"--port \d+", "", command))
    process = subprocess.Popen([*words, "--port", str(port)], env=shell_environment(), cwd=ROOT)
    try:
        path = "studio/about" if "studio" in command else "list-apps"
        body = wait_for_page(f"http://127.0.0.1:{port}/{path}", process)
        assert "studio" in body if "studio" in command else "video_agent" in body
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def test_the_worker_makes_the_job_that_was_handed_in_before_it() -> None:
    (start,) = [text.strip() for text in SHELL if text.startswith(WORKER)]
    (order,) = [text.strip() for text in SHELL if "--no-wait" in text]
    environment = shell_environment()
    handed_in = subprocess.run(
        shlex.split(order), env=environment, capture_output=True, text=True, check=True, timeout=100
    )
    worker = subprocess.Popen(
        shlex.split(start), env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        assert "ready" in worker.stdout.readline()
        watch = ["video-agent", "resume", handed_in.stdout.strip(), "--quiet"]
        subprocess.run(watch, env=environment, check=True, timeout=100)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=30) == 0


def wait_for_page(url: str, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline, f"{url} never answered"
            time.sleep(0.2)


def test_python_blocks_run_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, object] = {"__name__": "readme"}

    async def run_all() -> None:
        for number, text in enumerate(PYTHON):
            if "GOOGLE_API_KEY" in text:
                monkeypatch.setenv("GOOGLE_API_KEY", "a-key")
            code = compile(text, f"README block {number}", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, names)  # noqa: S307 - the README is ours
            if inspect.isawaitable(result):
                await result
            agent = names.get("agent")
            if number == 1 and hasattr(agent, "close"):
                await agent.close()  # pyright: ignore[reportAttributeAccessIssue, reportOptionalMemberAccess]

    asyncio.run(run_all())
    video = names["video"]
    assert Path(video.path).is_file()  # pyright: ignore[reportAttributeAccessIssue]
    assert "<video" in video._repr_html_()  # pyright: ignore[reportAttributeAccessIssue]
