"""Which schema a database has, and whether this version can use it. Reads only."""

from sqlalchemy import Connection, inspect, text

from video_agent.errors import ConfigurationError
from video_agent.store.migrations import HEAD_REVISION, REVISIONS, VERSION_TABLE


def current_revision(connection: Connection) -> str | None:
    """The revision of the schema in the database; None when our tables are not there yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    statement = text(f"SELECT version_num FROM {VERSION_TABLE}")  # noqa: S608 - a constant
    return connection.execute(statement).scalar_one_or_none()


def needs_upgrade(connection: Connection, database_name: str) -> bool:
    """Whether the schema is older than ours. Reads only.

    Raises:
        ConfigurationError: The database was written by a newer version.
    """
    revision = current_revision(connection)
    if revision is not None and revision not in REVISIONS:
        raise ConfigurationError(
            f"database {database_name} was written by a newer version of video-agent "
            f"(schema {revision}, this version knows {HEAD_REVISION}); upgrade video-agent",
            hint="pip install --upgrade video-agent, or set another VIDEO_AGENT_DATABASE_URL",
        )
    return revision != HEAD_REVISION
