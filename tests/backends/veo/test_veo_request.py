"""What a Veo submit sends, and what is refused before anything is sent."""

import base64
from pathlib import Path

import pytest
from PIL import Image

from tests.backends.conftest import Peer
from tests.backends.veo.conftest import MODEL, NAME, PLACE, STARTED, TODAY, Change, config_of
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.storage_client import StorageConfig
from video_agent.backends.google.veo import VeoGenerator
from video_agent.catalog import Catalog
from video_agent.errors import RejectedError
from video_agent.models import GenerationInputs, GenerationOrder, SourceClip


def picture(folder: Path, name: str, kind: str = "PNG") -> Path:
    path = folder / name
    Image.new("RGB", (64, 36), "navy").save(path, kind)
    return path


async def test_a_submit_says_everything_the_service_would_otherwise_choose(
    peer: Peer, generator: VeoGenerator, veo_order: GenerationOrder
) -> None:
    peer.answers(STARTED)
    assert await generator.submit(veo_order) == NAME
    [post] = peer.requests
    assert (post.method, post.path) == ("POST", f"/v1beta1/{PLACE}:predictLongRunning")
    assert post.headers["authorization"].startswith("Bearer ")
    assert post.document == {
        "instances": [{"prompt": veo_order.prompt}],
        "parameters": {
            "sampleCount": 1,
            "durationSeconds": 6,
            "aspectRatio": "16:9",
            "resolution": "720p",
            "generateAudio": True,
        },
        "labels": {"generation": "019a-generation", "job": "019a-job"},
    }


async def test_every_setting_travels_in_its_own_field(
    peer: Peer, catalog: Catalog, change: Change
) -> None:
    clients = GoogleClients(config_of(peer, "gs://made/raw"))
    storage = CloudStorage(StorageConfig(base_url=peer.url))
    generator = VeoGenerator(clients, catalog, storage=storage, today=lambda: TODAY)
    peer.answers(STARTED)
    order = change(
        duration_seconds=8.0, resolution="4k", aspect_ratio="9:16", audio=False, seed=7,
        negative="people, text", samples=4,
    )  # fmt: skip
    await generator.submit(order)
    await clients.close()
    assert peer.requests[0].document["parameters"] == {
        "sampleCount": 4,
        "durationSeconds": 8,
        "aspectRatio": "9:16",
        "resolution": "4k",
        "generateAudio": False,
        "seed": 7,
        "negativePrompt": "people, text",
        "storageUri": "gs://made/raw/019a-generation/",
    }


async def test_frames_travel_as_first_and_last_frame(
    peer: Peer, generator: VeoGenerator, change: Change, tmp_path: Path
) -> None:
    first, last = picture(tmp_path, "a.png"), picture(tmp_path, "b.jpg", "JPEG")
    peer.answers(STARTED)
    await generator.submit(change(GenerationInputs(first_frame=first), task="image_to_video"))
    frames = GenerationInputs(first_frame=first, last_frame=last)
    await generator.submit(change(frames, task="first_and_last_frame"))
    [alone], [both] = (request.document["instances"] for request in peer.requests)
    assert alone["image"]["mimeType"] == "image/png"
    assert base64.b64decode(alone["image"]["bytesBase64Encoded"]) == first.read_bytes()
    assert "lastFrame" not in alone
    assert both["lastFrame"]["mimeType"] == "image/jpeg"
    assert base64.b64decode(both["lastFrame"]["bytesBase64Encoded"]) == last.read_bytes()


async def test_references_travel_as_assets(
    peer: Peer, generator: VeoGenerator, change: Change, tmp_path: Path
) -> None:
    paths = tuple(picture(tmp_path, f"{name}.webp", "WEBP") for name in "abc")
    peer.answers(STARTED)
    inputs = GenerationInputs(references=paths)
    await generator.submit(
        change(inputs, task="reference_to_video", duration_seconds=8.0, reference_count=3)
    )
    [instance] = peer.requests[0].document["instances"]
    assert [item["referenceType"] for item in instance["referenceImages"]] == ["ASSET"] * 3
    assert instance["referenceImages"][0]["image"]["mimeType"] == "image/webp"


@pytest.mark.parametrize("uri", ["gs://kept/clip.mp4", "https://elsewhere.example/clip.mp4", None])
async def test_an_extension_names_the_clip_in_cloud_storage_else_sends_it(
    peer: Peer, generator: VeoGenerator, change: Change, tmp_path: Path, uri: str | None
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"a clip")
    source = SourceClip(
        generation_id="019a-first", model=MODEL, path=clip, duration_seconds=8.0, uri=uri
    )
    peer.answers(STARTED)
    await generator.submit(
        change(
            GenerationInputs(source=source),
            task="extend",
            duration_seconds=7.0,
            source_seconds=8.0,
        )
    )
    [instance] = peer.requests[0].document["instances"]
    if uri and uri.startswith("gs://"):
        assert instance["video"] == {"gcsUri": uri, "mimeType": "video/mp4"}
    else:
        assert base64.b64decode(instance["video"]["bytesBase64Encoded"]) == b"a clip"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"duration_seconds": 5.0}, "4, 6, 8 s"),
        ({"resolution": "360p"}, "resolution"),
        ({"aspect_ratio": "1:1"}, "aspect ratio"),
        ({"task": "edit", "duration_seconds": 6.0}, "edits"),
        ({"task": "image_to_video"}, "needs a first frame"),
        ({"task": "reference_to_video", "duration_seconds": 8.0}, "needs reference images"),
        ({"reference_count": 4, "task": "reference_to_video", "duration_seconds": 8.0}, "takes 3"),
    ],
)
async def test_what_cannot_be_done_is_refused_before_anything_is_sent(
    peer: Peer, generator: VeoGenerator, change: Change, settings: dict[str, object], words: str
) -> None:
    with pytest.raises(RejectedError, match=words):
        await generator.submit(change(**settings))
    assert peer.requests == []


async def test_files_that_cannot_be_used_are_refused_before_anything_is_sent(
    peer: Peer, generator: VeoGenerator, change: Change, tmp_path: Path
) -> None:
    text, large = tmp_path / "notes.png", tmp_path / "large.png"
    text.write_text("not a picture")
    large.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 15_000_001)
    for path, words in ((text, "not a PNG"), (large, "larger"), (tmp_path / "no.png", "cannot")):
        inputs = GenerationInputs(first_frame=path)
        with pytest.raises(RejectedError, match=words):
            await generator.submit(change(inputs, task="image_to_video"))
    gone = SourceClip(
        generation_id="g", model=MODEL, path=tmp_path / "no.mp4", duration_seconds=8.0
    )
    with pytest.raises(RejectedError, match=r"no\.mp4 cannot be read"):
        await generator.submit(
            change(GenerationInputs(source=gone), task="extend", duration_seconds=7.0)
        )
    assert peer.requests == []


async def test_a_model_of_another_kind_or_place_or_time_is_refused_before_anything_is_sent(
    peer: Peer, generator: VeoGenerator, catalog: Catalog, veo_order: GenerationOrder
) -> None:
    for model in ("veo-3.1-generate-preview", catalog.defaults.generator, "veo-9"):
        with pytest.raises(RejectedError):
            await generator.submit(veo_order.model_copy(update={"model": model}))
    clients = GoogleClients(
        GoogleConfig(
            project="p", credentials=studio_credentials(), base_url=peer.url, location="us-east5"
        )
    )
    with pytest.raises(RejectedError, match="not served in us-east5"):
        await VeoGenerator(clients, catalog, today=lambda: TODAY).submit(veo_order)
    assert peer.requests == []
