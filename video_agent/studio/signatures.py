"""How the studio signs its webhooks: as Google signs those that a request names itself.

The header `webhook-signature` is a JSON Web Token (RS256) whose public key stands in the document
`/.well-known/jwks.json`. Google's page names one claim, the audience, and leaves its value to the
reader; here it is the address that is told. Each run of a studio has a key of its own.
"""

import asyncio
import threading
import time
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

if TYPE_CHECKING:
    from joserfc.jwk import KeyParameters, RSAKey

KEY_BITS = 2048
VALID_SECONDS = 300
JWKS_PATH = "/.well-known/jwks.json"
ISSUER = "https://generativelanguage.googleapis.com"


class Signatures:
    """Signs what the studio tells. The key is made when it is first needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: RSAKey | None = None

    def sign(self, audience: str) -> str:
        """A token for one delivery to an address."""
        from joserfc import jwt  # noqa: PLC0415 - loaded with the first webhook

        key = self._own_key()
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": audience, "iat": now, "exp": now + VALID_SECONDS}
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, claims, key)

    async def publish(self, request: Request) -> Response:
        """The public key, as a JSON Web Key Set."""
        del request
        key = await asyncio.to_thread(self._own_key)
        return JSONResponse({"keys": [key.as_dict(private=False)]})

    def _own_key(self) -> "RSAKey":
        from joserfc.jwk import RSAKey  # noqa: PLC0415 - loaded with the first webhook

        with self._lock:
            if self._key is None:
                parameters: KeyParameters = {"use": "sig", "alg": "RS256"}
                self._key = RSAKey.generate_key(KEY_BITS, parameters, auto_kid=True)
            return self._key
