"""Veo on Agent Platform: clients of a hand-made peer, a generator and an order."""

from collections.abc import AsyncGenerator, Callable
from datetime import date

import pytest

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.veo import VeoGenerator
from video_agent.catalog import Catalog
from video_agent.models import GenerationInputs, GenerationOrder, GenerationSettings

MODEL = "veo-3.1-generate-001"
PLACE = f"projects/p/locations/us-central1/publishers/google/models/{MODEL}"
NAME = f"{PLACE}/operations/0b5c"
STARTED = Answer(body={"name": NAME})
TODAY = date(2026, 11, 23)


def config_of(peer: Peer, output_uri: str | None = None, seconds: float = 20.0) -> GoogleConfig:
    return GoogleConfig(
        project="p",
        credentials=studio_credentials(),
        base_url=peer.url,
        output_uri=output_uri,
        submit_timeout_seconds=seconds,
        request_timeout_seconds=seconds,
    )


@pytest.fixture
async def veo_clients(peer: Peer) -> AsyncGenerator[GoogleClients]:
    opened = GoogleClients(config_of(peer))
    yield opened
    await opened.close()


@pytest.fixture
def generator(veo_clients: GoogleClients, catalog: Catalog) -> VeoGenerator:
    return VeoGenerator(veo_clients, catalog, today=lambda: TODAY)


@pytest.fixture
def veo_order() -> GenerationOrder:
    settings = GenerationSettings(duration_seconds=6.0, resolution="720p", aspect_ratio="16:9")
    return GenerationOrder(
        generation_id="019a-generation",
        job_id="019a-job",
        model=MODEL,
        prompt="A paper boat on a rain puddle.",
        settings=settings,
    )


Change = Callable[..., GenerationOrder]


@pytest.fixture
def change(veo_order: GenerationOrder) -> Change:
    """The order with other settings and inputs."""

    def build(inputs: GenerationInputs | None = None, **settings: object) -> GenerationOrder:
        changed = veo_order.settings.model_copy(update=settings)
        return veo_order.model_copy(
            update={"settings": changed, "inputs": inputs or GenerationInputs()}
        )

    return build
