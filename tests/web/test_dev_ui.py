"""Our web server and `adk web`: chats with clips, on stores that survive a restart."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
WISH = "make me a vertical 3 second 360p clip of a whale in the deep sea"


@contextmanager
def serving(command: Sequence[str]) -> Generator[httpx.Client]:
    """A server process on a free port, and a client for it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=90)
    try:
        wait_until_ready(client, process)
        yield client
    finally:
        client.close()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


def wait_until_ready(client: httpx.Client, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the server ended"
        try:
            client.get("/list-apps").raise_for_status()
        except httpx.TransportError:
            assert time.monotonic() < deadline, "never ready"
            time.sleep(0.2)
        else:
            return


def say(client: httpx.Client, text: str, session: str) -> list[dict[str, Any]]:
    answer = client.post(
        "/run",
        json={
            "appName": "video_agent",
            "userId": "user",
            "sessionId": session,
            "newMessage": {"role": "user", "parts": [{"text": text}]},
        },
    )
    answer.raise_for_status()
    return list(answer.json())


def session_path(session: str) -> str:
    return f"/apps/video_agent/users/user/sessions/{session}"


def calls(events: list[dict[str, Any]]) -> list[str]:
    return [
        part["functionCall"]["name"]
        for event in events
        for part in (event.get("content") or {}).get("parts") or []
        if "functionCall" in part
    ]


def last_text(events: list[dict[str, Any]]) -> str:
    texts = [
        part["text"]
        for event in events
        for part in (event.get("content") or {}).get("parts") or []
        if part.get("text")
    ]
    return texts[-1]


OWN_SERVER = [sys.executable, "-m", "video_agent", "web"]
ADK_ON_OUR_STORE = [
    sys.executable, "-m", "google.adk.cli", "web", ".", "--session_service_uri", "videoagent://",
]  # fmt: skip


def test_a_chat_ends_with_a_clip_and_survives_restarts_both_ways() -> None:
    with serving(OWN_SERVER) as client:
        assert client.get("/list-apps").json() == ["video_agent"]
        client.post(session_path("s1")).raise_for_status()
        events = say(client, WISH, "s1")
        names = calls(events)
        assert names[:4] == [
            "enhance_prompt", "generate_video", "poll_generation", "analyze_video",
        ]  # fmt: skip
        assert "Score:" in last_text(events)
        artifacts = client.get(f"{session_path('s1')}/artifacts").json()
        assert {"attempt-1.mp4", "attempt-1-findings.png", "attempts.png"} <= {*artifacts}
        clip = client.get(f"{session_path('s1')}/artifacts/attempt-1.mp4").json()
        assert clip["inlineData"]["mimeType"] == "video/mp4"
    with serving(ADK_ON_OUR_STORE) as client:
        assert client.get("/list-apps").json() == ["video_agent"]
        kept = client.get(session_path("s1")).json()
        assert len(kept["events"]) >= len(events)
        answer = last_text(say(client, "show me the attempts", "s1"))
        assert "1" in answer
        count = len(client.get(session_path("s1")).json()["events"])
    with serving(OWN_SERVER) as client:
        assert len(client.get(session_path("s1")).json()["events"]) == count


def test_progress_reaches_the_page_while_the_tool_runs() -> None:
    with serving(OWN_SERVER) as client:
        client.post(session_path("s2")).raise_for_status()
        body = {
            "appName": "video_agent",
            "userId": "user",
            "sessionId": "s2",
            "streaming": True,
            "newMessage": {"role": "user", "parts": [{"text": WISH}]},
        }
        seen: list[str] = []
        with client.stream("POST", "/run_sse", json=body) as stream:
            for line in stream.iter_lines():
                if "progress" in line:
                    seen.append("progress")
                if '"functionResponse"' in line and "poll_generation" in line:
                    seen.append("result")
        assert "progress" in seen
        assert seen.index("progress") < seen.index("result")


def test_foreign_hosts_are_refused() -> None:
    with serving(OWN_SERVER) as client:
        answer = client.get("/list-apps", headers={"Host": "evil.example"})
        assert answer.status_code in {400, 403}


@pytest.mark.skipif(
    not Path("/usr/bin/chromedriver").exists(), reason="needs Debian's chromium-driver"
)
def test_the_clip_plays_in_a_real_browser() -> None:
    from tests.web.browser import Browser

    with serving(OWN_SERVER) as client, Browser() as browser:
        browser.open(f"{client.base_url}/dev-ui/?app=video_agent")
        asyncio.run(asyncio.sleep(3))
        browser.type_into("textarea", f"{WISH}\n")
        ready = browser.wait_for(
            "return [...document.querySelectorAll('video')].some("
            "v => v.readyState >= 2 && v.videoHeight > v.videoWidth)",
            seconds=80,
        )
        assert ready
        assert browser.wait_for("return document.body.innerText.includes('Score:')", seconds=60)
