"""Google's own client on Agent Platform, unmodified, and small orders for Veo."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import httpx
import pytest
from google import genai
from google.genai import types
from google.oauth2.credentials import Credentials

from video_agent.studio.server import Studio

MODEL = "veo-3.1-fast-generate-001"
PLACE = f"/v1/projects/p/locations/us-central1/publishers/google/models/{MODEL}"
ONE_POST = types.HttpRetryOptions(attempts=1, http_status_codes=[599])
CHEAP: dict[str, Any] = {"duration_seconds": 4, "seed": 7}
Source = types.GenerateVideosSource
Operation = types.GenerateVideosOperation


def client_of(
    studio: Studio, *, project: str = "p", location: str = "us-central1", **options: Any
) -> genai.Client:
    return genai.Client(
        vertexai=True,
        project=project,
        location=location,
        credentials=Credentials(token="studio"),  # noqa: S106 - any will do
        http_options=types.HttpOptions(
            base_url=studio.url, timeout=20_000, retry_options=ONE_POST, **options
        ),
    )


@pytest.fixture
def veo_client() -> Callable[..., genai.Client]:
    """Makes clients: studio, project, location, further HTTP options."""
    return client_of


@pytest.fixture(scope="module")
def veo(studio: Studio) -> Iterator[genai.Client]:
    with client_of(studio) as client:
        yield client


def submit(client: genai.Client, prompt: str = "fog", **config: Any) -> Operation:
    image, video = config.pop("image", None), config.pop("video", None)
    return client.models.generate_videos(
        model=MODEL,
        source=Source(prompt=prompt, image=image, video=video),
        config=types.GenerateVideosConfig(**{**CHEAP, **config}),
    )


@pytest.fixture
def order() -> Callable[..., Operation]:
    """Submits a small order by a client: prompt, image, video, and the configuration's fields."""
    return submit


def wait(client: genai.Client, operation: Operation) -> Operation:
    for _ in range(600):
        operation = client.operations.get(operation)
        if operation.done:
            return operation
        time.sleep(0.05)
    raise AssertionError("the operation did not end")


@pytest.fixture
def ended() -> Callable[..., Operation]:
    """Polls an operation to its end."""
    return wait


def videos(operation: Operation) -> list[types.Video]:
    assert operation.response
    found = [item.video for item in operation.response.generated_videos or []]
    return [video for video in found if video]


@pytest.fixture
def videos_of() -> Callable[[Operation], list[types.Video]]:
    """The clips of a finished operation."""
    return videos


@pytest.fixture(scope="module")
def fog(veo: genai.Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clip of the smallest order."""
    path = tmp_path_factory.mktemp("veo") / "fog.mp4"
    content = videos(wait(veo, submit(veo)))[0].video_bytes
    assert content
    path.write_bytes(content)
    return path


@pytest.fixture
def frame_of() -> Callable[[Path, int], Any]:
    """One frame of a file as BGR; negative numbers count from the end."""

    def read(path: Path, index: int) -> Any:
        film = cv2.VideoCapture(str(path))
        count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
        film.set(cv2.CAP_PROP_POS_FRAMES, index % count)
        _, frame = film.read()
        film.release()
        return frame

    return read


@pytest.fixture
def post(studio: Studio) -> Callable[..., httpx.Response]:
    """POSTs JSON to a path below the model, with a bearer token."""

    def send(
        method: str, body: object, *, bearer: str = "studio", place: str = PLACE
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return httpx.post(f"{studio.url}{place}:{method}", json=body, headers=headers, timeout=20)

    return send
