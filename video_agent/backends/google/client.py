"""google-genai clients with every default that loses money or hangs switched off.

The SDK re-sends paid requests by itself (three times on 408, 409, 429 and 5xx in
`interactions.create`), has no time-out, follows redirects with the key header still on, and reads
keys, modes and replay switches from the environment. None of that happens with the clients made
here: retries are ours, times are bounded, redirects are refused, the environment is not asked.
"""

import asyncio
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import httpx
from google import genai
from google.genai import types
from google.genai.client import DebugConfig
from pydantic import SecretStr

from video_agent.backends.google.loop_transport import LoopTransport
from video_agent.errors import ConfigurationError
from video_agent.settings import check_service_url, is_loopback

GOOGLE_BASE_URL = "https://generativelanguage.googleapis.com"
API_VERSION = "v1beta"
_ONCE = types.HttpRetryOptions(attempts=1, http_status_codes=[599])
"""The one setting that makes both halves of the SDK send a request exactly once: `attempts=1`
alone still means two for interactions, so the list of codes to retry is made unreachable."""
_PLANNER_RETRIES = types.HttpRetryOptions(
    attempts=3, initial_delay=1.0, max_delay=8.0, http_status_codes=[429, 500, 502, 503, 504]
)


@dataclass(frozen=True)
class GoogleConfig:
    """How to reach the Gemini API.

    Args:
        api_key: The key; the studio takes any.
        base_url: Another address of the API, https or loopback; None means Google's.
        submit_timeout_seconds: A paid submit that takes longer has an unknown outcome.
        request_timeout_seconds: The bound of every other call.

    Raises:
        ConfigurationError: The key is empty, the address would send it in the clear, or a time-out
            is not positive.
    """

    api_key: SecretStr
    base_url: str | None = None
    submit_timeout_seconds: float = 60.0
    request_timeout_seconds: float = 120.0

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        if not self.api_key.get_secret_value().strip():
            raise ConfigurationError("the API key is empty", hint="set GOOGLE_API_KEY")
        if self.base_url is not None:
            try:
                check_service_url(self.base_url)
            except ValueError as error:
                raise ConfigurationError(
                    f"the Gemini base URL is refused: {error}",
                    hint="set GOOGLE_GEMINI_BASE_URL to an https address or leave it out",
                ) from None
        if self.submit_timeout_seconds <= 0 or self.request_timeout_seconds <= 0:
            raise ConfigurationError("time-outs must be more than 0 seconds")

    @property
    def url(self) -> str:
        """The address in use, without a trailing slash."""
        return (self.base_url or GOOGLE_BASE_URL).rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def secret(self) -> str:
        """The key itself, for headers only."""
        return self.api_key.get_secret_value().strip()


@dataclass(frozen=True)
class _LoopClients:
    paid_http: httpx.AsyncClient
    reading_http: httpx.AsyncClient
    paid: genai.Client
    reading: genai.Client


class GoogleClients:
    """The clients of one configuration, made on first use and kept, one set for each event loop.

    `paid` is for submits only: one fresh connection and one request each, so that no idle
    connection that the service has just closed can swallow a paid request. `reading` is for
    everything else. The objects must be kept referenced while a call runs: the SDK closes its
    transport when a client is garbage collected.
    """

    def __init__(self, config: GoogleConfig) -> None:
        self.config = config
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopClients] = (
            WeakKeyDictionary()
        )

    @property
    def paid(self) -> genai.Client:
        """The client for submits. Never retries."""
        return self._clients().paid

    @property
    def reading(self) -> genai.Client:
        """The client for polls, uploads and language calls. Retries are the caller's."""
        return self._clients().reading

    @property
    def http(self) -> httpx.AsyncClient:
        """The plain HTTP client for downloads: no key in its headers, follows no redirect."""
        return self._clients().reading_http

    async def close(self) -> None:
        """Close the clients of the running loop. Later use makes new ones."""
        clients = self._by_loop.pop(asyncio.get_running_loop(), None)
        if clients is None:
            return
        for client in (clients.paid, clients.reading):
            await client.aio.aclose()
            client.close()
        await clients.paid_http.aclose()
        await clients.reading_http.aclose()

    def _clients(self) -> _LoopClients:
        loop = asyncio.get_running_loop()
        clients = self._by_loop.get(loop)
        if clients is None:
            clients = self._build()
            self._by_loop[loop] = clients
        return clients

    def _build(self) -> _LoopClients:
        config = self.config
        tls = httpx.create_ssl_context()
        paid_http = _http_client(config, tls, config.submit_timeout_seconds, keep_alive=False)
        reading_http = _http_client(config, tls, config.request_timeout_seconds, keep_alive=True)
        return _LoopClients(
            paid_http,
            reading_http,
            _client(config, _options(config, config.submit_timeout_seconds, paid_http, tls)),
            _client(config, _options(config, config.request_timeout_seconds, reading_http, tls)),
        )


def build_adk_client(config: GoogleConfig) -> genai.Client:
    """A client for one event loop, for a `google.adk.models.Gemini` made with `client=...`.

    Prefer `adk_client_arguments` where the model object outlives a loop.
    """
    return _client(config, _adk_options(config))


def adk_client_arguments(config: GoogleConfig) -> dict[str, object]:
    """What `google.adk.models.Gemini(client_kwargs=...)` needs to use our address, key and bounds.

    ADK builds one client for each event loop from these; they win over its environment variables.
    A planner's call is sent at most three times (429 and 5xx).
    """
    return {
        "api_key": config.secret,
        "vertexai": False,
        "debug_config": _no_replay(),
        "http_options": _adk_options(config),
    }


def _adk_options(config: GoogleConfig) -> types.HttpOptions:
    # A proxy from the environment must not get to see what is meant for this machine.
    direct: dict[str, object] = {"trust_env": False, "transport": LoopTransport()}
    return types.HttpOptions(
        base_url=config.url,
        api_version=API_VERSION,
        timeout=_milliseconds(config.request_timeout_seconds),
        retry_options=_PLANNER_RETRIES,
        client_args={"trust_env": not config.on_loopback},
        async_client_args=direct if config.on_loopback else None,
    )


def _options(
    config: GoogleConfig, seconds: float, http: httpx.AsyncClient, tls: ssl.SSLContext
) -> types.HttpOptions:
    return types.HttpOptions(
        base_url=config.url,
        api_version=API_VERSION,
        timeout=_milliseconds(seconds),
        retry_options=_ONCE,
        client_args={"verify": tls},  # these two only save making other contexts
        async_client_args={"ssl": tls},
        httpx_async_client=http,
    )


def _client(config: GoogleConfig, options: types.HttpOptions) -> genai.Client:
    # `vertexai=False` and the empty debug configuration keep the environment from choosing a mode.
    return genai.Client(
        api_key=config.secret, vertexai=False, debug_config=_no_replay(), http_options=options
    )


def _no_replay() -> DebugConfig:
    return DebugConfig(client_mode=None, replays_directory=None, replay_id=None)


def _http_client(
    config: GoogleConfig, tls: ssl.SSLContext, seconds: float, *, keep_alive: bool
) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20 if keep_alive else 0)
    # A proxy from the environment must not get to see what is meant for this machine.
    return httpx.AsyncClient(
        verify=tls,
        timeout=httpx.Timeout(seconds),
        limits=limits,
        follow_redirects=False,
        trust_env=not config.on_loopback,
    )


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
