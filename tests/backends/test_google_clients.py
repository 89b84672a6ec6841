"""Clients: the environment is not asked, keys do not travel in the clear."""

import asyncio
import socket
from pathlib import Path

import pytest
from google.adk.models.google_llm import Gemini
from google.adk.models.llm_request import LlmRequest
from google.genai import types
from pydantic import SecretStr

from tests.backends.conftest import KEY, Answer, Peer
from video_agent.backends.google.client import (
    GoogleClients,
    GoogleConfig,
    adk_client_arguments,
)
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import ConfigurationError
from video_agent.models import GenerationOrder

HELLO = Answer(
    body={"candidates": [{"content": {"role": "model", "parts": [{"text": "hello"}]}}]},
)


@pytest.mark.parametrize(
    "url", ["http://example.com", "http://10.0.0.1:8000", "ftp://127.0.0.1", "example.com", ""]
)
def test_an_address_that_would_show_the_key_is_refused(url: str) -> None:
    with pytest.raises(ConfigurationError):
        GoogleConfig(SecretStr(KEY), url)


@pytest.mark.parametrize("url", [None, "https://gateway.example.com/gemini", "http://[::1]:80"])
def test_https_and_loopback_are_accepted(url: str | None) -> None:
    assert GoogleConfig(SecretStr(KEY), url).url


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="empty"):
        GoogleConfig(SecretStr("  "))


def test_a_configuration_does_not_show_its_key() -> None:
    assert KEY not in repr(GoogleConfig(SecretStr(KEY)))


@pytest.fixture
def hostile_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GOOGLE_API_KEY": "another-key",
        "GEMINI_API_KEY": "another-key",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": "true",
        "GOOGLE_CLOUD_PROJECT": "somebody-pays",
        "GOOGLE_GEMINI_BASE_URL": "https://example.com",
        "GOOGLE_GENAI_CLIENT_MODE": "replay",
        "GOOGLE_GENAI_API_VERSION": "v9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "ALL_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("hostile_environment")
async def test_the_environment_changes_nothing(
    peer: Peer, clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    peer.answers(Answer(body={"id": "v1_abc", "status": "in_progress"}))
    assert await OmniGenerator(clients, catalog).submit(order) == "v1_abc"
    assert peer.requests[0].headers["x-goog-api-key"] == KEY
    assert peer.requests[0].path == "/v1beta/interactions"


@pytest.mark.usefixtures("hostile_environment")
async def test_adks_gemini_uses_our_address_and_key(peer: Peer) -> None:
    config = GoogleConfig(SecretStr(KEY), peer.url)
    peer.answers(HELLO)
    model = Gemini(model="gemini-3.8-flash", client_kwargs=adk_client_arguments(config))
    request = LlmRequest(
        model="gemini-3.8-flash",
        contents=[types.UserContent(parts=[types.Part.from_text(text="hello?")])],
        config=types.GenerateContentConfig(),
    )
    responses = [response async for response in model.generate_content_async(request)]
    assert responses[0].content
    assert peer.requests[0].headers["x-goog-api-key"] == KEY
    assert peer.requests[0].path == "/v1beta/models/gemini-3.8-flash:generateContent"


def test_one_adk_model_serves_several_event_loops() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Peer.serve(scripted, reader, writer)

    async def ask() -> int:
        server = await asyncio.start_server(serve, "127.0.0.1", port)
        async with server:
            request = LlmRequest(model="gemini-3.8-flash", contents=[types.UserContent("hello?")])
            answers = [answer async for answer in model.generate_content_async(request)]
            return len(answers)

    scripted = Peer()
    scripted.answers(HELLO)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = GoogleConfig(SecretStr(KEY), f"http://127.0.0.1:{port}")
    model = Gemini(model="gemini-3.8-flash", client_kwargs=adk_client_arguments(config))
    assert [asyncio.run(ask()), asyncio.run(ask())] == [1, 1]


async def test_clients_are_kept_for_a_loop_and_made_anew_after_closing(peer: Peer) -> None:
    clients = GoogleClients(GoogleConfig(SecretStr(KEY), peer.url))
    first = clients.paid()
    assert clients.paid() is first
    assert clients.reading() is not first
    await clients.close()
    assert clients.paid() is not first
    await clients.close()
    await clients.close()


def test_each_event_loop_has_its_own_clients(tmp_path: Path) -> None:
    clients = GoogleClients(GoogleConfig(SecretStr(KEY), "http://127.0.0.1:9"))

    async def made() -> object:
        client = clients.paid()
        await clients.close()
        return client

    assert asyncio.run(made()) is not asyncio.run(made())
