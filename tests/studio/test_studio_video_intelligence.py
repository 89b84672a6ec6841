"""Video Intelligence: the official client, unmodified, against the studio."""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.api_core import exceptions
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud import videointelligence

from video_agent.media.pattern import write_pattern
from video_agent.studio.server import Studio, StudioConfig

Client = videointelligence.VideoIntelligenceServiceClient
Likelihood = videointelligence.Likelihood


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4")


def client_of(studio: Studio) -> Client:
    options = ClientOptions(api_endpoint=studio.url)
    return Client(credentials=AnonymousCredentials(), transport="rest", client_options=options)


@pytest.fixture(scope="module")
def analyst(studio: Studio) -> Client:
    return client_of(studio)


def looks(client: Client, name: str) -> Iterator[Any]:
    """The operation, look by look, until it is done."""
    for _ in range(400):
        operation: Any = client.transport.operations_client.get_operation(name)
        yield operation
        if operation.done:
            return
    raise AssertionError("the analysis did not end")


def test_the_official_client_gets_what_was_measured(analyst: Client, clip: Path):
    request = {"input_content": clip.read_bytes(), "features": [1, 2, 3, 6, 7]}
    operation: Any = analyst.annotate_video(request=request, timeout=10)
    response = operation.result(timeout=30)

    labels, shots, explicit, speech, text = response.annotation_results
    assert all(0 < item.segments[0].confidence <= 1 for item in labels.segment_label_annotations)
    assert labels.segment_label_annotations[0].entity.description
    assert [shot.end_time_offset.total_seconds() for shot in shots.shot_annotations] == [2.0]
    likelihoods = {frame.pornography_likelihood for frame in explicit.explicit_annotation.frames}
    assert likelihoods == {Likelihood.VERY_UNLIKELY}
    assert len(explicit.explicit_annotation.frames) == 2
    assert not speech.speech_transcriptions
    assert not text.text_annotations
    assert [item.progress_percent for item in operation.metadata.annotation_progress] == [100] * 5


def test_progress_is_told_until_it_is_done(studio: Studio, analyst: Client, clip: Path):
    row = studio.buckets.put("films", "clip.mp4", clip, content_type="video/mp4")
    started: Any = analyst.annotate_video(request={"input_uri": row.uri, "features": [2]})
    percents: list[int] = []
    for operation in looks(analyst, started.operation.name):
        progress = videointelligence.AnnotateVideoProgress()
        operation.metadata.Unpack(videointelligence.AnnotateVideoProgress.pb(progress))
        percents.append(progress.annotation_progress[0].progress_percent)
        assert progress.annotation_progress[0].input_uri == "/films/clip.mp4"
    assert percents[0] == 40
    assert percents[-1] == 100
    assert percents == sorted(percents)


def test_a_clip_that_is_not_there_ends_in_an_error(analyst: Client):
    for uri, kind in (
        ("gs://films/none.mp4", exceptions.NotFound),
        ("gs://forbidden-films/a.mp4", exceptions.Forbidden),
    ):
        operation: Any = analyst.annotate_video(request={"input_uri": uri, "features": [2]})
        with pytest.raises(kind):
            operation.result(timeout=30)


def test_names_and_either_spelling_are_taken(studio: Studio, clip: Path):
    content = base64.b64encode(clip.read_bytes()).decode()
    for body in (
        {"inputContent": content, "features": ["SHOT_CHANGE_DETECTION"], "videoContext": {}},
        {"input_content": content, "features": [2], "location_id": "europe-west1"},
    ):
        answer = httpx.post(f"{studio.url}/v1/videos:annotate", json=body, timeout=10)
        assert answer.json()["name"].startswith("projects/")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"inputUri": "gs://b/v.mp4"}, 400),
        ({"features": [2]}, 400),
        ({"inputUri": "gs://b/v.mp4", "inputContent": "AAAA", "features": [2]}, 400),
        ({"inputUri": "https://b/v.mp4", "features": [2]}, 400),
        ({"inputUri": "gs://b/v.mp4", "features": [99]}, 400),
        ({"inputUri": "gs://b/v.mp4", "features": ["LABELS"]}, 400),
        ({"inputUri": "gs://b/v.mp4", "features": [4]}, 501),
        ({"inputUri": "gs://b/v.mp4", "features": [2], "model": "x"}, 400),
        ({"inputUri": "gs://b/v.mp4", "features": [2], "locationId": "mars-1"}, 400),
        ({"inputContent": "A" * 14_000_000, "features": [2]}, 400),
        ([], 400),
    ],
)
def test_what_the_service_does_not_take_is_refused(studio: Studio, body: object, status: int):
    answer = httpx.post(f"{studio.url}/v1/videos:annotate", json=body, timeout=10)
    assert answer.status_code == status
    words = {400: "INVALID_ARGUMENT", 501: "UNIMPLEMENTED"}
    assert answer.json()["error"]["status"] == words[status]


def test_an_unknown_operation_is_not_found(analyst: Client):
    with pytest.raises(exceptions.NotFound):
        analyst.transport.operations_client.get_operation(
            "projects/1/locations/us-east1/operations/9999", retry=None
        )


@pytest.mark.parametrize(("bearer", "status"), [("expired", 401), ("forbidden", 403)])
def test_a_bad_token_is_refused(studio: Studio, bearer: str, status: int):
    headers = {"Authorization": f"Bearer {bearer}"}
    answer = httpx.post(f"{studio.url}/v1/videos:annotate", json={}, headers=headers)
    assert answer.status_code == status


def test_an_analysis_outlives_a_restart(tmp_path: Path, clip: Path):
    request = {"input_content": clip.read_bytes(), "features": [2]}
    with Studio(StudioConfig(tmp_path)) as studio:
        started: Any = client_of(studio).annotate_video(request=request)
    with Studio(StudioConfig(tmp_path)) as studio:
        operation = list(looks(client_of(studio), started.operation.name))[-1]
    assert operation.HasField("response")
