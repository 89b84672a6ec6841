"""Access tokens: renewed beside the event loop; a login that fails proves that nothing was sent."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from google.auth.exceptions import GoogleAuthError
from google.genai import types
from google.oauth2.credentials import Credentials

from tests.backends.conftest import Answer, ImpatientClock, Peer
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.errors import submit_error
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.backends.google.omni import OmniGenerator
from video_agent.catalog import Catalog
from video_agent.errors import AuthError, BackendError, ConfigurationError, RejectedError
from video_agent.models import GenerationOrder, Shot

REFRESH = "1//0g-a-refresh-token-that-is-long"
NEW = "ya29.a-new-token"
STARTED = Answer(body={"id": "v1_abc", "status": "in_progress", "object": "interaction"})
TOKEN_ANSWER = Answer(body={"access_token": NEW, "expires_in": 3600, "token_type": "Bearer"})
REVOKED = Answer(
    400,
    {"error": "invalid_grant", "error_description": f"Token {REFRESH} has been revoked."},
)


def expired(token_uri: str) -> Credentials:
    """A user's credentials whose access token ran out an hour ago."""
    return Credentials(
        token="ya29.an-old-token",  # noqa: S106 - made up
        refresh_token=REFRESH,
        token_uri=token_uri,
        client_id="me",
        client_secret="GOCSPX-a-secret",  # noqa: S106 - made up
        expiry=datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1),
    )


@pytest.fixture
async def new_clients(peer: Peer) -> AsyncGenerator[Callable[..., GoogleClients]]:
    opened: list[GoogleClients] = []

    def build(token_uri: str | None = None) -> GoogleClients:
        config = GoogleConfig(
            base_url=peer.url,
            project="my-project",
            credentials=expired(token_uri or f"{peer.url}/token"),
            submit_timeout_seconds=2.0,
            request_timeout_seconds=2.0,
        )
        opened.append(GoogleClients(config))
        return opened[-1]

    yield build
    for clients in opened:
        await clients.close()


def paths(peer: Peer) -> list[str]:
    return [request.path.rsplit("/", 1)[-1].split("?")[0] for request in peer.requests]


async def test_a_token_that_ran_out_is_renewed_while_the_loop_goes_on(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    # The peer lives in this very event loop: a renewal inside it would wait for ever.
    peer.answers(TOKEN_ANSWER, STARTED)
    generator = OmniGenerator(new_clients(), catalog)
    assert await generator.submit(order) == "v1_abc"
    await generator.poll("v1_abc", model=order.model)
    assert paths(peer) == ["token", "interactions", "v1_abc"]
    assert peer.requests[1].headers["authorization"] == f"Bearer {NEW}"


async def test_many_calls_at_once_renew_once(
    peer: Peer, new_clients: Callable[..., GoogleClients]
) -> None:
    peer.answers(TOKEN_ANSWER)
    clients = new_clients()
    await asyncio.gather(*(clients.authorize() for _ in range(5)))
    assert paths(peer) == ["token"]


async def test_a_revoked_login_is_told_before_anything_is_sent(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    peer.answers(REVOKED)
    with pytest.raises(AuthError, match="nothing was sent") as caught:
        await OmniGenerator(new_clients(), catalog).submit(order)
    error = caught.value
    assert error.cost_usd == 0
    assert "gcloud auth application-default login" in error.hint
    assert paths(peer) == ["token"]
    assert REFRESH not in f"{error} {error.hint} {error.__cause__}"
    assert error.__suppress_context__


async def test_a_clock_that_is_off_is_named(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    words = "Invalid JWT: Token must be a short-lived token. Check your iat and exp values."
    peer.answers(Answer(400, {"error": "invalid_grant", "error_description": words}))
    with pytest.raises(AuthError) as caught:
        await OmniGenerator(new_clients(), catalog).submit(order)
    assert caught.value.hint == "check this machine's clock"


async def test_a_login_service_out_of_reach_is_worth_another_try(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    with pytest.raises(RejectedError, match="nothing was sent") as caught:
        await OmniGenerator(new_clients("http://127.0.0.1:9/token"), catalog).submit(order)
    assert caught.value.retryable
    assert caught.value.cost_usd == 0
    assert peer.requests == []


async def test_a_silent_login_service_is_not_waited_for(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    peer.answers(Answer(silent=True))
    with pytest.raises(RejectedError) as caught:
        await OmniGenerator(new_clients(), catalog).submit(order)
    assert caught.value.retryable
    assert paths(peer) == ["token"]


async def test_a_revoked_login_does_not_lose_a_running_generation(
    peer: Peer,
    new_clients: Callable[..., GoogleClients],
    catalog: Catalog,
    order: GenerationOrder,
) -> None:
    peer.answers(REVOKED)
    generator = OmniGenerator(new_clients(), catalog)
    for call in (generator.poll, generator.cancel):
        with pytest.raises(BackendError) as caught:
            await call("v1_abc", model=order.model)
        assert caught.value.retryable
        assert "gcloud auth application-default login" in caught.value.hint


async def test_a_revoked_login_costs_no_question(
    peer: Peer, new_clients: Callable[..., GoogleClients], catalog: Catalog
) -> None:
    peer.answers(REVOKED)
    model = GeminiLanguageModel(new_clients(), catalog, clock=ImpatientClock())
    with pytest.raises(AuthError) as caught:
        await model.answer(
            model=catalog.defaults.judge, instruction="Be just.", text="?", schema=Shot
        )
    assert caught.value.cost_usd == 0
    assert paths(peer) == ["token"]


async def test_a_login_that_fails_inside_the_sdk_is_known_to_be_unsent(
    peer: Peer, new_clients: Callable[..., GoogleClients], catalog: Catalog
) -> None:
    [model, *_] = [item for item in catalog.models if item.protocol == "long_running"]
    out_of_reach = new_clients("http://127.0.0.1:9/token")
    peer.answers(REVOKED)
    for clients, kind, retryable in (
        (new_clients(), AuthError, False),
        (out_of_reach, RejectedError, True),
    ):
        with pytest.raises(GoogleAuthError) as raised:
            await clients.paid(model).aio.models.generate_videos(
                model=model.id, source=types.GenerateVideosSource(prompt="a boat")
            )
        error = submit_error(raised.value, config=clients.config, catalog=catalog, model=model.id)
        assert type(error) is kind
        assert error.retryable is retryable
        assert error.cost_usd == 0
    assert paths(peer) == ["token"]


def test_a_project_without_credentials_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="credentials"):
        GoogleConfig(project="my-project")
