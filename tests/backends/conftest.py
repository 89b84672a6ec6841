"""A hand-made HTTP peer that answers what it is told and writes down what it gets.

It shares no code with the studio: a second opinion about the wire.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from google.oauth2.credentials import Credentials
from pydantic import SecretStr

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.catalog import Catalog, load_catalog
from video_agent.models import GenerationOrder, GenerationSettings

KEY = "a-secret-key-0123456789"
TOKEN = "ya29.a-secret-token-0123456789"  # noqa: S105 - a made-up one


@dataclass(frozen=True)
class Answer:
    """One scripted answer. `cut_after` sends only so many bytes of the body and hangs up."""

    status: int = 200
    body: bytes | Mapping[str, object] | Sequence[object] = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    cut_after: int | None = None
    silent: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def camel_document(self) -> dict[str, Any]:
        """google-genai mixes two spellings in one request: here all are camelCase."""
        return json.loads(self.body, object_pairs_hook=lambda pairs: dict(map(_camel, pairs)))


def _camel(pair: tuple[str, Any]) -> tuple[str, Any]:
    first, *rest = pair[0].split("_")
    return first + "".join(word.capitalize() for word in rest), pair[1]


class Peer:
    """Answers in the order of the script; the last answer is repeated for ever."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.script: list[Answer] = [Answer(404)]
        self.url = ""
        self._open: list[asyncio.StreamWriter] = []

    def answers(self, *script: Answer) -> None:
        self.script = list(script)

    @property
    def posts(self) -> list[Received]:
        return [request for request in self.requests if request.method == "POST"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        try:
            while await self._serve_one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up, which is its right
        finally:
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ", 2)
        pairs = (line.split(":", 1) for line in head[1:] if line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append(Received(method, path, headers, body))
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if answer.silent:
            await asyncio.sleep(60)
        if answer.cut:
            return False
        content = answer.content[: answer.cut_after]
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        given = {"content-type": "application/json", "content-length": str(len(answer.content))}
        lines += [f"{name}: {value}" for name, value in (given | answer.headers).items() if value]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        await writer.drain()
        return answer.cut_after is None

    async def close(self) -> None:
        for writer in self._open:
            writer.close()


@pytest.fixture
async def new_peer() -> AsyncGenerator[Callable[[], Awaitable[Peer]]]:
    """Makes peers on free ports."""
    running: list[tuple[Peer, asyncio.Server]] = []

    async def start() -> Peer:
        peer = Peer()
        server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
        peer.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        running.append((peer, server))
        return peer

    yield start
    for peer, server in running:
        server.close()
        await peer.close()


@pytest.fixture
async def peer(new_peer: Callable[[], Awaitable[Peer]]) -> Peer:
    return await new_peer()


@pytest.fixture
async def clients(peer: Peer) -> AsyncGenerator[GoogleClients]:
    opened = GoogleClients(GoogleConfig(SecretStr(KEY), peer.url))
    yield opened
    await opened.close()


@pytest.fixture
async def hasty_clients(peer: Peer) -> AsyncGenerator[GoogleClients]:
    """Clients that give up after less than a second."""
    config = GoogleConfig(
        SecretStr(KEY), peer.url, submit_timeout_seconds=0.5, request_timeout_seconds=0.5
    )
    opened = GoogleClients(config)
    yield opened
    await opened.close()


def project_config(peer: Peer, **more: Any) -> GoogleConfig:
    """Agent Platform at the peer, with a token that is good for ever."""
    return GoogleConfig(
        base_url=peer.url, project="my-project", credentials=Credentials(token=TOKEN), **more
    )


@pytest.fixture
async def project_clients(peer: Peer) -> AsyncGenerator[GoogleClients]:
    """Clients of Agent Platform."""
    opened = GoogleClients(project_config(peer))
    yield opened
    await opened.close()


@pytest.fixture
def catalog() -> Catalog:
    return load_catalog()


@pytest.fixture
def order(catalog: Catalog) -> GenerationOrder:
    settings = GenerationSettings(duration_seconds=6.0, resolution="720p", aspect_ratio="16:9")
    return GenerationOrder(
        generation_id="019a-generation",
        job_id="019a-job",
        model=catalog.defaults.generator,
        prompt="A paper boat on a rain puddle.",
        settings=settings,
    )


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out" / "clip.mp4"


class ImpatientClock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.sleeps: list[float] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def clock() -> ImpatientClock:
    return ImpatientClock()
