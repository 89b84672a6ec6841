"""A webhook is believed when Google signed it for us, just now; everything else is not."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from tests.webhooks.conftest import served
from tests.webhooks.signing import NOW, SECRET, Google, event_body, key_pair, signed, token
from video_agent.backends.google.published_keys import PublishedKeys
from video_agent.backends.google.webhook_signature import Delivery, WebhookSignatures
from video_agent.errors import AuthError, BackendError, ConfigurationError

US = "https://hooks.example.com/gemini"
BODY = event_body()


def delivery(signature: str, **changes: Any) -> Delivery:
    made = Delivery(message_id="msg_1", timestamp=str(NOW), signature=signature, body=BODY)
    return replace(made, **changes)


@pytest.fixture
async def google(listener: socket.socket) -> AsyncGenerator[Google]:
    keeper = Google()
    async with served(keeper.app, listener):
        yield keeper


@pytest.fixture
def signatures(listener: socket.socket) -> WebhookSignatures:
    return WebhookSignatures(
        US,
        signing_secret=SecretStr(SECRET),
        base_url=f"http://127.0.0.1:{listener.getsockname()[1]}",
        now=lambda: NOW,
    )


async def test_a_token_made_out_to_us_is_believed_and_the_keys_are_asked_for_once(
    google: Google, signatures: WebhookSignatures
) -> None:
    for audience in (US, ["another", US]):
        await signatures.check(delivery(token("", aud=audience)))
    assert google.asked == 1


def unsigned_token() -> str:
    return f"{head_and_claims('none')}."


def token_by_public_key() -> str:
    """The old trick: the public key taken for a shared secret."""
    public = key_pair(1).as_pem(private=False)
    content = head_and_claims("HS256")
    return f"{content}.{text_of(hmac.digest(public, content.encode(), hashlib.sha256))}"


def head_and_claims(algorithm: str) -> str:
    parts = ({"alg": algorithm, "kid": key_pair(1).kid}, {"aud": US, "exp": NOW + 300})
    return ".".join(text_of(json.dumps(part).encode()) for part in parts)


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        (lambda: token("https://example.com/"), "made out to 'https://example.com/'"),
        (lambda: token(US, aud=None), "made out to 'None'"),
        (lambda: token(US, exp=NOW - 60), "ExpiredTokenError"),
        (lambda: token(US, exp=None), "MissingClaimError"),
        (lambda: token(US, key=2), "a key that is not published"),
        (lambda: token(US)[:-20] + "A" * 20, "BadSignatureError"),
        (unsigned_token, "does not hold"),
        (token_by_public_key, "does not hold"),
        (lambda: "nonsense", "no known kind"),
        (lambda: "eyJhbGciOiJSUzI1NiJ9.e30.x", "names no key"),
        (lambda: "W10.e30.x", "names no key"),
        (lambda: "", "no known kind"),
        (lambda: signed(BODY, secret=b"another"), "does not fit"),
        (lambda: signed(event_body("g-2")), "does not fit"),
        (lambda: signed(BODY, name="msg_2"), "does not fit"),
        (lambda: signed(BODY, at=NOW + 1), "does not fit"),
        (lambda: "v1,", "does not fit"),
    ],
)
async def test_whatever_is_not_signed_for_us_is_not_believed(
    google: Google, signatures: WebhookSignatures, signature: Any, why: str
) -> None:
    with pytest.raises(AuthError, match=why):
        await signatures.check(delivery(signature()))
    assert google.asked <= 1


async def test_a_registered_webhook_is_believed_by_its_secret_also_while_that_is_changed(
    signatures: WebhookSignatures,
) -> None:
    await signatures.check(delivery(signed(BODY)))
    await signatures.check(delivery(f"{signed(BODY, secret=b'older')} {signed(BODY)}"))


async def test_without_the_secret_a_registered_webhook_is_not_believed() -> None:
    with pytest.raises(AuthError, match="not known here") as caught:
        await WebhookSignatures(US, now=lambda: NOW).check(delivery(signed(BODY)))
    assert "VIDEO_AGENT_WEBHOOK_SIGNING_SECRET" in caught.value.hint


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": str(NOW - 301)},
        {"timestamp": str(NOW + 301)},
        {"timestamp": ""},
        {"timestamp": "-1"},
        {"timestamp": "9" * 400},
        {"timestamp": "1e9"},
        {"message_id": ""},
        {"message_id": "x" * 201},
        {"message_id": "a\nb"},
    ],
)
async def test_what_is_old_or_has_no_name_is_not_believed(
    signatures: WebhookSignatures, changes: dict[str, str]
) -> None:
    with pytest.raises(AuthError, match="webhook-"):
        await signatures.check(delivery(signed(BODY), **changes))


async def test_while_the_keys_cannot_be_read_nothing_is_decided(
    google: Google, signatures: WebhookSignatures
) -> None:
    google.broken = True
    with pytest.raises(BackendError) as caught:
        await signatures.check(delivery(token(US)))
    assert caught.value.retryable
    assert not isinstance(caught.value, AuthError)
    google.broken = False
    await signatures.check(delivery(token(US)))


async def test_keys_are_fetched_anew_when_one_is_missing_but_not_for_every_invented_name(
    google: Google, listener: socket.socket
) -> None:
    seconds = 100.0
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/.well-known/jwks.json"
    keys = PublishedKeys(url, now=lambda: seconds)
    known, newer = (str(key_pair(number).kid) for number in (1, 2))
    assert await keys.holding(known)
    google.published = [key_pair(2), key_pair(1)]
    assert [await keys.holding(name) for name in (newer, "invented")] == [None, None]
    assert google.asked == 1
    seconds += 11
    assert await keys.holding(newer)
    google.broken = True
    seconds += 3_601
    assert await keys.holding(newer), "a known key stays good while the service is silent"
    assert google.asked == 3


@pytest.mark.parametrize("secret", ["whsec_%%%", "whsec_äöü", "whsec_abc"])
def test_a_secret_that_cannot_be_read_is_refused_without_being_shown(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        WebhookSignatures(US, signing_secret=SecretStr(secret))
    assert secret.removeprefix("whsec_") not in f"{caught.value} {caught.value.hint}"


def test_keys_are_only_read_over_https_or_on_this_machine() -> None:
    with pytest.raises(ConfigurationError, match="refused"):
        WebhookSignatures(US, base_url="http://example.com")
