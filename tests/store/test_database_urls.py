"""Which addresses are understood, and that none is shown with its password."""

import pytest

from video_agent.errors import ConfigurationError
from video_agent.store import Database


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://root:secret@host/x", "mysql:// databases are not supported"),
        ("postgresql+psycopg2://u:secret@host/x", "not supported"),
        ("not a url secret", "cannot be read"),
        ("", "cannot be read"),
        ("postgresql://u:secret@host:port/x", "cannot be read"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_at_once(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        Database(url)
    assert "secret" not in str(caught.value)
    assert "sqlite:///" in str(caught.value)


def test_urls_are_normalised_and_shown_without_secrets() -> None:
    for url in ("postgres://u:secret@h/x", "postgresql://u:secret@h/x?sslmode=require"):
        database = Database(url)
        assert database.url.drivername == "postgresql+asyncpg"
        assert "secret" not in repr(database)
        assert "secret" not in database.name
    assert Database("postgresql://h/x?sslmode=require").url.query == {"ssl": "require"}
    for option in ("password", "sslpassword", "Password", "token"):
        assert "hush" not in Database(f"postgresql://h/x?{option}=hush").name
    assert "ssl=require" in Database("postgresql://h/x?ssl=require").name
    assert Database("sqlite:////tmp/x.db").name == "/tmp/x.db"  # noqa: S108
    assert Database("sqlite:///x.db").name == "x.db"
