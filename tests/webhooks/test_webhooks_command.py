"""`video-agent webhooks` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time

import httpx

COMMAND = [sys.executable, "-m", "video_agent", "webhooks"]


def test_without_an_address_it_says_which_setting_it_needs() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 2
    assert "VIDEO_AGENT_WEBHOOK_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_serves_on_this_machine_until_it_is_told_to_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environment = {
        **os.environ,
        "VIDEO_AGENT_BACKEND": "gemini",
        "GOOGLE_API_KEY": "any",
        "VIDEO_AGENT_WEBHOOK_URL": "https://hooks.example.com/secret-path",
    }
    receiver = subprocess.Popen(
        [*COMMAND, "--port", port], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert receiver.stdout is not None
        line = receiver.stdout.readline()
        assert f"127.0.0.1:{port}" in line
        assert "secret-path" not in line
        answer = ask(f"http://127.0.0.1:{port}/")
        assert answer.status_code == 401
        assert "secret" not in answer.text
    finally:
        receiver.send_signal(signal.SIGINT)
        receiver.wait(60)


def ask(url: str) -> httpx.Response:
    """Deliver something that nobody signed, as soon as it listens."""
    for _ in range(200):
        try:
            return httpx.post(url, content=b"{}", trust_env=False, timeout=20)
        except httpx.ConnectError:
            time.sleep(0.05)
    return httpx.post(url, content=b"{}", trust_env=False)
