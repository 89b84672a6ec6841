"""A paid Veo submit: how often it is sent, and how each answer is read."""

import pytest

from tests.backends.conftest import Answer, Peer
from tests.backends.veo.conftest import MODEL, NAME, STARTED, TODAY, config_of
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
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
from video_agent.models import GenerationOrder

HTML = b"<html><body>Service Unavailable</body></html>"
BLOCKED = (
    "The prompt could not be submitted. This prompt contains words that violate our usage "
    "guidelines. Try rephrasing the prompt. Support codes: 58061214"
)


def refusal(status: int, message: str = "no") -> Answer:
    kinds = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    error = {"code": status, "message": message, "status": kinds.get(status, "UNKNOWN")}
    return Answer(status, {"error": error})


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
