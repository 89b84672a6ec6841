"""A Veo poll: the five ends of an operation, and what else may come."""

import asyncio
import base64
from collections.abc import AsyncGenerator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.backends.conftest import Answer, ImpatientClock, Peer
from tests.backends.veo.conftest import MODEL, NAME, PLACE
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.credentials import studio_credentials
from video_agent.backends.google.veo import VeoGenerator
from video_agent.catalog import Catalog
from video_agent.errors import BackendError, ConfigurationError, QuotaError
from video_agent.models import GenerationUpdate, MediaSource

TYPE = "type.googleapis.com/cloud.ai.large_models.vision.GenerateVideoResponse"
CLIPS = [{"gcsUri": f"gs://made/raw/g/7/sample_{n}.mp4", "mimeType": "video/mp4"} for n in (0, 1)]
FILTERED = (
    "Veo could not generate a video because the result would violate our usage guidelines. You "
    "will not be charged for this request. Support codes: 29310472"
)
AUDIO = "We encountered an issue with the audio for your prompt. You have not been charged."


def ended(videos: object = None, reasons: list[str] | None = None) -> Answer:
    response: dict[str, object] = {"@type": TYPE, "raiMediaFilteredCount": len(reasons or [])}
    if reasons:
        response["raiMediaFilteredReasons"] = reasons
    if videos is not None:
        response["videos"] = videos
    return Answer(body={"name": NAME, "done": True, "response": response})


def failed(code: int, message: str = "It went wrong.") -> Answer:
    error = {"code": code, "message": message}
    return Answer(body={"name": NAME, "done": True, "error": error})


class Poller:
    """One poll with one or more answers."""

    def __init__(self, peer: Peer, generator: VeoGenerator) -> None:
        self._peer = peer
        self.generator = generator

    async def poll(self, *answers: Answer) -> GenerationUpdate:
        self._peer.answers(*answers)
        return await self.generator.poll(NAME, model=MODEL)


@pytest.fixture
async def poller(peer: Peer, catalog: Catalog, clock: ImpatientClock) -> AsyncGenerator[Poller]:
    clients = GoogleClients(
        GoogleConfig(project="p", credentials=studio_credentials(), base_url=peer.url)
    )
    yield Poller(peer, VeoGenerator(clients, catalog, clock=clock))
    await clients.close()


async def test_a_poll_needs_only_the_stored_name(peer: Peer, poller: Poller) -> None:
    update = await poller.poll(Answer(body={"name": NAME}))
    assert update == GenerationUpdate(status="running")
    [post] = peer.requests
    assert (post.method, post.path) == ("POST", f"/v1beta1/{PLACE}:fetchPredictOperation")
    assert post.document == {"operationName": NAME}


async def test_clips_in_cloud_storage_are_a_success_at_the_estimated_cost(poller: Poller) -> None:
    update = await poller.poll(ended(CLIPS))
    assert update.status == "succeeded"
    assert [source.uri for source in update.sources] == [clip["gcsUri"] for clip in CLIPS]
    assert (update.cost_usd, update.filtered) == (None, 0)


async def test_clips_in_the_answer_are_kept_as_they_came(poller: Poller, target: Path) -> None:
    data = base64.b64encode(b"a clip").decode()
    update = await poller.poll(ended([{"bytesBase64Encoded": data, "mimeType": "video/mp4"}]))
    [source] = update.sources
    assert source.base64_data == data
    await poller.generator.download(source, target)
    assert await asyncio.to_thread(target.read_bytes) == b"a clip"


async def test_a_part_that_was_filtered_is_told(poller: Poller) -> None:
    update = await poller.poll(ended(CLIPS, [FILTERED, FILTERED]))
    assert (update.status, len(update.sources), update.filtered) == ("succeeded", 2, 2)
    assert update.reason == FILTERED


@pytest.mark.parametrize("videos", [None, []])
async def test_a_result_that_was_filtered_is_blocked_free_and_worth_another_try(
    poller: Poller, videos: object
) -> None:
    update = await poller.poll(ended(videos, [FILTERED]))
    assert (update.status, update.reason, update.retryable) == ("blocked", FILTERED, True)
    assert update.cost_usd == Decimal(0)


