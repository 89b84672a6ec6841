"""The table of webhook events: which generation became which operation, in the provider's words."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index
from sqlmodel import Field

from video_agent.models import utc_now
from video_agent.store.column_types import PlainText, UtcDateTime
from video_agent.store.tables import StoreTable


class WebhookEventRow(StoreTable, table=True):
    """One event the provider delivered about a generation of ours. Of its content only ids stay.

    `id` is the delivery's own, the same in each redelivery; `kind` its type as the provider names
    it. The row goes with its generation.
    """

    table_name: ClassVar[str] = "webhook_events"
    __table_args__ = (Index("ix_webhook_events_generation_id", "generation_id"),)

    id: str = Field(primary_key=True, sa_type=PlainText)
    generation_id: str = Field(
        sa_type=PlainText, sa_column_args=[ForeignKey("generations.id", ondelete="CASCADE")]
    )
    provider_id: str = Field(sa_type=PlainText)
    kind: str = Field(sa_type=PlainText)
    received_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
