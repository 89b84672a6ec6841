"""Omni's tasks on both surfaces against a studio: real requests, real clips."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from decimal import Decimal
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials
from PIL import Image
from pydantic import SecretStr

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog, generation_price_usd, load_catalog
from video_agent.errors import BackendError
from video_agent.media.probe import probe
from video_agent.models import (
    GenerationInputs,
    GenerationOrder,
    GenerationSettings,
    GenerationUpdate,
    SourceClip,
    Task,
    utc_now,
)
from video_agent.studio.server import Studio, StudioConfig

PROMPT = "A red paper boat sails across a rain puddle at dusk."


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


class Maker:
    """Makes clips of 3 s and 360p on one surface."""

    def __init__(self, clients: GoogleClients, catalog: Catalog, folder: Path) -> None:
        self.model = catalog.defaults.generator
        self.folder = folder
        self.clients = clients
        self.generator = OmniGenerator(clients, catalog)
        self.catalog = catalog

    def order(self, name: str, task: Task, **inputs: object) -> GenerationOrder:
        settings = GenerationSettings(
            duration_seconds=3.0, resolution="360p", aspect_ratio="16:9", task=task
        )
        return GenerationOrder(
            generation_id=name,
            job_id="j-1",
            model=self.model,
            prompt=PROMPT,
            settings=settings,
            inputs=GenerationInputs.model_validate(inputs),
        )

    def price(self, order: GenerationOrder) -> Decimal:
        """What is reserved for it, with all that goes in."""
        inputs = order.inputs
        fields = {
            "reference_count": len(inputs.references),
            "source_seconds": inputs.source.duration_seconds if inputs.source else None,
        }
        settings = order.settings.model_copy(update=fields)
        today = utc_now().date()
        return generation_price_usd(self.catalog.find(self.model), settings, today=today)

    async def finish(self, provider_id: str) -> GenerationUpdate:
        while True:
            update = await self.generator.poll(provider_id, model=self.model)
            if update.status != "running":
                return update
            await asyncio.sleep(0.1)

    async def make(self, name: str, task: Task, **inputs: object) -> SourceClip:
        provider_id = await self.generator.submit(self.order(name, task, **inputs))
        update = await self.finish(provider_id)
        assert update.status == "succeeded", update.reason
        assert update.cost_usd is not None
        assert 0 < update.cost_usd <= self.price(self.order(name, task, **inputs))
        path = self.folder / f"{name}.mp4"
        await self.generator.download(update.sources[0], path)
        return SourceClip(
            generation_id=name,
            model=self.model,
            path=path,
            duration_seconds=probe(path).duration_seconds,
            provider_id=provider_id,
        )


@pytest.fixture(params=["gemini_api", "agent_platform"])
async def maker(
    request: pytest.FixtureRequest, studio: Studio, tmp_path: Path
) -> AsyncGenerator[Maker]:
    if request.param == "gemini_api":
        config = GoogleConfig(SecretStr("studio"), studio.url)
    else:
        credentials = Credentials(token="studio")  # noqa: S106 - what a studio gets
        config = GoogleConfig(base_url=studio.url, project="studio", credentials=credentials)
    clients = GoogleClients(config)
    yield Maker(clients, load_catalog(), tmp_path)
    await clients.close()


def picture(folder: Path, colour: str) -> Path:
    path = folder / f"{colour}.png"
    Image.new("RGB", (640, 360), colour).save(path)
    return path


async def test_a_clip_is_made_edited_and_extended(maker: Maker) -> None:
    clip = await maker.make("text", "text_to_video")
    edited = await maker.make("edit", "edit", source=clip)
    assert edited.duration_seconds == pytest.approx(3.0, abs=0.2)
    longer = await maker.make("longer", "extend", source=clip)
    assert longer.duration_seconds == pytest.approx(6.0, abs=0.3)


@pytest.mark.parametrize("maker", ["gemini_api"], indirect=True)
async def test_a_clip_begins_and_ends_with_given_pictures(maker: Maker) -> None:
    first, last = picture(maker.folder, "navy"), picture(maker.folder, "orange")
    await maker.make("frames", "first_and_last_frame", first_frame=first, last_frame=last)


@pytest.mark.parametrize("maker", ["agent_platform"], indirect=True)
async def test_a_clip_shows_what_is_in_given_pictures(maker: Maker) -> None:
    pictures = (picture(maker.folder, "navy"), picture(maker.folder, "orange"))
    await maker.make("references", "reference_to_video", references=pictures)


async def test_a_cancelled_generation_ends_at_once(maker: Maker) -> None:
    provider_id = await maker.generator.submit(maker.order("stopped", "text_to_video"))
    await maker.generator.cancel(provider_id, model=maker.model)
    update = await maker.finish(provider_id)
    assert (update.status, update.retryable) == ("failed", False)


async def test_a_generation_nobody_knows_is_lost(maker: Maker) -> None:
    with pytest.raises(BackendError) as caught:
        await maker.generator.poll("v1_unknown", model=maker.model)
    assert not caught.value.retryable


async def test_a_read_refused_three_times_is_read_as_a_stream(studio: Studio, maker: Maker) -> None:
    provider_id = await maker.generator.submit(maker.order("streamed", "text_to_video"))
    plain = await maker.finish(provider_id)
    with studio.fault("interactions.get", "poll_400", times=3):
        for _ in range(2):
            with pytest.raises(BackendError):
                await maker.generator.poll(provider_id, model=maker.model)
        if maker.clients.config.surface == "gemini_api":
            with pytest.raises(BackendError):
                await maker.generator.poll(provider_id, model=maker.model)
            return
        streamed = await maker.generator.poll(provider_id, model=maker.model)
    assert streamed.sources == plain.sources
    assert streamed.usage == plain.usage
    # A stream does not name the resolution, so its tokens are priced at the dearest: 2 % more.
    assert plain.cost_usd is not None
    assert streamed.cost_usd is not None
    assert plain.cost_usd <= streamed.cost_usd <= plain.cost_usd * Decimal("1.02")
