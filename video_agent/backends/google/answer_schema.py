"""The JSON schema we send: a pydantic model's, reduced to what the Gemini API understands."""

from typing import cast

from pydantic import BaseModel

_UNDERSTOOD = frozenset(
    {
        *("type", "format", "title", "description", "enum", "anyOf", "oneOf", "$ref", "$defs"),
        *("items", "prefixItems", "minItems", "maxItems", "minimum", "maximum"),
        *("properties", "additionalProperties", "required"),
    }
)
_MAPS_OF_SCHEMAS = frozenset({"properties", "$defs"})
_LISTS_OF_SCHEMAS = frozenset({"anyOf", "oneOf", "prefixItems"})


def answer_schema(schema: type[BaseModel]) -> dict[str, object]:
    """The schema of an answer. Lengths, patterns and defaults are dropped: we check those."""
    return _reduced(cast("dict[str, object]", schema.model_json_schema()))


def _reduced(schema: dict[str, object]) -> dict[str, object]:
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}  # nothing else may stand beside a reference
    kept = {key: _child(key, value) for key, value in schema.items() if key in _UNDERSTOOD}
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    return kept


def _child(key: str, value: object) -> object:
    if key in _MAPS_OF_SCHEMAS and isinstance(value, dict):
        parts = cast("dict[str, dict[str, object]]", value)
        return {name: _reduced(part) for name, part in parts.items()}
    if key in _LISTS_OF_SCHEMAS and isinstance(value, list):
        return [_reduced(part) for part in cast("list[dict[str, object]]", value)]
    if isinstance(value, dict):
        return _reduced(cast("dict[str, object]", value))
    return value
