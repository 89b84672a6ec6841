"""Values in the shape of a JSON schema: text made to fit, and the smallest legal value."""

from video_agent.studio.reading import Fields, as_fields, as_items, as_number, as_text

MAX_DEPTH = 12


def shaped(text: str, schema: Fields) -> object:
    """Text as a schema wants it: one of its choices, a list, or the text itself."""
    for option in options(schema):
        if choices := as_items(option.get("enum")):
            fitting = [choice for choice in choices if as_text(choice).lower() in text.lower()]
            return (fitting or choices)[0]
        if option.get("type") == "array":
            return [shaped(text, as_fields(option.get("items")))]
        if option.get("type") in ("string", None):
            longest = as_number(option.get("maxLength"))
            return text[: int(longest)] if longest else text
    return smallest(schema)


def smallest(schema: Fields, depth: int = 0) -> object:
    """The least value a schema allows: empty text, zero, what must be there and nothing else."""
    option = next(iter(options(schema)), {})
    if choices := as_items(option.get("enum")):
        return choices[0]
    kind = option.get("type") or ("object" if "properties" in option else "string")
    if kind == "object" and depth < MAX_DEPTH:
        properties = as_fields(option.get("properties"))
        needed = [as_text(name) for name in as_items(option.get("required"))] or list(properties)
        return {name: smallest(as_fields(properties.get(name)), depth + 1) for name in needed}
    if kind == "array" and depth < MAX_DEPTH:
        count = int(as_number(option.get("minItems")) or 0)
        return [smallest(as_fields(option.get("items")), depth + 1) for _ in range(count)]
    return _scalar(as_text(kind), option)


def _scalar(kind: str, schema: Fields) -> object:
    if kind in ("number", "integer"):
        least = as_number(schema.get("minimum")) or 0.0
        return int(least) if kind == "integer" else least
    empty: dict[str, object] = {"boolean": False, "null": None, "object": {}, "array": []}
    return empty.get(kind, "-" if as_number(schema.get("minLength")) else "")


def options(schema: Fields) -> list[dict[str, object]]:
    """The alternatives of a schema without the null one, unless that is all there is."""
    listed = as_items(schema.get("anyOf")) or as_items(schema.get("oneOf"))
    kinds = schema.get("type")
    if isinstance(kinds, list):
        listed = [{**schema, "type": kind} for kind in kinds]
    options = [as_fields(option) for option in listed] or [dict(schema)]
    return [option for option in options if option.get("type") != "null"] or options
