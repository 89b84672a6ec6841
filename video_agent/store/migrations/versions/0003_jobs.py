"""Durable jobs: when and how urgently, events, workers, batches, deliverables, charges, rounds."""

from typing import TypeVar

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

KindT = TypeVar("KindT")

revision = "0003"
down_revision = "0002"

TEXT = sa.Text()
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
USD = sa.BigInteger()
TIME = sa.DateTime(timezone=True)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_JOB_TIMES = ("not_before", "deadline_at", "approved_at", "cancel_requested_at")


def upgrade(op: Operations) -> None:
    """Add what the second schema lacks."""
    _upgrade_jobs(op)
    _upgrade_money(op)
    with op.batch_alter_table("attempts") as table:
        table.add_column(_may("round_number", sa.Integer()))
    _events(op)
    _workers(op)
    _leases(op)
    _batches(op)
    _deliverables(op)


def downgrade(op: Operations) -> None:
    """Take it away again."""
    for table in ("deliverables", "batch_items", "batches", "leases", "workers", "job_events"):
        op.drop_table(table)
    with op.batch_alter_table("attempts") as table:
        table.drop_column("round_number")
    _downgrade_money(op)
    _downgrade_jobs(op)


def _must(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=True)


def _belongs(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target.split('.', maxsplit=1)[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE")


def _upgrade_jobs(op: Operations) -> None:
    nobody, usual = sa.false(), sa.text("10")  # what all jobs were so far
    with op.batch_alter_table("video_jobs") as table:
        table.add_column(sa.Column("queued", sa.Boolean(), nullable=False, server_default=nobody))
        table.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default=usual))
        first = sa.text("1")
        table.add_column(sa.Column("runs", sa.Integer(), nullable=False, server_default=first))
        for name in _JOB_TIMES:
            table.add_column(_may(name, TIME))
        table.add_column(_may("batch_id", TEXT))
    op.create_index("ix_video_jobs_status_updated_at", "video_jobs", ["status", "updated_at"])
    op.create_index("ix_video_jobs_batch_id", "video_jobs", ["batch_id"])
    op.create_index("ix_video_jobs_charged", "video_jobs", ["charged"])


def _downgrade_jobs(op: Operations) -> None:
    op.drop_index("ix_video_jobs_charged", "video_jobs")
    op.drop_index("ix_video_jobs_batch_id", "video_jobs")
    op.drop_index("ix_video_jobs_status_updated_at", "video_jobs")
    with op.batch_alter_table("video_jobs") as table:
        for name in ("batch_id", *reversed(_JOB_TIMES), "runs", "priority", "queued"):
            table.drop_column(name)


def _upgrade_money(op: Operations) -> None:
    with op.batch_alter_table("generations") as table:
        table.add_column(_may("settled_at", TIME))
    op.create_index("ix_generations_intended_at", "generations", ["intended_at"])
    op.create_index("ix_generations_job_id", "generations", ["job_id"])
    with op.batch_alter_table("charges") as table:
        table.add_column(_may("reserved_usd", USD))
        table.add_column(_may("settled_at", TIME))
    counted = ["created_at", "job_id", "cost_usd", "reserved_usd"]  # all that a day's sum reads
    op.create_index("ix_charges_created_at", "charges", counted)
    op.execute("UPDATE charges SET settled_at = created_at")  # so far they were booked afterwards


def _downgrade_money(op: Operations) -> None:
    op.drop_index("ix_charges_created_at", "charges")
    with op.batch_alter_table("charges") as table:
        table.drop_column("settled_at")
        table.drop_column("reserved_usd")
    op.drop_index("ix_generations_job_id", "generations")
    op.drop_index("ix_generations_intended_at", "generations")
    with op.batch_alter_table("generations") as table:
        table.drop_column("settled_at")


def _events(op: Operations) -> None:
    op.create_table(
        "job_events",
        _must("sequence", ROW_NUMBER),
        _must("job_id", TEXT),
        _must("kind", TEXT),
        _must("message", TEXT),
        _may("attempt_number", sa.Integer()),
        _may("data", JSON),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("sequence", name="pk_job_events"),
        _belongs("job_events", "job_id", "video_jobs.id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_events_job_id_sequence", "job_events", ["job_id", "sequence"])
    op.create_index("ix_job_events_created_at", "job_events", ["created_at"])


def _workers(op: Operations) -> None:
    op.create_table(
        "workers",
        _must("id", TEXT),
        _must("kind", TEXT),
        _must("backend", TEXT),
        _must("host", TEXT),
        _must("process_id", sa.Integer()),
        _must("version", TEXT),
        _must("draining", sa.Boolean()),
        _must("started_at", TIME),
        _must("beat_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )


def _leases(op: Operations) -> None:
    op.create_table(
        "leases",
        _must("name", TEXT),
        _must("holder", TEXT),
        _must("until", TIME),
        sa.PrimaryKeyConstraint("name", name="pk_leases"),
    )


def _batches(op: Operations) -> None:
    op.create_table(
        "batches",
        _must("id", TEXT),
        _must("name", TEXT),
        _must("user_id", TEXT),
        _may("cap_usd", USD),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_table(
        "batch_items",
        _must("id", TEXT),
        _must("batch_id", TEXT),
        _must("number", sa.Integer()),
        _may("job_id", TEXT),
        _may("request", JSON),
        _may("error", JSON),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_batch_items"),
        sa.UniqueConstraint("batch_id", "number", name="uq_batch_items_batch_id_number"),
        _belongs("batch_items", "batch_id", "batches.id"),
    )


def _deliverables(op: Operations) -> None:
    op.create_table(
        "deliverables",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("video_id", TEXT),
        _must("kind", TEXT),
        _must("path", TEXT),
        _must("sha256", TEXT),
        _must("size_bytes", sa.BigInteger()),
        _may("storage_uri", TEXT),
        _may("loudness_lufs", sa.Float()),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_deliverables"),
        sa.UniqueConstraint("video_id", "kind", name="uq_deliverables_video_id_kind"),
        _belongs("deliverables", "job_id", "video_jobs.id"),
        _belongs("deliverables", "video_id", "generated_videos.id"),
    )
