"""Webhooks: after the end of a generation its caller's addresses are told, on loopback only.

An event is a POST with the fields `type`, `version`, `timestamp`, `data` and `user_metadata`, and
the headers `webhook-id` (the same in each redelivery), `webhook-timestamp` and `webhook-signature`
(see `signatures`). An address that does not answer 2xx is tried again a few times.
"""

import ipaddress
import logging
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from video_agent.studio.interaction_fields import invalid
from video_agent.studio.places import Place
from video_agent.studio.reading import Fields, as_fields, as_items, as_text
from video_agent.studio.signatures import Signatures

logger = logging.getLogger(__name__)
WAITS_SECONDS = (0.0, 0.2, 0.6, 1.8, 5.4)
ANSWER_SECONDS = 5.0
THREADS = 4
MOST_ADDRESSES = 8
EVENTS = {
    "completed": "interaction.completed",
    "failed": "interaction.failed",
    "requires_action": "interaction.requires_action",
}
MADE = "video.generated"


@dataclass(frozen=True)
class WebhookConfig:
    """Where to tell of the end of a generation, and what to say along with it."""

    uris: tuple[str, ...]
    user_metadata: Mapping[str, object]


def read_webhook_config(given: Fields, place: Place) -> WebhookConfig | None:
    """The checked `webhook_config` of a request; None when nobody is to be told.

    Raises:
        Refusal: 400, an address that is not on loopback, or not on the Gemini API.
    """
    if not given:
        return None
    if place.on_cloud:
        raise invalid("'webhook_config' is only supported by the Gemini API.")
    if unknown := [name for name in given if name not in ("uris", "user_metadata")]:
        raise invalid(f"Unknown parameter 'webhook_config.{unknown[0]}'.")
    uris = tuple(as_text(uri) for uri in as_items(given.get("uris")))
    if len(uris) > MOST_ADDRESSES:
        raise invalid(f"'webhook_config.uris' has at most {MOST_ADDRESSES} entries.")
    for uri in uris:
        if not _on_loopback(uri):
            raise invalid(
                f"The webhook address '{uri[:200]}' is not on loopback. This local studio calls "
                "only http and https addresses of this machine."
            )
    return WebhookConfig(uris, as_fields(given.get("user_metadata"))) if uris else None


def _on_loopback(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        name = parts.hostname or ""
        known = parts.scheme in ("http", "https") and parts.port != 0
        return known and (name == "localhost" or ipaddress.ip_address(name).is_loopback)
    except ValueError:  # no address at all
        return False


@dataclass(frozen=True)
class Ending:
    """What there is to tell: which interaction ended how, when (Unix seconds), with which clip."""

    interaction_id: str
    status: str
    model: str
    ended_at: float
    video_uri: str = ""
    has_video: bool = False

    @property
    def events(self) -> list[str]:
        """The types of the events that follow from this end."""
        named = [EVENTS[self.status]] if self.status in EVENTS else []
        return [*named, MADE] if self.has_video else named


class Webhooks:
    """Delivers events on its own threads until `stop`."""

    def __init__(self) -> None:
        self.signatures = Signatures()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="studio-webhook")

    def stop(self) -> None:
        """Give up what is not delivered yet."""
        self._stopping.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def tell(self, config: WebhookConfig, ending: Ending) -> None:
        """Tell every address of an end, in the background."""
        for kind in ending.events:
            body = _body(kind, ending, config)
            for uri in config.uris:
                self._pool.submit(self._deliver, uri, body, ending.ended_at)

    def _deliver(self, uri: str, body: dict[str, object], not_before: float) -> None:
        self._stopping.wait(max(0.0, not_before - time.time()))
        message_id = f"msg_{uuid.uuid4().hex}"
        for wait_seconds in WAITS_SECONDS:
            if self._stopping.wait(wait_seconds):
                return
            if _post(uri, body, message_id, self.signatures.sign(uri)):
                return
        logger.warning("a webhook was not taken after %d tries", len(WAITS_SECONDS))


def _post(uri: str, body: dict[str, object], message_id: str, signature: str) -> bool:
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(time.time())),
        "webhook-signature": signature,
    }
    try:
        # No proxy from the environment, no redirect: it stays on this machine.
        with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client:
            return client.post(uri, json=body, headers=headers).is_success
    except (httpx.HTTPError, OSError):
        return False


def _body(kind: str, ending: Ending, config: WebhookConfig) -> dict[str, object]:
    data: dict[str, object] = {
        "id": ending.interaction_id,
        "status": ending.status,
        "model": ending.model,
    }
    if kind == MADE and ending.video_uri:
        data["file_uri"] = ending.video_uri
    return {
        "type": kind,
        "version": "v1",
        "timestamp": datetime.fromtimestamp(ending.ended_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": data,
        "user_metadata": dict(config.user_metadata),
    }
