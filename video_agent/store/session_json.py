"""State and events as JSON text, so that nothing a tool put into them can lose an event."""

import base64
import logging
import math
from collections.abc import Mapping
from datetime import date, time

from google.adk.events.event import Event
from google.adk.sessions.state import State
from pydantic import BaseModel
from pydantic_core import PydanticSerializationError, from_json, to_json

_log = logging.getLogger(__name__)

StateDict = dict[str, object]


def encode_event(event: Event) -> str:
    """The whole event. Values JSON cannot hold are replaced by readable text, with a warning."""
    try:
        return event.model_dump_json(exclude_none=True)
    except (PydanticSerializationError, ValueError, RecursionError):
        _log.warning("event %s holds values JSON cannot; they are stored as text", event.id)
    # Python mode keeps values as they are; only what the walk cannot name is written as text.
    fields = {name: getattr(event, name) for name in type(event).model_fields}
    return to_json(json_value(fields)).decode()


def decode_event(payload: str) -> Event:
    """The event `encode_event` was given."""
    return Event.model_validate_json(payload)


def encode_state(state: Mapping[str, object]) -> str:
    """State as JSON text; see `encode_event`."""
    try:
        return to_json(state, inf_nan_mode="null").decode()
    except (PydanticSerializationError, ValueError, RecursionError):
        _log.warning("state holds values JSON cannot; they are stored as text")
    return to_json(json_value(state)).decode()


def decode_state(text: str) -> StateDict:
    """The state `encode_state` was given."""
    state: StateDict = from_json(text)
    return state


class StateParts:
    """A state or a change of it, by where it is kept. `temp:` keys are kept nowhere.

    Attributes:
        app: Shared by the app, keys without `app:`.
        user: Shared by the user's sessions, keys without `user:`.
        session: The session's own.
    """

    def __init__(self, state: Mapping[str, object] | None) -> None:
        self.app: StateDict = {}
        self.user: StateDict = {}
        self.session: StateDict = {}
        for key, value in (state or {}).items():
            if key.startswith(State.APP_PREFIX):
                self.app[key.removeprefix(State.APP_PREFIX)] = value
            elif key.startswith(State.USER_PREFIX):
                self.user[key.removeprefix(State.USER_PREFIX)] = value
            elif not key.startswith(State.TEMP_PREFIX):
                self.session[key] = value


def merged_state(session: str, app: str | None, user: str | None) -> StateDict:
    """One dictionary with prefixes from the three stored texts."""
    state = decode_state(session)
    if app:
        state.update({State.APP_PREFIX + key: value for key, value in decode_state(app).items()})
    if user:
        state.update({State.USER_PREFIX + key: value for key, value in decode_state(user).items()})
    return state


def changed_state(text: str, delta: Mapping[str, object]) -> str:
    """The stored text with the delta's values in place of the old ones (no deep merge)."""
    if not delta:
        return text
    return encode_state({**decode_state(text), **delta})


def json_value(value: object, _inside: frozenset[int] = frozenset()) -> object:
    """The nearest JSON value: models as objects, bytes as base64, the rest as readable text."""
    if value is None or isinstance(value, bool | int | float | str | bytes | bytearray):
        return _json_scalar(value)
    if id(value) in _inside:
        return "<circular>"
    inside = _inside | {id(value)}
    if isinstance(value, BaseModel):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        value = {name: item for name, item in fields.items() if item is not None}
    if isinstance(value, Mapping):
        return {str(json_value(key)): json_value(item, inside) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(item, inside) for item in value]
    return _encodable(value.isoformat() if isinstance(value, date | time) else repr(value))


def _json_scalar(value: float | str | bytes | bytearray | None) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes | bytearray):
        return base64.urlsafe_b64encode(value).decode()
    return _encodable(value) if isinstance(value, str) else value


def _encodable(text: str) -> str:
    """Without lone surrogates, which no encoding takes."""
    return text.encode("utf-8", "replace").decode()
