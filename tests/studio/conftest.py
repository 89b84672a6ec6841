"""A running studio, Google's own client against it, and two real clips of different quality."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import types

from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio, StudioConfig

GOOD_PROMPT = (
    "Cinematic film look, slow tracking shot moving alongside the boat. A red sailboat sails "
    "slowly across calm water. On the wide ocean with a far coastline in the background at sunset. "
    "Medium shot at eye level. 35mm lens with shallow depth of field. Warm light from the setting "
    "sun with long shadows. Calm mood with a palette of amber and violet tones. Ambient noise: the "
    "sound of waves and distant gulls."
)
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"}
ONE_POST = types.HttpRetryOptions(attempts=1, http_status_codes=[599])


def client_of(studio: Studio) -> genai.Client:
    options = types.HttpOptions(base_url=studio.url, timeout=20_000, retry_options=ONE_POST)
    return genai.Client(api_key="any", http_options=options)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio(StudioConfig(tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture
def fresh_studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio(StudioConfig(tmp_path / "fresh")) as running:
        yield running


@pytest.fixture
def client(studio: Studio) -> Iterator[genai.Client]:
    made = client_of(studio)
    yield made
    made.close()


@pytest.fixture
def fresh_client(fresh_studio: Studio) -> Iterator[genai.Client]:
    made = client_of(fresh_studio)
    yield made
    made.close()


@pytest.fixture
def http(studio: Studio) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=studio.url, headers={"x-goog-api-key": "any"}, timeout=20) as made:
        yield made


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    settings = RenderSettings(width=640, height=360, duration_seconds=3.0, seed=3)
    paths = {"good": folder / "good.mp4", "poor": folder / "poor.mp4"}
    render(GOOD_PROMPT, settings, paths["good"])
    render("sailboat", settings, paths["poor"])
    return paths


Interaction = Any  # the SDK's create() may also be a stream, its fields may all be None
Generate = Callable[..., Interaction]


@pytest.fixture
def generate(client: genai.Client) -> Generate:
    """Start a small generation in the background, with changes to the request."""

    def start(**changes: object) -> Interaction:
        fields: dict[str, Any] = {
            "model": "gemini-omni-1.2-flash",
            "input": "fog",
            "background": True,
            "response_format": SMALL,
            **changes,
        }
        return client.interactions.create(**fields)

    return start


@pytest.fixture
def ended(client: genai.Client) -> Generate:
    """Poll a generation to its end."""

    def wait(interaction_id: str, by: genai.Client = client) -> Interaction:
        for _ in range(300):
            interaction = by.interactions.get(interaction_id)
            if interaction.status not in ("in_progress", "queued"):
                return interaction
            time.sleep(0.05)
        raise AssertionError("the generation did not end")

    return wait


@pytest.fixture
def new_client() -> Callable[[Studio], genai.Client]:
    return client_of
