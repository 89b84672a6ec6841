"""Veo's clips: what is ordered is what is drawn, and where it is delivered."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
import pytest
from google import genai
from google.genai import types

from video_agent.media.onepass import measure_clip
from video_agent.media.probe import probe
from video_agent.studio.server import Studio, StudioConfig

MODEL = "veo-3.1-fast-generate-001"
Operation = types.GenerateVideosOperation
Order = Callable[..., Operation]
Ended = Callable[[genai.Client, Operation], Operation]
Videos = Callable[[Operation], list[types.Video]]
Frame = Callable[[Path, int], Any]


@pytest.fixture
def deliver(veo: genai.Client, order: Order, ended: Ended, videos_of: Videos, tmp_path: Path):
    """Orders a clip and saves it."""

    def save(name: str, **wanted: Any) -> Path:
        path = tmp_path / name
        content = videos_of(ended(veo, order(veo, **wanted)))[0].video_bytes
        assert content
        path.write_bytes(content)
        return path

    return save


def picture(colour: tuple[int, int, int], *, mark: int = 0) -> types.Image:
    pixels = np.full((180, 320, 3), colour, np.uint8)
    pixels[40:140, mark : mark + 60] = (255, 255, 255)
    content = cv2.imencode(".png", pixels)[1].tobytes()
    return types.Image(image_bytes=content, mime_type="image/png")


def test_a_clip_comes_inside_the_answer_as_ordered(
    studio: Studio, veo: genai.Client, order: Order, ended: Ended, deliver: Callable[..., Path]
):
    started = studio.paid_starts
    clip = deliver("clip.mp4", aspect_ratio="9:16", generate_audio=False, negative_prompt="people")

    assert studio.paid_starts == started + 1
    facts = probe(clip)
    assert (facts.width, facts.height) == (720, 1280)
    assert facts.duration_seconds == pytest.approx(4.0, abs=0.05)
    assert facts.audio_codec is None


@pytest.fixture(params=["aiohttp", "httpx"])
def async_options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Both of the client's asynchronous transports; it prefers aiohttp where that is installed."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
        return {}
    return {"httpx_async_client": httpx.AsyncClient(timeout=20)}


async def test_samples_are_written_to_the_bucket_by_either_transport(
    studio: Studio, veo_client: Callable[..., genai.Client], async_options: dict[str, Any]
):
    client = veo_client(studio, location="global", **async_options)
    config = types.GenerateVideosConfig(
        duration_seconds=4, number_of_videos=2, output_gcs_uri="gs://films/out/"
    )
    async with client.aio as aio:
        operation = await aio.models.generate_videos(
            model=MODEL, source=types.GenerateVideosSource(prompt="fog"), config=config
        )
        assert operation.done is None
        resumed = Operation.model_validate(
            {"name": operation.name}
        )  # the name is enough, also in another process
        while not resumed.done:
            await asyncio.sleep(0.1)
            resumed = await aio.operations.get(resumed)
    client.close()

    assert resumed.response
    assert not resumed.response.rai_media_filtered_count
    uris = [item.video and item.video.uri for item in resumed.response.generated_videos or []]
    assert [str(uri).rpartition("/")[2] for uri in uris] == ["sample_0.mp4", "sample_1.mp4"]
    folder = str(uris[0]).removeprefix("gs://films/").rpartition("/")[0]
    stored = studio.buckets.list("films", f"{folder}/")
    assert [row.uri for row in stored] == uris
    assert stored[0].sha256 != stored[1].sha256
    assert {row.content_type for row in stored} == {"video/mp4"}


def test_a_clip_runs_from_its_first_to_its_last_frame(
    deliver: Callable[..., Path], frame_of: Frame
):
    red, blue = picture((40, 40, 200)), picture((200, 60, 30), mark=200)
    clip = deliver("clip.mp4", prompt="a sheet of paper", image=red, last_frame=blue)

    first, last = frame_of(clip, 0)[20, 300], frame_of(clip, -1)[20, 20]
    assert first[2] > 140
    assert first[0] < 90
    assert last[0] > 140
    assert last[2] < 90


def test_references_colour_the_clip(fog: Path, deliver: Callable[..., Path]):
    green = types.VideoGenerationReferenceImage(
        image=picture((40, 190, 40)), reference_type=types.VideoGenerationReferenceType.ASSET
    )
    alike = deliver("alike.mp4", duration_seconds=8, reference_images=[green])

    shares = [measure_clip(path, profile="fast").colour.hue_shares for path in (fog, alike)]
    assert shares[1]["green"] > shares[0]["green"] + 0.1


def test_an_extension_is_the_whole_longer_clip(
    studio: Studio, fog: Path, deliver: Callable[..., Path], frame_of: Frame
):
    source = studio.buckets.put("films", "fog.mp4", fog, content_type="video/mp4")
    clip = types.Video(uri=source.uri, mime_type="video/mp4")
    longer = deliver("longer.mp4", prompt="the fog lifts", video=clip, duration_seconds=7)

    facts = probe(longer)
    assert facts.duration_seconds == pytest.approx(11.0, abs=0.1)
    assert facts.audio_codec == "aac"
    old, new = frame_of(fog, 50), frame_of(longer, 50)
    assert np.abs(old.astype(int) - new.astype(int)).mean() < 6


def test_an_operation_outlives_a_restart_and_its_seed_gives_the_same_clip(
    tmp_path: Path,
    fog: Path,
    veo_client: Callable[..., genai.Client],
    order: Order,
    ended: Ended,
    videos_of: Videos,
    frame_of: Frame,
):
    with Studio(StudioConfig(tmp_path)) as studio, veo_client(studio) as client:
        operation = order(client, labels={"generation": "g-9"})
        link = f"{studio.url}/studio/interactions?label.generation=g-9"
        assert httpx.get(link).json()["found"][0]["id"] == operation.name
    with Studio(StudioConfig(tmp_path)) as studio, veo_client(studio) as client:
        again = videos_of(ended(client, operation))[0].video_bytes
        assert studio.paid_starts == 1
    assert again
    (tmp_path / "again.mp4").write_bytes(again)
    assert np.array_equal(frame_of(tmp_path / "again.mp4", 30), frame_of(fog, 30))
