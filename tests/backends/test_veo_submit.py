"""A paid Veo submit: what goes over the wire, how often, and how each answer is read."""

import base64
from collections.abc import AsyncGenerator, Callable
from datetime import date
from pathlib import Path

import pytest
from PIL import Image

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.storage import CloudStorage
from video_agent.backends.google.storage_client import StorageConfig
from video_agent.backends.google.veo import VeoGenerator
from video_agent.catalog import Catalog
from video_agent.errors import (
    AuthError,
    BackendError,
    ConfigurationError,
    ContentBlockedError,
    InvalidRequestError,
    ModelRetiredError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
)
from video_agent.models import (
    GenerationInputs,
    GenerationOrder,
    GenerationSettings,
    SourceClip,
)

MODEL = "veo-3.1-generate-001"
PLACE = f"projects/p/locations/us-central1/publishers/google/models/{MODEL}"
NAME = f"{PLACE}/operations/0b5c"
STARTED = Answer(body={"name": NAME})
HTML = b"<html><body>Service Unavailable</body></html>"
TODAY = date(2026, 11, 23)
BLOCKED = (
    "The prompt could not be submitted. This prompt contains words that violate our usage "
    "guidelines. Try rephrasing the prompt. Support codes: 58061214"
)


def refusal(status: int, message: str = "no") -> Answer:
    kinds = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    error = {"code": status, "message": message, "status": kinds.get(status, "UNKNOWN")}
    return Answer(status, {"error": error})


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


@pytest.mark.parametrize(
    "answer",
    [
        *(refusal(status) for status in (500, 502, 503, 504)),
        Answer(503, HTML, {"content-type": "text/html"}),
        Answer(404, HTML, {"content-type": "text/html"}),
        Answer(200, HTML, {"content-type": "text/html"}),
        Answer(200, b"}{"),
        Answer(200, b""),
        Answer(200, [1, 2]),
        Answer(200, {"done": False}),
        Answer(429, b"slow down", {"content-type": "text/plain"}),
        Answer(307, b"", {"location": "/v1beta1/elsewhere"}),
        Answer(cut=True),
        Answer(200, STARTED.body, cut_after=10),
    ],
    ids=lambda answer: f"{answer.status}-{answer.content[:8]!r}-{answer.cut}",
)
async def test_an_unclear_answer_leaves_the_outcome_unknown_after_one_post(
    peer: Peer, generator: VeoGenerator, veo_order: GenerationOrder, answer: Answer
) -> None:
    peer.answers(answer)
    with pytest.raises(OutcomeUnknownError) as caught:
        await generator.submit(veo_order)
    assert len(peer.requests) == 1
    assert caught.value.cost_usd is None


async def test_a_silent_service_leaves_the_outcome_unknown_after_one_post(
    peer: Peer, catalog: Catalog, veo_order: GenerationOrder
) -> None:
    peer.answers(Answer(silent=True))
    clients = GoogleClients(config_of(peer, seconds=0.5))
    with pytest.raises(OutcomeUnknownError):
        await VeoGenerator(clients, catalog, today=lambda: TODAY).submit(veo_order)
    await clients.close()
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400), RejectedError),
        (refusal(401), AuthError),
        (refusal(403), AuthError),
        (refusal(404, "The model is no longer available."), ModelRetiredError),
        (refusal(404), RejectedError),
        (refusal(409), RejectedError),
        (refusal(429), QuotaError),
        (Answer(429, [{"error": {"code": 429, "message": "a list"}}]), QuotaError),
        (refusal(400, BLOCKED), ContentBlockedError),
    ],
)
async def test_a_clean_refusal_proves_after_one_post_that_nothing_started(
    peer: Peer,
    generator: VeoGenerator,
    veo_order: GenerationOrder,
    answer: Answer,
    kind: type[BackendError],
) -> None:
    peer.answers(answer)
    with pytest.raises(kind) as caught:
        await generator.submit(veo_order)
    assert len(peer.requests) == 1
    assert type(caught.value) is kind
    assert caught.value.cost_usd == 0


async def test_a_refused_prompt_carries_the_services_words(
    peer: Peer, generator: VeoGenerator, veo_order: GenerationOrder
) -> None:
    peer.answers(refusal(400, BLOCKED))
    with pytest.raises(ContentBlockedError) as caught:
        await generator.submit(veo_order)
    assert caught.value.reason == BLOCKED
    assert "reword" in caught.value.hint


async def test_no_connection_proves_that_nothing_started(
    catalog: Catalog, veo_order: GenerationOrder
) -> None:
    config = GoogleConfig(
        project="p", credentials=studio_credentials(), base_url="http://127.0.0.1:9"
    )
    with pytest.raises(RejectedError) as caught:
        await VeoGenerator(GoogleClients(config), catalog, today=lambda: TODAY).submit(veo_order)
    assert caught.value.retryable


async def test_clips_that_nobody_could_fetch_are_not_ordered(peer: Peer, catalog: Catalog) -> None:
    with pytest.raises(ConfigurationError, match="storage"):
        VeoGenerator(GoogleClients(config_of(peer, "gs://made")), catalog)


async def test_a_cancel_is_refused_with_the_reason(generator: VeoGenerator, peer: Peer) -> None:
    with pytest.raises(InvalidRequestError, match="cannot be stopped"):
        await generator.cancel(NAME, model=MODEL)
    assert peer.requests == []
