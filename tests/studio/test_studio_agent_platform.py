"""Omni and the language models on Agent Platform, by google-genai's own client."""

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import errors, types
from google.genai._interactions import APIStatusError, BadRequestError, NotFoundError
from google.oauth2.credentials import Credentials

from video_agent.studio.buckets import Buckets
from video_agent.studio.server import Studio
from video_agent.studio.storage import Storage

OMNI, LANGUAGE = "gemini-omni-1.2-flash", "gemini-3.8-flash"
FORMAT = {"type": "video", "duration": "3s", "resolution": "360p"}
TO_BUCKET = {**FORMAT, "delivery": "uri", "gcs_uri": "gs://clips/runs/7/"}
INTERACTIONS = "/v1beta1/projects/my-project/locations/global/interactions"
MODELS = "/v1beta1/projects/my-project/locations/global/publishers/google/models"
LOGIN = Credentials(token="studio")  # noqa: S106 - the studio takes any
Wait = Callable[..., Any]


def cloud_client(
    studio: Studio, *, project: str = "my-project", location: str = "global"
) -> genai.Client:
    return genai.Client(
        vertexai=True,
        project=project,
        location=location,
        credentials=LOGIN,
        http_options=types.HttpOptions(
            base_url=studio.url,
            timeout=20_000,
            retry_options=types.HttpRetryOptions(attempts=1, http_status_codes=[599]),
        ),
    )


@pytest.fixture
def cloud(studio: Studio) -> Iterator[genai.Client]:
    with cloud_client(studio) as made:
        yield made


def start(client: genai.Client, **changes: Any) -> Any:
    fields: dict[str, Any] = {"model": OMNI, "input": "fog", "response_format": FORMAT, **changes}
    return client.interactions.create(**fields)


@pytest.fixture
def stored(studio: Studio) -> Iterator[Buckets]:
    storage = Storage(studio.config.folder)
    yield Buckets(storage)
    storage.close()


def test_a_clip_is_made_inline_in_the_background_and_found_by_its_label(
    studio: Studio, cloud: genai.Client, ended: Wait
):
    started = start(cloud, background=True, labels={"generation": "cloud-1"})

    finished = ended(started.id, cloud)

    assert base64.b64decode(finished.output_video.data)[4:8] == b"ftyp"
    found = httpx.get(f"{studio.url}/studio/interactions?label.generation=cloud-1").json()
    assert [entry["id"] for entry in found["found"]] == [started.id]


def test_a_clip_goes_below_the_prefix_in_the_bucket(
    cloud: genai.Client, ended: Wait, stored: Buckets
):
    finished = ended(start(cloud, background=True, response_format=TO_BUCKET).id, cloud)

    uri = finished.output_video.uri
    assert uri.startswith("gs://clips/runs/7/")
    assert uri in [row.uri for row in stored.list("clips", "runs/7/")]
    content = stored.read("clips", uri.removeprefix("gs://clips/"))
    assert content is not None
    assert content[4:8] == b"ftyp"


@pytest.mark.parametrize(
    ("bucket", "words"), [("missing-b", "does not exist"), ("forbidden-b", "Permission denied")]
)
def test_a_bucket_that_cannot_be_written_fails_the_generation(
    cloud: genai.Client, ended: Wait, bucket: str, words: str
):
    where = {**TO_BUCKET, "gcs_uri": f"gs://{bucket}/x/"}

    finished = ended(start(cloud, background=True, response_format=where).id, cloud)

    assert finished.status == "failed"
    assert words in finished.errors[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"response_format": {**FORMAT, "delivery": "uri"}},
        {"response_format": {**FORMAT, "gcs_uri": "gs://b/x"}},
        {"webhook_config": {"uris": ["http://127.0.0.1:1/"]}},
        {"previous_interaction_id": "v1_none"},
        {
            "previous_interaction_id": "v1_none",
            "generation_config": {"video_config": {"task": "edit"}},
        },
    ],
)
def test_what_agent_platform_does_not_accept_starts_nothing(
    studio: Studio, cloud: genai.Client, change: dict[str, Any]
):
    before = studio.paid_starts

    with pytest.raises(BadRequestError):
        start(cloud, background=True, **change)

    assert studio.paid_starts == before


def test_replayed_steps_are_an_edit_of_their_clip(cloud: genai.Client):
    first = start(cloud, input="a red sailboat on calm water at noon")
    asked = {"type": "user_input", "content": [{"type": "text", "text": "make it night"}]}
    steps = [step.model_dump(exclude_none=True) for step in first.steps]

    second = start(cloud, input=[*steps, asked], response_format={"type": "video"})

    video = next(
        item.tokens for item in second.usage.input_tokens_by_modality if item.modality == "video"
    )
    assert video == 5792 * 3
    assert second.output_video.data != first.output_video.data


def test_interactions_belong_to_their_project_and_surface(
    studio: Studio, client: genai.Client, cloud: genai.Client
):
    started = start(cloud, background=True)
    cloud.interactions.cancel(started.id)
    with cloud_client(studio, project="other") as other:
        for stranger in (other, client):
            with pytest.raises(BadRequestError, match="Invalid interaction name"):
                stranger.interactions.get(started.id)


