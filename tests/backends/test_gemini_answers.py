"""Language answers: only what fits the schema gets through, whatever the model sends."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from tests.backends.conftest import KEY, Answer, ImpatientClock, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.clips import ClipViewing
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import Catalog
from video_agent.errors import (
    AnswerError,
    AuthError,
    BackendError,
    ContentBlockedError,
    MediaError,
    QuotaError,
)
from video_agent.models import TokenUsage


class Part(BaseModel):
    name: Literal["a", "b"]
    score: float = Field(ge=0, le=1)


class Verdict(BaseModel):
    parts: list[Part] = Field(min_length=1, max_length=3)
    summary: str = Field(max_length=100)


GOOD = '{"parts": [{"name": "a", "score": 0.5}], "summary": "fine"}'
USAGE = {"promptTokenCount": 1000, "candidatesTokenCount": 60, "thoughtsTokenCount": 40}


def said(text: str | None, finish: str = "STOP", **more: object) -> Answer:
    parts = [] if text is None else [{"text": "hm", "thought": True}, {"text": text}]
    content = {"role": "model", "parts": parts}
    candidate = {"content": content, "finishReason": finish, "index": 0}
    return Answer(body={"candidates": [candidate], "usageMetadata": USAGE, **more})


class Asker:
    def __init__(self, model: GeminiLanguageModel, name: str) -> None:
        self._model, self._name = model, name

    async def ask(self, clip: Path | None = None) -> tuple[Verdict, TokenUsage]:
        return await self._model.answer(
            model=self._name, instruction="Be just.", text="How is it?", schema=Verdict, clip=clip
        )


@pytest.fixture
def new_asker(
    clients: GoogleClients, catalog: Catalog, clock: ImpatientClock
) -> Callable[..., Asker]:
    def build(name: str = catalog.defaults.judge, **options: Any) -> Asker:
        model = GeminiLanguageModel(
            clients, catalog, clock=clock, today=lambda: date(2026, 11, 23), **options
        )
        return Asker(model, name)

    return build


@pytest.fixture
def asker(new_asker: Callable[..., Asker]) -> Asker:
    return new_asker()


async def test_a_question_carries_instruction_schema_and_low_thinking(
    peer: Peer, asker: Asker
) -> None:
    peer.answers(said(GOOD, modelVersion="gemini-3.8-flash"))
    verdict, usage = await asker.ask()
    assert verdict.parts[0].score == 0.5
    # 1000 in at 0.75 and 100 out (thinking included) at 3.75 dollars per million
    assert usage.cost_usd == Decimal("0.001125")
    assert (usage.input_tokens, usage.output_tokens) == (1000, 100)
    [request] = peer.requests
    assert request.headers["x-goog-api-key"] == KEY
    config = request.camel_document["generationConfig"]
    assert config["responseMimeType"] == "application/json"
    assert config["thinkingConfig"]["thinkingLevel"] == "LOW"
    assert "temperature" not in config
    assert "Be just." in str(request.camel_document["systemInstruction"])


async def test_the_schema_that_is_sent_has_only_words_the_service_knows(
    peer: Peer, asker: Asker
) -> None:
    peer.answers(said(GOOD))
    await asker.ask()
    schema = peer.requests[0].camel_document["generationConfig"]["responseJsonSchema"]
    assert schema["properties"]["parts"]["minItems"] == 1
    assert schema["$defs"]["Part"]["properties"]["name"]["enum"] == ["a", "b"]
    assert schema["$defs"]["Part"]["properties"]["score"]["maximum"] == 1
    assert "maxLength" not in schema["properties"]["summary"]


async def test_the_model_that_really_answered_is_recorded_and_priced(
    peer: Peer, asker: Asker
) -> None:
    peer.answers(said(GOOD, modelVersion="models/gemini-3.5-flash-lite"))
    _, usage = await asker.ask()
    assert usage.model == "gemini-3.5-flash-lite"
    assert usage.cost_usd == Decimal("0.00055")


async def test_a_model_without_a_price_costs_an_unknown_amount(
    peer: Peer, new_asker: Callable[..., Asker]
) -> None:
    peer.answers(said(GOOD))
    _, usage = await new_asker("somebody-elses-model").ask()
    assert usage.cost_usd is None
    assert "thinkingConfig" not in peer.requests[0].camel_document["generationConfig"]


@pytest.mark.parametrize("fence", ["```json\n{}\n```", "```\n{}\n```", "  ```json {}```  "])
async def test_a_code_fence_is_taken_off(peer: Peer, asker: Asker, fence: str) -> None:
    peer.answers(said(fence.replace("{}", GOOD)))
    verdict, _ = await asker.ask()
    assert verdict.summary == "fine"
    assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "bad",
    [
        '{"parts": [], "summary": "x"}',
        '{"parts": [{"name": "a", "score": 7}], "summary": "x"}',
        "I think it is fine.",
        "[1, 2]",
    ],
)
async def test_a_misshapen_answer_is_repaired_once_with_what_is_wrong(
    peer: Peer, asker: Asker, bad: str
) -> None:
    peer.answers(said(bad), said(GOOD))
    verdict, usage = await asker.ask()
    assert verdict.summary == "fine"
    assert usage.input_tokens == 2000
    assert usage.cost_usd == Decimal("0.00225")
    turns = peer.requests[1].camel_document["contents"]
    assert [turn["role"] for turn in turns] == ["user", "model", "user"]
    assert turns[1]["parts"][0]["text"] == bad
    assert "misshapen" in turns[2]["parts"][0]["text"]


@pytest.mark.parametrize(
    "useless",
    [said(""), said(None), said(GOOD[:20], "MAX_TOKENS"), Answer(body={"usageMetadata": USAGE})],
    ids=["empty", "no parts", "cut off", "no candidates"],
)
async def test_an_empty_or_cut_answer_is_asked_again_then_given_up_with_its_cost(
    peer: Peer, asker: Asker, useless: Answer
) -> None:
    peer.answers(useless)
    with pytest.raises(AnswerError) as caught:
        await asker.ask()
    assert len(peer.requests) == 3
    assert caught.value.cost_usd == Decimal("0.003375")
    peer.answers(useless, said(GOOD))
    assert (await asker.ask())[0].summary == "fine"


@pytest.mark.parametrize(
    "refused",
    [
        Answer(body={"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}),
        said(None, "SAFETY"),
        said("half a", "RECITATION"),
    ],
    ids=["prompt", "answer", "recitation"],
)
async def test_a_blocked_question_is_not_asked_again(
    peer: Peer, asker: Asker, refused: Answer
) -> None:
    peer.answers(refused)
    with pytest.raises(ContentBlockedError) as caught:
        await asker.ask()
    assert len(peer.requests) == 1
    assert "blocked" in caught.value.reason


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_a_busy_service_is_asked_again_a_bounded_number_of_times(
    peer: Peer, asker: Asker, clock: ImpatientClock, status: int
) -> None:
    busy = Answer(status, {"error": {"code": status, "message": "busy"}})
    peer.answers(busy, said(GOOD))
    _, usage = await asker.ask()
    assert usage.cost_usd == Decimal("0.001125")  # a refusal costs nothing
    assert clock.sleeps == [1.0]
    peer.answers(busy)
    with pytest.raises(BackendError) as caught:
        await asker.ask()
    assert caught.value.retryable
    assert len(peer.requests) == 5


async def test_a_cut_question_makes_the_cost_unknown(peer: Peer, asker: Asker) -> None:
    peer.answers(Answer(cut=True), said(GOOD))
    _, usage = await asker.ask()
    assert usage.cost_usd is None


async def test_a_quota_that_asks_for_a_long_wait_is_not_waited_for(
    peer: Peer, asker: Asker
) -> None:
    peer.answers(Answer(429, {"error": {"message": "busy"}}, {"retry-after": "3600"}))
    with pytest.raises(QuotaError) as caught:
        await asker.ask()
    assert caught.value.retry_after_seconds == 3600
    assert len(peer.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refused_question_is_final(peer: Peer, asker: Asker, status: int) -> None:
    peer.answers(Answer(status, {"error": {"code": status, "message": f"no {KEY}"}}))
    with pytest.raises(BackendError) as caught:
        await asker.ask()
    assert not caught.value.retryable
    assert isinstance(caught.value, AuthError) == (status in (401, 403))
    assert KEY not in str(caught.value)
    assert len(peer.requests) == 1


async def test_a_small_clip_travels_inside_the_question(
    peer: Peer, asker: Asker, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"12345678")
    peer.answers(said(GOOD))
    await asker.ask(clip)
    first = peer.requests[0].camel_document["contents"][0]["parts"][0]
    assert first["inlineData"] == {"data": "MTIzNDU2Nzg=", "mimeType": "video/mp4"}


def uploads(peer: Peer, *rest: Answer) -> None:
    file = {"name": "files/x", "uri": "https://g/v1beta/files/x", "mimeType": "video/mp4"}
    done = {"x-goog-upload-status": "final"}
    peer.answers(
        Answer(200, b"", {"x-goog-upload-url": f"{peer.url}/upload/1"}),
        Answer(200, {"file": file | {"state": "PROCESSING"}}, done),
        Answer(503, {"error": {"message": "busy"}}),
        Answer(200, file | {"state": "PROCESSING"}),
        Answer(200, file | {"state": "ACTIVE"}),
        *rest,
    )


async def test_a_large_clip_goes_by_the_files_api_and_is_deleted_afterwards(
    peer: Peer, new_asker: Callable[..., Asker], tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"12345678")
    uploads(peer, said(GOOD), Answer(200, {}))
    verdict, _ = await new_asker(viewing=ClipViewing(largest_inline_bytes=4)).ask(clip)
    assert verdict.summary == "fine"
    part = peer.requests[-2].camel_document["contents"][0]["parts"][0]
    assert part["fileData"]["fileUri"] == "https://g/v1beta/files/x"
    assert (peer.requests[-1].method, peer.requests[-1].path) == ("DELETE", "/v1beta/files/x")


async def test_an_upload_is_deleted_also_when_the_question_fails(
    peer: Peer, new_asker: Callable[..., Asker], tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"12345678")
    uploads(peer, Answer(403, {"error": {"message": "no"}}))
    with pytest.raises(AuthError):
        await new_asker(viewing=ClipViewing(largest_inline_bytes=4)).ask(clip)
    assert peer.requests[-1].method == "DELETE"


async def test_a_clip_that_cannot_be_read_is_a_media_error(asker: Asker, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        await asker.ask(tmp_path / "missing.mp4")
