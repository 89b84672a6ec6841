"""Ordered faults: what the client sees, how often it asked, and what was really started."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google import genai
from google.genai import types
from google.genai._interactions import APIError
from google.genai.errors import ClientError, ServerError

from video_agent.studio.server import Studio

MODEL = "gemini-omni-1.2-flash"
LANGUAGE = "gemini-3.8-flash"
Generate = Callable[..., Any]
SMALL = {"type": "video", "duration": "3s", "resolution": "360p", "delivery": "uri"}


def start(client: genai.Client) -> Any:
    return client.interactions.create(
        model=MODEL, input="fog", background=True, response_format=SMALL, labels={"generation": "g"}
    )


@pytest.mark.parametrize(
    ("name", "accepted"),
    [
        ("408", False), ("409", False), ("429", False), ("500", False), ("503", False),
        ("504", False), ("cut_before", False), ("junk_200", False), ("html_503", False),
        ("503_after", True), ("cut_after", True),
    ],
)  # fmt: skip
def test_a_fault_on_a_submit_costs_one_post_and_starts_what_it_says(
    fresh_studio: Studio, fresh_client: genai.Client, name: str, *, accepted: bool
):
    with fresh_studio.fault("interactions.create", name), pytest.raises(APIError):
        start(fresh_client)

    assert fresh_studio.requests("interactions.create") == 1
    assert fresh_studio.paid_starts == int(accepted)
    record = fresh_studio.paid_posts[0]
    assert (record.fault, record.accepted) == (name, accepted)
    found = httpx.get(f"{fresh_studio.url}/studio/interactions?label.generation=g").json()
    assert len(found["found"]) == int(accepted)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("failed", "failed"),
        ("incomplete", "incomplete"),
        ("blocked", "completed"),
        ("done_without_video", "completed"),
    ],
)
def test_a_generation_can_end_in_every_way_without_a_video(
    studio: Studio, generate: Generate, ended: Generate, name: str, status: str
):
    with studio.fault("interactions.create", name):
        started = generate()

    finished = ended(started.id)

    assert finished.status == status
    assert finished.output_video is None
    assert bool(finished.errors) == (name == "failed")
    if name == "done_without_video":
        assert finished.usage.output_tokens_by_modality[0].tokens == 1931 * 3


def test_a_quota_refusal_says_how_long_to_wait(studio: Studio, http: httpx.Client):
    body = {"contents": [{"parts": [{"text": "hi"}]}]}
    with studio.fault("generate_content", "429", seconds=38):
        answer = http.post(f"/v1beta/models/{LANGUAGE}:generateContent", json=body)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "38"
    details = answer.json()["error"]["details"]
    assert {"retryDelay": "38s"}.items() <= details[1].items()


def test_a_poll_fails_once_with_the_known_bug_and_then_works(studio: Studio, client: genai.Client):
    started = start(client)
    client.interactions.cancel(started.id)
    with studio.fault("interactions.get", "poll_400"):
        with pytest.raises(APIError, match="Multiple authentication credentials"):
            client.interactions.get(started.id)
        assert client.interactions.get(started.id).status == "cancelled"


def test_downloads_can_expire_break_off_and_be_redirected(
    studio: Studio, client: genai.Client, generate: Generate
):
    uri = generate(background=False).output_video.uri
    with studio.fault("files.download", "expired_link"), pytest.raises(ClientError) as caught:
        client.files.download(file=uri)
    assert caught.value.code == 404
    with studio.fault("files.download", "cut_body"), pytest.raises(httpx.HTTPError):
        client.files.download(file=uri)
    with studio.fault("files.download", "redirect"):
        assert client.files.download(file=uri)[4:8] == b"ftyp"


def test_language_answers_can_be_blocked_and_cut_off(studio: Studio, client: genai.Client):
    with studio.fault("generate_content", "safety"):
        blocked = client.models.generate_content(model=LANGUAGE, contents="hello")
    with studio.fault("generate_content", "truncated"):
        half = client.models.generate_content(model=LANGUAGE, contents="hello")

    assert blocked.candidates is None
    assert blocked.prompt_feedback is not None
    assert blocked.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    assert half.candidates is not None
    assert half.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS


def test_a_slow_submit_is_accepted_although_the_client_gives_up(
    fresh_studio: Studio, fresh_client: genai.Client
):
    with fresh_studio.fault("interactions.create", "slow", seconds=1.0), pytest.raises(APIError):
        fresh_client.interactions.create(
            model=MODEL, input="fog", background=True, response_format=SMALL, timeout=0.3
        )

    assert fresh_studio.paid_starts == 1


def test_a_fault_hits_as_often_as_ordered_and_is_gone_after_the_block(
    studio: Studio, client: genai.Client
):
    with studio.fault("generate_content", "500", times=2):
        for _ in range(2):
            with pytest.raises(ServerError):
                client.models.generate_content(model=LANGUAGE, contents="hello")
        assert client.models.generate_content(model=LANGUAGE, contents="hello").text
    with studio.fault("generate_content", "500", times=-1):
        pass
    assert client.models.generate_content(model=LANGUAGE, contents="hello").text


def test_an_unknown_fault_is_refused_with_the_known_ones(studio: Studio):
    with pytest.raises(ValueError, match="cut_body"), studio.fault("files.download", "explode"):
        pass
    with pytest.raises(ValueError, match=r"files\.upload"), studio.fault("tea", "500"):
        pass


def test_the_control_endpoint_needs_its_token_and_then_orders_faults(
    studio: Studio, client: genai.Client
):
    order = {"kind": "generate_content", "name": "503"}
    with httpx.Client(base_url=studio.url) as control:
        assert control.get("/studio/about").json()["name"] == "video-agent studio"
        assert control.get("/studio/statistics").status_code == 403
        assert control.post("/studio/faults", json=order).status_code == 403
        control.headers["X-Studio-Token"] = studio.token
        assert control.post("/studio/faults", json={**order, "name": "x"}).status_code == 400
        assert control.post("/studio/faults", json=order).status_code == 201
        with pytest.raises(ServerError):
            client.models.generate_content(model=LANGUAGE, contents="hello")
        control.post("/studio/faults", json=order)
        assert control.delete("/studio/faults").json()["faults"] == []
        statistics = control.get("/studio/statistics").json()
    assert client.models.generate_content(model=LANGUAGE, contents="hello").text
    assert statistics["requests"]["generate_content"] >= 1
    assert statistics["paid_starts"] == studio.paid_starts
