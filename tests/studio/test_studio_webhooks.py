"""Webhooks after the end of a generation: on loopback, with the caller's words, and again."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from google import genai
from google.genai._interactions import BadRequestError
from joserfc import jwt
from joserfc.jwk import KeySet

from video_agent.studio.server import Studio

Make = Callable[..., Any]
OURS = {"generation": "g-7", "nested": {"camelCase": 1}}


@dataclass
class Receiver:
    """An address that notes what it is told, and refuses the first few times."""

    url: str = ""
    refusals: int = 0
    told: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    ids: list[str] = field(default_factory=list[str])
    signatures: list[str] = field(default_factory=list[str])

    def take(self, body: dict[str, Any], headers: Message) -> int:
        self.ids.append(headers["webhook-id"])
        self.signatures.append(headers["webhook-signature"])
        if self.refusals:
            self.refusals -= 1
            return 503
        self.told.append(body)
        return 204

    def wait(self, count: int) -> list[dict[str, Any]]:
        for _ in range(200):
            if len(self.told) >= count:
                break
            time.sleep(0.05)
        return sorted(self.told, key=lambda event: str(event["type"]))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(made.take(body, self.headers))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


def test_the_end_and_the_clip_are_told_with_the_callers_words(generate: Make, receiver: Receiver):
    started = generate(webhook_config={"uris": [receiver.url], "user_metadata": OURS})

    told = receiver.wait(2)

    assert [event["type"] for event in told] == ["interaction.completed", "video.generated"]
    assert all(event["user_metadata"] == OURS for event in told)
    assert all(event["data"]["id"] == started.id for event in told)
    assert told[1]["data"]["file_uri"].startswith("https://generativelanguage.googleapis.com/")


def test_a_failure_is_told(studio: Studio, generate: Make, receiver: Receiver):
    with studio.fault("interactions.create", "failed"):
        generate(webhook_config={"uris": [receiver.url]})

    assert [event["type"] for event in receiver.wait(1)] == ["interaction.failed"]


def test_an_address_that_refuses_is_told_again_under_the_same_id(
    studio: Studio, generate: Make, receiver: Receiver
):
    receiver.refusals = 2
    with studio.fault("interactions.create", "failed"):
        generate(webhook_config={"uris": [receiver.url]})

    assert len(receiver.wait(1)) == 1
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1


def test_every_delivery_is_signed_for_its_address_with_the_published_key(
    studio: Studio, generate: Make, receiver: Receiver
):
    generate(webhook_config={"uris": [receiver.url]})
    receiver.wait(2)

    published = httpx.get(f"{studio.url}/.well-known/jwks.json", trust_env=False).json()
    tokens = [
        jwt.decode(signature, KeySet.import_key_set(published), algorithms=["RS256"])
        for signature in receiver.signatures
    ]

    assert [token.claims["aud"] for token in tokens] == [receiver.url] * 2
    assert "d" not in published["keys"][0], "only the public half"


@pytest.mark.parametrize(
    "uri",
    [
        "https://example.com/hook",
        "http://127.0.0.1.example.com/",
        "http://169.254.169.254/",
        "http://user@example.com:80/",
        "ftp://127.0.0.1/",
        "nonsense",
        "",
    ],
)
def test_only_addresses_on_loopback_are_taken(studio: Studio, client: genai.Client, uri: str):
    before = studio.paid_starts

    with pytest.raises(BadRequestError, match="not on loopback"):
        client.interactions.create(
            model="gemini-omni-1.2-flash",
            input="fog",
            background=True,
            webhook_config={"uris": [uri]},
        )

    assert studio.paid_starts == before


def test_a_cancelled_generation_tells_nobody(
    studio: Studio, client: genai.Client, generate: Make, receiver: Receiver
):
    with studio.fault("interactions.create", "never_finishes"):
        started = generate(webhook_config={"uris": [receiver.url]})
    client.interactions.cancel(started.id)
    time.sleep(0.3)

    assert receiver.told == []
