"""Clients: the environment is not asked, keys do not travel in the clear."""

import asyncio
import contextlib
import socket
from pathlib import Path

import httpx
import pytest
from google.adk.models.google_llm import Gemini
from google.adk.models.llm_request import LlmRequest
from google.genai import _interactions as interactions_errors
from google.genai import types
from google.oauth2.credentials import Credentials
from pydantic import SecretStr

from tests.backends.conftest import KEY, TOKEN, Answer, Peer, project_config
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


def test_a_configuration_does_not_show_its_key(peer: Peer) -> None:
    assert KEY not in repr(GoogleConfig(SecretStr(KEY)))
    assert TOKEN not in repr(project_config(peer))


@pytest.mark.parametrize(
    ("wrong", "setting"),
    [
        ({"webhook_url": "http://example.com/hook"}, "VIDEO_AGENT_WEBHOOK_URL"),
        ({"output_uri": "https://example.com"}, "VIDEO_AGENT_GENERATION_BUCKET"),
    ],
)
def test_a_wrong_place_is_refused_with_the_name_of_its_setting(
    wrong: dict[str, str], setting: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        GoogleConfig(SecretStr(KEY), **wrong)  # pyright: ignore[reportArgumentType] # only text
    assert setting in caught.value.hint


@pytest.fixture
def hostile_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "GOOGLE_API_KEY": "another-key",
        "GEMINI_API_KEY": "another-key",
        "GOOGLE_GENAI_USE_VERTEXAI": "true",
        "GOOGLE_GENAI_USE_ENTERPRISE": "true",
        "GOOGLE_CLOUD_PROJECT": "somebody-pays",
        "GOOGLE_CLOUD_LOCATION": "mars-north1",
        "GOOGLE_GEMINI_BASE_URL": "https://example.com",
        "GOOGLE_VERTEX_BASE_URL": "https://example.com",
        "GOOGLE_GENAI_ACCESS_TOKEN": "another-token",
        "GOOGLE_GENAI_DEFAULT_HEADERS": "x-evil: yes",
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
async def test_the_environment_changes_nothing_on_agent_platform_either(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> None:
    peer.answers(Answer(body={"id": "v1_abc", "status": "in_progress"}), HELLO)
    await OmniGenerator(project_clients, catalog).submit(order)
    model = catalog.find(catalog.defaults.judge)
    await project_clients.reading(model).aio.models.generate_content(model=model.id, contents="?")
    project = "/v1beta1/projects/my-project/locations/global"
    assert [request.path for request in peer.requests] == [
        f"{project}/interactions",
        f"{project}/publishers/google/models/{model.id}:generateContent",
    ]
    for request in peer.requests:
        assert request.headers["authorization"] == f"Bearer {TOKEN}"
        assert "x-goog-api-key" not in request.headers
        assert "x-evil" not in request.headers


@pytest.mark.usefixtures("hostile_environment")
@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("global", "aiplatform.googleapis.com"),
        ("us", "aiplatform.us.rep.googleapis.com"),
        ("us-central1", "us-central1-aiplatform.googleapis.com"),
    ],
)
async def test_googles_own_address_follows_the_location_and_not_the_environment(
    location: str, host: str
) -> None:
    config = GoogleConfig(
        project="my-project", location=location, credentials=Credentials(token=TOKEN)
    )
    clients = GoogleClients(config)
    seen: list[httpx.URL] = []

    async def note(request: httpx.Request) -> None:
        seen.append(request.url)
        raise httpx.ConnectError("nothing leaves this test")

    for client in (clients.paid(), clients.reading()):
        # The SDK's own HTTP client is ours: its hook sees each request before it leaves.
        http = client._api_client._http_options.httpx_async_client  # pyright: ignore[reportPrivateUsage] # the one way to see where a request would go without sending it
        assert isinstance(http, httpx.AsyncClient)
        http.event_hooks = {"request": [note]}
        with pytest.raises(interactions_errors.APIConnectionError):
            await client.aio.interactions.create(model="m", input="x", background=True)
        with pytest.raises(httpx.ConnectError):
            await client.aio.models.generate_content(model="m", contents="x")
    assert {url.host for url in seen} == {host}
    assert len(seen) == 4
    await clients.close()


BOAT = types.GenerateVideosSource(prompt="a paper boat")
LOST = [
    *(Answer(status, {"error": {"code": status, "message": "no"}}) for status in (408, 429)),
    *(Answer(status, {"error": {"message": "no"}}) for status in (500, 502, 503, 504)),
    Answer(200, b""),
    Answer(200, b"}{"),
    Answer(307, b"", {"location": "/elsewhere"}),
    Answer(cut=True),
    Answer(200, {"name": "operations/1"}, cut_after=5),
]


@pytest.mark.parametrize("answer", LOST, ids=lambda item: f"{item.status}-{item.cut}-{item.body!r}")
async def test_a_paid_veo_submit_is_one_request_too(
    peer: Peer, project_clients: GoogleClients, catalog: Catalog, answer: Answer
) -> None:
    [model, *_] = [item for item in catalog.models if item.protocol == "long_running"]
    peer.answers(answer)
    with contextlib.suppress(Exception):  # what it becomes is told by the tests of the generator
        await project_clients.paid(model).aio.models.generate_videos(model=model.id, source=BOAT)
    [post] = peer.requests
    assert post.path == (
        "/v1beta1/projects/my-project/locations/us-central1/publishers/google/models/"
        f"{model.id}:predictLongRunning"
    )


async def test_a_silent_service_gets_one_veo_submit(peer: Peer, catalog: Catalog) -> None:
    [model, *_] = [item for item in catalog.models if item.protocol == "long_running"]
    clients = GoogleClients(project_config(peer, submit_timeout_seconds=0.3))
    peer.answers(Answer(silent=True))
    with pytest.raises(httpx.TimeoutException):
        await clients.paid(model).aio.models.generate_videos(model=model.id, source=BOAT)
    assert len(peer.requests) == 1
    await clients.close()


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


@pytest.mark.usefixtures("hostile_environment")
async def test_adks_gemini_uses_our_project_and_token(peer: Peer, catalog: Catalog) -> None:
    model = catalog.find(catalog.defaults.planner)
    peer.answers(HELLO)
    gemini = Gemini(model=model.id, client_kwargs=adk_client_arguments(project_config(peer), model))
    request = LlmRequest(model=model.id, contents=[types.UserContent("hello?")])
    assert [answer async for answer in gemini.generate_content_async(request)]
    [post] = peer.requests
    assert post.path.startswith("/v1beta1/projects/my-project/locations/global/publishers/")
    assert post.headers["authorization"] == f"Bearer {TOKEN}"


async def test_each_location_has_its_own_clients(peer: Peer, catalog: Catalog) -> None:
    clients = GoogleClients(project_config(peer))
    omni = catalog.find(catalog.defaults.generator)
    [veo, *_] = [item for item in catalog.models if item.protocol == "long_running"]
    assert clients.paid(omni) is not clients.paid(veo)
    assert clients.paid(omni) is clients.paid()
    await clients.close()


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
