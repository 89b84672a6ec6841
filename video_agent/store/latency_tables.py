"""The table of observed latencies: what the polling of paid generations learns from."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index
from sqlmodel import Field

from video_agent.models import utc_now
from video_agent.store.column_types import PlainText, UtcDateTime
from video_agent.store.tables import StoreTable


class LatencyRow(StoreTable, table=True):
    """When one generation finished, as far as its polls could tell.

    It was still running `lower_seconds` after its submit and was found finished at `upper_seconds`.
    The row outlives its job: it says nothing about the request.
    """

    table_name: ClassVar[str] = "latency_observations"
    __table_args__ = (
        Index(
            "ix_latency_observations_backend_model_tier_observed_at",
            "backend",
            "model",
            "tier",
            "observed_at",
        ),
    )

    generation_id: str = Field(primary_key=True, sa_type=PlainText)
    backend: str = Field(sa_type=PlainText)
    model: str = Field(sa_type=PlainText)
    tier: str = Field(sa_type=PlainText)
    lower_seconds: float
    upper_seconds: float
    observed_at: datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
