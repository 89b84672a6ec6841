"""Omni's results in Cloud Storage or inside the answer, and generations known by their folder."""

from pathlib import Path
from typing import Any

import pytest

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import AuthError, BackendError, InvalidRequestError
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource


def keep(target: Path, content: bytes) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(content)


def content_of(path: Path) -> bytes:
    return path.read_bytes()


@pytest.fixture
def generator(project_clients: GoogleClients, catalog: Catalog) -> OmniGenerator:
    return OmniGenerator(project_clients, catalog)


class Bucket:
    """What a bucket's folder says, and what was asked of it."""

    def __init__(self, update: GenerationUpdate | BackendError) -> None:
        self.update = update
        self.asked: list[str] = []

    async def read(self, folder: str) -> GenerationUpdate:
        self.asked.append(folder)
        if isinstance(self.update, BackendError):
            raise self.update
        return self.update

    async def fetch(self, uri: str, target: Path) -> None:
        self.asked.append(uri)
        keep(target, b"clip")


def bucket_generator(
    clients: GoogleClients, catalog: Catalog, found: GenerationUpdate | BackendError
) -> tuple[OmniGenerator, Bucket]:
    bucket = Bucket(found)
    generator = OmniGenerator(clients, catalog, fetch_object=bucket.fetch, read_folder=bucket.read)
    return generator, bucket


async def test_a_generation_known_by_its_folder_is_looked_up_there(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    found = GenerationUpdate(status="succeeded", sources=(MediaSource(uri="gs://m/1/a.mp4"),))
    generator, bucket = bucket_generator(project_clients, catalog, found)
    assert await generator.poll("gs://m/1/", model=order.model) == found
    assert bucket.asked == ["gs://m/1/"]
    with pytest.raises(InvalidRequestError, match="cannot be stopped"):
        await generator.cancel("gs://m/1/", model=order.model)
    assert peer.requests == []


async def test_a_folder_that_cannot_be_listed_does_not_lose_the_generation(
    project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    generator, _ = bucket_generator(project_clients, catalog, AuthError("no", hint="log in"))
    with pytest.raises(BackendError) as caught:
        await generator.poll("gs://m/1/", model=order.model)
    assert caught.value.retryable
    assert caught.value.hint == "log in"


async def test_a_clip_in_cloud_storage_is_fetched_by_the_store(
    project_clients: GoogleClients, catalog: Catalog, target: Path
) -> None:
    generator, bucket = bucket_generator(
        project_clients, catalog, GenerationUpdate(status="running")
    )
    await generator.download(MediaSource(uri="gs://m/1/a.mp4"), target)
    assert bucket.asked == ["gs://m/1/a.mp4"]
    assert content_of(target) == b"clip"


async def test_without_a_store_a_clip_in_cloud_storage_names_the_setting(
    generator: OmniGenerator, order: GenerationOrder, target: Path
) -> None:
    for call in (
        generator.download(MediaSource(uri="gs://m/1/a.mp4"), target),
        generator.poll("gs://m/1/", model=order.model),
    ):
        with pytest.raises(BackendError) as caught:
            await call
        assert "VIDEO_AGENT_GENERATION_BUCKET" in caught.value.hint


async def test_a_clip_inside_the_answer_is_decoded(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, target: Path
) -> None:
    block: dict[str, Any] = {"type": "video", "mime_type": "video/mp4", "data": "Y2xpcA=="}
    steps = [{"type": "model_output", "content": [block]}]
    peer.answers(Answer(body={"status": "completed", "steps": steps}))
    update = await generator.poll("v1_abc", model=order.model)
    await generator.download(update.sources[0], target)
    assert content_of(target) == b"clip"
    assert len(peer.requests) == 1
