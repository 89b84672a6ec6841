"""Makes ADK's own commands use our sessions: `adk web . --session_service_uri videoagent://`.

ADK reads `services.yaml` in the folder it is given before it makes its services and long before it
imports an agent, so the schemes are named there (at the repository's root for `adk web .`, in the
package for `adk run video_agent`). A server of ours calls `register_session_schemes` instead.

| URI | database |
|---|---|
| `videoagent://` | the one of the settings: the same as the command line's |
| `videoagent:///file.db` | SQLite; three slashes for a relative path, four for an absolute one |
| `sqlite:///file.db`, `sqlite+aiosqlite:///file.db` | the same |
| `postgresql://user:password@host/name`, `postgresql+asyncpg://...` | PostgreSQL |
"""

from typing import Final

from google.adk.cli.service_registry import get_service_registry

from video_agent.settings import load_settings
from video_agent.store.sessions import SQLModelSessionService

OWN_SCHEME: Final = "videoagent"
SCHEMES: Final = (
    OWN_SCHEME,
    "sqlite",
    "sqlite+aiosqlite",
    "postgresql",
    "postgresql+asyncpg",
)


def create_session_service(uri: str, **_adk_options: object) -> SQLModelSessionService:
    """The session service for a URI, as ADK's registry asks for it.

    Args:
        uri: See the table above.
        _adk_options: What ADK hands to every service (`agents_dir` and the like); not needed.

    Raises:
        ConfigurationError: The URI cannot be used.
    """
    return SQLModelSessionService(database_url_of(uri))


def database_url_of(uri: str) -> str:
    """The database URL behind a session URI.

    Raises:
        ConfigurationError: A setting is wrong.
    """
    scheme, _, place = uri.partition("://")
    if scheme != OWN_SCHEME:
        return uri
    if place.strip("/"):
        return f"sqlite://{place}"
    return load_settings().resolved_database_url


def register_session_schemes() -> None:
    """Tell ADK's registry of this process about our schemes."""
    registry = get_service_registry()
    for scheme in SCHEMES:
        registry.register_session_service(scheme, create_session_service)
