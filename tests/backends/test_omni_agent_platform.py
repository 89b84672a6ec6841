"""Omni on Agent Platform: paths, tokens, one POST, Cloud Storage, and the second reader."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.backends.conftest import TOKEN, Answer, Peer, project_config
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import (
    AuthError,
    BackendError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
)
from video_agent.models import GenerationOrder

STARTED = Answer(body={"id": "v1_abc", "status": "in_progress", "object": "interaction"})
HOME = "/v1beta1/projects/my-project/locations/global/interactions"
VIDEO = {"type": "video", "mime_type": "video/mp4", "uri": "gs://mine/out/019a/clip.mp4"}
USAGE = {
    "total_input_tokens": 19,
    "total_output_tokens": 17873,
    "total_thought_tokens": 235,
    "output_tokens_by_modality": [{"modality": "video", "tokens": 17376}],
}
NOT_NOW = Answer(400, {"error": {"code": 400, "message": "Request contains an invalid argument."}})


def finished(**more: object) -> Answer:
    steps = [{"type": "model_output", "content": [VIDEO]}]
    return Answer(body={"id": "v1_abc", "status": "completed", "steps": steps, **more})


def stream(*events: Mapping[str, object]) -> Answer:
    lines = [f"event: {event['event_type']}\ndata: {json.dumps(event)}\n\n" for event in events]
    return Answer(200, "".join(lines).encode(), {"content-type": "text/event-stream"})


@pytest.fixture
def generator(project_clients: GoogleClients, catalog: Catalog) -> OmniGenerator:
    return OmniGenerator(project_clients, catalog)


async def test_a_submit_goes_to_the_projects_global_location_with_the_token(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(STARTED)
    assert await generator.submit(order) == "v1_abc"
    [post] = peer.requests
    assert (post.method, post.path) == ("POST", HOME)
    assert post.headers["authorization"] == f"Bearer {TOKEN}"
    assert "x-goog-api-key" not in post.headers
    assert post.document["response_format"]["delivery"] == "inline"
    assert "gcs_uri" not in post.document["response_format"]
    assert post.document["labels"] == {"generation": "019a-generation", "job": "019a-job"}


@pytest.mark.parametrize("prefix", ["gs://mine/out", "gs://mine/out/", "gs://mine"])
async def test_each_generation_is_delivered_into_its_own_folder(
    peer: Peer, catalog: Catalog, order: GenerationOrder, prefix: str
) -> None:
    peer.answers(STARTED)
    clients = GoogleClients(project_config(peer, output_uri=prefix))
    await OmniGenerator(clients, catalog).submit(order)
    await clients.close()
    wanted = peer.requests[0].document["response_format"]
    assert wanted["delivery"] == "uri"
    assert wanted["gcs_uri"] == f"{prefix.rstrip('/')}/019a-generation/"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        *((Answer(status, {"error": {"message": "oops"}}), OutcomeUnknownError) for status in
          (500, 502, 503, 504)),
        (Answer(503, b"<html>busy</html>", {"content-type": "text/html"}), OutcomeUnknownError),
        (Answer(200, b""), OutcomeUnknownError),
        (Answer(200, b"}{"), OutcomeUnknownError),
        (Answer(200, b"<html></html>", {"content-type": "text/html"}), OutcomeUnknownError),
        (Answer(307, b"", {"location": "/elsewhere"}), OutcomeUnknownError),
        (Answer(cut=True), OutcomeUnknownError),
        (Answer(200, STARTED.body, cut_after=9), OutcomeUnknownError),
        (Answer(400, [{"error": {"code": 400, "message": "no"}}]), RejectedError),
        (Answer(401, {"error": {"code": 401, "message": "no"}}), AuthError),
        (Answer(403, [{"error": {"code": 403, "message": "no"}}]), AuthError),
        (Answer(404, {"error": {"code": 404, "message": "no"}}), RejectedError),
        (Answer(408, {"error": {"code": 408, "message": "no"}}), RejectedError),
        (Answer(409, {"error": {"code": 409, "message": "no"}}), RejectedError),
        (Answer(429, {"error": {"code": 429, "message": "no"}}), QuotaError),
    ],
    ids=lambda value: f"{value.status}-{value.content[:8]!r}" if isinstance(value, Answer) else "",
)  # fmt: skip
async def test_whatever_comes_back_one_request_was_sent(
    peer: Peer,
    generator: OmniGenerator,
    order: GenerationOrder,
    answer: Answer,
    kind: type[BackendError],
) -> None:
    peer.answers(answer)
    with pytest.raises(BackendError) as caught:
        await generator.submit(order)
    assert type(caught.value) is kind
    assert len(peer.requests) == 1
    assert (caught.value.cost_usd is None) == (kind is OutcomeUnknownError)


async def test_a_location_without_the_model_is_refused_before_anything_is_sent(
    peer: Peer, catalog: Catalog, order: GenerationOrder
) -> None:
    clients = GoogleClients(project_config(peer, location="us-central1"))
    with pytest.raises(RejectedError, match="not served in us-central1, only in global"):
        await OmniGenerator(clients, catalog).submit(order)
    assert peer.requests == []
    await clients.close()


async def test_a_model_of_the_other_surface_is_refused_before_anything_is_sent(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    other = order.model_copy(update={"model": "gemini-omni-1.1-flash"})
    with pytest.raises(RejectedError, match="not served by the Agent Platform"):
        await generator.submit(other)
    assert peer.requests == []


async def test_polls_and_cancels_use_the_same_place(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(finished(usage=USAGE), Answer(body={"id": "v1_abc", "status": "cancelled"}))
    update = await generator.poll("v1_abc", model=order.model)
    await generator.cancel("v1_abc", model=order.model)
    assert update.sources[0].uri == VIDEO["uri"]
    # 0.21 for the video, then 19 tokens in and 497 + 235 tokens of text and thoughts out
    assert update.cost_usd == Decimal("0.216616")
    paths = [(request.method, request.path.split("?")[0]) for request in peer.requests]
    assert paths == [("GET", f"{HOME}/v1_abc"), ("POST", f"{HOME}/v1_abc/cancel")]


async def poll_often(generator: OmniGenerator, model: str, times: int) -> list[object]:
    seen: list[object] = []
    for _ in range(times):
        try:
            seen.append((await generator.poll("v1_abc", model=model)).status)
        except BackendError as error:
            seen.append("refused" if error.retryable else "lost")
    return seen


STREAMED = stream(
    {"event_type": "interaction.created", "interaction": {"id": "v1_abc", "status": "in_progress"}},
    {"event_type": "step.start", "index": 0, "step": {"type": "thought"}},
    {"event_type": "step.start", "index": 1, "step": {"type": "model_output"}},
    {"event_type": "step.delta", "index": 1, "delta": VIDEO},
    {"event_type": "step.stop", "index": 1},
    {
        "event_type": "interaction.completed",
        "interaction": {"id": "v1_abc", "status": "completed", "usage": USAGE},
    },
)


async def test_a_read_that_is_refused_again_and_again_is_read_as_a_stream(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(NOT_NOW, NOT_NOW, NOT_NOW, STREAMED)
    assert await poll_often(generator, order.model, 2) == ["refused", "refused"]
    streamed = await generator.poll("v1_abc", model=order.model)
    assert peer.requests[-1].path == f"{HOME}/v1_abc?stream=true"
    peer.answers(finished(usage=USAGE))
    assert streamed == await generator.poll("v1_abc", model=order.model)


async def test_a_stream_may_bring_the_bytes_in_pieces(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    pieces = [
        {"type": "video", "mime_type": "video/mp4", "data": part} for part in ("AAAA", "BBB=")
    ]
    peer.answers(
        NOT_NOW,
        NOT_NOW,
        NOT_NOW,
        stream(
            {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
            *({"event_type": "step.delta", "index": 0, "delta": piece} for piece in pieces),
            {"event_type": "interaction.completed", "interaction": {"status": "completed"}},
        ),
    )
    await poll_often(generator, order.model, 2)
    update = await generator.poll("v1_abc", model=order.model)
    assert update.sources[0].base64_data == "AAAABBB="


async def test_a_stream_that_tells_nothing_is_worth_another_poll(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder
) -> None:
    peer.answers(NOT_NOW, NOT_NOW, NOT_NOW, stream(), NOT_NOW)
    assert await poll_often(generator, order.model, 4) == ["refused"] * 4
    assert [request.path.split("?")[-1] for request in peer.requests].count("stream=true") == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"error": {"message": "Invalid interaction name."}}),
        Answer(404, {"error": {"code": 404, "message": "gone"}}),
    ],
)
async def test_a_generation_nobody_knows_is_lost_without_a_stream(
    peer: Peer, generator: OmniGenerator, order: GenerationOrder, answer: Answer
) -> None:
    peer.answers(answer)
    for _ in range(4):
        with pytest.raises(BackendError) as caught:
            await generator.poll("v1_abc", model=order.model)
        assert not caught.value.retryable
    assert len(peer.requests) == 4


async def test_the_gemini_api_is_never_read_as_a_stream(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    peer.answers(NOT_NOW)
    await poll_often(OmniGenerator(clients, catalog), order.model, 5)
    assert not any("stream=true" in request.path for request in peer.requests)
