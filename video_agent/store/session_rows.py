"""The SQL behind `SQLModelSessionService`. Every function runs inside the caller's transaction.

Rows are locked in one order, session, app state, user state, so that writers never deadlock.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Select, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from video_agent.store.session_identity import Identity
from video_agent.store.session_json import StateParts, changed_state
from video_agent.store.session_tables import AppStateRow, EventRow, SessionRow, UserStateRow
from video_agent.store.tables import StoreTable

_TABLES = StoreTable.metadata.tables
_SESSIONS: Table = _TABLES[SessionRow.table_name]
_EVENTS: Table = _TABLES[EventRow.table_name]
_APP_STATES: Table = _TABLES[AppStateRow.table_name]
_USER_STATES: Table = _TABLES[UserStateRow.table_name]


class StoredSession(NamedTuple):
    """A session's row with the state it shares. `app_state` and `user_state` may be missing."""

    key: int
    app_name: str
    user_id: str
    session_id: str
    version: int
    state: str
    updated_at: float
    app_state: str | None
    user_state: str | None


class NewEvent(NamedTuple):
    """An event on its way in; `delta` is what it changes in the state."""

    timestamp: float
    payload: str
    delta: StateParts


_ALL: Select[*tuple[object, ...]] = (
    select(
        _SESSIONS.c.key,
        _SESSIONS.c.app_name,
        _SESSIONS.c.user_id,
        _SESSIONS.c.session_id,
        _SESSIONS.c.version,
        _SESSIONS.c.state,
        _SESSIONS.c.updated_at,
        _APP_STATES.c.state,
        _USER_STATES.c.state,
    )
    .outerjoin_from(_SESSIONS, _APP_STATES, _SESSIONS.c.app_name == _APP_STATES.c.app_name)
    .outerjoin(
        _USER_STATES,
        and_(
            _SESSIONS.c.app_name == _USER_STATES.c.app_name,
            _SESSIONS.c.user_id == _USER_STATES.c.user_id,
        ),
    )
    .where(_SESSIONS.c.app_name == bindparam("app_name"))
)
_OF_USER = _ALL.where(_SESSIONS.c.user_id == bindparam("user_id"))
_ONE = _OF_USER.where(_SESSIONS.c.session_id == bindparam("session_id"))
_AS_SEEN = and_(_SESSIONS.c.key == bindparam("row"), _SESSIONS.c.version == bindparam("seen"))
_LOCKED_STATE = select(_SESSIONS.c.state).where(_AS_SEEN).with_for_update()
_ADVANCE = (
    update(_SESSIONS)
    .where(_AS_SEEN)
    .values(version=bindparam("next"), updated_at=bindparam("moment"))
)
_ADVANCE_WITH_STATE = _ADVANCE.values(state=bindparam("new_state"))
_INSERT_EVENT = insert(_EVENTS)
_LAST_PAYLOAD = (
    select(_EVENTS.c.payload)
    .where(_EVENTS.c.session_key == bindparam("row"))
    .order_by(_EVENTS.c.seq.desc())
    .limit(1)
)


def find_session(connection: Connection, identity: Identity) -> StoredSession | None:
    """The session's row, or None."""
    row = connection.execute(_ONE, identity._asdict()).one_or_none()
    return None if row is None else StoredSession(*row)


def find_with_payloads(
    connection: Connection, identity: Identity, *, limit: int | None, since: float | None
) -> tuple[StoredSession | None, Sequence[str]]:
    """The session's row with its events' texts; see `load_payloads`."""
    stored = find_session(connection, identity)
    if stored is None or limit == 0:
        return stored, ()
    return stored, load_payloads(connection, stored.key, limit=limit, since=since)


def list_stored(connection: Connection, app_name: str, user_id: str | None) -> list[StoredSession]:
    """All sessions of an app or of one of its users, oldest update first."""
    if user_id is None:
        result = connection.execute(_ALL, {"app_name": app_name})
    else:
        result = connection.execute(_OF_USER, {"app_name": app_name, "user_id": user_id})
    rows = [StoredSession(*row) for row in result]
    # Here and not in SQL: the two databases compare text differently.
    return sorted(rows, key=lambda row: (row.updated_at, row.user_id, row.session_id))


