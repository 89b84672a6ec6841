"""What Omni's tasks do not take, and the ends of a generation that hold no clip."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from google import genai
from google.genai._interactions import BadRequestError

from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio

OMNI = "gemini-omni-1.2-flash"
FORMAT = {"type": "video", "duration": "3s", "resolution": "360p"}
PNG = cv2.imencode(".png", np.zeros((36, 64, 3), np.uint8))[1].tobytes()
Make = Callable[..., Any]
Wait = Callable[..., Any]


def task(name: str) -> dict[str, object]:
    return {"video_config": {"task": name}}


def text_block(text: str) -> dict[str, str]:
    return {"type": "text", "text": text}


def video_block(content: bytes) -> dict[str, str]:
    data = base64.b64encode(content).decode()
    return {"type": "video", "data": data, "mime_type": "video/mp4"}


@pytest.fixture(scope="module")
def boat(studio: Studio, new_client: Callable[[Studio], genai.Client]) -> Any:
    with new_client(studio) as client:
        create: Make = client.interactions.create
        return create(model=OMNI, input="a red sailboat", response_format=FORMAT)


IMAGE = {"type": "image", "data": base64.b64encode(PNG).decode(), "mime_type": "image/png"}
EDIT = {"generation_config": task("edit"), "input": "night"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"generation_config": task("text_to_video"), "input": [IMAGE]}, "takes no image"),
        ({"generation_config": task("image_to_video")}, "requires an image"),
        ({"generation_config": task("image_to_video"), "input": [IMAGE] * 3}, "or two"),
        ({"generation_config": task("reference_to_video")}, "requires an image or a video"),
        ({"generation_config": task("reference_to_video"), "input": [IMAGE] * 7}, "At most 6"),
        ({"generation_config": task("edit")}, "requires 'previous_interaction_id'"),
        ({**EDIT, "previous_interaction_id": "BOAT"}, "'response_format.duration'"),
        (
            {**EDIT, "previous_interaction_id": "BOAT",
             "response_format": {"type": "video", "aspect_ratio": "9:16"}},
            "'response_format.aspect_ratio'",
        ),
        (
            {"generation_config": task("extend"), "previous_interaction_id": "BOAT",
             "response_format": {"type": "video", "duration": "2s"}},
            "3 to 10 s",
        ),
        (
            {"generation_config": task("upscale"), "previous_interaction_id": "BOAT",
             "response_format": {"type": "video", "resolution": "360p"}},
            "lines already",
        ),
        ({"input": [text_block("x"), video_block(b"no clip")]}, "Unable to process input video"),
        ({"input": [{**IMAGE, "data": "bm8="}]}, "Unable to process input image"),
        ({"input": [{"type": "audio", "data": "AAAA"}]}, "type 'audio'"),
        (
            {"input": [IMAGE, IMAGE, text_block("<FIRST_FRAME>")]},
            "needs its own tag",
        ),
        (
            {"input": [IMAGE, IMAGE], "generation_config": task("image_to_video"),
             "response_format": {**FORMAT, "duration": "12s"}},
            "up to 10 s",
        ),
        ({"previous_interaction_id": "v1_none"}, "Invalid interaction name"),
        ({"store": False, "previous_interaction_id": "v1_none"}, "'store'"),
        ({"response_format": {**FORMAT, "gcs_uri": "gs://b/x"}}, "not supported by the Gemini API"),
    ],
)  # fmt: skip
def test_what_a_task_does_not_take_is_refused_and_starts_nothing(
    studio: Studio, client: genai.Client, boat: Any, change: dict[str, Any], words: str
):
    if change.get("previous_interaction_id") == "BOAT":
        change = {**change, "previous_interaction_id": boat.id}
    fields: dict[str, Any] = {"input": "fog", "response_format": FORMAT, **change}
    before = studio.paid_starts

    with pytest.raises(BadRequestError, match=words):
        client.interactions.create(model=OMNI, background=True, **fields)

    assert studio.paid_starts == before


def test_a_running_source_and_one_without_a_clip_are_refused(
    studio: Studio, client: genai.Client, ended: Wait
):
    start: Make = client.interactions.create
    with studio.fault("interactions.create", "never_finishes"):
        running = start(model=OMNI, input="fog", background=True, response_format=FORMAT)
    with studio.fault("interactions.create", "blocked"):
        blocked = start(model=OMNI, input="fog", background=True, response_format=FORMAT)
    ended(blocked.id)

    with pytest.raises(BadRequestError, match="not completed"):
        start(model=OMNI, input="night", previous_interaction_id=running.id)
    with pytest.raises(BadRequestError, match="no video"):
        start(model=OMNI, input="night", previous_interaction_id=blocked.id)
    client.interactions.cancel(running.id)


def test_a_clip_grows_only_up_to_the_longest(client: genai.Client, tmp_path: Path):
    path = tmp_path / "long.mp4"
    render("fog", RenderSettings(width=64, height=64, duration_seconds=24, seed=1), path)

    with pytest.raises(BadRequestError, match="at most 30 s"):
        client.interactions.create(
            model=OMNI,
            input=[video_block(path.read_bytes()), text_block("on")],
            background=True,
            generation_config={"video_config": {"task": "extend"}},
            response_format={"type": "video", "duration": "10s"},
        )


@pytest.mark.parametrize(
    "fate", ["incomplete", "requires_action", "requires_continuation", "budget_exceeded",
             "cancelled"]
)  # fmt: skip
def test_a_generation_can_end_in_any_status(studio: Studio, generate: Make, ended: Wait, fate: str):
    with studio.fault("interactions.create", fate):
        started = generate()

    finished = ended(started.id)

    assert finished.status == fate
    assert finished.output_video is None


def test_odd_statuses_are_told_while_it_runs_and_it_may_never_end(
    studio: Studio, client: genai.Client, generate: Make
):
    with studio.fault("interactions.create", "never_finishes"):
        started = generate()
    with studio.fault("interactions.get", "paused", times=2):
        told = [client.interactions.get(started.id).status for _ in range(3)]
    time.sleep(0.3)

    assert told == ["paused", "paused", "in_progress"]
    assert client.interactions.get(started.id).status == "in_progress"
    with studio.fault("interactions.cancel", "poll_400"), pytest.raises(BadRequestError):
        client.interactions.cancel(started.id)
    assert client.interactions.cancel(started.id).status == "cancelled"
