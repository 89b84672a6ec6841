"""Every way of making a clip: what goes over the wire, on both surfaces, and what never does."""

import asyncio
import base64
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.backends.conftest import Answer, Peer, project_config
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.clips import KeepClip
from video_agent.backends.google.omni import OmniGenerator
from video_agent.backends.google.omni_inputs import OmniInputs
from video_agent.catalog import Catalog
from video_agent.errors import AuthError, BackendError, RejectedError
from video_agent.models import GenerationInputs, GenerationOrder, SourceClip, Task
from video_agent.ports import CancelledBeforeSending

STARTED = Answer(body={"id": "v1_new", "status": "in_progress", "object": "interaction"})
CLIP = b"\0\0\0\x18ftypmp42 not really a clip"


def picture(folder: Path, name: str, kind: str = "PNG") -> Path:
    path = folder / name
    Image.new("RGB", (64, 64), "navy").save(path, kind)
    return path


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(CLIP)
    return path


def starting(order: GenerationOrder, task: Task, **inputs: Any) -> GenerationOrder:
    settings = order.settings.model_copy(update={"task": task})
    return order.model_copy(update={"settings": settings, "inputs": GenerationInputs(**inputs)})


def source_of(clip: Path, model: str = "gemini-omni-1.1-flash", **more: Any) -> SourceClip:
    fields: dict[str, Any] = {"duration_seconds": 8.0} | more
    return SourceClip(generation_id="019a-older", model=model, path=clip, **fields)


def sent(peer: Peer) -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    """The one interaction that was asked for, and its blocks of content."""
    [post] = [item for item in peer.posts if item.path.endswith("/interactions")]
    given = post.document["input"]
    return post.document, given[0]["content"] if isinstance(given, list) else []


async def test_first_and_last_frame_go_in_this_order_before_the_words(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder, tmp_path: Path
) -> None:
    first = picture(tmp_path, "a.png")
    last = picture(tmp_path, "misnamed.png", "JPEG")
    peer.answers(STARTED)
    task = starting(order, "first_and_last_frame", first_frame=first, last_frame=last)
    await OmniGenerator(clients, catalog).submit(task)
    document, blocks = sent(peer)
    assert document["generation_config"] == {"video_config": {"task": "image_to_video"}}
    assert [block["type"] for block in blocks] == ["image", "image", "text"]
    assert [block["mime_type"] for block in blocks[:2]] == ["image/png", "image/jpeg"]
    assert base64.b64decode(blocks[1]["data"]) == last.read_bytes()
    assert blocks[2]["text"] == order.prompt


async def test_reference_pictures_keep_their_order(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder, tmp_path: Path
) -> None:
    pictures = tuple(picture(tmp_path, f"{name}.webp", "WEBP") for name in "abc")
    peer.answers(STARTED)
    task = starting(order, "reference_to_video", references=pictures)
    await OmniGenerator(clients, catalog).submit(task)
    document, blocks = sent(peer)
    assert document["generation_config"] == {"video_config": {"task": "reference_to_video"}}
    assert [block["type"] for block in blocks] == ["image", "image", "image", "text"]
    assert blocks[0]["mime_type"] == "image/webp"


