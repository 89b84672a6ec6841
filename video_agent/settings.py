"""Settings: one class, read from the environment by the edges, never by the library's inner parts.

Own names start with `VIDEO_AGENT_`; the ecosystem's names (`GOOGLE_API_KEY`, `GEMINI_API_KEY`,
`GOOGLE_GENAI_USE_ENTERPRISE`, `GOOGLE_CLOUD_PROJECT`, ...) are read as they are.

Precedence of the surface: `VIDEO_AGENT_BACKEND`; else Agent Platform when
`GOOGLE_GENAI_USE_ENTERPRISE` (or its old name `GOOGLE_GENAI_USE_VERTEXAI`) is true; else the Gemini
API when a key is set; else the studio.
"""

import ipaddress
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from video_agent.errors import ConfigurationError

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
EngineName = Literal["auto", "inline"]
BackendName = Literal["auto", "studio", "gemini", "agent_platform"]


class Settings(BaseSettings):
    """Everything that can be configured, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="VIDEO_AGENT_", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    backend: BackendName = Field(
        default="auto",
        description="auto: Agent Platform when it is switched on, Gemini when a key is set, "
        "else the studio",
    )
    use_agent_platform: bool = Field(
        default=False,
        validation_alias=AliasChoices("GOOGLE_GENAI_USE_ENTERPRISE", "GOOGLE_GENAI_USE_VERTEXAI"),
        description="use Agent Platform (a Google Cloud project) instead of the Gemini API",
    )
    google_cloud_project: str | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_CLOUD_PROJECT"),
        description="the project that Agent Platform, storage and video analysis are billed to",
    )
    google_cloud_location: str | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_CLOUD_LOCATION"),
        description="one location for all models; default: each model's own",
    )
    agent_platform_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_VERTEX_BASE_URL"),
        description="another address of Agent Platform; https or loopback only",
    )
    generation_bucket: str | None = Field(
        default=None,
        description="gs://bucket/prefix that generators on Agent Platform write into; each "
        "generation gets its own folder, by which a lost start can be found again",
    )
    buckets: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="gs://bucket/prefix; finished videos go there, several share the load (a comma "
        "between them)",
    )
    public_url_prefix: str | None = Field(
        default=None, description="address of a CDN in front of the buckets"
    )
    signed_url_hours: float = Field(
        default=0.0, ge=0, le=168, description="life of signed links to stored videos; 0: none"
    )
    storage_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("STORAGE_EMULATOR_HOST"),
        description="another address of Cloud Storage; https or loopback only",
    )
    video_intelligence: bool = Field(
        default=False,
        description="ask Video Intelligence too (off on 2027-09-14; billed by the minute)",
    )
    video_intelligence_base_url: str | None = Field(
        default=None, description="another address of Video Intelligence; https or loopback only"
    )
    webhook_url: str | None = Field(default=None, description="told of each generation's end")
    webhook_audience: str | None = Field(default=None, description="default: webhook_url")
    webhook_signing_secret: SecretStr | None = Field(default=None, description="whsec_...")
    youtube_client_file: Path | None = Field(
        default=None,
        description="the OAuth client of an installed app, as Google's console saves it",
    )
    youtube_token_file: Path | None = Field(
        default=None, description="default: youtube-token.json in the home folder, mode 0600"
    )
    youtube_base_url: str | None = Field(
        default=None, description="another address of the YouTube API; https or loopback only"
    )
    google_api_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        description="key of the Gemini API; GOOGLE_API_KEY wins over GEMINI_API_KEY",
    )
    gemini_base_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("GOOGLE_GEMINI_BASE_URL"),
        description="another address of the Gemini API; https or loopback only",
    )
    studio_url: str | None = Field(
        default=None, description="use a studio that runs elsewhere on this machine"
    )
    home: Path = Field(
        default_factory=lambda: Path.home() / ".video-agent",
        description="databases and the studio's state",
    )
    output_folder: Path = Field(
        default=Path("videos"), description="where finished videos are written"
    )
    database_url: str | None = Field(
        default=None,
        repr=False,  # may hold a password
        description="default: SQLite in the home folder",
    )
    planner_model: str | None = Field(default=None, description="default: the catalog's planner")
    enhancer_model: str | None = Field(default=None, description="default: the catalog's enhancer")
    judge_model: str | None = Field(default=None, description="default: the catalog's judge")
    generator_model: str | None = Field(
        default=None, description="default: the catalog's generator"
    )
    engine: EngineName = Field(
        default="auto",
        description="auto: durable jobs, done here unless a worker is there; inline: done in the "
        "call itself, finished by resume after a crash",
    )
    engine_database_url: str | None = Field(
        default=None,
        repr=False,  # may hold a password
        description="the engine's own database; default: beside ours, on PostgreSQL the same",
    )
    job_slots: int = Field(
        default=4, ge=1, le=64, description="planner turns that one process runs at once"
    )
    jobs_in_flight: int = Field(
        default=2_000, ge=1, description="jobs one process holds, most of them waiting"
    )
    generations_in_flight: int | None = Field(
        default=None, ge=1, description="of one model, all workers; default: the catalog's"
    )
    requests_per_minute: int | None = Field(
        default=None, ge=1, description="paid submits of one model; default: the catalog's"
    )
    lease_seconds: float = Field(
        default=6.0, ge=1.0, le=300, description="a worker silent for so long is dead"
    )
    user_day_budget_usd: Decimal | None = Field(
        default=None, gt=0, description="what one user may spend on one day (UTC), all jobs"
    )
    day_budget_usd: Decimal | None = Field(
        default=None, gt=0, description="what all users together may spend on one day (UTC)"
    )
    total_budget_usd: Decimal | None = Field(
        default=None, gt=0, description="what may ever be spent by this database"
    )
    approval_above_usd: Decimal | None = Field(
        default=None, gt=0, description="a job that may cost more waits until a person approves"
    )
    retention_days: float | None = Field(
        default=None, gt=0, description="ended jobs older than this lose their engine history"
    )
    metrics_port: int | None = Field(
        default=None, ge=0, le=65535, description="workers serve Prometheus metrics there"
    )
    metrics_host: str = Field(default="127.0.0.1", description="0.0.0.0: not only on this machine")
    submit_timeout_seconds: float = Field(
        default=60.0, gt=0, description="a paid submit that takes longer has an unknown outcome"
    )
    settle_seconds: float | None = Field(default=None, gt=0, description="then absence is proof")
    request_timeout_seconds: float = Field(default=120.0, gt=0, description="any other call")
    poll_deadline_seconds: float = Field(
        default=900.0, gt=0, description="then the job is parked, not lost"
    )
    patience: int = Field(
        default=2, ge=1, description="stop after so many attempts in a row without a better score"
    )

    @field_validator("use_agent_platform", mode="before")
    @classmethod
    def _as_google_reads_it(cls, value: object) -> object:
        """Only `true` and `1` switch it on, as in google-genai."""
        return value.strip().lower() in ("true", "1") if isinstance(value, str) else value

    @field_validator(
        "gemini_base_url",
        "studio_url",
        "agent_platform_base_url",
        "storage_base_url",
        "video_intelligence_base_url",
        "youtube_base_url",
    )
    @classmethod
    def _https_or_loopback(cls, url: str | None) -> str | None:
        if url is not None:
            check_service_url(url)
        return url

    @field_validator("generation_bucket")
    @classmethod
    def _a_bucket(cls, uri: str | None) -> str | None:
        if uri is not None:
            check_bucket_uri(uri)
        return uri

    @field_validator("buckets", mode="before")
    @classmethod
    def _split_at_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("buckets")
    @classmethod
    def _all_buckets(cls, uris: tuple[str, ...]) -> tuple[str, ...]:
        for uri in uris:
            check_bucket_uri(uri)
        return uris

    @property
    def resolved_youtube_token_file(self) -> Path:
        """Where the YouTube token is kept."""
        return (self.youtube_token_file or self.home / "youtube-token.json").expanduser()

    @property
    def resolved_database_url(self) -> str:
        """The database's URL; SQLite in `home` when none is set."""
        return (
            self.database_url or f"sqlite+aiosqlite:///{self.home.expanduser() / 'video_agent.db'}"
        )


