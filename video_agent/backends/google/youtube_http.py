"""One authorised request to YouTube: the token to its hosts only, renewed once, no redirects.

`google-api-python-client` is not used: it hides the upload's address and insists on https.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from video_agent.backends.google.loop_transport import LoopTransport
from video_agent.backends.google.youtube_errors import as_error, cut_connection, read_refusal
from video_agent.errors import BackendError, ConfigurationError
from video_agent.settings import check_service_url, is_loopback

YOUTUBE_BASE_URL = "https://www.googleapis.com"
_GOOGLES_HOSTS = ".googleapis.com"
_LARGEST_ANSWER_BYTES = 4_000_000
_READ_HEADERS = ("content-type", "location", "range", "retry-after")
Content = bytes | Callable[[], AsyncIterator[bytes]]


class AccessTokens(Protocol):
    """Where access tokens come from."""

    async def token(self) -> SecretStr:
        """One that should work now.

        Raises:
            AuthError: There is no login, or it has ended.
        """
        ...

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Another one for one that YouTube refused; None when there is no other."""
        ...


@dataclass(frozen=True)
class FixedToken:
    """A token that never changes: the studio takes any that begins with `studio-`."""

    secret: SecretStr

    async def token(self) -> SecretStr:
        """The token."""
        return self.secret

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """There is no other."""
        del refused


@dataclass(frozen=True)
class Call:
    """One request.

    Args:
        what: For people: "opening the upload".
        scope: The permission it needs.
        method: GET, POST or PUT.
        url: A full address.
        query: Its parameters.
        headers: Beside the authorisation.
        content: The body, or what makes it anew for each try.
        good: The statuses that are an answer; all others become errors.
    """

    what: str
    scope: str
    method: str
    url: str
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None
    content: Content = b""
    good: frozenset[int] = frozenset({200, 201})


class YouTubeHttp:
    """Sends single calls; may be used in several event loops.

    Args:
        tokens: The login.
        base_url: Google's address, or another one, https or loopback.
        timeout_seconds: The longest silence on a connection.

    Raises:
        ConfigurationError: The address would send the token in the clear.
    """

    def __init__(
        self,
        tokens: AccessTokens,
        *,
        base_url: str = YOUTUBE_BASE_URL,
        timeout_seconds: float = 60.0,
    ) -> None:
        try:
            check_service_url(base_url)
        except ValueError as error:
            raise ConfigurationError(
                f"the YouTube address is refused: {error}",
                hint="set VIDEO_AGENT_YOUTUBE_BASE_URL to an https address or leave it out",
            ) from None
        self.base_url = base_url.rstrip("/")
        self._tokens = tokens
        self._transport = LoopTransport()
        self._client = httpx.AsyncClient(transport=self._transport, timeout=timeout_seconds)

    async def send(self, call: Call) -> httpx.Response:
        """Send one call, once more with a new token when the first is refused.

        Raises:
            AuthError, QuotaError, RejectedError, BackendError: By the answer.
        """
        token = await self._tokens.token()
        response = await self._once(call, token)
        if response.status_code == 401:
            newer = await self._tokens.renewed(token)
            if newer is not None:
                response = await self._once(call, newer)
        if response.status_code not in call.good:
            raise as_error(read_refusal(response), what=call.what, scope=call.scope)
        return response

    def check_session(self, address: str) -> None:
        """Refuse an upload's address that would take our token elsewhere.

        Raises:
            BackendError: It leads to another host than YouTube's.
        """
        try:
            check_service_url(address)
        except ValueError:
            host_is_ours = False
        else:
            host_is_ours = self._is_ours(address)
        if not host_is_ours:
            host = urlsplit(address).hostname or "nowhere"
            raise BackendError(f"YouTube names an upload address on another host: {host}")

    def _is_ours(self, address: str) -> bool:
        own, other = urlsplit(self.base_url), urlsplit(address)
        host, theirs = own.hostname or "", other.hostname or ""
        if is_loopback(host):
            return is_loopback(theirs) and own.port == other.port
        if host.endswith(_GOOGLES_HOSTS):
            return theirs.endswith(_GOOGLES_HOSTS)
        return (own.scheme, host, own.port) == (other.scheme, theirs, other.port)

    async def _once(self, call: Call, token: SecretStr) -> httpx.Response:
        headers = {**(call.headers or {}), "authorization": f"Bearer {token.get_secret_value()}"}
        content = call.content if isinstance(call.content, bytes) else call.content()
        try:
            request = self._client.build_request(
                call.method, call.url, params=call.query, headers=headers, content=content
            )
            # Not by the client's `send`: it logs addresses, and an upload's is a secret.
            response = await self._transport.handle_async_request(request)
            response.request = request
            try:
                return await _read(response, call)
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _no_answer(error, call) from None


async def _read(response: httpx.Response, call: Call) -> httpx.Response:
    """The answer with its body, which is small or not what was asked for."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _LARGEST_ANSWER_BYTES:
            raise BackendError(f"{call.what} failed: the answer is too large", retryable=True)
    kept = {name: response.headers[name] for name in _READ_HEADERS if name in response.headers}
    return httpx.Response(response.status_code, headers=kept, content=bytes(body))


def _no_answer(error: httpx.HTTPError | httpx.InvalidURL, call: Call) -> BackendError:
    if isinstance(error, httpx.HTTPError):
        return cut_connection(error, call.what)
    return BackendError(f"{call.what} failed: the address cannot be used")
