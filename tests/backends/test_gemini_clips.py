"""How clips are shown to a language model, on both surfaces."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from tests.backends.conftest import TOKEN, Answer, ImpatientClock, Peer, project_config
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.clips import ClipViewing
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import Catalog
from video_agent.errors import (
    AnswerError,
    BackendError,
    ContentBlockedError,
    InvalidRequestError,
)
from video_agent.models import TokenUsage

BYTES = b"\0\0\0\x18ftypmp42 not really a clip"


class Verdict(BaseModel):
    summary: str


def said(text: str, **more: object) -> Answer:
    content = {"role": "model", "parts": [{"text": text}]}
    candidate = {"content": content, "finishReason": "STOP", "index": 0}
    return Answer(body={"candidates": [candidate], "usageMetadata": {"promptTokenCount": 9}} | more)


GOOD = said('{"summary": "fine"}')


class Watcher:
    """Shows one clip to the default judge."""

    def __init__(self, model: GeminiLanguageModel, judge: str, clip: Path) -> None:
        self._model, self._judge, self._clip = model, judge, clip

    async def ask(self) -> tuple[Verdict, TokenUsage]:
        return await self._model.answer(
            model=self._judge,
            instruction="Be just.",
            text="How is it?",
            schema=Verdict,
            clip=self._clip,
        )


@pytest.fixture(params=["gemini_api", "agent_platform"])
def either(
    request: pytest.FixtureRequest, clients: GoogleClients, project_clients: GoogleClients
) -> GoogleClients:
    return clients if request.param == "gemini_api" else project_clients


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(BYTES)
    return path


@pytest.fixture
def new_watcher(catalog: Catalog, clip: Path) -> Callable[..., Watcher]:
    def build(clients: GoogleClients, **options: Any) -> Watcher:
        model = GeminiLanguageModel(clients, catalog, clock=ImpatientClock(), **options)
        return Watcher(model, catalog.defaults.judge, clip)

    return build


async def test_a_small_clip_is_shown_at_four_frames_a_second(
    peer: Peer, either: GoogleClients, new_watcher: Callable[..., Watcher]
) -> None:
    peer.answers(GOOD)
    await new_watcher(either).ask()
    document = peer.requests[0].camel_document
    part = document["contents"][0]["parts"][0]
    assert base64.b64decode(part["inlineData"]["data"]) == BYTES
    assert part["videoMetadata"] == {"fps": 4.0}
    config = document["generationConfig"]
    assert "mediaResolution" not in config
    assert config["thinkingConfig"] == {"thinkingLevel": "LOW"}
    assert not {"temperature", "topP", "topK"} & set(config)


async def test_how_closely_it_looks_can_be_chosen(
    peer: Peer, either: GoogleClients, new_watcher: Callable[..., Watcher]
) -> None:
    peer.answers(GOOD)
    await new_watcher(either, viewing=ClipViewing(fps=None, media_resolution="low")).ask()
    document = peer.requests[0].camel_document
    assert document["generationConfig"]["mediaResolution"] == "MEDIA_RESOLUTION_LOW"
    assert "videoMetadata" not in document["contents"][0]["parts"][0]


@pytest.mark.parametrize("fps", [0.0, -1.0, 25.0])
def test_an_impossible_frame_rate_is_refused(fps: float) -> None:
    with pytest.raises(InvalidRequestError, match="fps"):
        ClipViewing(fps=fps)


async def test_a_large_clip_lies_in_cloud_storage_for_agent_platform(
    peer: Peer, project_clients: GoogleClients, new_watcher: Callable[..., Watcher], clip: Path
) -> None:
    async def keep(path: Path) -> str:
        assert path == clip
        return "gs://mine/clip.mp4"

    peer.answers(GOOD)
    viewing = ClipViewing(largest_inline_bytes=4)
    await new_watcher(project_clients, viewing=viewing, keep_clip=keep).ask()
    [request] = peer.requests
    part = request.camel_document["contents"][0]["parts"][0]
    assert part["fileData"] == {"fileUri": "gs://mine/clip.mp4", "mimeType": "video/mp4"}
    assert part["videoMetadata"] == {"fps": 4.0}
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_large_clip_without_a_bucket_names_the_setting(
    peer: Peer, project_clients: GoogleClients, new_watcher: Callable[..., Watcher]
) -> None:
    viewing = ClipViewing(largest_inline_bytes=4)
    with pytest.raises(BackendError) as caught:
        await new_watcher(project_clients, viewing=viewing).ask()
    assert "VIDEO_AGENT_BUCKETS" in caught.value.hint
    assert peer.requests == []


async def test_a_location_without_the_model_is_told_before_anything_is_sent(
    peer: Peer, catalog: Catalog, clip: Path
) -> None:
    clients = GoogleClients(project_config(peer, location="europe-west1"))
    language_model = GeminiLanguageModel(clients, catalog, clock=ImpatientClock())
    [bound, *_] = [item for item in catalog.models if item.locations == ("global",)]
    with pytest.raises(BackendError, match="not served in europe-west1") as caught:
        await Watcher(language_model, bound.id, clip).ask()
    assert not caught.value.retryable
    assert peer.requests == []
    await clients.close()


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(body={"promptFeedback": {"blockReason": "SAFETY"}}), ContentBlockedError),
        (Answer(body={"candidates": [{"finishReason": "SAFETY"}]}), ContentBlockedError),
        (Answer(body={"candidates": [{"finishReason": "MAX_TOKENS"}]}), AnswerError),
        (Answer(body={"candidates": []}), AnswerError),
        (Answer(body={}), AnswerError),
        (said("```json\n{}\n```"), AnswerError),
        (said("I like it."), AnswerError),
        (Answer(200, b""), AnswerError),
        (Answer(200, b"<html></html>", {"content-type": "text/html"}), BackendError),
        (Answer(503, b"<html></html>", {"content-type": "text/html"}), BackendError),
        (Answer(cut=True), BackendError),
    ],
    ids=lambda value: repr(value.body)[:40] if isinstance(value, Answer) else "",
)
async def test_an_unusable_answer_is_never_a_verdict_on_either_surface(
    peer: Peer,
    either: GoogleClients,
    new_watcher: Callable[..., Watcher],
    answer: Answer,
    kind: type[BackendError],
) -> None:
    peer.answers(answer)
    with pytest.raises(BackendError) as caught:
        await new_watcher(either).ask()
    assert type(caught.value) is kind
    assert len(peer.requests) == (1 if kind is ContentBlockedError else 3)


async def test_a_fence_and_a_routed_model_are_read_on_either_surface(
    peer: Peer, either: GoogleClients, new_watcher: Callable[..., Watcher]
) -> None:
    peer.answers(said('```json\n{"summary": "fine"}\n```', modelVersion="gemini-3.6-flash"))
    verdict, usage = await new_watcher(either).ask()
    assert verdict.summary == "fine"
    assert usage.model == "gemini-3.6-flash"
    assert usage.cost_usd is not None
