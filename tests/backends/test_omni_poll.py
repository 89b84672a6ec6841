"""Polls: every way in which an interaction can stand, and which failures are final."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from tests.backends.conftest import Answer, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import BackendError, QuotaError
from video_agent.models import GenerationUpdate

URI = "https://generativelanguage.googleapis.com/v1beta/files/abc:download?alt=media"
VIDEO = {"type": "video", "mime_type": "video/mp4", "uri": URI}


def usage(video_tokens: int) -> dict[str, object]:
    return {
        "total_input_tokens": 19,
        "total_output_tokens": video_tokens + 15,
        "total_thought_tokens": 235,
        "output_tokens_by_modality": [{"modality": "video", "tokens": video_tokens}]
        if video_tokens
        else None,
    }


def interaction(status: str, *blocks: Mapping[str, object], **more: object) -> dict[str, object]:
    steps = [
        {"type": "user_input", "content": [{"type": "text", "text": "a boat"}]},
        {"type": "thought", "signature": "x"},
        {"type": "model_output", "content": list(blocks)},
    ]
    return {"id": "v1_abc", "object": "interaction", "status": status, "steps": steps, **more}


class Poller:
    def __init__(self, peer: Peer, clients: GoogleClients, catalog: Catalog) -> None:
        self._peer = peer
        self._generator = OmniGenerator(clients, catalog)
        self._model = catalog.defaults.generator

    async def poll(self, *script: Answer) -> GenerationUpdate:
        self._peer.answers(*script)
        return await self._generator.poll("v1_abc", model=self._model)


@pytest.fixture
def poller(peer: Peer, clients: GoogleClients, catalog: Catalog) -> Poller:
    return Poller(peer, clients, catalog)


async def test_a_poll_is_one_get_of_the_interaction(peer: Peer, poller: Poller) -> None:
    update = await poller.poll(Answer(body=interaction("in_progress")))
    assert update.status == "running"
    [request] = peer.requests
    assert request.method == "GET"
    assert request.path.startswith("/v1beta/interactions/v1_abc")


@pytest.mark.parametrize("status", ["queued", "in_progress", "something_new", ""])
async def test_an_open_or_unknown_status_means_running(poller: Poller, status: str) -> None:
    assert (await poller.poll(Answer(body=interaction(status)))).status == "running"


async def test_completed_with_a_link_is_a_success_priced_by_its_tokens(poller: Poller) -> None:
    update = await poller.poll(Answer(body=interaction("completed", VIDEO, usage=usage(6 * 5792))))
    assert update.status == "succeeded"
    assert update.sources[0].uri == URI
    assert update.usage["video_tokens"] == 6 * 5792
    # 0.42 for the video, 19 tokens in at 1.50 and 15 + 235 out at 9.00 dollars per million
    assert update.cost_usd == Decimal("0.422278")


async def test_the_price_follows_the_resolution_the_answer_names(poller: Poller) -> None:
    body = interaction(
        "completed",
        VIDEO,
        usage=usage(3 * 1931),
        response_format={"type": "video", "resolution": "360p"},
    )
    assert (await poller.poll(Answer(body=body))).cost_usd == Decimal("0.071278")


async def test_a_video_inside_the_answer_is_a_success_too(poller: Poller) -> None:
    block = {"type": "video", "mime_type": "video/mp4", "data": "AAAA"}
    update = await poller.poll(Answer(body=interaction("completed", block)))
    assert update.status == "succeeded"
    assert update.sources[0].base64_data == "AAAA"
    assert update.cost_usd is None  # unknown is never 0


async def test_a_video_whose_tokens_are_not_told_has_no_known_cost(poller: Poller) -> None:
    told = {"total_input_tokens": 19, "total_output_tokens": 34_767}
    update = await poller.poll(Answer(body=interaction("completed", VIDEO, usage=told)))
    assert update.status == "succeeded"
    assert update.cost_usd is None  # the estimate counts, not the price of as many words


async def test_completed_with_words_only_is_a_refusal_with_its_words(poller: Poller) -> None:
    words = {"type": "text", "text": "I cannot make videos of real people."}
    update = await poller.poll(Answer(body=interaction("completed", words, usage=usage(0))))
    assert update.status == "blocked"
    assert "real people" in update.reason
    assert update.cost_usd == Decimal("0.002278")  # the few tokens it took


async def test_tokens_without_a_video_are_a_failure_that_was_billed(poller: Poller) -> None:
    update = await poller.poll(Answer(body=interaction("completed", usage=usage(17376))))
    assert update.status == "failed"
    assert update.cost_usd == Decimal("0.212278")


@pytest.mark.parametrize(
    "status",
    [
        "failed",
        "cancelled",
        "incomplete",
        "budget_exceeded",
        "requires_action",
        "requires_continuation",
    ],
)
async def test_every_other_end_is_a_failure_with_a_reason(poller: Poller, status: str) -> None:
    update = await poller.poll(Answer(body=interaction(status)))
    assert update.status == "failed"
    assert update.reason
    assert update.cost_usd is None


async def test_the_services_own_error_text_is_the_reason(poller: Poller) -> None:
    body = interaction("failed", errors=[{"code": "internal", "message": "Out of luck."}])
    assert (await poller.poll(Answer(body=body))).reason == "Out of luck."


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404, {"error": {"message": "not found", "code": "not_found"}}),
        Answer(400, {"error": {"message": "Invalid interaction name.", "code": "invalid_request"}}),
    ],
)
async def test_an_unknown_interaction_is_lost(poller: Poller, answer: Answer) -> None:
    with pytest.raises(BackendError) as caught:
        await poller.poll(answer)
    assert not caught.value.retryable
    assert caught.value.cost_usd is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"error": {"message": "Multiple authentication credentials received."}}),
        Answer(401, {"error": {"message": "who?"}}),
        Answer(500, {"error": {"message": "oops"}}),
        Answer(503, b"<html></html>", {"content-type": "text/html"}),
        Answer(200, b"}{"),
        Answer(200, b""),
        Answer(cut=True),
    ],
    ids=lambda answer: f"{answer.status}-{answer.content[:20]!r}-{answer.cut}",
)
async def test_every_other_failure_is_worth_another_poll(
    peer: Peer, poller: Poller, answer: Answer
) -> None:
    with pytest.raises(BackendError) as caught:
        await poller.poll(answer)
    assert caught.value.retryable
    assert len(peer.requests) == 1  # the caller repeats, not the SDK


async def test_a_quota_answer_carries_the_wait(poller: Poller) -> None:
    with pytest.raises(QuotaError) as caught:
        await poller.poll(Answer(429, {"error": {"message": "slow"}}, {"retry-after": "3"}))
    assert caught.value.retry_after_seconds == 3.0


async def test_a_silent_service_is_worth_another_poll(
    peer: Peer, hasty_clients: GoogleClients, catalog: Catalog
) -> None:
    with pytest.raises(BackendError) as caught:
        await Poller(peer, hasty_clients, catalog).poll(Answer(silent=True))
    assert caught.value.retryable


async def test_a_video_of_another_model_is_priced_by_that_model(poller: Poller) -> None:
    body = interaction(
        "completed", VIDEO, usage=usage(3 * 5792), model="models/gemini-omni-1.1-flash"
    )
    # 3 s of 720p at 0.1014 dollars, and the tokens beside it
    assert (await poller.poll(Answer(body=body))).cost_usd == Decimal("0.306478")


@pytest.mark.parametrize(
    ("status", "again"), [("failed", True), ("incomplete", True), ("cancelled", False)]
)
async def test_a_failed_run_costs_what_it_used_and_says_whether_another_may_help(
    poller: Poller, status: str, again: bool
) -> None:
    update = await poller.poll(Answer(body=interaction(status, usage=usage(0))))
    assert update.cost_usd == Decimal("0.002278")
    assert update.retryable is again


async def test_a_clip_given_as_a_file_and_refused_in_silence_names_the_likely_reason(
    poller: Poller,
) -> None:
    steps = [
        {"type": "user_input", "content": [{"type": "document", "uri": "https://g/files/x"}]},
        {"type": "model_output", "content": []},
    ]
    update = await poller.poll(Answer(body={"status": "completed", "steps": steps}))
    assert update.status == "blocked"
    assert "Europe" in update.reason


async def test_a_cancel_is_one_post_and_survives_trouble(
    peer: Peer, clients: GoogleClients, catalog: Catalog
) -> None:
    generator = OmniGenerator(clients, catalog)
    peer.answers(Answer(body={"id": "v1_abc", "status": "cancelled"}))
    await generator.cancel("v1_abc", model=catalog.defaults.generator)
    [request] = peer.requests
    assert (request.method, request.path) == ("POST", "/v1beta/interactions/v1_abc/cancel")
    for answer, retryable in (
        (Answer(503, {"error": {"message": "busy"}}), True),
        (Answer(400, {"error": {"message": "Invalid interaction name."}}), False),
    ):
        peer.answers(answer)
        with pytest.raises(BackendError) as caught:
            await generator.cancel("v1_abc", model=catalog.defaults.generator)
        assert caught.value.retryable is retryable