def insert_session(
    connection: Connection, identity: Identity, state: StateParts, now: float
) -> bool:
    """Make the session and apply the shared state; False when the id is taken."""
    values = {
        **identity._asdict(),
        "version": 0,
        "state": changed_state("{}", state.session),
        "created_at": now,
        "updated_at": now,
    }
    if not _insert_if_absent(connection, _SESSIONS, values):
        return False
    _change_shared_state(connection, identity, state)
    return True


def append_event(
    connection: Connection, identity: Identity, key: int, seen: int, event: NewEvent
) -> bool:
    """Store an event behind the `seen` ones; False when the session has moved on (or is gone)."""
    values: dict[str, object] = {
        "row": key,
        "seen": seen,
        "next": seen + 1,
        "moment": event.timestamp,
    }
    statement = _ADVANCE
    if event.delta.session:
        state = connection.execute(_LOCKED_STATE, values).scalar_one_or_none()
        if state is None:
            return False
        values["new_state"] = changed_state(state, event.delta.session)
        statement = _ADVANCE_WITH_STATE
    if connection.execute(statement, values).rowcount != 1:
        return False
    connection.execute(
        _INSERT_EVENT,
        {
            "session_key": key,
            "seq": seen + 1,
            "timestamp": event.timestamp,
            "payload": event.payload,
        },
    )
    _change_shared_state(connection, identity, event.delta)
    return True


def load_payloads(
    connection: Connection,
    key: int,
    *,
    limit: int | None = None,
    since: float | None = None,
) -> Sequence[str]:
    """The events' texts in order: the last `limit` of those at or after `since` (epoch seconds)."""
    statement = select(_EVENTS.c.payload).where(_EVENTS.c.session_key == key)
    if since is not None:
        statement = statement.where(_EVENTS.c.timestamp >= since)
    if limit is None:
        return connection.scalars(statement.order_by(_EVENTS.c.seq)).all()
    newest_first = statement.order_by(_EVENTS.c.seq.desc()).limit(limit)
    return connection.scalars(newest_first).all()[::-1]


def last_payload(connection: Connection, key: int) -> str | None:
    """The text of the session's last event."""
    payload: str | None = connection.scalar(_LAST_PAYLOAD, {"row": key})
    return payload


def delete_stored(connection: Connection, identity: Identity) -> None:
    """Remove the session and its events; nothing happens when there is none."""
    named = and_(
        _SESSIONS.c.app_name == identity.app_name,
        _SESSIONS.c.user_id == identity.user_id,
        _SESSIONS.c.session_id == identity.session_id,
    )
    key = connection.scalar(select(_SESSIONS.c.key).where(named).with_for_update())
    if key is not None:
        # Not left to the foreign key: an engine that is not ours may not enforce it.
        connection.execute(delete(_EVENTS).where(_EVENTS.c.session_key == key))
        connection.execute(delete(_SESSIONS).where(_SESSIONS.c.key == key))


def load_user_state(connection: Connection, app_name: str, user_id: str) -> str | None:
    """The text of the state a user's sessions share."""
    state: str | None = connection.scalar(
        select(_USER_STATES.c.state).where(
            _USER_STATES.c.app_name == app_name, _USER_STATES.c.user_id == user_id
        )
    )
    return state


def _change_shared_state(connection: Connection, identity: Identity, delta: StateParts) -> None:
    app = {"app_name": identity.app_name}
    if delta.app:
        _change_state(connection, _APP_STATES, app, delta.app)
    if delta.user:
        user = {**app, "user_id": identity.user_id}
        _change_state(connection, _USER_STATES, user, delta.user)


def _change_state(
    connection: Connection, table: Table, name: Mapping[str, str], delta: Mapping[str, object]
) -> None:
    _insert_if_absent(connection, table, {**name, "state": "{}"})
    named = and_(*(table.c[column] == value for column, value in name.items()))
    state = (connection.execute(select(table.c.state).where(named).with_for_update())).scalar_one()
    connection.execute(update(table).where(named).values(state=changed_state(state, delta)))


def _insert_if_absent(connection: Connection, table: Table, values: Mapping[str, object]) -> bool:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    result = connection.execute(dialect.insert(table).values(values).on_conflict_do_nothing())
    return result.rowcount == 1
