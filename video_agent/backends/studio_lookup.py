"""Looking up paid submits whose answer was lost."""

import asyncio
from typing import cast

import httpx

from video_agent.errors import ConfigurationError
from video_agent.ports import Finding
from video_agent.settings import check_service_url

CANNOT_TELL = Finding(verdict="cannot_tell")
ABSENT = Finding(verdict="absent")


class NoLookup:
    """Implements `ports.Reconciler` for services that offer no way to find an operation.

    The Gemini API is one: it keeps labels, but has neither a list nor an idempotency key.
    """

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """Always `cannot_tell`."""
        return CANNOT_TELL


class StudioLookup:
    """Implements `ports.Reconciler` by asking a studio for the label every submit carries.

    Args:
        base_url: The studio's address, loopback or https.
        timeout_seconds: The bound of one look-up.

    Raises:
        ConfigurationError: The address may not be used.
    """

    def __init__(self, base_url: str, *, timeout_seconds: float = 10.0) -> None:
        try:
            check_service_url(base_url)
        except ValueError as error:
            raise ConfigurationError(f"the studio's address is refused: {error}") from None
        self._url = f"{base_url.rstrip('/')}/studio/interactions"
        self._timeout_seconds = timeout_seconds

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """Look the generation up; anything but a clear answer is `cannot_tell`."""
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=self._timeout_seconds) as client:
                async with asyncio.timeout(self._timeout_seconds):
                    answer = await client.get(self._url, params={"label.generation": generation_id})
            if answer.status_code != 200:
                return CANNOT_TELL
            document = cast("object", answer.json())
        except (httpx.HTTPError, TimeoutError, ValueError):
            return CANNOT_TELL
        return _read(document)


def _read(document: object) -> Finding:
    """`{"found": [{"id": ...}], ...}`: one id is found, none is absent, all else is unclear."""
    if not isinstance(document, dict):
        return CANNOT_TELL
    found = cast("dict[str, object]", document).get("found")
    if not isinstance(found, list):
        return CANNOT_TELL
    items = cast("list[object]", found)
    if not items:
        return ABSENT
    first = items[0]
    provider_id = cast("dict[str, object]", first).get("id") if isinstance(first, dict) else None
    if isinstance(provider_id, str) and provider_id:
        return Finding(verdict="found", provider_id=provider_id)
    return CANNOT_TELL
