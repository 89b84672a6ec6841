"""Reading JSON from outside: either spelling of a name, no surprise when a type is wrong."""

import re
from collections.abc import Mapping

Fields = Mapping[str, object]
_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """`responseMimeType` becomes `response_mime_type`."""
    return _HUMP.sub(lambda match: "_" + match.group(1).lower(), name)


def pick(fields: Fields, name: str) -> object:
    """The value under a camelCase name or its snake_case twin; None when neither is there."""
    return fields[name] if name in fields else fields.get(snake(name))


def as_fields(value: object) -> dict[str, object]:
    """The value when it is an object, else an empty one."""
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else {}


def as_items(value: object) -> list[object]:
    """The value when it is a list, a one-element list when it is something else, empty for None."""
    if isinstance(value, list):
        return list(value)
    return [] if value is None else [value]


def as_text(value: object) -> str:
    """The value when it is text, else empty text."""
    return value if isinstance(value, str) else ""


def as_number(value: object) -> float | None:
    """The value when it is a finite number (not a truth value), else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < float("inf") else None
