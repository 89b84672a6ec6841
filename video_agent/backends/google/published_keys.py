"""The public keys with which Google signs what it sends to us: fetched, cached, fetched anew."""

import asyncio
from collections.abc import Callable
from time import monotonic
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from video_agent.errors import BackendError, ConfigurationError
from video_agent.settings import check_service_url, is_loopback

_KEPT_SECONDS = 3_600.0
_PAUSE_SECONDS = 10.0
_TIMEOUT_SECONDS = 5.0
_LARGEST_BYTES = 100_000


class PublishedKeys:
    """A JSON Web Key Set at an address.

    Kept for an hour; a key that is not in it has it fetched anew, but not more often than every ten
    seconds, so that nobody can make us ask by inventing names of keys.

    Args:
        url: The address, https or loopback.
        now: Seconds that only grow.

    Raises:
        ConfigurationError: The address may not be used.
    """

    def __init__(self, url: str, *, now: Callable[[], float] = monotonic) -> None:
        try:
            check_service_url(url)
        except ValueError as error:
            raise ConfigurationError(f"the address of the keys is refused: {error}") from None
        self._url = url
        self._now = now
        self._keys: KeySet | None = None
        self._fetched_at = 0.0
        self._fetching = asyncio.Lock()

    async def holding(self, key_id: str) -> KeySet | None:
        """The keys, when the one of this name is among them; else None.

        Raises:
            BackendError: They cannot be fetched just now (`retryable`).
        """
        async with self._fetching:
            if self._is_due(key_id):
                self._keys = await self._fetch(key_id)
                self._fetched_at = self._now()
            keys = self._keys
        return keys if keys is not None and _has(keys, key_id) else None

    def _is_due(self, key_id: str) -> bool:
        if self._keys is None:
            return True
        age_seconds = self._now() - self._fetched_at
        return age_seconds > (_KEPT_SECONDS if _has(self._keys, key_id) else _PAUSE_SECONDS)

    async def _fetch(self, key_id: str) -> KeySet:
        """Fetch them; a key that is known already stays good while the service does not answer."""
        try:
            return await self._ask()
        except (httpx.HTTPError, OSError, ValueError, TypeError, KeyError, JoseError) as error:
            if self._keys is not None and _has(self._keys, key_id):
                return self._keys
            raise BackendError(
                f"the public keys at {self._url} cannot be read: {type(error).__name__}",
                retryable=True,
            ) from error

    async def _ask(self) -> KeySet:
        on_loopback = is_loopback(urlsplit(self._url).hostname or "")
        client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=not on_loopback)
        async with client, client.stream("GET", self._url) as answer:
            answer.raise_for_status()
            body = b""
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > _LARGEST_BYTES:
                    message = "the answer is too large"
                    raise ValueError(message)
        return KeySet.import_key_set(httpx.Response(200, content=body).json())


def _has(keys: KeySet, key_id: str) -> bool:
    return any(key.kid == key_id for key in keys.keys)