async def test_an_edit_names_the_generation_it_edits_and_takes_its_form_from_it(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    peer.answers(STARTED)
    source = source_of(clip, provider_id="v1_old")
    await OmniGenerator(clients, catalog).submit(starting(order, "edit", source=source))
    document, blocks = sent(peer)
    assert document["previous_interaction_id"] == "v1_old"
    assert document["generation_config"] == {"video_config": {"task": "edit"}}
    assert document["response_format"] == {
        "type": "video",
        "resolution": "720p",
        "delivery": "uri",
    }
    assert blocks == []
    assert len(peer.requests) == 1


async def test_an_extension_says_how_much_longer(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    peer.answers(STARTED)
    source = source_of(clip, provider_id="v1_old")
    await OmniGenerator(clients, catalog).submit(starting(order, "extend", source=source))
    document, _ = sent(peer)
    assert document["previous_interaction_id"] == "v1_old"
    assert document["generation_config"] == {"video_config": {"task": "extend"}}
    assert document["response_format"] == {
        "type": "video",
        "resolution": "720p",
        "duration": "6s",
        "delivery": "uri",
    }
    assert document["input"] == order.prompt


async def test_agent_platform_gets_no_task_beside_an_earlier_generation(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    peer.answers(STARTED)
    source = source_of(clip, model="gemini-omni-1.2-flash", provider_id="v1_old")
    await OmniGenerator(project_clients, catalog).submit(starting(order, "edit", source=source))
    document, blocks = sent(peer)
    assert document["previous_interaction_id"] == "v1_old"
    assert "generation_config" not in document
    assert blocks == []


async def test_agent_platform_extends_the_clip_itself_so_that_the_task_can_be_said(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    peer.answers(STARTED)
    source = source_of(clip, model="gemini-omni-1.2-flash", provider_id="v1_old")
    await OmniGenerator(project_clients, catalog).submit(starting(order, "extend", source=source))
    document, blocks = sent(peer)
    assert "previous_interaction_id" not in document
    assert document["generation_config"] == {"video_config": {"task": "extend"}}
    assert [block["type"] for block in blocks] == ["video", "text"]


@pytest.mark.parametrize(
    "origin",
    [
        {"model": "veo-3.1-generate-001", "provider_id": "projects/p/operations/1"},
        {"model": "gemini-omni-1.1-flash-preview", "provider_id": "v1_other_surface"},
        {"model": "somebody-elses", "provider_id": "v1_x"},
        {"provider_id": "gs://bucket/019a-older/"},
        {"provider_id": None},
    ],
)
async def test_a_clip_of_another_origin_goes_along_as_a_video(
    peer: Peer,
    clients: GoogleClients,
    catalog: Catalog,
    order: GenerationOrder,
    clip: Path,
    origin: dict[str, Any],
) -> None:
    peer.answers(STARTED)
    task = starting(order, "edit", source=source_of(clip, **origin))
    await OmniGenerator(clients, catalog).submit(task)
    document, blocks = sent(peer)
    assert "previous_interaction_id" not in document
    assert [block["type"] for block in blocks] == ["video", "text"]
    assert blocks[0]["mime_type"] == "video/mp4"
    assert base64.b64decode(blocks[0]["data"]) == CLIP


def upload_answers(peer: Peer, *rest: Answer) -> None:
    file = {"name": "files/x", "uri": "https://g/v1beta/files/x", "mimeType": "video/mp4"}
    peer.answers(
        Answer(200, b"", {"x-goog-upload-url": f"{peer.url}/upload/1"}),
        Answer(200, {"file": file | {"state": "ACTIVE"}}, {"x-goog-upload-status": "final"}),
        *rest,
    )


def small_inputs(clients: GoogleClients, catalog: Catalog, keep: KeepClip | None) -> OmniInputs:
    return OmniInputs(clients, catalog, keep_clip=keep, largest_inline_bytes=4)


async def test_a_large_clip_is_uploaded_before_the_paid_request_and_stays(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    upload_answers(peer, STARTED)
    generator = OmniGenerator(clients, catalog, inputs=small_inputs(clients, catalog, None))
    await generator.submit(starting(order, "extend", source=source_of(clip)))
    _, blocks = sent(peer)
    assert blocks[0] == {"type": "document", "uri": "https://g/v1beta/files/x"}
    assert peer.requests[-1].path == "/v1beta/interactions"
    assert "DELETE" not in [request.method for request in peer.requests]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(403, {"error": {"code": 403, "message": "no"}}), AuthError),
        (Answer(503, {"error": {"code": 503, "message": "busy"}}), RejectedError),
        (Answer(cut=True), RejectedError),
    ],
)
async def test_a_failed_upload_pays_for_nothing(
    peer: Peer,
    clients: GoogleClients,
    catalog: Catalog,
    order: GenerationOrder,
    clip: Path,
    answer: Answer,
    kind: type[BackendError],
) -> None:
    peer.answers(answer)
    generator = OmniGenerator(clients, catalog, inputs=small_inputs(clients, catalog, None))
    with pytest.raises(kind) as caught:
        await generator.submit(starting(order, "edit", source=source_of(clip)))
    assert caught.value.retryable is (kind is RejectedError)
    assert caught.value.cost_usd == 0
    assert not [request for request in peer.requests if request.path.endswith("/interactions")]


async def test_agent_platform_reads_clips_from_cloud_storage(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    async def keep(path: Path) -> str:
        assert path == clip
        return "gs://mine/kept.mp4"

    peer.answers(STARTED)
    inputs = small_inputs(project_clients, catalog, keep)
    generator = OmniGenerator(project_clients, catalog, inputs=inputs)
    lying = source_of(clip, model="veo-3.1-generate-001", uri="gs://mine/019a-older/sample_0.mp4")
    for source in (lying, source_of(clip)):
        await generator.submit(starting(order, "edit", source=source))
    given = [request.document["input"][0]["content"][0] for request in peer.posts]
    assert [block["uri"] for block in given] == [
        "gs://mine/019a-older/sample_0.mp4",
        "gs://mine/kept.mp4",
    ]
    assert {block["type"] for block in given} == {"video"}


async def test_a_webhook_is_told_only_to_the_gemini_api(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    hook = "https://example.com/hook"
    key = clients.config.api_key
    for config in (
        GoogleConfig(key, peer.url, webhook_url=hook),
        project_config(peer, webhook_url=hook),
    ):
        told = GoogleClients(config)
        peer.answers(STARTED)
        await OmniGenerator(told, catalog).submit(order)
        await told.close()
    with_key, with_project = (request.document for request in peer.posts)
    assert with_key["webhook_config"] == {
        "uris": [hook],
        "user_metadata": {"generation": "019a-generation", "job": "019a-job"},
    }
    assert "webhook_config" not in with_project


async def test_a_submit_cancelled_while_its_clip_is_uploaded_is_known_to_be_unsent(
    peer: Peer, catalog: Catalog, order: GenerationOrder, clip: Path
) -> None:
    uploading = asyncio.Event()

    async def keep(path: Path) -> str:
        uploading.set()
        await asyncio.sleep(60)
        return str(path)

    clients = GoogleClients(project_config(peer))
    generator = OmniGenerator(clients, catalog, inputs=small_inputs(clients, catalog, keep))
    work = asyncio.create_task(
        _caught(generator.submit(starting(order, "edit", source=source_of(clip))))
    )
    await uploading.wait()
    work.cancel()
    assert await work is CancelledBeforeSending
    assert peer.requests == []
    await clients.close()


async def _caught(work: Awaitable[str]) -> type[BaseException] | None:
    """The class of the cancellation, which a task would not hand on."""
    try:
        await work
    except asyncio.CancelledError as error:
        return type(error)
    return None
