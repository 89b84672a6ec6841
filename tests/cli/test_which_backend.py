"""Which service is used, what it is told, and asking before real money is spent."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.cli.conftest import SMALL, Run
from video_agent.studio.server import Studio


@pytest.fixture
def stranger() -> Generator[tuple[str, list[str]]]:
    """A server on loopback that is no studio and refuses everything; and the paths it was asked."""
    asked: list[str] = []

    class Refuser(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.refuse()

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.refuse()

        def refuse(self) -> None:
            asked.append(f"{self.command} {self.path}")
            body = json.dumps(
                {"error": {"code": 403, "message": "no", "status": "DENIED"}}
            ).encode()
            self.send_response(403)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refuser)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_key_and_a_base_url_send_the_same_command_there(run: Run, studio: Studio) -> None:
    env = {
        "GOOGLE_API_KEY": "a-key",
        "GOOGLE_GEMINI_BASE_URL": studio.url,
        "VIDEO_AGENT_STUDIO_URL": "",
    }
    done = run("create", "a boat", *SMALL, "--max-attempts", "1", "--json", env=env)

    assert done.code == 0, done.err
    assert done.json["backend"] == "gemini"
    assert f"Gemini API at {studio.url}" in done.err
    assert studio.paid_starts == 1


def test_backend_studio_wins_over_a_key(run: Run, studio: Studio) -> None:
    env = {"GOOGLE_API_KEY": "a-key"}
    done = run("create", "a boat", *SMALL, "--max-attempts", "1", "--json", "--backend", "studio",
               env=env)  # fmt: skip

    assert done.code == 0, done.err
    assert done.json["backend"] == "studio"


def test_real_money_is_not_spent_without_agreement(
    run: Run, stranger: tuple[str, list[str]]
) -> None:
    url, asked = stranger
    env = {"GOOGLE_API_KEY": "a-key", "GOOGLE_GEMINI_BASE_URL": url}
    done = run("create", "a boat", *SMALL, env=env)

    assert done.code == 2
    assert "--yes" in done.err
    assert "an attempt" in done.err
    assert "real money" in done.err
    assert not [path for path in asked if path.startswith("POST")]


def test_a_refused_key_is_said_so_and_never_shown(
    run: Run, stranger: tuple[str, list[str]]
) -> None:
    url, _ = stranger
    env = {"GOOGLE_API_KEY": "AIza-very-secret", "GOOGLE_GEMINI_BASE_URL": url}
    done = run("create", "a boat", *SMALL, "--yes", env=env)

    assert done.code == 6, done.err
    assert "error: the planner's model failed: HTTP 403" in done.err
    assert "then resume the job" in done.err
    assert "Traceback" not in done.err
    assert "AIza-very-secret" not in done.err + done.out


def test_a_base_url_in_the_clear_is_refused(run: Run) -> None:
    env = {"GOOGLE_API_KEY": "a-key", "GOOGLE_GEMINI_BASE_URL": "http://example.com"}
    done = run("create", "a boat", env=env)

    assert done.code == 2
    assert "https" in done.err
