"""What Veo on Agent Platform accepts, and whom."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import types
from google.genai.errors import ClientError

from video_agent.studio.server import Studio

MODEL = "veo-3.1-fast-generate-001"
LITE = "veo-3.1-lite-generate-001"
PLACE = f"/v1/projects/p/locations/us-central1/publishers/google/models/{MODEL}"
PNG = {"gcsUri": "gs://b/i.png", "mimeType": "image/png"}
NO_PNG = {"bytesBase64Encoded": "AAAA", "mimeType": "image/png"}
MP4 = {"gcsUri": "gs://b/v.mp4", "mimeType": "video/mp4"}
Post = Callable[..., httpx.Response]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parameters": {"durationSeconds": 5}}, "supported durations are [4,6,8]"),
        ({"parameters": {"resolution": "8k"}}, "Unsupported resolution"),
        ({"parameters": {"aspectRatio": "1:1"}}, "Unsupported aspectRatio"),
        ({"parameters": {"sampleCount": 5}}, "sampleCount"),
        ({"parameters": {"seed": 2**32}}, "seed"),
        ({"parameters": {"personGeneration": "everybody"}}, "person_generation"),
        ({"parameters": {"compressionQuality": "best"}}, "compression_quality"),
        ({"parameters": {"resizeMode": "stretch"}}, "resize_mode"),
        ({"parameters": {"generateAudio": "yes"}}, "generate_audio"),
        ({"parameters": {"storageUri": "https://bucket/x"}}, "Invalid Cloud Storage URI"),
        ({"parameters": {"include_audio": True}}, 'unknown name "include_audio"'),
        ({"labels": {"Job": "j"}}, "Invalid label 'Job'"),
        ({"prompt": "a cat"}, 'Unknown name "prompt"'),
        ({"instances": []}, "Exactly one instance"),
        ({"instances": [{}]}, "no prompt"),
        ({"instances": [{"prompt": "x", "lastFrame": PNG}]},
         "lastFrame requires an image"),
        ({"instances": [{"prompt": "x", "image": NO_PNG}]},
         "Unable to process input image"),
        ({"instances": [{"prompt": "x", "video": MP4}],
          "parameters": {"durationSeconds": 8}}, "supported durations are [7]"),
        ({"instances": [{"prompt": "x", "referenceImages": [
            {"image": PNG, "referenceType": "ASSET"}]}],
          "parameters": {"durationSeconds": 6}}, "supported durations are [8]"),
        ({"instances": [{"prompt": "a naked statue"}]}, "Support codes: 58061214"),
    ],
)  # fmt: skip
def test_what_the_service_does_not_take_is_refused_before_anything_starts(
    studio: Studio, post: Post, changes: dict[str, Any], words: str
):
    started = studio.paid_starts
    body = {"instances": [{"prompt": "fog"}], "parameters": {}, **changes}
    answer = post("predictLongRunning", body)

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert words in answer.json()["error"]["message"]
    assert studio.paid_starts == started


def test_both_spellings_are_read(post: Post):
    camel = {"sampleCount": 1, "durationSeconds": 4, "enhancePrompt": True, "resizeMode": "CROP"}
    snake = {"sample_count": 1, "duration_seconds": 4, "person_generation": "allow_adult"}
    for parameters in (camel, snake):
        body = {"instances": [{"prompt": "fog"}], "parameters": parameters}
        name = post("predictLongRunning", body).json()["name"]
        fetched = post("fetchPredictOperation", {"operation_name": name})
        assert fetched.json() == {"name": name}


def test_polling_is_a_post_and_an_unknown_operation_is_not_found(studio: Studio, post: Post):
    name = f"{PLACE.removeprefix('/v1/')}/operations/nothing"
    method, headers = "fetchPredictOperation", {"Authorization": "Bearer x"}
    assert post(method, {"operationName": name}).status_code == 404
    assert httpx.get(f"{studio.url}{PLACE}:{method}", headers=headers).status_code == 404
    assert post(method, {"operationName": "models/veo/operations/1"}).status_code == 400


@pytest.mark.parametrize(
    ("model", "location", "words"),
    [
        ("veo-9", "us-central1", "was not found"),
        ("veo-3.0-generate-001", "us-central1", "no longer available"),
        (MODEL, "europe-west4", "was not found"),
    ],
)
def test_a_model_that_is_not_served_is_not_found(
    studio: Studio, veo_client: Callable[..., genai.Client], model: str, location: str, words: str
):
    source = types.GenerateVideosSource(prompt="fog")
    with veo_client(studio, location=location) as client, pytest.raises(ClientError) as caught:
        client.models.generate_videos(model=model, source=source)
    assert caught.value.code == 404
    assert words in str(caught.value)


def test_lite_has_no_4k_and_no_references(post: Post):
    place = PLACE.replace(MODEL, LITE)
    body: dict[str, Any] = {"instances": [{"prompt": "fog"}], "parameters": {"resolution": "4k"}}
    assert post("predictLongRunning", body, place=place).status_code == 400
    references = [{"image": PNG, "referenceType": "style"}]
    body = {"instances": [{"prompt": "fog", "referenceImages": references}]}
    assert post("predictLongRunning", body, place=place).status_code == 400


@pytest.mark.parametrize(
    ("bearer", "project", "status", "reason"),
    [
        ("", "p", 401, "CREDENTIALS_MISSING"),
        ("expired", "p", 401, "ACCESS_TOKEN_EXPIRED"),
        ("forbidden", "p", 403, "IAM_PERMISSION_DENIED"),
        ("studio", "disabled-project", 403, "SERVICE_DISABLED"),
    ],
)
def test_a_caller_who_may_not_is_told_why(
    post: Post, bearer: str, project: str, status: int, reason: str
):
    place = PLACE.replace("projects/p/", f"projects/{project}/")
    body = {"instances": [{"prompt": "fog"}]}
    answer = post("predictLongRunning", body, bearer=bearer, place=place)
    assert answer.status_code == status
    assert answer.json()["error"]["details"][0]["reason"] == reason
