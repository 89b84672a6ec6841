"""Brings a database to the schema this version knows. Runs on a synchronous connection.

Safe from several processes and tasks at once: the check is repeated under the lock the upgrade
needs, and none of Alembic's global proxies is used.
"""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol, cast

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from video_agent.errors import StoreError
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
    """Take the database's write lock, look again, apply what is missing, and commit: all or none.

    SQLite: altering a table may mean to copy it and drop the old one, and a drop deletes the rows
    that refer to it where foreign keys are enforced. So they are not meanwhile, which cannot be
    switched inside a transaction; instead all references are checked before the commit.

    Raises:
        ConfigurationError: The database was written by a newer version.
        StoreError: A migration would leave references to rows that do not exist.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        _apply_missing(connection, database_name)
        connection.commit()
        return
    with _foreign_keys_off(connection):
        connection.begin()
        if not _in_transaction(connection):  # a foreign engine may be set up to begin by itself
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        broken = _broken_references(connection)
        _apply_missing(connection, database_name)
        if _broken_references(connection) - broken:
            raise StoreError(f"upgrading database {database_name} would break references in it")
        connection.commit()


def _apply_missing(connection: Connection, database_name: str) -> None:
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


@contextmanager
def _foreign_keys_off(connection: Connection) -> Generator[None]:
    """Do without foreign keys; what is not committed in the body is rolled back."""
    enforced = bool(_pragma(connection, "foreign_keys"))
    if enforced:
        _pragma(connection, "foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        if enforced:
            _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, what: str) -> object:
    """Run a pragma past SQLAlchemy, which would open a transaction first."""
    cursor = connection.connection.cursor()
    try:
        cursor.execute(f"PRAGMA {what}")
        row = cursor.fetchone() if cursor.description else None
    finally:
        cursor.close()
    return row[0] if row else None


def _in_transaction(connection: Connection) -> bool:
    return bool(getattr(connection.connection.driver_connection, "in_transaction", False))


def _broken_references(connection: Connection) -> Counter[tuple[str, str]]:
    """How many rows of which table refer to rows that are not there, of which table."""
    found = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter((str(table), str(parent)) for table, _, parent, _ in found)
