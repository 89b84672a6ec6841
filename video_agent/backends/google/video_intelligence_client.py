"""The official Video Intelligence client with bounds on everything, and what its features cost."""

import math
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.transport.requests import AuthorizedSession
from google.cloud import videointelligence

from video_agent.errors import ConfigurationError
from video_agent.settings import check_service_url, is_loopback

AnalysisFeature = Literal["labels", "shots", "explicit", "speech", "text"]
VIDEO_INTELLIGENCE_BASE_URL = "https://videointelligence.googleapis.com"
SHUTDOWN = date(2027, 9, 14)  # announced on 2026-09-09
INLINE_BYTES = 10 * 1024 * 1024

FEATURES: dict[AnalysisFeature, videointelligence.Feature] = {
    "labels": videointelligence.Feature.LABEL_DETECTION,
    "shots": videointelligence.Feature.SHOT_CHANGE_DETECTION,
    "explicit": videointelligence.Feature.EXPLICIT_CONTENT_DETECTION,
    "speech": videointelligence.Feature.SPEECH_TRANSCRIPTION,
    "text": videointelligence.Feature.TEXT_DETECTION,
}
# Dollars for a begun minute: Google's price page as read on 2026-11-23. The first 1,000 minutes of
# each feature in a month are free, which one machine cannot know: they are counted as paid.
PRICES_PER_MINUTE_USD: dict[AnalysisFeature, Decimal] = {
    "labels": Decimal("0.10"),
    "shots": Decimal("0.05"),
    "explicit": Decimal("0.10"),
    "speech": Decimal("0.048"),
    "text": Decimal("0.15"),
}


@dataclass(frozen=True)
class VideoIntelligenceConfig:
    """How Video Intelligence is reached and what it is asked.

    Args:
        credentials: Google credentials. They are never sent to an address on this machine.
        base_url: Another address, https or loopback; None means Google's.
        project: The Cloud project that is billed; None leaves it to the credentials.
        features: What to look for; each costs.
        request_timeout_seconds: The longest silence of the service within one request.
        deadline_seconds: The bound of a whole examination.
        first_poll_seconds: The wait before the first look; each next one is longer by half, up to
            ten times this.

    Raises:
        ConfigurationError: The address would send a token in the clear, credentials are missing,
            nothing is asked, or a time is not positive.
    """

    credentials: Credentials | None = None
    base_url: str | None = None
    project: str | None = None
    features: tuple[AnalysisFeature, ...] = ("labels", "shots", "explicit")
    request_timeout_seconds: float = 60.0
    deadline_seconds: float = 300.0
    first_poll_seconds: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        try:
            check_service_url(self.url)
        except ValueError as error:
            raise ConfigurationError(
                f"the address of Video Intelligence is refused: {error}",
                hint="set VIDEO_AGENT_VIDEO_INTELLIGENCE_BASE_URL to an https or loopback address",
            ) from None
        if self.credentials is None and not self.on_loopback:
            raise ConfigurationError(
                "Video Intelligence needs credentials", hint="gcloud auth application-default login"
            )
        times = (self.request_timeout_seconds, self.deadline_seconds, self.first_poll_seconds)
        if not self.features or min(times) <= 0:
            raise ConfigurationError(
                "Video Intelligence needs at least one feature and times of more than 0 seconds"
            )

    @property
    def url(self) -> str:
        """The address in use, without a trailing slash."""
        return (self.base_url or VIDEO_INTELLIGENCE_BASE_URL).rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    def price_usd(self, duration_seconds: float) -> Decimal:
        """Dollars for one clip: every begun minute of each feature; shots are free with labels."""
        minutes = max(1, math.ceil(duration_seconds / 60))
        billed = dict.fromkeys(self.features)
        if "labels" in billed:
            billed.pop("shots", None)
        return minutes * sum((PRICES_PER_MINUTE_USD[name] for name in billed), Decimal(0))


def open_client(
    config: VideoIntelligenceConfig,
) -> videointelligence.VideoIntelligenceServiceClient:
    """The client over REST. On this machine it sends no credentials and uses no proxy."""
    credentials = AnonymousCredentials() if config.on_loopback else config.credentials
    # A stated address keeps the client from looking for one in the environment.
    client = videointelligence.VideoIntelligenceServiceClient(
        credentials=credentials,
        transport="rest",
        client_options=ClientOptions(api_endpoint=config.url, quota_project_id=config.project),
    )
    if config.on_loopback:
        for holder in (client.transport, client.transport.operations_client.transport):
            # No public way to its session, which would ask a proxy of the environment.
            session = getattr(holder, "_session", None)
            if isinstance(session, AuthorizedSession):
                session.trust_env = False
    return client
