"""google-genai's own client, unmodified, against the studio: each protocol, sync and async."""

import base64
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from google import genai
from google.genai import errors, types
from google.genai._interactions import BadRequestError, NotFoundError, PermissionDeniedError

from video_agent.media.probe import probe
from video_agent.studio.server import Studio

MODEL = "gemini-omni-1.2-flash"
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "aspect_ratio": "16:9"}
Generate = Callable[..., Any]


def test_a_background_generation_is_polled_and_its_file_downloaded(
    client: genai.Client, generate: Generate, ended: Generate, tmp_path: Path
):
    started = generate(
        input="a cat on a sofa",
        store=True,
        generation_config={"video_config": {"task": "text_to_video"}, "seed": 7},
        labels={"generation": "g-1"},
    )
    assert started.id
    assert started.id.startswith("v1_")
    assert started.status == "in_progress"

    finished = ended(started.id)

    assert finished.status == "completed"
    uri = finished.output_video.uri
    assert uri.startswith("https://generativelanguage.googleapis.com/v1beta/files/")
    assert finished.output_text == ""
    tokens = finished.usage.output_tokens_by_modality
    assert [(item.modality, item.tokens) for item in tokens] == [("video", 1931 * 3)]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(client.files.download(file=uri))
    facts = probe(clip)
    assert (facts.width, facts.height, facts.video_codec) == (640, 360, "h264")
    assert facts.duration_seconds == pytest.approx(3.0, abs=1 / 24)


async def test_the_async_client_gets_inline_bytes_from_a_blocking_call_with_a_first_frame(
    studio: Studio, client: genai.Client
):
    frame = cv2.imencode(".png", np.full((36, 64, 3), 90, np.uint8))[1].tobytes()
    image = {"type": "image", "data": base64.b64encode(frame).decode(), "mime_type": "image/png"}
    before = studio.paid_starts

    create: Generate = client.aio.interactions.create
    interaction = await create(
        model=MODEL,
        input=[image, {"type": "text", "text": "the picture comes alive"}],
        generation_config={"video_config": {"task": "image_to_video"}},
        response_format={**SMALL, "aspect_ratio": "9:16", "delivery": "inline"},
    )

    assert interaction.status == "completed"
    data = base64.b64decode(interaction.output_video.data)
    assert data[4:8] == b"ftyp"
    assert studio.paid_starts == before + 1
    await client.aio.aclose()


def test_a_cancelled_generation_stays_cancelled_and_a_deleted_one_is_unknown(
    client: genai.Client, generate: Generate
):
    started = generate(input="rain")

    assert client.interactions.cancel(started.id).status == "cancelled"
    assert client.interactions.get(started.id).status == "cancelled"
    client.interactions.delete(started.id)
    with pytest.raises(BadRequestError, match="Invalid interaction name"):
        client.interactions.get(started.id)


