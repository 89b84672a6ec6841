"""ADK's conversations in our own tables: `SQLModelSessionService`.

It keeps what ADK's own services promise and mends what `DatabaseSessionService` lacks: events keep
their order with equal timestamps, a stale writer is found whatever the clock says, and SQLite and
PostgreSQL hold the same texts and refuse the same ids.
"""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self
from weakref import WeakValueDictionary

from google.adk.errors import StaleSessionError
from google.adk.errors.already_exists_error import AlreadyExistsError
from google.adk.errors.session_not_found_error import SessionNotFoundError
from google.adk.events.event import Event
from google.adk.platform import time as adk_time
from google.adk.platform import uuid as adk_uuid
from google.adk.sessions.base_session_service import (
    BaseSessionService,
    GetSessionConfig,
    ListSessionsResponse,
)
from google.adk.sessions.session import Session
from pydantic import ValidationError
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import Session as Transaction

from video_agent.errors import StoreError
from video_agent.store import session_rows
from video_agent.store.database import Database
from video_agent.store.session_identity import Identity, refuse_unstorable, storable
from video_agent.store.session_json import (
    StateParts,
    decode_event,
    decode_state,
    encode_event,
    merged_state,
)
from video_agent.store.session_rows import NewEvent, StoredSession
from video_agent.store.uncancelled import finish

_DECODED_AT_ONCE = 100


class SQLModelSessionService(BaseSessionService):
    """ADK sessions on SQLite or PostgreSQL.

    Tables are made on first use. A `Database` or an engine that is handed in stays its owner's;
    `close` closes only what was opened here, from a URL.

    Args:
        database: A URL (`sqlite:///file.db`, `postgresql://...`), an `AsyncEngine` or a `Database`.

    Raises:
        ConfigurationError: The URL cannot be used.
    """

    def __init__(self, database: str | AsyncEngine | Database) -> None:
        self._owned = not isinstance(database, Database)
        self._database = database if isinstance(database, Database) else Database(database)
        # One lock a session: appends to one `Session` object see each other's revision.
        self._locks: WeakValueDictionary[tuple[int, Identity], asyncio.Lock] = WeakValueDictionary()

    async def create_session(
        self,
        *,
        app_name: str,
        user_id: str,
        state: dict[str, Any] | None = None,
        session_id: str | None = None,
    ) -> Session:
        """Make a session; the id is trimmed, and made up when there is none.

        Raises:
            AlreadyExistsError: The id is taken. Of several simultaneous creators one wins.
            InvalidRequestError: A name or id no database can hold (NUL, over 512 bytes).
            StoreError, ConfigurationError: The database refused.
        """
        trimmed = (session_id or "").strip() or adk_uuid.new_uuid()
        identity = Identity(app_name, user_id, trimmed)
        refuse_unstorable(identity)
        return await finish(self._create(identity, StateParts(state)))

    async def get_session(
        self,
        *,
        app_name: str,
        user_id: str,
        session_id: str,
        config: GetSessionConfig | None = None,
    ) -> Session | None:
        """Load a session, or None. `config` bounds the events; both bounds hold together.

        Raises:
            StoreError, ConfigurationError: The database refused.
        """
        identity = Identity(app_name, user_id, session_id.strip())
        if not storable(identity):
            return None
        limit = config.num_recent_events if config else None
        since = config.after_timestamp if config else None
        stored, payloads = await self._database.reading(
            lambda within: session_rows.find_with_payloads(
                within.connection(), identity, limit=limit, since=since
            )
        )
        if stored is None:
            return None
        try:
            events = await _decoded(payloads)
        except ValidationError as error:
            raise StoreError(f"an event of session {identity.session_id} is unreadable") from error
        return _session(stored, events)

    async def list_sessions(
        self, *, app_name: str, user_id: str | None = None
    ) -> ListSessionsResponse:
        """All sessions without their events, oldest update first; of every user without `user_id`.

        Raises:
            StoreError, ConfigurationError: The database refused.
        """
        if not storable((app_name, user_id or "")):
            return ListSessionsResponse()
        rows = await self._database.reading(
            lambda within: session_rows.list_stored(within.connection(), app_name, user_id)
        )
        return ListSessionsResponse(sessions=[_session(row, []) for row in rows])

    async def delete_session(self, *, app_name: str, user_id: str, session_id: str) -> None:
        """Remove a session with its events; nothing happens when there is none.

        Raises:
            StoreError, ConfigurationError: The database refused.
        """
        identity = Identity(app_name, user_id, session_id.strip())
        if not storable(identity):
            return
        await self._database.writing(
            lambda within: session_rows.delete_stored(within.connection(), identity)
        )

    async def get_user_state(self, *, app_name: str, user_id: str) -> dict[str, Any]:
        """What the user's sessions share, keys without `user:`.

        Raises:
            StoreError, ConfigurationError: The database refused.
        """
        if not storable((app_name, user_id)):
            return {}
        state = await self._database.reading(
            lambda within: session_rows.load_user_state(within.connection(), app_name, user_id)
        )
        return decode_state(state or "{}")

    async def append_event(self, session: Session, event: Event) -> Event:
        """Store an event and apply it to `session`. A partial event is only returned.

        An append that has begun is finished even when the task is cancelled meanwhile, so that the
        session in memory and the stored one never part.

        Raises:
            SessionNotFoundError: The session is gone.
            StaleSessionError: Another writer was faster; load the session again.
            StoreError, ConfigurationError: The database refused.
        """
        if event.partial:
            return event
        self._apply_temp_state(session, event)
        event = self._trim_temp_delta_state(event)
        return await finish(self._append(session, event))

    async def close(self) -> None:
        """Close what was opened from a URL."""
        if self._owned:
            await self._database.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _create(self, identity: Identity, state: StateParts) -> Session:
        def create(transaction: Transaction) -> StoredSession | None:
            connection = transaction.connection()
            now = adk_time.get_time()
            if not session_rows.insert_session(connection, identity, state, now):
                raise AlreadyExistsError(f"Session with id {identity.session_id} already exists.")
            return session_rows.find_session(connection, identity)

        stored = await self._database.writing(create)
        if stored is None:
            raise SessionNotFoundError(f"Session {identity.session_id} not found.")
        return _session(stored, [])

    async def _append(self, session: Session, event: Event) -> Event:
        identity = Identity(session.app_name, session.user_id, session.id)
        if not storable(identity):
            raise SessionNotFoundError(f"Session {session.id} not found.")
        new = NewEvent(event.timestamp, encode_event(event), StateParts(event.actions.state_delta))

        def append(transaction: Transaction) -> tuple[int, int]:
            connection = transaction.connection()
            key, seen = _marker(session) or _revision(connection, identity, session)
            if not session_rows.append_event(connection, identity, key, seen, new):
                _check_delivered(connection, identity, key, seen + 1, event)
            return key, seen

        async with self._lock(identity):
            key, seen = await self._database.writing(append)
            _set_marker(session, key, seen + 1)
            session.last_update_time = event.timestamp
            return self._commit_event_to_session(session, event)

    def _lock(self, identity: Identity) -> asyncio.Lock:
        return self._locks.setdefault((id(asyncio.get_running_loop()), identity), asyncio.Lock())


