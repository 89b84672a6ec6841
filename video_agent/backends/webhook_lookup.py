"""Looking up lost submits by what the provider told a webhook about them; asking several."""

import logging
from collections.abc import Awaitable, Callable, Collection

from video_agent.backends.studio_lookup import CANNOT_TELL
from video_agent.ports import Finding, Reconciler

_log = logging.getLogger(__name__)
ToldIds = Callable[[str], Awaitable[Collection[str]]]
"""The provider's ids that events named for a generation."""


class WebhookLookup:
    """Implements `ports.Reconciler` by the events a receiver has stored.

    An event carries our generation's id in its `user_metadata` and comes when the generation ends;
    that none has come proves nothing. Events that contradict each other are left to a person.

    Args:
        told: Reads what was stored.
    """

    def __init__(self, told: ToldIds) -> None:
        self._told = told

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """`found` when the events name one id, else `cannot_tell`."""
        provider_ids = list(await self._told(generation_id))
        if len(provider_ids) == 1:
            return Finding(verdict="found", provider_id=provider_ids[0])
        if provider_ids:
            _log.warning("webhooks named several operations for generation %s", generation_id)
        return CANNOT_TELL


class FirstToTell:
    """Implements `ports.Reconciler` by asking one after the other.

    Args:
        reconcilers: Who is asked; the first that found it counts, else one that proves absence.
    """

    def __init__(self, *reconcilers: Reconciler) -> None:
        self._reconcilers = reconcilers

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """What the best informed of them says."""
        best = CANNOT_TELL
        for reconciler in self._reconcilers:
            finding = await reconciler.find(generation_id, output_uri=output_uri)
            if finding.verdict == "found":
                return finding
            best = finding if finding.verdict == "absent" else best
        return best