async def test_a_filter_that_says_nothing_about_money_leaves_the_cost_unknown(
    poller: Poller,
) -> None:
    update = await poller.poll(ended(None, ["It was filtered."]))
    assert update.cost_usd is None


async def test_a_blocked_sound_says_what_helps(poller: Poller) -> None:
    update = await poller.poll(ended(None, [AUDIO]))
    assert update.reason.startswith(AUDIO)
    assert "silent clip" in update.reason
    assert update.cost_usd == Decimal(0)


@pytest.mark.parametrize(
    ("code", "words", "retryable"),
    [
        (13, "failed inside", True),
        (14, "not available", True),
        (8, "quota", True),
        (4, "in time", True),
        (3, "refuses", False),
        (7, "ended the generation", False),
    ],
)
async def test_an_error_is_a_failure_of_unknown_cost(
    poller: Poller, code: int, words: str, retryable: bool
) -> None:
    update = await poller.poll(failed(code))
    assert (update.status, update.retryable, update.cost_usd) == ("failed", retryable, None)
    assert words in update.reason
    assert "It went wrong." in update.reason


async def test_a_prompt_that_is_refused_only_at_the_end_is_blocked(poller: Poller) -> None:
    message = "The prompt violates our usage guidelines. Support codes: 58061214"
    update = await poller.poll(failed(3, message))
    assert (update.status, update.reason, update.retryable) == ("blocked", message, False)


NOTHING = [
    Answer(body={"name": NAME, "done": True}),
    ended(),
    ended([]),
    ended([{"mimeType": "video/mp4"}]),
    ended([{}]),
]


@pytest.mark.parametrize("answer", NOTHING)
async def test_an_end_with_nothing_is_looked_at_twice_and_then_a_failure(
    peer: Peer, poller: Poller, answer: Answer, clock: ImpatientClock
) -> None:
    update = await poller.poll(answer)
    assert (update.status, update.cost_usd) == ("failed", None)
    assert (len(peer.requests), len(clock.sleeps)) == (2, 1)


@pytest.mark.parametrize("answer", NOTHING)
async def test_a_result_that_comes_a_moment_later_counts(poller: Poller, answer: Answer) -> None:
    assert (await poller.poll(answer, ended(CLIPS))).status == "succeeded"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(400, {"error": {"code": 400, "message": "Multiple authentication credentials."}}),
        Answer(401, {"error": {"message": "who?"}}),
        Answer(403, {"error": {"message": "not yours"}}),
        Answer(500, {"error": {"message": "oops"}}),
        Answer(503, b"<html></html>", {"content-type": "text/html"}),
        Answer(200, b"}{"),
        Answer(200, b""),
        Answer(200, {}),
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


async def test_an_unknown_operation_is_lost(poller: Poller) -> None:
    with pytest.raises(BackendError) as caught:
        await poller.poll(Answer(404, {"error": {"code": 404, "message": "not found"}}))
    assert not caught.value.retryable
    assert caught.value.cost_usd is None


async def test_a_quota_answer_carries_the_wait(poller: Poller) -> None:
    with pytest.raises(QuotaError) as caught:
        await poller.poll(Answer(429, {"error": {"message": "slow"}}, {"retry-after": "3"}))
    assert caught.value.retry_after_seconds == 3.0


async def test_another_location_in_the_settings_does_not_give_a_generation_up(
    peer: Peer, catalog: Catalog
) -> None:
    config = GoogleConfig(
        project="p", credentials=studio_credentials(), base_url=peer.url, location="us-east5"
    )
    with pytest.raises(BackendError) as caught:
        await VeoGenerator(GoogleClients(config), catalog).poll(NAME, model=MODEL)
    assert caught.value.retryable


async def test_a_clip_in_cloud_storage_is_not_given_up_for_want_of_a_client(
    poller: Poller, target: Path
) -> None:
    with pytest.raises(ConfigurationError):
        await poller.generator.download(MediaSource(uri="gs://made/clip.mp4"), target)
    with pytest.raises(BackendError) as caught:
        await poller.generator.poll("gs://made/raw/g/", model=MODEL)
    assert caught.value.retryable
