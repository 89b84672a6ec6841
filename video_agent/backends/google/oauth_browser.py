"""The person's part of a login: the consent page, and the way back to a port on this machine."""

import asyncio
import hmac
from collections.abc import Callable, Sequence
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

from pydantic import SecretStr

from video_agent.backends.google.oauth import Challenge, OAuth
from video_agent.backends.google.token_file import Login
from video_agent.errors import AuthError

_LARGEST_REQUEST_BYTES = 16_384
_READ_SECONDS = 10.0
_PAGE = (
    "<!doctype html><meta charset=utf-8><title>Video Agent</title>"
    '<p style="font:1.2rem system-ui;margin:4rem">{}</p>'
)


async def log_in(
    oauth: OAuth,
    scopes: Sequence[str],
    show: Callable[[str], None],
    *,
    patience_seconds: float = 300.0,
) -> Login:
    """Let a person agree in a browser and return the login; it is not kept yet.

    Args:
        oauth: Google's token service.
        scopes: What is asked for.
        show: Opens the page, or prints its address.
        patience_seconds: How long the person may take.

    Raises:
        AuthError: The person did not agree, or took too long.
        BackendError: Google gave no usable answer.
    """
    challenge = Challenge()
    answered: asyncio.Future[SecretStr] = asyncio.get_running_loop().create_future()
    way_back = _WayBack(challenge.state, answered)
    server = await asyncio.start_server(
        way_back.serve, "127.0.0.1", 0, limit=_LARGEST_REQUEST_BYTES
    )
    async with server:
        redirect_uri = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        show(oauth.consent_url(challenge, redirect_uri, scopes))
        try:
            code = await asyncio.wait_for(answered, patience_seconds)
        except TimeoutError:
            raise AuthError(
                "nobody agreed in the browser in time",
                hint="call it again; --no-browser prints the address",
            ) from None
    return await oauth.exchange(code, challenge, redirect_uri, scopes)


class _WayBack:
    """Receives the one redirect that carries our state; everything else gets a 404."""

    def __init__(self, state: SecretStr, answered: "asyncio.Future[SecretStr]") -> None:
        self._state = state
        self._answered = answered

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(
            ConnectionError,
            TimeoutError,
            asyncio.IncompleteReadError,
            ValueError,
            asyncio.LimitOverrunError,
        ):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _READ_SECONDS)
            status, text = self._take(head.split(b"\r\n", 1)[0].decode("latin-1"))
            body = _PAGE.format(text).encode()
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
                "Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
        writer.close()

    def _take(self, request_line: str) -> tuple[str, str]:
        """Read one request; what does not know our state changes nothing."""
        method, target, _ = request_line.split(" ", 2)
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        given = query.get("state", "").encode()
        ours = hmac.compare_digest(given, self._state.get_secret_value().encode())
        if method != "GET" or not ours or self._answered.done():
            return "404 Not Found", "Nothing here."
        if "code" not in query:
            reason = query.get("error", "")
            known = reason if reason.isidentifier() else "no reason given"
            self._answered.set_exception(
                AuthError(f"the login was not granted: {known}", hint="agree on Google's page")
            )
            return "200 OK", "Not granted. You can close this page."
        self._answered.set_result(SecretStr(query["code"]))
        return "200 OK", "Done. You can close this page and go back to the terminal."
