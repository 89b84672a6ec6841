"""Databases as earlier releases left them: the schema of a revision, with rows in every table."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa
from alembic.config import Config
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

from video_agent.store.migrations import VERSION_TABLE
from video_agent.store.upgrade import migration_context
from video_agent.store.urls import parse_database_url

ResultT = TypeVar("ResultT")
Row = dict[str, Any]
Rows = Mapping[str, list[Row]]

MOMENT = datetime(2026, 10, 3, 12, 0, 0, 250_000, tzinfo=UTC)
DOLLAR = 1_000_000_000  # nano-dollars


class Revision(Protocol):
    def upgrade(self, op: Operations) -> None: ...
    def downgrade(self, op: Operations) -> None: ...


async def on_database(url: str, work: Callable[[sa.Connection], ResultT]) -> ResultT:
    """Run `work` in one transaction of a plain engine, without foreign keys on SQLite."""
    parsed = parse_database_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(exist_ok=True)
    engine = create_async_engine(parsed)
    try:
        async with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN IMMEDIATE")
            result = await connection.run_sync(work)
            await connection.commit()
            return result
    finally:
        await engine.dispose()


async def take_to(url: str, target: str) -> None:
    """Take a database up or down to a revision, with what stands in `migrations`."""
    await on_database(url, lambda connection: migrate(connection, target))


def migrate(connection: sa.Connection, target: str) -> None:
    config = Config()
    config.set_main_option("script_location", "video_agent.store:migrations")
    scripts = ScriptDirectory.from_config(config)
    context = migration_context(connection)
    operations = Operations(context)
    present = revision_of(connection) or "base"
    down = present != "base" and (target == "base" or target < present)
    newer, older = (present, target) if down else (target, present)
    steps = list(scripts.iterate_revisions(newer, older))
    for step in steps if down else reversed(steps):
        module = cast("Revision", step.module)
        (module.downgrade if down else module.upgrade)(operations)
    context.stamp(scripts, target)


def revision_of(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return cast("str | None", found.scalar_one_or_none())


async def insert(url: str, rows: Rows) -> None:
    """Store rows by the columns that the database has, not by today's classes."""

    def write(connection: sa.Connection) -> None:
        for name, table_rows in rows.items():
            table = sa.Table(name, sa.MetaData(), autoload_with=connection)
            naive = connection.dialect.name == "sqlite"
            for row in table_rows:
                connection.execute(table.insert().values(_as_stored(row, naive=naive)))

    await on_database(url, write)


def _as_stored(row: Row, *, naive: bool) -> Row:
    return {
        name: value.replace(tzinfo=None) if naive and isinstance(value, datetime) else value
        for name, value in row.items()
    }


def dump(connection: sa.Connection, columns: Rows | None = None) -> dict[str, list[Row]]:
    """Every row of every table of ours, as text; only the `columns` of an earlier dump if given."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    found: dict[str, list[Row]] = {}
    for name, table in metadata.tables.items():
        if name == VERSION_TABLE or (columns is not None and not columns.get(name)):
            continue
        wanted = set(columns[name][0]) if columns else set(table.columns.keys())
        rows = connection.execute(table.select()).mappings()
        texts = [{key: _text(row[key]) for key in sorted(wanted & set(row))} for row in rows]
        found[name] = sorted(texts, key=json.dumps)
    return found


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.isoformat()
    return json.dumps(value, sort_keys=True, default=str)


def schema_of(connection: sa.Connection) -> dict[str, str]:
    """Everything the database knows about its tables, as comparable text."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL")
        return {str(name): _plain(str(sql)) for name, sql in found}
    constraints = "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
    indexes = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    columns = (
        "SELECT table_name || '.' || column_name, data_type || is_nullable || "
        "coalesce(column_default, '') FROM information_schema.columns WHERE table_schema = 'public'"
    )
    found = [connection.exec_driver_sql(query) for query in (constraints, indexes, columns)]
    return {str(name): str(text) for result in found for name, text in result}


def _plain(sql: str) -> str:
    """A definition without what does not matter: quotes, line breaks, the order of its parts."""
    words = sql.replace('"', "").replace("\n", " ").replace("\t", " ")
    head, _, body = words.partition("(")
    parts = sorted(" ".join(part.split()) for part in body.rpartition(")")[0].split(", "))
    return f"{' '.join(head.split())} ({parts}"


def later(seconds: float) -> datetime:
    return MOMENT + timedelta(seconds=seconds)
