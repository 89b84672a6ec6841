"""Settings: one class, read from the environment by the edges, never by the library's inner parts.

Own names start with `VIDEO_AGENT_`; the ecosystem's names (`GOOGLE_API_KEY`, `GEMINI_API_KEY`,
`GOOGLE_GEMINI_BASE_URL`) are read as they are.
"""

import ipaddress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from video_agent.errors import ConfigurationError

BackendName = Literal["auto", "studio", "gemini"]


class Settings(BaseSettings):
    """Everything that can be configured, with its default."""

    model_config = SettingsConfigDict(
        env_prefix="VIDEO_AGENT_", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    backend: BackendName = Field(
        default="auto", description="auto: Gemini when a key is set, else the studio"
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
    submit_timeout_seconds: float = Field(
        default=60.0, gt=0, description="a paid submit that takes longer has an unknown outcome"
    )
    request_timeout_seconds: float = Field(default=120.0, gt=0, description="any other call")
    poll_deadline_seconds: float = Field(
        default=900.0, gt=0, description="then the job is parked, not lost"
    )
    patience: int = Field(
        default=2, ge=1, description="stop after so many attempts in a row without a better score"
    )

    @field_validator("gemini_base_url", "studio_url")
    @classmethod
    def _https_or_loopback(cls, url: str | None) -> str | None:
        if url is not None:
            check_service_url(url)
        return url

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
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors(include_url=False, include_input=False)
        )
        raise ConfigurationError(f"wrong setting: {problems}") from None
