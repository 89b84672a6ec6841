"""Brings a database to the schema this version knows. Runs on a synchronous connection.

Safe from several processes and tasks at once: the check is repeated under the lock the upgrade
needs, and none of Alembic's global proxies is used.
"""

from typing import Protocol, cast

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from video_agent.store.migrations import HEAD_REVISION, VERSION_TABLE
from video_agent.store.schema import current_revision, needs_upgrade

# Any constant will do, as long as it never changes: it names our lock among PostgreSQL's.
_ADVISORY_LOCK = 0x7669_6465_6F61_6765


class _Revision(Protocol):
    """A file in `migrations/versions`."""

    def upgrade(self, op: Operations) -> None: ...


def migration_context(connection: Connection) -> MigrationContext:
    """Alembic's view of this database, as we use it."""
    options = {"version_table": VERSION_TABLE, "render_as_batch": True, "transactional_ddl": True}
    return MigrationContext.configure(connection, opts=options)


def upgrade(connection: Connection, database_name: str) -> None:
    """Take the database's write lock, look again, and apply what is missing, all or nothing.

    The caller commits.

    Raises:
        ConfigurationError: The database was written by a newer version.
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
