"""The tables behind ADK's sessions.

State and events are opaque JSON text, not JSONB: nothing queries inside them, text is faster to
load, and it keeps every character (JSONB refuses NUL).
"""

from typing import ClassVar

from sqlalchemy import BigInteger, Double, ForeignKey, Integer, Text, UniqueConstraint
from sqlmodel import Field

from video_agent.store.tables import StoreTable

# SQLite numbers rows by itself only in a column of exactly this type.
RowNumber = BigInteger().with_variant(Integer, "sqlite")


class SessionRow(StoreTable, table=True):
    """One conversation.

    `key` is never used twice: who knew a deleted session cannot write to its successor. `version`
    counts the stored events; an append moves it from the value its writer saw (compare and swap).
    """

    table_name: ClassVar[str] = "agent_sessions"
    __table_args__ = (
        UniqueConstraint("app_name", "user_id", "session_id"),
        {"sqlite_autoincrement": True},
    )

    key: int | None = Field(default=None, primary_key=True, sa_type=RowNumber)
    app_name: str = Field(sa_type=Text)
    user_id: str = Field(sa_type=Text)
    session_id: str = Field(sa_type=Text)
    version: int = 0
    state: str = Field(default="{}", sa_type=Text)
    created_at: float = Field(sa_type=Double)
    updated_at: float = Field(sa_type=Double)


class EventRow(StoreTable, table=True):
    """One event of a session.

    `seq` is its place (1..n), `timestamp` its epoch seconds, `payload` the whole event as JSON.
    """

    table_name: ClassVar[str] = "agent_events"

    session_key: int = Field(
        primary_key=True,
        sa_type=BigInteger,
        sa_column_args=[ForeignKey("agent_sessions.key", ondelete="CASCADE")],
        sa_column_kwargs={"autoincrement": False},
    )
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    timestamp: float = Field(sa_type=Double)
    payload: str = Field(sa_type=Text)


class AppStateRow(StoreTable, table=True):
    """State shared by all sessions of an app (keys without `app:`)."""

    table_name: ClassVar[str] = "agent_app_states"

    app_name: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(default="{}", sa_type=Text)


class UserStateRow(StoreTable, table=True):
    """State shared by all sessions of a user in an app (keys without `user:`)."""

    table_name: ClassVar[str] = "agent_user_states"

    app_name: str = Field(primary_key=True, sa_type=Text)
    user_id: str = Field(primary_key=True, sa_type=Text)
    state: str = Field(default="{}", sa_type=Text)
