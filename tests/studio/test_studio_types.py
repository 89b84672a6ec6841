"""Wrong types and unknown names are refused as Google refuses them; nothing is started."""

import base64

import httpx
import pytest

from video_agent.studio.server import Studio

OMNI, FLASH = "gemini-omni-1.2-flash", "gemini-3.8-flash"
SMALL = {"type": "video", "duration": "3s", "resolution": "360p"}
JUNK = {"type": "image", "data": base64.b64encode(b"junk").decode(), "mime_type": "image/png"}
MINIMAL = {"thinkingLevel": "MINIMAL"}
TEXT = {"parts": [{"text": "hello"}]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"background": "yes"},
        {"store": "no"},
        {"model": 5},
        {"labels": ["a"]},
        {"labels": {"a": 1}},
        {"generation_config": [1]},
        {"input": 5},
        {"input": [JUNK, {"type": "text", "text": "waves"}]},
        {"response_format": {**SMALL, "duration": 6}},
        {"responseFormat": SMALL},
    ],
)
def test_an_interaction_of_wrong_types_is_not_started(
    studio: Studio, http: httpx.Client, wrong: dict[str, object]
):
    before = studio.paid_starts
    body = {"model": OMNI, "input": "fog", "background": True, "response_format": SMALL, **wrong}

    answer = http.post("/v1beta/interactions", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_request"
    assert studio.paid_starts == before


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"contents": "x"}, "'contents'"),
        ({"contents": [{"parts": "x"}]}, "contents[0].parts"),
        ({"contents": [{"parts": [{"text": 5}]}]}, "contents[0].parts[0].text"),
        ({"contents": [{"parts": [{"txt": "x"}]}]}, 'Unknown name "txt"'),
        ({"contents": [{**TEXT, "role": "assistant"}]}, "valid role"),
        ({"contents": [TEXT], "tools": "x"}, "'tools'"),
        ({"contents": [TEXT], "generationConfig": {"foo": 1}}, 'Unknown name "foo"'),
        ({"contents": [TEXT], "generationConfig": {"temperature": "hot"}}, "temperature"),
        ({"contents": [TEXT], "generationConfig": {"responseSchema": "x"}}, "response_schema"),
        (
            {
                "contents": [TEXT],
                "generationConfig": {"thinkingConfig": {"thinkingLevel": "MINIMAL"}},
            },
            "Thinking level MINIMAL",
        ),
    ],
)
def test_a_content_request_of_wrong_types_is_refused(
    http: httpx.Client, body: dict[str, object], message: str
):
    answer = http.post(f"/v1beta/models/{FLASH}:generateContent", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert message in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", ["thinking_config", "thinkingConfig"])
def test_either_spelling_and_a_level_the_model_has_are_accepted(http: httpx.Client, name: str):
    config = {name: {"thinkingLevel": "LOW"}, "maxOutputTokens": 500, "temperature": None}
    body = {"contents": TEXT, "generation_config": config}

    assert http.post(f"/v1beta/models/{FLASH}:generateContent", json=body).status_code == 200


def test_an_interaction_is_not_given_as_a_stream(http: httpx.Client):
    assert http.get("/v1beta/interactions/v1_x?stream=true").status_code == 400