def _revision(connection: Connection, identity: Identity, session: Session) -> tuple[int, int]:
    """The revision of a session object without our marker: current if it knows the last event."""
    stored = session_rows.find_session(connection, identity)
    if stored is None:
        raise SessionNotFoundError(f"Session {identity.session_id} not found.")
    known = session.events[-1].id if session.events else None
    if known != _last_event_id(connection, stored.key):
        raise StaleSessionError(_stale(identity))
    return stored.key, stored.version


def _check_delivered(
    connection: Connection, identity: Identity, key: int, version: int, event: Event
) -> None:
    """Accept an event that is there already: its first delivery was stored, the answer lost.

    Raises:
        SessionNotFoundError: There is no such session.
        StaleSessionError: It has moved on by another event.
    """
    stored = session_rows.find_session(connection, identity)
    if stored is None:
        raise SessionNotFoundError(f"Session {identity.session_id} not found.")
    last = _last_event_id(connection, stored.key)
    if (stored.key, stored.version, last) != (key, version, event.id):
        raise StaleSessionError(_stale(identity))


def _last_event_id(connection: Connection, key: int) -> str | None:
    payload = session_rows.last_payload(connection, key)
    return None if payload is None else decode_event(payload).id


async def _decoded(payloads: Sequence[str]) -> list[Event]:
    """Decode in portions, so that a long history does not hold up the event loop."""
    events: list[Event] = []
    for start in range(0, len(payloads), _DECODED_AT_ONCE):
        if start:
            await asyncio.sleep(0)
        events.extend(map(decode_event, payloads[start : start + _DECODED_AT_ONCE]))
    return events


def _session(stored: StoredSession, events: list[Event]) -> Session:
    session = Session(
        id=stored.session_id,
        app_name=stored.app_name,
        user_id=stored.user_id,
        state=merged_state(stored.state, stored.app_state, stored.user_state),
        events=events,
        last_update_time=stored.updated_at,
    )
    _set_marker(session, stored.key, stored.version)
    return session


def _marker(session: Session) -> tuple[int, int] | None:
    """Which row and version the object stands for; None when another service made it."""
    marker = session._storage_update_marker  # pyright: ignore[reportPrivateUsage]  # ADK: for stores
    key, _, version = (marker or "").partition(":")
    return (int(key), int(version)) if key.isdecimal() and version.isdecimal() else None


def _set_marker(session: Session, key: int, version: int) -> None:
    session._storage_update_marker = f"{key}:{version}"  # pyright: ignore[reportPrivateUsage]


def _stale(identity: Identity) -> str:
    return (
        f"session {identity.session_id} was changed by another writer since it was loaded; "
        "load it again before appending"
    )
