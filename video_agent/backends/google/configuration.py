"""How to reach one of Google's two surfaces: key or project, address, time-outs."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from google.auth.credentials import Credentials
from pydantic import SecretStr

from video_agent.catalog import Model, Surface
from video_agent.errors import ConfigurationError, InvalidRequestError
from video_agent.settings import check_bucket_uri, check_service_url, is_loopback

GOOGLE_BASE_URL = "https://generativelanguage.googleapis.com"
AGENT_PLATFORM_BASE_URL = "https://aiplatform.googleapis.com"
DEFAULT_LOCATION = "global"
_MULTI_REGIONS = frozenset({"us", "eu"})


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
        webhook_url: A receiver, https or loopback, that the Gemini API tells how generations
            ended; Agent Platform knows no such thing.

    Raises:
        ConfigurationError: The key is empty, an address would send secrets in the clear, the
            output folder is none, or a time-out is not positive.
    """

    api_key: SecretStr | None = None
    base_url: str | None = None
    submit_timeout_seconds: float = 60.0
    request_timeout_seconds: float = 120.0
    project: str | None = None
    location: str | None = None
    credentials: Credentials | None = None
    output_uri: str | None = None
    webhook_url: str | None = None

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        if self.project is None and not self.secret:
            raise ConfigurationError("the API key is empty", hint="set GOOGLE_API_KEY")
        if self.project is not None and self.credentials is None:
            raise ConfigurationError(
                "Agent Platform needs credentials", hint="gcloud auth application-default login"
            )
        for url, what, setting in (
            (self.base_url, "base URL", self._base_url_setting),
            (self.webhook_url, "webhook URL", "VIDEO_AGENT_WEBHOOK_URL"),
        ):
            _check_address(url, what, setting)
        if self.output_uri is not None:
            _check_folder(self.output_uri)
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
        """The address in use, without a trailing slash; on Agent Platform that of `global`."""
        google = GOOGLE_BASE_URL if self.project is None else AGENT_PLATFORM_BASE_URL
        return (self.base_url or google).rstrip("/")

    def url_at(self, location: str) -> str:
        """The address that serves a location of Agent Platform, without a trailing slash.

        It is always said to the SDK: left to itself it would take one from the environment.
        """
        if self.base_url is not None or location in ("", DEFAULT_LOCATION):
            return self.url
        if location in _MULTI_REGIONS:
            return f"https://aiplatform.{location}.rep.googleapis.com"
        return f"https://{location}-aiplatform.googleapis.com"

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


def _check_address(url: str | None, what: str, setting: str) -> None:
    if url is None:
        return
    try:
        check_service_url(url)
    except ValueError as error:
        raise ConfigurationError(
            f"the {what} is refused: {error}",
            hint=f"set {setting} to an https address or leave it out",
        ) from None


def _check_folder(uri: str) -> None:
    try:
        check_bucket_uri(uri)
    except ValueError as error:
        raise ConfigurationError(
            f"the output folder is refused: {error}",
            hint="set VIDEO_AGENT_GENERATION_BUCKET to gs://bucket/prefix",
        ) from None
