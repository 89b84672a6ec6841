"""`upload` and `youtube` as a person at a terminal, a script and a stranger use them."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest

from tests.cli.conftest import COMMAND, SMALL, Done, Run
from video_agent.cli import build_app
from video_agent.cli.failures import report_failure
from video_agent.errors import VideoAgentError
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio

if TYPE_CHECKING:
    from collections.abc import Generator

PASSED_NOT = ('"passed": true', '"passed": false')
SECRET = "GOCSPX-secret-of-the-client"  # noqa: S105 - made up


class Made(NamedTuple):
    """A home with one finished job, to be copied."""

    home: Path
    job: str


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One job, made once for all tests: its score passes 0.5 and the studio made it."""
    folder = tmp_path_factory.mktemp("made")
    environment = {
        **{name: os.environ[name] for name in os.environ if not name.startswith("VIDEO_AGENT_")},
        "VIDEO_AGENT_HOME": str(folder / "home"),
        "VIDEO_AGENT_OUTPUT_FOLDER": str(folder / "videos"),
    }
    done = subprocess.run(
        [*COMMAND, "create", "a red sailboat on a calm bay", *SMALL, "--threshold", "0", "--json"],
        env=environment, capture_output=True, text=True, check=True, timeout=100,
    )  # fmt: skip
    return Made(folder / "home", str(json.loads(done.stdout)["job_id"]))


@pytest.fixture
def job(made: Made, studio: Studio, tmp_path: Path) -> str:
    """A finished job of the studio in this test's own home; its id."""
    (tmp_path / "home").mkdir()
    for file in made.home.glob("video_agent.db*"):
        shutil.copy(file, tmp_path / "home")
    return made.job


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str]) -> Run:
    """As `run`, but in this process: a start of the command takes longer than what it does."""

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        try:
            code = build_app()(list(arguments), result_action="return_value")
        except VideoAgentError as error:
            code = report_failure(error, as_json="--json" in arguments)
        shown = capsys.readouterr()
        return Done(code if isinstance(code, int) else 0, shown.out, shown.err)

    return run


def videos(studio: Studio) -> list[dict[str, Any]]:
    answer = httpx.get(f"{studio.url}/studio/youtube/videos", trust_env=False)
    return list(answer.json()["videos"])


def test_one_video_is_uploaded_once_whoever_calls_how_often(here: Run, studio: Studio, job: str):
    refused = here("upload", job, "--title", "A red boat")
    assert refused.code == 2
    assert "nobody is here to agree" in refused.err
    assert "--yes" in refused.err
    assert here("upload", job, "--yes").code == 3  # no title
    assert here("upload", job, "--resume").code == 11
    assert videos(studio) == []
    first = here("upload", job, "--title", "A red boat", "--tags", "boat,bay", "--yes", "--json")
    assert first.code == 0, first.err
    assert "pretend channel" in first.err
    assert first.json["state"] == "published"
    assert first.json["details"]["privacy"] == "private"
    again = here("upload", job[-8:], "--title", "A red boat", "--yes", "--json")
    assert again.json["youtube_id"] == first.json["youtube_id"]
    assert here("upload", first.json["video_id"], "--resume").code == 0
    (there,) = videos(studio)
    assert there["snippet"]["tags"][:2] == ["boat", "bay"]
    assert there["status"]["privacyStatus"] == "private"
    text = first.out + first.err + again.out + again.err
    assert "upload_id" not in text
    assert "studio-needs-no-login" not in text


def test_what_is_wrong_is_said_in_one_line_before_anything_is_sent(
    here: Run, studio: Studio, job: str
):
    for arguments, says in (
        (["--title", "x" * 101], "101 characters"),
        (["--title", "t", "--privacy", "secret"], "privacy"),
        (["--title", "t", "--publish-at", "2020-01-01T00:00:00Z"], "in the future"),
        (["--title", "t", "--to", "vimeo"], "auto, youtube or studio"),
        (["--title", "t", "--thumbnail", "gone.png"], "cannot be read"),
    ):
        done = here("upload", job, "--yes", *arguments)
        assert (done.code, says in done.err) == (3, True), done.err
    assert here("upload", "no-such-job", "--title", "t", "--yes").code == 11
    to_youtube = here("upload", job, "--title", "t", "--yes", "--to", "youtube")
    assert to_youtube.code == 6
    assert "video-agent youtube login" in to_youtube.err
    assert videos(studio) == []


