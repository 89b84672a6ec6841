"""What Google's services need: publications, observed latencies, samples and copies of videos."""

from typing import TypeVar

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

KindT = TypeVar("KindT")

revision = "0002"
down_revision = "0001"

TEXT = sa.Text()
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade(op: Operations) -> None:
    """Add what the first schema lacks."""
    _upgrade_publications(op)
    _upgrade_latencies(op)
    _upgrade_videos(op)


def downgrade(op: Operations) -> None:
    """Take it away again."""
    _downgrade_videos(op)
    _downgrade_latencies(op)
    _downgrade_publications(op)


def _must(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=True)


def _belongs(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target.split('.', maxsplit=1)[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE")


def _upgrade_publications(op: Operations) -> None:
    op.create_table(
        "publications",
        _must("id", TEXT),
        _must("video_id", TEXT),
        _must("job_id", TEXT),
        _must("target", TEXT),
        _must("details", JSON),
        _must("state", TEXT),
        _must("version", sa.Integer()),
        _may("session_uri", TEXT),
        _must("offset_bytes", sa.BigInteger()),
        _must("last_byte_sent", sa.Boolean()),
        _must("sha256", TEXT),
        _must("size_bytes", sa.BigInteger()),
        _may("youtube_id", TEXT),
        _may("url", TEXT),
        _may("extras", JSON),
        _may("error", JSON),
        _may("lease_owner", TEXT),
        _may("lease_until", TIME),
        _must("created_at", TIME),
        _must("updated_at", TIME),
        _may("published_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
        _belongs("publications", "video_id", "generated_videos.id"),
        _belongs("publications", "job_id", "video_jobs.id"),
    )
    live = sa.text("state <> 'failed'")
    op.create_index(
        "uq_publications_one_per_video",
        "publications",
        ["video_id", "target"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_publications_job_id", "publications", ["job_id"])


def _downgrade_publications(op: Operations) -> None:
    op.drop_table("publications")


def _upgrade_latencies(op: Operations) -> None:
    op.create_table(
        "latency_observations",
        _must("generation_id", TEXT),
        _must("backend", TEXT),
        _must("model", TEXT),
        _must("tier", TEXT),
        _must("lower_seconds", sa.Float()),
        _must("upper_seconds", sa.Float()),
        _must("observed_at", TIME),
        sa.PrimaryKeyConstraint("generation_id", name="pk_latency_observations"),
    )
    op.create_index(
        "ix_latency_observations_backend_model_tier_observed_at",
        "latency_observations",
        ["backend", "model", "tier", "observed_at"],
    )


def _downgrade_latencies(op: Operations) -> None:
    op.drop_table("latency_observations")


def _upgrade_videos(op: Operations) -> None:
    with op.batch_alter_table("generated_videos") as table:
        table.add_column(_may("storage_uri", TEXT))
        first = sa.text("1")  # what all videos were so far
        table.add_column(
            sa.Column("sample_number", sa.Integer(), nullable=False, server_default=first)
        )


def _downgrade_videos(op: Operations) -> None:
    with op.batch_alter_table("generated_videos") as table:
        table.drop_column("sample_number")
        table.drop_column("storage_uri")
