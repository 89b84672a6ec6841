"""Fetching a finished video: the key stays home, the file is whole or not there."""

import asyncio
import base64
import binascii
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from video_agent.backends.clock import SystemClock
from video_agent.backends.google.client import GOOGLE_BASE_URL, GoogleClients
from video_agent.backends.google.errors import scrub
from video_agent.backends.google.whole_file import whole_file
from video_agent.errors import BackendError
from video_agent.models import MediaSource
from video_agent.ports import Clock
from video_agent.settings import check_service_url, is_loopback

_CHUNK_BYTES = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Google answers 403 both for a file that expired and for a missing key, and 400 while a file that
# has just been made is not yet active.
_GONE = frozenset({401, 403, 404, 410})
_NEVER_A_VIDEO = frozenset({"application/json", "text/html", "text/plain"})
"""What a proxy, a sign-in page or a confused service sends with status 200."""


@dataclass(frozen=True)
class DownloadLimits:
    """Bounds of one download. `tries` counts requests for the file, redirects apart."""

    largest_bytes: int = 2_000_000_000
    tries: int = 4
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 8.0
    redirects: int = 5
    deadline_seconds: float = 600.0


class Downloader:
    """Downloads links of the Gemini API, or decodes bytes that came with the answer.

    Args:
        clients: Configuration and HTTP client.
        limits: Bounds.
        clock: For the waits between tries.
    """

    def __init__(
        self,
        clients: GoogleClients,
        *,
        limits: DownloadLimits | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._clients = clients
        self._config = clients.config
        self._limits = limits or DownloadLimits()
        self._clock: Clock = clock or SystemClock()

    async def fetch(self, source: MediaSource, target: Path) -> None:
        """Write the bytes of `source` to `target`.

        The link's host is Google's or the configured one: only then the key goes along, and a link
        to Google's host is asked at the configured address. Redirects are followed by us, without
        the key on any other origin.

        Raises:
            BackendError: `retryable` says whether asking again for the same link can help.
            MediaError: The file could not be written.
        """
        if source.uri is None:
            await self._decode(source.base64_data or "", target)
            return
        url = self._rewrite(source.uri)
        self._check(url)
        try:
            async with asyncio.timeout(self._limits.deadline_seconds):
                await self._fetch_with_retries(url, target)
        except TimeoutError as error:
            raise BackendError("the download took too long", retryable=True) from error

    async def _fetch_with_retries(self, url: str, target: Path) -> None:
        wait = self._limits.first_wait_seconds
        for attempt in range(1, self._limits.tries + 1):
            try:
                await self._fetch_once(url, target)
            except BackendError as error:
                if not error.retryable or attempt == self._limits.tries:
                    raise
            else:
                return
            await self._clock.sleep(wait)
            wait = min(wait * 2, self._limits.longest_wait_seconds)

    async def _fetch_once(self, url: str, target: Path) -> None:
        try:
            for _ in range(self._limits.redirects + 1):
                async with self._clients.http.stream(
                    "GET", url, headers=self._headers(url)
                ) as response:
                    if response.status_code not in _REDIRECTS:
                        await self._save(response, target)
                        return
                    url = urljoin(url, response.headers.get("location", ""))
                self._check(url)
        except httpx.HTTPError as error:
            text = scrub(str(error) or type(error).__name__, self._config)
            raise BackendError(f"the download was cut: {text}", retryable=True) from error
        raise BackendError("the download is redirected in circles")

    async def _save(self, response: httpx.Response, target: Path) -> None:
        if response.status_code in _GONE:
            raise BackendError(
                f"the link has expired or is refused (HTTP {response.status_code})",
                hint="ask the service for a new link",
            )
        if response.status_code != 200:
            raise BackendError(f"the download failed (HTTP {response.status_code})", retryable=True)
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind in _NEVER_A_VIDEO:
            raise BackendError(f"the download is no video but {kind}", retryable=True)
        announced = response.headers.get("content-length", "")
        expected = int(announced) if announced.isdigit() else None
        self._check_size(expected or 0)
        async with whole_file(target) as part:
            written = await self._write(response, part)
            if written == 0 or (expected is not None and written != expected):
                raise BackendError(
                    f"the download was cut: {written:,} of {expected or 'unknown'} bytes",
                    retryable=True,
                )

    async def _write(self, response: httpx.Response, part: Path) -> int:
        written = 0
        with await asyncio.to_thread(part.open, "wb") as file:
            async for chunk in response.aiter_raw(_CHUNK_BYTES):
                written += len(chunk)
                self._check_size(written)
                await asyncio.to_thread(file.write, chunk)
            await asyncio.to_thread(_flush, file.fileno())
        return written

    async def _decode(self, data: str, target: Path) -> None:
        self._check_size(len(data) * 3 // 4)
        try:
            content = await asyncio.to_thread(base64.b64decode, data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BackendError("the video in the answer is not valid base64") from error
        if not content:
            raise BackendError("the video in the answer is empty")
        async with whole_file(target) as part:
            await asyncio.to_thread(part.write_bytes, content)

    def _rewrite(self, uri: str) -> str:
        """A link to the Gemini API's host, asked at the configured address."""
        if self._config.surface != "gemini_api" or not uri.startswith(GOOGLE_BASE_URL + "/"):
            return uri
        return self._config.url + uri[len(GOOGLE_BASE_URL) :]

    def _check(self, url: str) -> None:
        """Refuse plain http to others, and this machine's services unless one is configured."""
        host = urlsplit(url).hostname or ""
        try:
            check_service_url(url)
        except ValueError as error:
            raise BackendError(f"the download is refused: {error}") from None
        if is_loopback(host) and not self._config.on_loopback:
            raise BackendError("the download is refused: it leads to this machine")

    def _check_size(self, size_bytes: int) -> None:
        if size_bytes > self._limits.largest_bytes:
            limit = self._limits.largest_bytes / 1e6
            raise BackendError(f"the video is larger than {limit:g} MB")

    def _headers(self, url: str) -> dict[str, str]:
        headers = {"accept-encoding": "identity"}
        if self._config.secret and _origin(url) == _origin(self._config.url):
            headers["x-goog-api-key"] = self._config.secret
        return headers


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port


def _flush(descriptor: int) -> None:
    os.fsync(descriptor)
