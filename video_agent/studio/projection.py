"""Known values put into a schema: only what it declares, in its types and inside its limits."""

from video_agent.studio.reading import Fields, as_fields, as_items, as_number, as_text, snake
from video_agent.studio.schema_values import options, smallest

HUNDRED = 100.0


def project(value: object, schema: Fields) -> object:
    """The value as a schema wants it; the smallest legal one where it cannot be."""
    if value is None:
        return None if _nullable(schema) else smallest(schema)
    option = next(iter(options(schema)), {})
    if choices := as_items(option.get("enum")):
        return value if value in choices else choices[0]
    kind = as_text(option.get("type")) or ("object" if "properties" in option else "")
    if kind == "object":
        return _object(as_fields(value), option)
    if kind == "array":
        return _array(value, option)
    if kind in ("number", "integer"):
        return _number(value, option, whole=kind == "integer")
    fits = isinstance(value, bool if kind == "boolean" else str)
    return value if fits else smallest(option)


def _nullable(schema: Fields) -> bool:
    kinds = [as_fields(part).get("type") for part in as_items(schema.get("anyOf"))]
    kinds += [as_fields(part).get("type") for part in as_items(schema.get("oneOf"))]
    return "null" in [*kinds, *as_items(schema.get("type"))] or schema.get("nullable") is True


def _object(value: Fields, schema: Fields) -> dict[str, object]:
    needed = {as_text(name) for name in as_items(schema.get("required"))}
    found: dict[str, object] = {}
    for name, part in as_fields(schema.get("properties")).items():
        key = name if name in value else snake(name).lower()
        if key in value:
            found[name] = project(value[key], as_fields(part))
        elif name in needed:
            found[name] = smallest(as_fields(part))
    return found


def _array(value: object, schema: Fields) -> list[object]:
    items = as_items(value)
    most = as_number(schema.get("maxItems"))
    part = as_fields(schema.get("items"))
    if part.get("type") == "string":
        items = [as_text(as_fields(item).get("description")) or as_text(item) for item in items]
    return [project(item, part) for item in items[: int(most) if most is not None else len(items)]]


def _number(value: object, schema: Fields, *, whole: bool) -> object:
    number = as_number(value)
    if number is None:
        return smallest(schema)
    low, high = as_number(schema.get("minimum")), as_number(schema.get("maximum"))
    if 0 <= number <= 1 and (high or 1.0) > 1 and (low or 0.0) >= 0:
        number *= high or 1.0  # a share on a scale of 10 or 100
    elif 0 <= number <= 1 and whole and high is None:
        number *= HUNDRED
    number = max(number, low) if low is not None else number
    number = min(number, high) if high is not None else number
    return round(number) if whole else number
