"""Interactions as server-sent events, read by google-genai's own client."""

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google import genai
from google.genai._interactions import APIError

from video_agent.studio.server import Studio

OMNI = "gemini-omni-1.2-flash"
FORMAT = {"type": "video", "duration": "3s", "resolution": "360p"}
WHOLE = [
    "interaction.created",
    "interaction.status_update",
    "step.start",
    "step.delta",
    "step.stop",
    "step.start",
    "step.delta",
    "step.stop",
    "interaction.completed",
]
Make = Callable[..., Any]


def start(client: genai.Client, **changes: Any) -> Any:
    fields: dict[str, Any] = {"model": OMNI, "input": "fog", "response_format": FORMAT, **changes}
    return client.interactions.create(**fields)


def types_of(events: list[Any]) -> list[str]:
    return [event.event_type for event in events]


def clip_in(events: list[Any]) -> Any:
    deltas = [event.delta for event in events if event.event_type == "step.delta"]
    return next(delta for delta in deltas if delta.type == "video")


def test_a_streamed_generation_tells_its_steps_and_brings_the_clip(client: genai.Client):
    events = list(start(client, stream=True))

    assert types_of(events) == WHOLE
    assert base64.b64decode(clip_in(events).data)[4:8] == b"ftyp"
    done = events[-1].interaction
    assert done.status == "completed"
    assert events[0].interaction.id == done.id
    assert done.usage.output_tokens_by_modality[0].tokens == 1931 * 3


async def test_the_async_client_streams_too(client: genai.Client):
    create: Make = client.aio.interactions.create
    events = [
        event
        async for event in await create(
            model=OMNI, input="fog", response_format=FORMAT, stream=True
        )
    ]

    assert types_of(events) == WHOLE
    await client.aio.aclose()


def test_a_stream_goes_on_after_the_last_event_that_was_seen(studio: Studio, client: genai.Client):
    seen: list[Any] = []
    broken = pytest.raises((APIError, httpx.HTTPError))
    with studio.fault("interactions.create", "cut_stream"), broken:
        seen.extend(start(client, stream=True, background=True))
    # What the client had read before the cut is lost with it: the id comes from the look-up.
    read: Make = client.interactions.get
    with studio.fault("interactions.create", "cut_stream"):
        stream = start(client, stream=True, background=True)
        first = next(iter(stream))
        rest = list(read(first.interaction.id, stream=True, last_event_id=first.event_id))

    assert first.event_type == "interaction.created"
    assert types_of(rest) == WHOLE[1:]


def test_a_finished_generation_can_be_streamed_from_any_event(client: genai.Client):
    made = start(client)
    read: Make = client.interactions.get

    whole = list(read(made.id, stream=True))
    late = list(read(made.id, stream=True, last_event_id=whole[4].event_id))

    assert types_of(whole) == WHOLE
    assert types_of(late) == WHOLE[5:]
    with pytest.raises(APIError, match="last_event_id"):
        list(read(made.id, stream=True, last_event_id="nonsense"))


def test_a_failure_is_told_as_an_error_before_the_end(studio: Studio, client: genai.Client):
    with studio.fault("interactions.create", "failed"):
        events = list(start(client, stream=True))

    assert types_of(events)[-2:] == ["error", "interaction.completed"]
    assert "internal error" in events[-2].error.message
    assert events[-1].interaction.status == "failed"


def test_the_input_is_told_on_request(client: genai.Client):
    made = start(client)
    read: Make = client.interactions.get

    assert read(made.id, include_input=True).input[0].content[0].text == "fog"
    assert read(made.id).input is None


def test_what_is_not_stored_cannot_be_asked_for_again(client: genai.Client):
    made = start(client, store=False)
    streamed = list(start(client, store=False, stream=True))

    for interaction_id in (made.id, streamed[-1].interaction.id):
        with pytest.raises(APIError, match="Invalid interaction name"):
            client.interactions.get(interaction_id)
