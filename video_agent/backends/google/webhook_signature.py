"""Whether a webhook comes from Google: Standard Webhooks, in Google's two ways of signing.

A webhook that a request names itself (`webhook_config`) is signed with a JSON Web Token: RS256, the
keys published, the audience the reader's to know. One registered for a whole project is signed with
a secret that was shown once: `v1,` and the HMAC-SHA256 of `id.timestamp.body`.

The token does not cover the body, and anybody may have Google tell our address something. So from a
delivery only ids are taken, and of those only ours count, which nobody can guess.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from joserfc import jwt
from joserfc.errors import JoseError
from pydantic import SecretStr

from video_agent.backends.google.configuration import GOOGLE_BASE_URL
from video_agent.backends.google.published_keys import PublishedKeys
from video_agent.errors import AuthError, ConfigurationError

KEYS_PATH = "/.well-known/jwks.json"
_FRESH_SECONDS = 300
_LEEWAY_SECONDS = 10
_LONGEST_ID = 200
_SECRET_PREFIX = "whsec_"  # noqa: S105 - how such secrets begin
_VERSION = "v1,"


@dataclass(frozen=True)
class Delivery:
    """One webhook request as it arrived: three headers and the raw body."""

    message_id: str
    timestamp: str
    signature: str = field(repr=False)
    body: bytes = field(repr=False)


class WebhookSignatures:
    """Tells deliveries of Google from everybody else's.

    Args:
        audience: What Google's tokens are made out to: the address we ask it to tell.
        signing_secret: The secret of a webhook registered for the project (`whsec_...`).
        base_url: Where the keys are published; None means Google's own address.
        now: The time of day, seconds since 1970.

    Raises:
        ConfigurationError: The secret cannot be read, or the address may not be used.
    """

    def __init__(
        self,
        audience: str,
        *,
        signing_secret: SecretStr | None = None,
        base_url: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._audience = audience
        self._secret = None if signing_secret is None else _decoded(signing_secret)
        self._keys = PublishedKeys(f"{(base_url or GOOGLE_BASE_URL).rstrip('/')}{KEYS_PATH}")
        self._now = now

    async def check(self, delivery: Delivery) -> None:
        """Return when the delivery is Google's and fresh.

        Raises:
            AuthError: It is not; the message says what is wrong and repeats nothing of it.
            BackendError: That cannot be told just now (`retryable`).
        """
        self._check_freshness(delivery)
        if _VERSION in delivery.signature:
            self._check_secret(delivery)
        else:
            await self._check_token(delivery.signature)

    def _check_freshness(self, delivery: Delivery) -> None:
        name = delivery.message_id
        if not name or len(name) > _LONGEST_ID or not (name.isascii() and name.isprintable()):
            raise AuthError("it has no usable webhook-id")
        if not delivery.timestamp.isdecimal() or len(delivery.timestamp) > 12:
            raise AuthError("it has no usable webhook-timestamp")
        if abs(self._now() - int(delivery.timestamp)) > _FRESH_SECONDS:
            raise AuthError("its webhook-timestamp is too far from our clock")

    def _check_secret(self, delivery: Delivery) -> None:
        if self._secret is None:
            raise AuthError(
                "it is signed with the secret of a registered webhook, which is not known here",
                hint="set VIDEO_AGENT_WEBHOOK_SIGNING_SECRET",
            )
        signed = f"{delivery.message_id}.{delivery.timestamp}.".encode() + delivery.body
        right = base64.b64encode(hmac.digest(self._secret, signed, hashlib.sha256))
        given = [part.encode() for part in delivery.signature.split() if part.startswith(_VERSION)]
        # While a secret is changed there are several; all are compared, in constant time.
        matches = [hmac.compare_digest(part[len(_VERSION) :], right) for part in given]
        if not any(matches):
            raise AuthError("its signature does not fit the signing secret")

    async def _check_token(self, token: str) -> None:
        keys = await self._keys.holding(_key_id(token))
        if keys is None:
            raise AuthError("it is signed with a key that is not published")
        registry = jwt.JWTClaimsRegistry(
            now=lambda: int(self._now()), leeway=_LEEWAY_SECONDS, exp={"essential": True}
        )
        try:
            claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
            registry.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise AuthError(f"its token does not hold: {type(error).__name__}") from error
        self._check_audience(claims.get("aud"))

    def _check_audience(self, given: object) -> None:
        audiences = cast("list[object]", given) if isinstance(given, list) else [given]
        if self._audience not in audiences:
            raise AuthError(
                f"its token is made out to {str(given)[:_LONGEST_ID]!r}, not to us",
                hint="if that is how Google names us, set VIDEO_AGENT_WEBHOOK_AUDIENCE to it",
            )


def _key_id(token: str) -> str:
    """The name of the key in a token's head, not yet believed.

    Raises:
        AuthError: It is no token.
    """
    head = token.partition(".")[0]
    try:
        document = cast(
            "object", json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
        )
    except (binascii.Error, ValueError) as error:
        raise AuthError("its signature is of no known kind") from error
    name = cast("dict[str, object]", document).get("kid") if isinstance(document, dict) else None
    if not isinstance(name, str) or not name:
        raise AuthError("its token names no key")
    return name


def _decoded(secret: SecretStr) -> bytes:
    text = secret.get_secret_value().strip().removeprefix(_SECRET_PREFIX)
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ConfigurationError(
            "the signing secret of the webhook cannot be read",
            hint="set VIDEO_AGENT_WEBHOOK_SIGNING_SECRET as Google showed it: whsec_...",
        ) from None
