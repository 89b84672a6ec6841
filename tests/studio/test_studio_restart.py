"""A studio's state outlives it: same ids, same seeds, one render, one count."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import types

from video_agent.studio.folder_lock import read_address
from video_agent.studio.server import Studio, StudioConfig, StudioFolderBusyError, serve

MODEL = "gemini-omni-1.2-flash"
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"}
NewClient = Callable[[Studio], genai.Client]


def start(client: genai.Client, prompt: str) -> Any:
    return client.interactions.create(
        model=MODEL, input=prompt, background=True, response_format=SMALL
    )


def test_an_unfinished_generation_goes_on_after_a_restart_under_its_id(
    tmp_path: Path, new_client: NewClient, ended: Callable[..., Any]
):
    with Studio(StudioConfig(tmp_path)) as first:
        client = new_client(first)
        started = start(client, "a fox")
        client.close()
    with Studio(StudioConfig(tmp_path)) as second:
        client = new_client(second)
        finished = ended(started.id, client)
        content = client.files.download(file=finished.output_video.uri)
        client.close()

        assert finished.status == "completed"
        assert content[4:8] == b"ftyp"
        assert second.paid_starts == 1
        assert second.requests("interactions.create") == 0


SERVE = """
import asyncio, sys
from pathlib import Path
from video_agent.studio.server import StudioConfig, serve
asyncio.run(serve(StudioConfig(Path(sys.argv[1]), latency_seconds=2)))
"""


def test_a_killed_studio_loses_no_generation_and_renders_none_twice(
    tmp_path: Path, ended: Callable[..., Any]
):
    killed = subprocess.Popen([sys.executable, "-c", SERVE, str(tmp_path)])
    url = read_address(tmp_path, wait_seconds=20)
    assert url is not None
    options = types.HttpOptions(base_url=url, timeout=20_000)
    with genai.Client(api_key="any", http_options=options) as client:
        started = start(client, "a wolf")
        killed.kill()
        killed.wait()
    with Studio(StudioConfig(tmp_path)) as studio:
        options = types.HttpOptions(base_url=studio.url, timeout=20_000)
        with genai.Client(api_key="any", http_options=options) as client:
            assert ended(started.id, client).output_video is not None
        assert studio.paid_starts == 1
        assert len(list(tmp_path.joinpath("files").iterdir())) == 1


def test_the_least_latency_is_kept(tmp_path: Path, new_client: NewClient):
    with Studio(StudioConfig(tmp_path, latency_seconds=60)) as studio:
        client = new_client(studio)
        started = start(client, "a nude")
        time.sleep(0.3)
        assert client.interactions.get(started.id).status == "in_progress"
        client.close()


def test_a_folder_has_one_studio_and_a_second_learns_where_it_is(tmp_path: Path):
    with Studio(StudioConfig(tmp_path)) as first:
        with pytest.raises(StudioFolderBusyError) as caught:
            Studio(StudioConfig(tmp_path)).start()
        assert caught.value.url == first.url
    with Studio(StudioConfig(tmp_path)) as second:
        assert httpx.get(f"{second.url}/studio/about").status_code == 200


def test_an_address_left_by_a_studio_that_died_is_not_believed(tmp_path: Path):
    tmp_path.joinpath("studio.json").write_text(json.dumps({"url": "http://127.0.0.1:1"}))

    with Studio(StudioConfig(tmp_path)) as studio:
        assert json.loads(tmp_path.joinpath("studio.json").read_text())["url"] == studio.url


async def test_it_serves_in_the_foreground_until_it_is_told_to_stop(tmp_path: Path):
    seen: list[int] = []

    def stop_after_a_look(studio: Studio) -> None:
        seen.append(len(studio.token))
        studio.stop_serving()

    await serve(StudioConfig(tmp_path), stop_after_a_look)

    assert seen
    with Studio(StudioConfig(tmp_path)) as again:
        assert again.url


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "localhost:1234"}, 200),
        ({"Origin": "http://localhost:8000"}, 200),
    ],
)
def test_only_loopback_names_are_let_in(studio: Studio, headers: dict[str, str], status: int):
    assert httpx.get(f"{studio.url}/studio/about", headers=headers).status_code == status


def test_a_file_name_cannot_leave_the_folder(http: httpx.Client, studio: Studio):
    answer = http.post(
        "/upload/v1beta/files",
        json={"file": {"name": "files/../../outside"}},
        headers={
            "X-Goog-Upload-Protocol": "resumable",
            "X-Goog-Upload-Command": "start",
            "X-Goog-Upload-Header-Content-Length": "3",
            "X-Goog-Upload-Header-Content-Type": "video/mp4",
        },
    )

    assert answer.status_code == 400
    assert not studio.config.folder.parent.joinpath("outside").exists()
