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
from google.auth.credentials import Credentials
from google.genai import types
from google.genai.client import DebugConfig
from pydantic import SecretStr

from video_agent.backends.google.loop_transport import LoopTransport
from video_agent.catalog import Model, Surface
from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.settings import check_service_url, is_loopback

GOOGLE_BASE_URL = "https://generativelanguage.googleapis.com"
AGENT_PLATFORM_BASE_URL = "https://aiplatform.googleapis.com"
DEFAULT_LOCATION = "global"
_API_VERSIONS: dict[Surface, str] = {"gemini_api": "v1beta", "agent_platform": "v1beta1"}
_ONCE = types.HttpRetryOptions(attempts=1, http_status_codes=[599])
"""The one setting that makes both halves of the SDK send a request exactly once: `attempts=1`
alone still means two for interactions, so the list of codes to retry is made unreachable."""
_PLANNER_RETRIES = types.HttpRetryOptions(
    attempts=3, initial_delay=1.0, max_delay=8.0, http_status_codes=[429, 500, 502, 503, 504]
)


@dataclass(frozen=True)
class GoogleConfig:
    """How to reach one of Google's two surfaces.

    The Gemini API takes a key; Agent Platform a project and credentials.

    Args:
        api_key: The key of the Gemini API; the studio takes any. None on Agent Platform.
        base_url: Another address of the API, https or loopback; None means Google's.
        submit_timeout_seconds: A paid submit that takes longer has an unknown outcome.
        request_timeout_seconds: The bound of every other call.
        project: The Cloud project; given means Agent Platform.
        location: One location for all models; None means each model's own.
        credentials: Google credentials for the project.
        output_uri: `gs://bucket/prefix` that generators write into, each generation in its own
            folder; None means that clips come inside the answers.

    Raises:
        ConfigurationError: The key is empty, the address would send it in the clear, or a time-out
            is not positive.
    """

    api_key: SecretStr | None = None
    base_url: str | None = None
    submit_timeout_seconds: float = 60.0
    request_timeout_seconds: float = 120.0
    project: str | None = None
    location: str | None = None
    credentials: Credentials | None = None
    output_uri: str | None = None

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        if self.project is None and not self.secret:
            raise ConfigurationError("the API key is empty", hint="set GOOGLE_API_KEY")
        if self.project is not None and self.credentials is None:
            raise ConfigurationError(
                "Agent Platform needs credentials", hint="gcloud auth application-default login"
            )
        if self.base_url is not None:
            try:
                check_service_url(self.base_url)
            except ValueError as error:
                raise ConfigurationError(
                    f"the base URL is refused: {error}",
                    hint=f"set {self._base_url_setting} to an https address or leave it out",
                ) from None
        if self.submit_timeout_seconds <= 0 or self.request_timeout_seconds <= 0:
            raise ConfigurationError("time-outs must be more than 0 seconds")

    @property
    def surface(self) -> Surface:
        """Which of the two surfaces it is."""
        return "gemini_api" if self.project is None else "agent_platform"

    @property
    def _base_url_setting(self) -> str:
        return "GOOGLE_GEMINI_BASE_URL" if self.project is None else "GOOGLE_VERTEX_BASE_URL"

    @property
    def url(self) -> str:
        """The address in use, without a trailing slash."""
        google = GOOGLE_BASE_URL if self.project is None else AGENT_PLATFORM_BASE_URL
        return (self.base_url or google).rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def secret(self) -> str:
        """The key itself, for headers only; empty on Agent Platform."""
        return self.api_key.get_secret_value().strip() if self.api_key is not None else ""

    def location_of(self, model: Model | None) -> str:
        """Where a model is asked on Agent Platform: the configured location, else its own.

        Raises:
            InvalidRequestError: The model is not served at the configured location.
        """
        served = model.locations if model is not None else ()
        if self.location is None:
            return served[0] if served else DEFAULT_LOCATION
        if model is not None and served and self.location not in served:
            raise InvalidRequestError(
                f"{model.id} is not served in {self.location}, only in {', '.join(served)}",
                hint="change GOOGLE_CLOUD_LOCATION or leave it out: then each model has its own",
            )
        return self.location


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
        self._by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, _LoopClients]] = (
            WeakKeyDictionary()
        )

    def paid(self, model: Model | None = None) -> genai.Client:
        """The client for submits to a model. Never retries.

        Raises:
            InvalidRequestError: The model is not served at the configured location.
        """
        return self._clients(model).paid

    def reading(self, model: Model | None = None) -> genai.Client:
        """The client for a model's polls, uploads and language calls. Retries are the caller's.

        Raises:
            InvalidRequestError: The model is not served at the configured location.
        """
        return self._clients(model).reading

    @property
    def http(self) -> httpx.AsyncClient:
        """The plain HTTP client for downloads: no key in its headers, follows no redirect."""
        return self._clients(None).reading_http

    async def close(self) -> None:
        """Close the clients of the running loop. Later use makes new ones."""
        for clients in self._by_loop.pop(asyncio.get_running_loop(), {}).values():
            for client in (clients.paid, clients.reading):
                await client.aio.aclose()
                client.close()
            await clients.paid_http.aclose()
            await clients.reading_http.aclose()

    def _clients(self, model: Model | None) -> _LoopClients:
        agent_platform = self.config.surface == "agent_platform"
        place = self.config.location_of(model) if agent_platform else ""
        by_place = self._by_loop.setdefault(asyncio.get_running_loop(), {})
        if place not in by_place:
            by_place[place] = self._build(place)
        return by_place[place]

    def _build(self, place: str) -> _LoopClients:
        config = self.config
        tls = httpx.create_ssl_context()
        paid_http = _http_client(config, tls, config.submit_timeout_seconds, keep_alive=False)
        reading_http = _http_client(config, tls, config.request_timeout_seconds, keep_alive=True)
        return _LoopClients(
            paid_http,
            reading_http,
            _client(config, _options(config, config.submit_timeout_seconds, paid_http, tls), place),
            _client(
                config, _options(config, config.request_timeout_seconds, reading_http, tls), place
            ),
        )


