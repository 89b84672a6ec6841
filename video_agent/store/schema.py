"""Brings a database to the schema this version knows. Runs on a synchronous connection.

Safe from several processes and tasks at once: the check is repeated under the lock the upgrade
needs, and none of Alembic's global proxies is used.
"""

from typing import Protocol, cast

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from video_agent.errors import ConfigurationError
from video_agent.store.migrations import HEAD_REVISION, REVISIONS, VERSION_TABLE

# Any constant will do, as long as it never changes: it names our lock among PostgreSQL's.
_ADVISORY_LOCK = 0x7669_6465_6F61_6765


class _Revision(Protocol):
    """A file in `migrations/versions`."""

    def upgrade(self, op: Operations) -> None: ...


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


def migration_context(connection: Connection) -> MigrationContext:
    """Alembic's view of this database, as we use it."""
    options = {"version_table": VERSION_TABLE, "render_as_batch": True, "transactional_ddl": True}
    return MigrationContext.configure(connection, opts=options)


def upgrade(connection: Connection, database_name: str) -> None:
    """Take the database's write lock, look again, and apply what is missing, all or nothing.

    The caller commits. Raises as `needs_upgrade` does.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    if not needs_upgrade(connection, database_name):
        return
    config = Config()
    config.set_main_option("script_location", "video_agent.store:migrations")
    scripts = ScriptDirectory.from_config(config)
    present = current_revision(connection) or "base"
    context = migration_context(connection)
    operations = Operations(context)
    for step in reversed(list(scripts.iterate_revisions(HEAD_REVISION, present))):
        cast("_Revision", step.module).upgrade(operations)
    context.stamp(scripts, HEAD_REVISION)
