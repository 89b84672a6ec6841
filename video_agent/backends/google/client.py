"""The google-genai clients of one configuration, and the access token they send."""

import asyncio
import math
import threading
from dataclasses import dataclass
from functools import partial
from weakref import WeakKeyDictionary

import httpx
from google import genai
from google.auth.credentials import Credentials
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request

from video_agent.backends.google.client_options import (
    adk_client_arguments,
    genai_client,
    http_client,
)
from video_agent.backends.google.configuration import (
    AGENT_PLATFORM_BASE_URL,
    DEFAULT_LOCATION,
    GOOGLE_BASE_URL,
    GoogleConfig,
)
from video_agent.backends.google.errors import caused_by, login_error
from video_agent.catalog import Model

__all__ = [
    "AGENT_PLATFORM_BASE_URL",
    "DEFAULT_LOCATION",
    "GOOGLE_BASE_URL",
    "GoogleClients",
    "GoogleConfig",
    "adk_client_arguments",
]


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

    Call `authorize` before each use: the interactions half of the SDK would renew an access token
    inside the event loop and stop it for as long as that takes, and a login that fails before the
    submit proves that nothing was sent.
    """

    def __init__(self, config: GoogleConfig) -> None:
        self.config = config
        self._renewing = threading.Lock()
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

    async def authorize(self) -> None:
        """Have a fresh access token, renewed in a thread when it has expired. Free without one.

        Raises:
            AuthError: The login was refused; nothing was sent.
            RejectedError: The token service could not be reached; nothing was sent, try again.
        """
        credentials = self.config.credentials
        if credentials is None or (credentials.token and not credentials.expired):
            return
        try:
            async with asyncio.timeout(self.config.request_timeout_seconds):
                await asyncio.to_thread(self._renew, credentials)
        except Exception as error:  # noqa: BLE001 - each kind of credentials runs its own code
            translated = login_error(error, config=self.config)
            raise translated from caused_by(error, self.config)

    def _renew(self, credentials: Credentials) -> None:
        with self._renewing:
            if credentials.token and not credentials.expired:
                return  # another thread has just done it
            bounded = partial(Request(), timeout=math.ceil(self.config.request_timeout_seconds))
            credentials.refresh(bounded)
            if not credentials.token:
                raise RefreshError("the login gave no access token")

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
        config, tls = self.config, httpx.create_ssl_context()
        submit, request = config.submit_timeout_seconds, config.request_timeout_seconds
        paid_http = http_client(config, tls, submit, keep_alive=False)
        reading_http = http_client(config, tls, request, keep_alive=True)
        return _LoopClients(
            paid_http,
            reading_http,
            genai_client(config, place, paid_http, tls, submit),
            genai_client(config, place, reading_http, tls, request),
        )