def adk_client_arguments(config: GoogleConfig, model: Model | None = None) -> dict[str, object]:
    """What `google.adk.models.Gemini(client_kwargs=...)` needs to use our address, key and bounds.

    ADK builds one client for each event loop from these; they win over its environment variables.
    A planner's call is sent at most three times (429 and 5xx).
    """
    place = config.location_of(model) if config.surface == "agent_platform" else ""
    return {
        **_identity(config, place),
        "debug_config": _no_replay(),
        "http_options": _adk_options(config),
    }


def _adk_options(config: GoogleConfig) -> types.HttpOptions:
    # A proxy from the environment must not get to see what is meant for this machine.
    direct: dict[str, object] = {"trust_env": False, "transport": LoopTransport()}
    return types.HttpOptions(
        base_url=_base_url(config),
        api_version=_API_VERSIONS[config.surface],
        timeout=_milliseconds(config.request_timeout_seconds),
        retry_options=_PLANNER_RETRIES,
        client_args={"trust_env": not config.on_loopback},
        async_client_args=direct if config.on_loopback else None,
    )


def _options(
    config: GoogleConfig, seconds: float, http: httpx.AsyncClient, tls: ssl.SSLContext
) -> types.HttpOptions:
    return types.HttpOptions(
        base_url=_base_url(config),
        api_version=_API_VERSIONS[config.surface],
        timeout=_milliseconds(seconds),
        retry_options=_ONCE,
        client_args={"verify": tls},  # these two only save making other contexts
        async_client_args={"ssl": tls},
        httpx_async_client=http,
    )


def _base_url(config: GoogleConfig) -> str | None:
    """None lets the SDK choose the host that belongs to a location of Agent Platform."""
    agent_platform = config.surface == "agent_platform"
    return None if agent_platform and config.base_url is None else config.url


def _client(config: GoogleConfig, options: types.HttpOptions, place: str) -> genai.Client:
    # A stated mode and the empty debug configuration keep the environment from choosing.
    if config.surface == "gemini_api":
        return genai.Client(
            api_key=config.secret, vertexai=False, debug_config=_no_replay(), http_options=options
        )
    return genai.Client(
        vertexai=True,
        project=config.project,
        location=place,
        credentials=config.credentials,
        debug_config=_no_replay(),
        http_options=options,
    )


def _identity(config: GoogleConfig, place: str) -> dict[str, object]:
    if config.surface == "gemini_api":
        return {"api_key": config.secret, "vertexai": False}
    return {
        "vertexai": True,
        "project": config.project,
        "location": place,
        "credentials": config.credentials,
    }


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