def test_models_are_served_on_their_surface_only(studio: Studio, cloud: genai.Client):
    assert start(cloud, model="gemini-omni-1.1-flash-preview").status == "completed"
    with pytest.raises(NotFoundError):
        start(cloud, model="gemini-omni-1.1-flash")
    with cloud_client(studio, location="us-central1") as regional, pytest.raises(APIStatusError):
        start(regional)
    routed = cloud.models.generate_content(model="gemini-3.7-flash", contents="hello")
    assert routed.model_version == "gemini-3.8-flash"
    assert cloud.models.get(model=OMNI).name == f"publishers/google/models/{OMNI}"
    for model in ("no-such-model", "gemini-2.5-flash"):
        with pytest.raises(errors.ClientError, match="was not found or your project") as caught:
            cloud.models.generate_content(model=model, contents="hello")
        assert caught.value.code == 404


async def test_language_models_answer_stream_and_count(cloud: genai.Client):
    answer = cloud.models.generate_content(model=LANGUAGE, contents="hello")
    chunks = [
        chunk.text
        async for chunk in await cloud.aio.models.generate_content_stream(
            model=LANGUAGE, contents="hello"
        )
    ]
    counted = cloud.models.count_tokens(model=LANGUAGE, contents="hello" * 8)

    assert "".join(chunk or "" for chunk in chunks) == answer.text
    assert counted.total_tokens == 10
    await cloud.aio.aclose()


def test_a_clip_is_watched_by_its_gs_address_there_and_here_only_once_registered(
    cloud: genai.Client, client: genai.Client, stored: Buckets, clips: dict[str, Path]
):
    stored.put("clips", "in/a.mp4", clips["good"], content_type="video/mp4")
    part = types.Part.from_uri(file_uri="gs://clips/in/a.mp4", mime_type="video/mp4")

    answer = cloud.models.generate_content(model=LANGUAGE, contents=[part, "what is this?"])
    assert "640 x 360" in (answer.text or "")
    with pytest.raises(errors.ClientError, match="files:register"):
        client.models.generate_content(model=LANGUAGE, contents=[part, "what is this?"])
    registered = client.files.register_files(auth=LOGIN, uris=["gs://clips/in/a.mp4"])
    assert registered.files
    again = client.models.generate_content(model=LANGUAGE, contents=[part, "what is this?"])
    assert again.text == answer.text


def test_files_of_the_gemini_api_are_not_read_on_agent_platform(
    cloud: genai.Client, client: genai.Client, clips: dict[str, Path]
):
    uploaded = client.files.upload(file=clips["good"])
    part = types.Part.from_uri(file_uri=uploaded.uri or "", mime_type="video/mp4")

    with pytest.raises(errors.ClientError, match="Unsupported file uri"):
        cloud.models.generate_content(model=LANGUAGE, contents=[part, "what is this?"])


def tokens(client: genai.Client, part: types.Part, **config: Any) -> int:
    answer = client.models.generate_content(
        model=LANGUAGE, contents=[part, "hi"], config=types.GenerateContentConfig(**config)
    )
    assert answer.usage_metadata
    details = answer.usage_metadata.prompt_tokens_details or []
    return next(item.token_count or 0 for item in details if item.modality == "VIDEO")


def test_fps_offsets_and_resolution_change_what_a_clip_counts(
    cloud: genai.Client, clips: dict[str, Path]
):
    data = clips["good"].read_bytes()

    def part(**metadata: Any) -> types.Part:
        blob = types.Blob(data=data, mime_type="video/mp4")
        return types.Part(inline_data=blob, video_metadata=types.VideoMetadata(**metadata))

    assert tokens(cloud, part()) == (70 + 32) * 3
    assert tokens(cloud, part(fps=2)) == (140 + 32) * 3
    assert tokens(cloud, part(start_offset="1s", end_offset="2s")) == 70 + 32
    high = types.MediaResolution.MEDIA_RESOLUTION_HIGH
    assert tokens(cloud, part(), media_resolution=high) == (280 + 32) * 3
    counted = cloud.models.count_tokens(model=LANGUAGE, contents=[part(start_offset="2s")])
    assert counted.total_tokens == 70 + 32
    watched = cloud.models.generate_content(model=LANGUAGE, contents=[part(end_offset="1s"), "hi"])
    assert "of 1.0 s" in (watched.text or "")


def test_faults_strike_on_agent_platform_too(studio: Studio, cloud: genai.Client, ended: Wait):
    posts = studio.requests("interactions.create")
    with studio.fault("interactions.create", "503"), pytest.raises(APIStatusError):
        start(cloud, background=True)
    with studio.fault("interactions.create", "requires_action"):
        assert ended(start(cloud, background=True).id, cloud).status == "requires_action"
    with studio.fault("generate_content", "429"), pytest.raises(errors.ClientError):
        cloud.models.generate_content(model=LANGUAGE, contents="hello")
    assert studio.requests("interactions.create") == posts + 2


def test_a_request_above_the_limit_is_refused(studio: Studio):
    body = b'{"contents": "' + b"x" * (100 * 1024**2) + b'"}'
    answer = httpx.post(
        f"{studio.url}{MODELS}/{LANGUAGE}:generateContent",
        content=body,
        headers={"Authorization": "Bearer studio"},
        timeout=30,
    )
    assert answer.status_code == 400
    assert "payload size exceeds the limit" in answer.json()["error"]["message"]


def test_camel_case_is_accepted_on_both_surfaces(http: httpx.Client):
    tall = {**FORMAT, "aspectRatio": "9:16"}
    body = {"model": OMNI, "input": "fog", "background": True, "responseFormat": tall}
    cloud = {"Authorization": "Bearer studio"}
    for path, headers in (("/v1beta/interactions", {}), (INTERACTIONS, cloud)):
        answer = http.post(path, json=body, headers=headers).json()
        time.sleep(0.05)
        assert http.post(f"{path}/{answer['id']}/cancel", headers=headers).status_code == 200
