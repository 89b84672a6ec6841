"""The real command in a process of its own, against a real studio."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

COMMAND = [sys.executable, "-m", "video_agent"]
SMALL = ["--resolution", "360p", "--duration", "3"]


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)


Run = Callable[..., Done]


@pytest.fixture
def run() -> Run:
    """Run the command to its end. Keyword `env` adds to the environment."""

    def run(*arguments: str, env: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [*COMMAND, *arguments],
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=100,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command inside this process: for those that make nothing. Its errors are raised."""
    from video_agent.cli import build_app

    def run(*arguments: str) -> Done:
        code = build_app()(list(arguments), result_action="return_value")
        said = capsys.readouterr()
        return Done(code if isinstance(code, int) else 0, said.out, said.err)

    return run


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Studio]:
    """A studio outside the command's process, used by it through VIDEO_AGENT_STUDIO_URL."""
    with Studio(StudioConfig(folder=tmp_path / "outside-studio")) as running:
        monkeypatch.setenv("VIDEO_AGENT_STUDIO_URL", running.url)
        yield running
