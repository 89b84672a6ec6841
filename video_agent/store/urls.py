"""Database addresses: which are understood, and how they are shown without their secrets."""

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from video_agent.errors import ConfigurationError

ALLOWED = "sqlite:///file.db or postgresql://user:password@host/database"

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
_PLAIN_OPTIONS = frozenset({"host", "port", "ssl"})


def parse_database_url(text: str) -> URL:
    """Read a database URL and name the asynchronous driver we use.

    `sqlite:///` takes a relative path, `sqlite:////` an absolute one; without a path the database
    is in memory. libpq's `sslmode` is understood for PostgreSQL.

    Raises:
        ConfigurationError: The text is no URL, or of a database that is not supported.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        # Not chained: the cause repeats the text, which may hold a password.
        raise ConfigurationError(f"the database URL cannot be read; allowed: {ALLOWED}") from None
    driver = _DRIVERS.get(url.drivername)
    if driver is None:
        raise ConfigurationError(
            f"{url.drivername}:// databases are not supported; allowed: {ALLOWED}"
        )
    url = url.set(drivername=driver)
    if "sslmode" in url.query:  # asyncpg takes the same values under another name
        mode = url.query["sslmode"]
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return url


def masked_url(url: URL) -> str:
    """The URL as it may be shown: without its password and the values of options but known ones."""
    secret = url.query.keys() - _PLAIN_OPTIONS
    shown = url.update_query_dict(dict.fromkeys(secret, "***"))
    return shown.render_as_string(hide_password=True)
