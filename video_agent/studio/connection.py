"""uvicorn's HTTP protocol, with one more ability: an endpoint may cut the connection."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

CUT = "studio.cut"


class CuttableProtocol(H11Protocol):
    """Puts a function that aborts the transport into each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Remember how to cut this connection."""
        super().connection_made(transport)
        self.app = cast("Any", _with_cut(cast("ASGIApp", self.app), transport.abort))


def _with_cut(app: ASGIApp, cut: Callable[[], None]) -> ASGIApp:
    async def run(scope: Scope, receive: Receive, send: Send) -> None:
        scope[CUT] = cut
        await app(scope, receive, send)

    return run


class CutConnection(Response):
    """No answer at all: the socket is closed."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Close the socket and let the server notice."""
        scope[CUT]()
        await asyncio.sleep(0)


class CutBody(Response):
    """The right headers, the first half of the body, then a closed socket."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send half."""
        half = bytes(self.body)[: len(self.body) // 2]
        start = {"type": "http.response.start", "status": self.status_code}
        await send({**start, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.05)  # let the half go out
        scope[CUT]()
        await asyncio.sleep(0)


def base_url(request: Request) -> str:
    """The address the client used, without a slash at the end."""
    return f"{request.url.scheme}://{request.headers['host']}"
