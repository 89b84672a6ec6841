"""What google-genai's clients are made with, so that no default loses money, hangs or leaks.

The SDK re-sends paid requests by itself (three times on 408, 409, 429 and 5xx in
`interactions.create`; once after a dropped connection when it sends by aiohttp), has no time-out,
follows redirects with the key header still on, and reads keys, modes, addresses and replay switches
from the environment.
"""

import ssl

import httpx
from google import genai
from google.genai import types
from google.genai.client import DebugConfig

from video_agent.backends.google.configuration import GoogleConfig
from video_agent.backends.google.loop_transport import LoopTransport
from video_agent.catalog import Model, Surface

_API_VERSIONS: dict[Surface, str] = {"gemini_api": "v1beta", "agent_platform": "v1beta1"}
_ONCE = types.HttpRetryOptions(attempts=1, http_status_codes=[599])
"""The one setting that makes both halves of the SDK send a request exactly once: `attempts=1`
alone still means two for interactions, so the list of codes to retry is made unreachable."""
_PLANNER_RETRIES = types.HttpRetryOptions(
    attempts=3, initial_delay=1.0, max_delay=8.0, http_status_codes=[429, 500, 502, 503, 504]
)


def http_client(
    config: GoogleConfig, tls: ssl.SSLContext, seconds: float, *, keep_alive: bool
) -> httpx.AsyncClient:
    """An HTTP client that follows no redirect and bounds every wait."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20 if keep_alive else 0)
    # A proxy from the environment must not get to see what is meant for this machine.
    return httpx.AsyncClient(
        verify=tls,
        timeout=httpx.Timeout(seconds),
        limits=limits,
        follow_redirects=False,
        trust_env=not config.on_loopback,
    )


def genai_client(
    config: GoogleConfig,
    location: str,
    http: httpx.AsyncClient,
    tls: ssl.SSLContext,
    seconds: float,
) -> genai.Client:
    """An SDK client that sends everything once, through `http`.

    A client given to the SDK also keeps it off aiohttp, which has an implicit retry of its own.
    """
    options = types.HttpOptions(
        base_url=config.url_at(location),
        api_version=_API_VERSIONS[config.surface],
        timeout=_milliseconds(seconds),
        retry_options=_ONCE,
        client_args={"verify": tls},  # these two only save making other contexts
        async_client_args={"ssl": tls},
        httpx_async_client=http,
    )
    # A stated mode and the empty debug configuration keep the environment from choosing.
    if config.surface == "gemini_api":
        return genai.Client(
            api_key=config.secret, vertexai=False, debug_config=_no_replay(), http_options=options
        )
    return genai.Client(
        vertexai=True,
        project=config.project,
        location=location,
        credentials=config.credentials,
        debug_config=_no_replay(),
        http_options=options,
    )


def adk_client_arguments(config: GoogleConfig, model: Model | None = None) -> dict[str, object]:
    """What `google.adk.models.Gemini(client_kwargs=...)` needs to use our address, key and bounds.

    ADK builds one client for each event loop from these; they win over its environment variables.
    A planner's call is sent at most three times (429 and 5xx).

    Raises:
        InvalidRequestError: The model is not served at the configured location.
    """
    location = config.location_of(model) if config.surface == "agent_platform" else ""
    return {
        **_identity(config, location),
        "debug_config": _no_replay(),
        "http_options": _adk_options(config, location),
    }


def _adk_options(config: GoogleConfig, location: str) -> types.HttpOptions:
    # A proxy from the environment must not get to see what is meant for this machine.
    direct: dict[str, object] = {"trust_env": False, "transport": LoopTransport()}
    return types.HttpOptions(
        base_url=config.url_at(location),
        api_version=_API_VERSIONS[config.surface],
        timeout=_milliseconds(config.request_timeout_seconds),
        retry_options=_PLANNER_RETRIES,
        client_args={"trust_env": not config.on_loopback},
        async_client_args=direct if config.on_loopback else None,
    )


def _identity(config: GoogleConfig, location: str) -> dict[str, object]:
    if config.surface == "gemini_api":
        return {"api_key": config.secret, "vertexai": False}
    return {
        "vertexai": True,
        "project": config.project,
        "location": location,
        "credentials": config.credentials,
    }


def _no_replay() -> DebugConfig:
    return DebugConfig(client_mode=None, replays_directory=None, replay_id=None)


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))
