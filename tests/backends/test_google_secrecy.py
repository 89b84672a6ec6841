"""Keys and tokens are in no message, no chained error and no log."""

import logging

import pytest

from tests.backends.conftest import KEY, TOKEN, Answer, Peer
from video_agent.backends.google.client import GoogleClients
from video_agent.backends.google.errors import scrub
from video_agent.backends.google.omni import OmniGenerator
from video_agent.backends.google.secrecy import hide_secrets, safe_cause
from video_agent.catalog import Catalog
from video_agent.errors import BackendError
from video_agent.models import GenerationOrder


class Hands:
    """Submits an order on either surface."""

    def __init__(self, order: GenerationOrder, **generators: OmniGenerator) -> None:
        self._order = order
        self._generators = generators

    async def submit(self, surface: str) -> str:
        return await self._generators[surface].submit(self._order)


@pytest.fixture
def hands(
    clients: GoogleClients, project_clients: GoogleClients, catalog: Catalog, order: GenerationOrder
) -> Hands:
    return Hands(
        order,
        gemini_api=OmniGenerator(clients, catalog),
        agent_platform=OmniGenerator(project_clients, catalog),
    )


SECRETS = [
    "AIzaSyA1234567890abcdefghijklmnopqrs",
    "AQ.Ab8RN6JtokenTokenToken1234",
    "ya29.a0AfH6SMBx_another-token",
    "1//0gRefreshTokenRefreshToken",
    "GOCSPX-client-secret",
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJtZSJ9.c2lnbmF0dXJl",
    KEY,
    TOKEN,
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "bad {}",
        "Bearer {} is expired",
        "https://x/y?key={}&alt=media",
        "refresh_token={}",
        '{{"access_token": "{}"}}',
    ],
)
def test_anything_that_looks_like_a_secret_is_hidden(
    clients: GoogleClients, project_clients: GoogleClients, secret: str, text: str
) -> None:
    chosen = clients if secret == KEY else project_clients
    shown = scrub(text.format(secret), chosen.config)
    assert secret not in shown
    assert "[key]" in shown


def test_a_private_key_is_hidden(clients: GoogleClients) -> None:
    text = "cannot load -----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY----- ok"
    assert scrub(text, clients.config) == "cannot load [key] ok"


def test_harmless_text_stays_as_it_is(clients: GoogleClients) -> None:
    text = "models/gemini-omni-1.2-flash is not found for API version v1beta, key word"
    assert scrub(text, clients.config) == text


@pytest.mark.parametrize("surface", ["gemini_api", "agent_platform"])
@pytest.mark.parametrize("status", [400, 403, 429, 503])
async def test_no_secret_reaches_a_message_a_cause_or_a_log(
    peer: Peer,
    hands: Hands,
    caplog: pytest.LogCaptureFixture,
    surface: str,
    status: int,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = KEY if surface == "gemini_api" else TOKEN
    message = f"bad {secret} and {SECRETS[0]}"
    peer.answers(Answer(status, {"error": {"code": status, "message": message}}))
    with pytest.raises(BackendError) as caught:
        await hands.submit(surface)
    error = caught.value
    shown = f"{error} {error.hint} {error.__cause__} {caplog.text}"
    assert secret not in shown
    assert SECRETS[0] not in shown
    assert error.__suppress_context__


@pytest.mark.parametrize(
    "text",
    [
        "PUT https://storage.googleapis.com/upload/b/o?uploadType=resumable&upload_id={}",
        "GET https://storage.googleapis.com/b/clip.mp4?X-Goog-Signature={}&X-Goog-Expires=60",
        "Max retries exceeded with url: /upload/youtube/v3/videos?upload_id={}",
        "https://example.org/clip?sig={}",
        "upload_id={}",
        "url: /upload/o?token={}",
        "GET storage.googleapis.com:443/b/o?sig={}&x=1",
        "<a href='https://example.org?sig={}'>",
    ],
)
def test_links_that_open_an_object_are_hidden_in_texts_and_causes(text: str) -> None:
    shown = hide_secrets(text.format("Xa9"))
    assert "Xa9" not in shown
    assert "[key]" in shown
    outer = ValueError("plain words")
    outer.__cause__ = KeyError(text.format("Xa9"))
    assert safe_cause(outer) is None
    assert safe_cause(ValueError(shown)) is not None


@pytest.mark.parametrize("noise", ["ab/+", "/a", "https://", "?x=", "bearer ", "eyJabcdefgh."])
def test_a_very_long_text_is_read_in_a_moment(noise: str) -> None:
    # Quadratic work would take minutes here: the run's time limit is the check.
    text = noise * (2_000_000 // len(noise))
    assert len(hide_secrets(text)) <= 300
    assert safe_cause(ValueError(text)) is None
    assert len(hide_secrets(text[:50_000])) <= 300


def test_a_link_to_googles_console_keeps_its_project() -> None:
    text = "enable it at https://console.cloud.google.com/apis/x/overview?project=12-a. Then retry"
    assert hide_secrets(text) == text
