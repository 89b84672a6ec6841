"""Veo against a studio: clips in Cloud Storage and in answers, ends, lost starts."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.storage_client import StorageConfig, StorageLimits
from video_agent.backends.google.veo import VeoGenerator
from video_agent.backends.prefix_lookup import PrefixLookup
from video_agent.catalog import Catalog
from video_agent.errors import BackendError, ContentBlockedError, OutcomeUnknownError
from video_agent.media.probe import probe
from video_agent.models import GenerationOrder, GenerationSettings, GenerationUpdate
from video_agent.studio.server import Studio, StudioConfig

MODEL = "veo-3.1-lite-generate-001"
OUTPUT = "gs://made/raw"
QUICK = StorageLimits(request_seconds=5, retry_seconds=2.0, first_wait_seconds=0.05)
_numbers = count(1)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@dataclass
class House:
    """A generator with its bucket, on one studio."""

    studio: Studio
    generator: VeoGenerator
    lookup: PrefixLookup
    inline: VeoGenerator

    def order(self, **settings: object) -> GenerationOrder:
        asked: dict[str, object] = {
            "duration_seconds": 4.0, "resolution": "720p", "aspect_ratio": "16:9", **settings,
        }  # fmt: skip
        return GenerationOrder(
            generation_id=f"g-{next(_numbers)}",
            job_id="j-1",
            model=MODEL,
            prompt="A red paper boat sails across a rain puddle at dusk.",
            settings=GenerationSettings.model_validate(asked),
        )

    async def end(self, name: str, generator: VeoGenerator | None = None) -> GenerationUpdate:
        for _ in range(600):
            update = await (generator or self.generator).poll(name, model=MODEL)
            if update.status != "running":
                return update
            await asyncio.sleep(0.1)
        raise AssertionError("the operation did not end")

    async def found(self, generation_id: str) -> str:
        for _ in range(600):
            finding = await self.lookup.find(generation_id, output_uri=OUTPUT)
            if finding.provider_id is not None:
                return finding.provider_id
            await asyncio.sleep(0.1)
        raise AssertionError("no clip appeared")

    @contextmanager
    def one_post(self) -> Generator[None]:
        before = len(self.studio.paid_posts)
        yield
        assert len(self.studio.paid_posts) == before + 1


@pytest.fixture
async def house(studio: Studio, catalog: Catalog) -> AsyncGenerator[House]:
    def clients(output_uri: str | None) -> GoogleClients:
        config = GoogleConfig(
            project="p",
            credentials=studio_credentials(),
            base_url=studio.url,
            output_uri=output_uri,
        )
        return GoogleClients(config)

    storage = CloudStorage(StorageConfig(base_url=studio.url, limits=QUICK))
    both = clients(OUTPUT), clients(None)
    yield House(
        studio,
        VeoGenerator(both[0], catalog, storage=storage, settled_after_seconds=0.0),
        PrefixLookup(storage),
        VeoGenerator(both[1], catalog),
    )
    for opened in both:
        await opened.close()
    await storage.close()


async def test_a_clip_comes_home_from_the_generations_own_folder(
    house: House, target: Path
) -> None:
    order = house.order(audio=False)
    with house.one_post():
        name = await house.generator.submit(order)
    update = await house.end(name)
    [source] = update.sources
    assert source.uri is not None
    assert source.uri.startswith(f"{OUTPUT}/{order.generation_id}/")
    await house.generator.download(source, target)
    facts = probe(target)
    assert (facts.width, facts.height, facts.audio_codec) == (1280, 720, None)
    assert abs(facts.duration_seconds - 4.0) < 0.2
    found = await house.lookup.find(order.generation_id, output_uri=OUTPUT)
    assert (found.verdict, found.provider_id) == ("found", f"{OUTPUT}/{order.generation_id}/")


async def test_a_part_of_the_samples_comes_inside_the_answer(house: House, target: Path) -> None:
    with house.studio.fault("veo.submit", "partial"):
        name = await house.inline.submit(house.order(samples=2, aspect_ratio="9:16"))
    update = await house.end(name, house.inline)
    assert (update.status, len(update.sources), update.filtered) == ("succeeded", 1, 1)
    await house.inline.download(update.sources[0], target)
    assert probe(target).height == 1280


@pytest.mark.parametrize(
    ("fate", "status", "cost", "retryable"),
    [
        ("filtered", "blocked", Decimal(0), True),
        ("filtered_audio", "blocked", Decimal(0), True),
        ("done_empty", "failed", None, True),
        ("no_media", "failed", None, True),
        ("error_3", "failed", None, False),
        ("error_4", "failed", None, True),
        ("error_8", "failed", None, True),
        ("error_13", "failed", None, True),
        ("error_14", "failed", None, True),
    ],
)
async def test_every_end_without_a_clip_is_told_apart(
    house: House, fate: str, status: str, cost: Decimal | None, retryable: bool
) -> None:
    with house.studio.fault("veo.submit", fate), house.one_post():
        name = await house.generator.submit(house.order())
    update = await house.end(name)
    assert (update.status, update.cost_usd, update.retryable) == (status, cost, retryable)
    assert update.reason


async def test_a_refused_prompt_starts_nothing(house: House) -> None:
    started = house.studio.paid_starts
    with (
        house.studio.fault("veo.submit", "prompt_blocked"),
        house.one_post(),
        pytest.raises(ContentBlockedError, match="Support codes"),
    ):
        await house.generator.submit(house.order())
    assert house.studio.paid_starts == started


@pytest.mark.parametrize("fault", ["503_after", "cut_after"])
async def test_a_lost_start_is_found_by_its_folder_and_its_clip_comes_home(
    house: House, target: Path, fault: str
) -> None:
    order = house.order()
    with (
        house.studio.fault("veo.submit", fault),
        house.one_post(),
        pytest.raises(OutcomeUnknownError),
    ):
        await house.generator.submit(order)
    assert (await house.lookup.find(order.generation_id, output_uri=OUTPUT)).verdict == "absent"
    folder = await house.found(order.generation_id)
    update = await house.end(folder)
    await house.generator.download(update.sources[0], target)
    assert probe(target).width == 1280


@pytest.mark.parametrize(
    "fault", ["429", "429_list", "500", "503", "cut_before", "junk_200", "empty_200", "html_503"]
)
async def test_every_fault_of_a_submit_is_met_by_one_post(house: House, fault: str) -> None:
    with (
        house.studio.fault("veo.submit", fault, times=3),
        house.one_post(),
        pytest.raises(BackendError),
    ):
        await house.generator.submit(house.order())


async def test_an_adopted_generation_waits_until_nothing_new_appears(
    house: House, catalog: Catalog, studio: Studio, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    storage = CloudStorage(StorageConfig(base_url=studio.url, limits=QUICK))
    folder = f"{OUTPUT}/g-young/"
    assert (await house.generator.poll(folder, model=MODEL)).status == "running"
    studio.buckets.put("made", "raw/g-young/3/notes.txt", clip, content_type="text/plain")
    assert (await house.generator.poll(folder, model=MODEL)).status == "running"
    for sample in (0, 1):
        name = f"raw/g-young/3/sample_{sample}.mp4"
        studio.buckets.put("made", name, clip, content_type="video/mp4")
    config = GoogleConfig(
        project="p", credentials=studio_credentials(), base_url=studio.url, output_uri=OUTPUT
    )
    patient = VeoGenerator(GoogleClients(config), catalog, storage=storage)
    assert (await patient.poll(folder, model=MODEL)).status == "running"
    update = await house.generator.poll(folder, model=MODEL)
    assert [source.uri for source in update.sources] == [
        f"{folder}3/sample_{sample}.mp4" for sample in (0, 1)
    ]
    await storage.close()


@pytest.mark.parametrize("fault", ["403", "404", "503", "junk_200"])
async def test_a_folder_that_cannot_be_listed_proves_nothing(house: House, fault: str) -> None:
    with house.studio.fault("storage.read", fault, times=-1):
        assert (await house.lookup.find("g-none", output_uri=OUTPUT)).verdict == "cannot_tell"
        with pytest.raises(BackendError) as caught:
            await house.generator.poll(f"{OUTPUT}/g-none/", model=MODEL)
    assert caught.value.retryable
