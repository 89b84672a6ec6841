"""Google's part: keys that are published, tokens and signatures made with them."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NOW = 1_790_000_000
SECRET = "whsec_" + base64.b64encode(b"shown once").decode()


@lru_cache
def key_pair(number: int) -> RSAKey:
    """Google's first, second ... key of this process."""
    assert number
    return RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256"}, auto_kid=True)


@dataclass
class Google:
    """Publishes keys; counts how often it is asked, and may be out of order."""

    published: list[RSAKey] = field(default_factory=lambda: [key_pair(1)])
    asked: int = 0
    broken: bool = False

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/.well-known/jwks.json", self.publish)])

    async def publish(self, request: Request) -> Response:
        del request
        self.asked += 1
        if self.broken:
            return Response("no", 503)
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})


def token(audience: str, *, key: int = 1, **changes: Any) -> str:
    """What stands in `webhook-signature` of a webhook that a request named itself."""
    claims = {"aud": audience, "iat": NOW, "exp": NOW + 300} | changes
    pair = key_pair(key)
    head = {"alg": "RS256", "kid": pair.kid}
    return jwt.encode(head, {name: value for name, value in claims.items() if value}, pair)


def signed(body: bytes, name: str = "msg_1", at: int = NOW, secret: bytes = b"shown once") -> str:
    """What stands in `webhook-signature` of a registered webhook."""
    content = f"{name}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, content, hashlib.sha256)).decode()


def event_body(generation_id: object = "g-1", **changes: Any) -> bytes:
    """An event as the page of Google shows it, with our ids as metadata."""
    event: dict[str, Any] = {
        "type": "interaction.completed",
        "version": "v1",
        "timestamp": "2026-11-23T12:00:00Z",
        "data": {"id": "v1_abc", "status": "completed"},
        "user_metadata": {"generation": generation_id, "job": "job"},
    }
    return json.dumps(event | changes).encode()
