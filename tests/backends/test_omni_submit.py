"""A paid submit: what goes over the wire, how often, and how each answer is read."""

import base64
from pathlib import Path

import pytest
from PIL import Image
from pydantic import SecretStr

from tests.backends.conftest import KEY, Answer, Peer
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import (
    AuthError,
    BackendError,
    ModelRetiredError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
)
from video_agent.models import GenerationInputs, GenerationOrder

STARTED = Answer(body={"id": "v1_abc", "status": "in_progress", "object": "interaction"})
HTML = b"<html><body>Service Unavailable</body></html>"


def refusal(status: int, message: str = "no", **more: object) -> Answer:
    return Answer(status, {"error": {"message": message, "code": "invalid_request", **more}})


def beginning_with(order: GenerationOrder, frame: Path) -> GenerationOrder:
    settings = order.settings.model_copy(update={"task": "image_to_video"})
    inputs = GenerationInputs(first_frame=frame)
    return order.model_copy(update={"settings": settings, "inputs": inputs})


@pytest.fixture
def generator(clients: GoogleClients, catalog: Catalog) -> OmniGenerator:
    return OmniGenerator(clients, catalog)


async def test_a_submit_says_everything_the_service_would_otherwise_choose(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(STARTED)
    assert await generator.submit(order) == "v1_abc"
    [post] = peer.requests
    assert (post.method, post.path) == ("POST", "/v1beta/interactions")
    assert post.headers["x-goog-api-key"] == KEY
    document = post.document
    assert document["model"] == order.model
    assert document["background"] is True
    assert document["labels"] == {"generation": "019a-generation", "job": "019a-job"}
    assert document["response_format"] == {
        "type": "video",
        "aspect_ratio": "16:9",
        "duration": "6s",
        "resolution": "720p",
        "delivery": "uri",
    }
    assert document["generation_config"] == {"video_config": {"task": "text_to_video"}}
    assert order.prompt in str(document["input"])


async def test_a_first_frame_travels_as_an_image_before_the_prompt(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, tmp_path: Path
) -> None:
    frame = tmp_path / "frame.png"
    Image.new("RGB", (64, 36), "navy").save(frame)
    peer.answers(STARTED)
    await generator.submit(beginning_with(order, frame))
    document = peer.requests[0].document
    assert document["generation_config"] == {"video_config": {"task": "image_to_video"}}
    [turn] = document["input"]
    image, text = turn["content"]
    assert image["mime_type"] == "image/png"
    assert base64.b64decode(image["data"]) == frame.read_bytes()
    assert text["text"] == order.prompt


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
        Answer(200, {"status": "in_progress"}),
        Answer(429, b"slow down", {"content-type": "text/plain"}),
        Answer(307, b"", {"location": "/v1beta/elsewhere"}),
        Answer(302, b"", {"location": "/v1beta/elsewhere"}),
        Answer(cut=True),
        Answer(200, STARTED.body, cut_after=10),
    ],
    ids=lambda answer: f"{answer.status}-{answer.content[:8]!r}-{answer.cut}",
)
async def test_an_unclear_answer_leaves_the_outcome_unknown_after_one_post(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, answer: Answer
) -> None:
    peer.answers(answer)
    with pytest.raises(OutcomeUnknownError) as caught:
        await generator.submit(order)
    assert len(peer.requests) == 1
    assert caught.value.cost_usd is None


async def test_a_silent_service_leaves_the_outcome_unknown_after_one_post(
    peer: Peer, hasty_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    peer.answers(Answer(silent=True))
    with pytest.raises(OutcomeUnknownError):
        await OmniGenerator(hasty_clients, catalog).submit(order)
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal(400), RejectedError),
        (refusal(401), AuthError),
        (refusal(403), AuthError),
        (refusal(400, "API key not valid. Please pass a valid API key."), AuthError),
        (refusal(404), ModelRetiredError),
        (refusal(408), RejectedError),
        (refusal(409), RejectedError),
        (refusal(429), QuotaError),
        (Answer(400, [{"error": {"code": 400, "message": "a list"}}]), RejectedError),
    ],
)
async def test_a_clean_refusal_proves_after_one_post_that_nothing_started(
    peer: Peer,
    generator: OmniGenerator,
    order: GenerationOrder,
    answer: Answer,
    kind: type[BackendError],
) -> None:
    peer.answers(answer)
    with pytest.raises(kind) as caught:
        await generator.submit(order)
    assert len(peer.requests) == 1
    assert type(caught.value) is kind
    assert caught.value.__cause__ is not None


async def test_a_retired_model_names_its_fallback(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, catalog: Catalog
) -> None:
    peer.answers(refusal(404, "no longer available"))
    with pytest.raises(ModelRetiredError) as caught:
        await generator.submit(order)
    assert caught.value.hint == f"use {catalog.find(order.model).fallback}"


async def test_a_quota_refusal_says_how_long_to_wait(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "38s"}
    peer.answers(refusal(429, details=[wait]), Answer(429, {"error": {}}, {"retry-after": "7"}))
    waits: list[float | None] = []
    for _ in range(2):
        with pytest.raises(QuotaError) as caught:
            await generator.submit(order)
        waits.append(caught.value.retry_after_seconds)
    assert waits == [38.0, 7.0]


async def test_nobody_listening_is_a_refusal_because_nothing_left(
    order: GenerationOrder, catalog: Catalog
) -> None:
    clients = GoogleClients(GoogleConfig(SecretStr(KEY), "http://127.0.0.1:9"))
    with pytest.raises(RejectedError, match="nothing was sent") as caught:
        await OmniGenerator(clients, catalog).submit(order)
    assert caught.value.retryable
    await clients.close()


async def test_the_key_is_in_no_message_and_no_chained_error(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(refusal(400, f"bad key {KEY} and AIzaSyA1234567890abcdefghijk"))
    with pytest.raises(RejectedError) as caught:
        await generator.submit(order)
    error = caught.value
    assert KEY not in str(error)
    assert "AIza" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "settings",
    [
        {"duration_seconds": 2.0},
        {"duration_seconds": 16.0},
        {"resolution": "480p"},
        {"aspect_ratio": "21:9"},
        {"seed": 7},
    ],
)
async def test_what_the_model_cannot_do_is_never_sent(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, settings: dict[str, object]
) -> None:
    wrong = order.settings.model_copy(update=settings)
    with pytest.raises(RejectedError, match="nothing was sent"):
        await generator.submit(order.model_copy(update={"settings": wrong}))
    assert peer.requests == []


async def test_a_model_of_another_kind_is_never_sent(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, catalog: Catalog
) -> None:
    others = [model.id for model in catalog.models if model.protocol != "interactions"]
    for model in [*others, "no-such-model"]:
        with pytest.raises(RejectedError):
            await generator.submit(order.model_copy(update={"model": model}))
    assert peer.requests == []


@pytest.mark.parametrize("content", [None, b"", b"GIF89a", b"not an image"])
async def test_an_unusable_first_frame_is_never_sent(
    peer: Peer,
    generator: OmniGenerator,
    order: GenerationOrder,
    tmp_path: Path,
    content: bytes | None,
) -> None:
    frame = tmp_path / "frame.png"
    if content is not None:
        frame.write_bytes(content)
    with pytest.raises(RejectedError, match="nothing was sent"):
        await generator.submit(beginning_with(order, frame))
    assert peer.requests == []