def check_service_url(url: str) -> None:
    """Refuse an address that would carry a key or a prompt in the clear over a network.

    Raises:
        ValueError: The URL is neither https nor http on loopback.
    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname and is_loopback(parts.hostname):
        return
    message = f"{parts.scheme}://{parts.hostname or ''} is neither https nor loopback"
    raise ValueError(message)


def check_bucket_uri(uri: str) -> None:
    """Refuse what is not `gs://bucket` or `gs://bucket/prefix`.

    Raises:
        ValueError: It is something else.
    """
    parts = urlsplit(uri)
    if parts.scheme != "gs" or not _BUCKET.fullmatch(parts.netloc) or parts.query or parts.fragment:
        message = f"{uri!r} is not gs://bucket or gs://bucket/prefix"
        raise ValueError(message)


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(**overrides: object) -> Settings:
    """Read the environment; `overrides` win.

    Raises:
        ConfigurationError: One line naming each wrong setting.
    """
    try:
        return Settings(**overrides)  # pyright: ignore[reportArgumentType]  # validated by pydantic
    except ValidationError as error:
        problems = "; ".join(
            f"{_as_given(item['loc'], overrides)}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(f"wrong setting: {problems}") from None


def _as_given(location: tuple[int | str, ...], overrides: Mapping[str, object]) -> str:
    """The name under which a person gave a setting: that of an argument, else of a variable."""
    name = ".".join(str(part) for part in location)
    ours = name in Settings.model_fields and name not in overrides
    return f"VIDEO_AGENT_{name.upper()}" if ours else name
