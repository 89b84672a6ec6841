"""What webhooks told about generations whose answer was lost."""

import sqlalchemy as sa
from alembic.operations import Operations

revision = "0004"
down_revision = "0003"

TEXT = sa.Text()
TIME = sa.DateTime(timezone=True)


def upgrade(op: Operations) -> None:
    """Add what the third schema lacks."""
    op.create_table(
        "webhook_events",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("generation_id", TEXT, nullable=False),
        sa.Column("provider_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_events"),
        sa.ForeignKeyConstraint(
            ["generation_id"],
            ["generations.id"],
            name="fk_webhook_events_generation_id_generations",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_webhook_events_generation_id", "webhook_events", ["generation_id"])


def downgrade(op: Operations) -> None:
    """Take it away again."""
    op.drop_table("webhook_events")
