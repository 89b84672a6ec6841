"""The first schema: ADK sessions, jobs, attempts, the ledger, charges, videos, reports."""

from typing import TypeVar

import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy.dialects.postgresql import JSONB

KindT = TypeVar("KindT")

revision = "0001"
down_revision = None

TEXT = sa.Text()
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
USD = sa.BigInteger()
TIME = sa.DateTime(timezone=True)
ROW_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade(op: Operations) -> None:
    """Create everything."""
    _sessions(op)
    _events_and_states(op)
    _jobs(op)
    _attempts(op)
    _generations(op)
    _charges(op)
    _videos(op)
    _reports(op)


def _must(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=False)


def _may(name: str, kind: sa.types.TypeEngine[KindT]) -> sa.Column[KindT]:
    return sa.Column(name, kind, nullable=True)


def _belongs(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}_{target.split('.', maxsplit=1)[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete="CASCADE")


def _sessions(op: Operations) -> None:
    op.create_table(
        "agent_sessions",
        _must("key", ROW_NUMBER),
        _must("app_name", TEXT),
        _must("user_id", TEXT),
        _must("session_id", TEXT),
        _must("version", sa.Integer()),
        _must("state", TEXT),
        _must("created_at", sa.Double()),
        _must("updated_at", sa.Double()),
        sa.PrimaryKeyConstraint("key", name="pk_agent_sessions"),
        sa.UniqueConstraint(
            "app_name",
            "user_id",
            "session_id",
            name="uq_agent_sessions_app_name_user_id_session_id",
        ),
        sqlite_autoincrement=True,
    )


def _events_and_states(op: Operations) -> None:
    op.create_table(
        "agent_events",
        sa.Column("session_key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        _must("timestamp", sa.Double()),
        _must("payload", TEXT),
        sa.PrimaryKeyConstraint("session_key", "seq", name="pk_agent_events"),
        _belongs("agent_events", "session_key", "agent_sessions.key"),
    )
    op.create_table(
        "agent_app_states",
        _must("app_name", TEXT),
        _must("state", TEXT),
        sa.PrimaryKeyConstraint("app_name", name="pk_agent_app_states"),
    )
    op.create_table(
        "agent_user_states",
        _must("app_name", TEXT),
        _must("user_id", TEXT),
        _must("state", TEXT),
        sa.PrimaryKeyConstraint("app_name", "user_id", name="pk_agent_user_states"),
    )


def _jobs(op: Operations) -> None:
    op.create_table(
        "video_jobs",
        _must("id", TEXT),
        _must("app_name", TEXT),
        _must("user_id", TEXT),
        _must("session_id", TEXT),
        _must("request", JSON),
        _must("status", TEXT),
        _may("stopped_because", TEXT),
        _must("backend", TEXT),
        _must("charged", sa.Boolean()),
        _must("budget_usd", USD),
        _may("best_attempt", sa.Integer()),
        _may("best_video_id", TEXT),
        _may("best_score", sa.Float()),
        _may("delivered_path", TEXT),
        _may("error", JSON),
        _must("created_at", TIME),
        _must("updated_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_video_jobs"),
    )
    op.create_index("ix_video_jobs_user_id_created_at", "video_jobs", ["user_id", "created_at"])
    op.create_index("ix_video_jobs_session", "video_jobs", ["app_name", "user_id", "session_id"])


def _attempts(op: Operations) -> None:
    op.create_table(
        "attempts",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("number", sa.Integer()),
        _must("prompt", TEXT),
        _may("shot", JSON),
        _may("feedback", TEXT),
        _must("tier", TEXT),
        _must("created_at", TIME),
        _may("finished_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.UniqueConstraint("job_id", "number", name="uq_attempts_job_id_number"),
        _belongs("attempts", "job_id", "video_jobs.id"),
    )


def _generations(op: Operations) -> None:
    op.create_table(
        "generations",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("attempt_number", sa.Integer()),
        _must("fingerprint", TEXT),
        _must("state", TEXT),
        _must("version", sa.Integer()),
        _must("model", TEXT),
        _must("backend", TEXT),
        _must("prompt", TEXT),
        _must("settings", JSON),
        _must("estimate_usd", USD),
        _must("reserved_usd", USD),
        _may("cost_usd", USD),
        _may("provider_id", TEXT),
        _may("error", JSON),
        _may("usage", JSON),
        _may("progress", sa.Float()),
        _must("intended_at", TIME),
        _may("submitted_at", TIME),
        _may("finished_at", TIME),
        _must("updated_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_generations"),
        _belongs("generations", "job_id", "video_jobs.id"),
    )
    live = sa.text("state NOT IN ('rejected', 'not_started')")
    op.create_index(
        "uq_generations_one_per_attempt",
        "generations",
        ["job_id", "attempt_number"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index("ix_generations_state_updated_at", "generations", ["state", "updated_at"])
    op.create_index("ix_generations_fingerprint", "generations", ["fingerprint"])


def _charges(op: Operations) -> None:
    op.create_table(
        "charges",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("kind", TEXT),
        _must("model", TEXT),
        _must("input_tokens", sa.Integer()),
        _must("output_tokens", sa.Integer()),
        _may("cost_usd", USD),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_charges"),
        _belongs("charges", "job_id", "video_jobs.id"),
    )
    op.create_index("ix_charges_job_id", "charges", ["job_id"])


def _videos(op: Operations) -> None:
    op.create_table(
        "generated_videos",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("attempt_number", sa.Integer()),
        _must("generation_id", TEXT),
        _must("path", TEXT),
        _must("sha256", TEXT),
        _must("size_bytes", sa.BigInteger()),
        _must("duration_seconds", sa.Float()),
        _must("width", sa.Integer()),
        _must("height", sa.Integer()),
        _must("fps", sa.Float()),
        _must("video_codec", TEXT),
        _may("audio_codec", TEXT),
        _may("loudness_lufs", sa.Float()),
        _may("thumbnail_path", TEXT),
        _may("source_uri", TEXT),
        _may("facts", JSON),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_generated_videos"),
        sa.UniqueConstraint(
            "generation_id", "sha256", name="uq_generated_videos_generation_id_sha256"
        ),
        _belongs("generated_videos", "job_id", "video_jobs.id"),
        _belongs("generated_videos", "generation_id", "generations.id"),
    )
    op.create_index(
        "ix_generated_videos_job_id_attempt_number",
        "generated_videos",
        ["job_id", "attempt_number"],
    )


def _reports(op: Operations) -> None:
    op.create_table(
        "quality_reports",
        _must("id", TEXT),
        _must("job_id", TEXT),
        _must("video_id", TEXT),
        _must("attempt_number", sa.Integer()),
        _may("score", sa.Float()),
        _must("passed", sa.Boolean()),
        _must("threshold", sa.Float()),
        _must("report", JSON),
        _may("judge_model", TEXT),
        _may("cost_usd", USD),
        _must("created_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_quality_reports"),
        _belongs("quality_reports", "job_id", "video_jobs.id"),
        _belongs("quality_reports", "video_id", "generated_videos.id"),
    )
    op.create_index(
        "ix_quality_reports_job_id_attempt_number",
        "quality_reports",
        ["job_id", "attempt_number"],
    )
    op.create_index("ix_quality_reports_video_id", "quality_reports", ["video_id"])