def test_an_unsafe_prompt_completes_with_words_only(generate: Generate, ended: Generate):
    finished = ended(generate(input="a scene of gore").id)

    assert finished.status == "completed"
    assert finished.output_video is None
    assert "can't" in finished.output_text
    assert finished.usage.output_tokens_by_modality is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"response_format": {**SMALL, "duration": "2s"}}, "'response_format.duration'"),
        ({"response_format": {**SMALL, "duration": 6}}, "'response_format.duration'"),
        ({"response_format": {**SMALL, "aspect_ratio": "1:7"}}, "Supported values: '16:9', '9:16'"),
        ({"response_format": {**SMALL, "resolution": "8k"}}, "'response_format.resolution'"),
        ({"response_format": {**SMALL, "fps": 60}}, "response_format.fps"),
        ({"temperature": 1}, "temperature"),
        ({"generation_config": {"temperature": 1}}, "generation_config.temperature"),
        ({"generation_config": {"video_config": {"task": "dance"}}}, "Supported values"),
        ({"labels": {"Generation": "A B"}}, "label"),
        ({"store": False, "background": True}, "store"),
        ({"previous_interaction_id": "v1_none"}, "Invalid interaction name"),
        ({"input": None}, "input"),
        ({"tools": [{"type": "google_search"}]}, "tools"),
    ],
)
def test_what_omni_does_not_accept_is_a_400_in_its_own_shape_and_starts_nothing(
    studio: Studio, http: httpx.Client, change: dict[str, object], words: str
):
    before = studio.paid_starts
    body = {"model": MODEL, "input": "a cat", "response_format": SMALL, **change}

    answer = http.post("/v1beta/interactions", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert words in answer.json()["error"]["message"]
    assert studio.paid_starts == before


def test_unknown_and_retired_models_are_404_on_both_protocols(client: genai.Client):
    for model in ("no-such-model", "gemini-omni-flash-preview"):
        with pytest.raises(NotFoundError):
            client.interactions.create(model=model, input="a cat", background=True)
    for model in ("no-such-model", "gemini-2.5-flash"):
        with pytest.raises(errors.ClientError) as caught:
            client.models.generate_content(model=model, contents="hello")
        assert caught.value.code == 404
    with pytest.raises(errors.ClientError, match="only supports Interactions API"):
        client.models.generate_content(model=MODEL, contents="hello")


def test_a_file_is_uploaded_in_chunks_becomes_active_and_goes_again(
    client: genai.Client, tmp_path: Path
):
    source = tmp_path / "big.mp4"
    source.write_bytes(b"0123456789abcdef" * 600_000)  # more than one chunk of 8 MiB

    uploaded = client.files.upload(file=source, config={"display_name": "big one"})

    assert uploaded.state == types.FileState.PROCESSING
    assert uploaded.size_bytes == 9_600_000
    assert uploaded.mime_type == "video/mp4"
    assert uploaded.name is not None
    while (found := client.files.get(name=uploaded.name)).state != types.FileState.ACTIVE:
        time.sleep(0.02)
    assert found.display_name == "big one"
    assert uploaded.name in [item.name for item in client.files.list()]
    client.files.delete(name=uploaded.name)
    with pytest.raises(errors.ClientError) as caught:
        client.files.get(name=uploaded.name)
    assert caught.value.code == 404


async def test_the_async_client_uploads_too(client: genai.Client, tmp_path: Path):
    source = tmp_path / "small.mp4"
    source.write_bytes(b"x" * 1000)

    uploaded = await client.aio.files.upload(file=source)

    assert uploaded.size_bytes == 1000
    await client.aio.aclose()


def test_models_are_listed_and_described(client: genai.Client):
    names = [model.name for model in client.models.list()]

    assert f"models/{MODEL}" in names
    assert "models/gemini-2.5-flash" not in names
    described = client.models.get(model="gemini-3.8-flash")
    assert described.supported_actions is not None
    assert "generateContent" in described.supported_actions


async def test_words_come_plain_streamed_and_counted(client: genai.Client):
    answer = client.models.generate_content(model="gemini-3.8-flash", contents="hello")
    chunks = [
        chunk.text
        async for chunk in await client.aio.models.generate_content_stream(
            model="gemini-3.8-flash", contents="hello"
        )
    ]
    counted = client.models.count_tokens(model="gemini-3.8-flash", contents="hello" * 8)

    assert answer.text
    assert answer.model_version == "gemini-3.8-flash"
    assert answer.response_id
    assert answer.usage_metadata is not None
    assert answer.usage_metadata.prompt_token_count == 2
    assert answer.candidates is not None
    assert answer.candidates[0].finish_reason == types.FinishReason.STOP
    assert "".join(chunk or "" for chunk in chunks) == answer.text
    assert counted.total_tokens == 10
    await client.aio.aclose()


def test_an_unknown_field_of_generate_content_is_a_400(http: httpx.Client):
    body = {"contents": [{"parts": [{"text": "hi"}]}], "temprature": 1}

    answer = http.post("/v1beta/models/gemini-3.8-flash:generateContent", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert 'Unknown name "temprature"' in answer.json()["error"]["message"]


def test_a_schema_of_its_own_gets_a_value_of_its_shape(client: genai.Client):
    schema = {
        "type": "object",
        "properties": {"mood": {"enum": ["calm", "wild"]}, "count": {"type": "integer"}},
        "required": ["mood", "count"],
    }

    answer = client.models.generate_content(
        model="gemini-3.8-flash",
        contents="anything",
        config=types.GenerateContentConfig(
            response_mime_type="application/json", response_json_schema=schema
        ),
    )

    assert answer.parsed == {"mood": "calm", "count": 0}


def test_a_caller_without_a_key_is_refused_everywhere(studio: Studio, client: genai.Client):
    with httpx.Client(base_url=studio.url) as nobody:
        for path in ("/v1beta/models", "/v1beta/files/abc:download", "/v1beta/interactions/v1_x"):
            answer = nobody.get(path)
            assert answer.status_code == 403
            assert answer.json()["error"]["status"] == "PERMISSION_DENIED"
        refused = nobody.post("/v1beta/interactions", json={"model": MODEL, "input": "a cat"})
    assert refused.status_code == 403
    assert client.models.get(model=MODEL).name == f"models/{MODEL}"
    assert issubclass(PermissionDeniedError, Exception)