def test_a_video_that_did_not_pass_needs_more_than_a_yes(
    here: Run, studio: Studio, job: str, tmp_path: Path
):
    with sqlite3.connect(tmp_path / "home" / "video_agent.db") as books:
        books.execute("UPDATE quality_reports SET report = replace(report, ?, ?)", PASSED_NOT)
    refused = here("upload", job, "--title", "t", "--yes")
    assert refused.code == 3
    assert "did not pass" in refused.err
    assert here("upload", job, "--title", "t", "--yes", "--unpassed").code == 0
    assert len(videos(studio)) == 1


def test_a_job_that_says_publish_is_on_the_channel_at_its_end(here: Run, studio: Studio):
    done = here(
        "create", "a red sailboat on a calm bay, upload it to youtube", *SMALL, "--threshold", "0",
        "--publish", "unlisted", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "unlisted" in done.err
    (there,) = videos(studio)
    assert there["status"]["privacyStatus"] in {"private", "unlisted"}
    assert there["status"]["containsSyntheticMedia"] is True


@pytest.fixture
def client_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Generator[Path]":
    path = tmp_path / "client.json"
    installed = {"client_id": "c.apps.googleusercontent.com", "client_secret": SECRET}
    path.write_text(json.dumps({"installed": installed}))
    monkeypatch.setenv("VIDEO_AGENT_YOUTUBE_CLIENT_FILE", str(path))
    with Studio(StudioConfig(folder=tmp_path / "google")) as google:
        monkeypatch.setenv("VIDEO_AGENT_YOUTUBE_BASE_URL", google.url)
        yield path


def test_login_status_upload_and_logout(here: Run, client_file: Path, job: str, tmp_path: Path):
    assert here("youtube", "status").code == 6
    login = subprocess.Popen(
        [*COMMAND, "youtube", "login", "--no-browser"], stdout=subprocess.PIPE, text=True
    )
    assert login.stdout is not None
    shown = login.stdout.readline() + login.stdout.readline()
    address = re.search(r"http://\S+", shown)
    assert address is not None, shown
    page = httpx.get(address[0], follow_redirects=True, trust_env=False)
    assert "close this page" in page.text
    assert login.wait(20) == 0
    assert "logged in" in login.stdout.read()
    token = tmp_path / "home" / "youtube-token.json"
    assert token.stat().st_mode & 0o777 == 0o600
    status = here("youtube", "status", "--json")
    assert status.json["scopes"] == ["youtube.readonly", "youtube.upload"]
    secrets = [json.loads(token.read_text())[name] for name in ("access_token", "refresh_token")]
    done = here(
        "upload", job, "--title", "t", "--yes", "--to", "youtube", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.json["target"] == "youtube"
    files = b"".join(path.read_bytes() for path in (tmp_path / "home").glob("*.db*"))
    for secret in (*secrets, SECRET):
        assert secret not in status.out + status.err + done.out + done.err
        assert secret.encode() not in files
    assert "upload_id=" not in done.out + done.err
    assert here("youtube", "logout").code == 0
    assert not token.exists()
    assert "nobody is logged in" in here("youtube", "status").out


def test_without_a_client_file_every_command_says_how_to_get_one(here: Run):
    for command in ("login", "status"):
        done = here("youtube", command)
        assert done.code in {2, 6}
        assert "VIDEO_AGENT_YOUTUBE_CLIENT_FILE" in done.out + done.err
    assert here("youtube", "logout").code == 0


def test_a_person_at_a_terminal_is_asked_and_may_say_no(studio: Studio, job: str):
    pty = pytest.importorskip("pty")
    for answer, code, there in ((b"n\n", 2, 0),):
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [*COMMAND, "upload", job, "--title", "A boat"],
            stdin=follower, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(0.1)
        os.write(leader, answer)
        out, err = process.communicate(timeout=60)
        os.close(leader)
        os.close(follower)
        assert process.returncode == code, (out, err)
        assert b"Publish it?" in err
        assert len(videos(studio)) == there
