"""A tool's arguments as a function declaration may say them.

Pydantic writes more JSON Schema than the Gemini API documents for declarations. What is left out
here (lengths, exclusive bounds, defaults, titles) is still enforced when the arguments arrive.
"""

from collections.abc import Mapping
from typing import cast

_KEPT = frozenset(
    {
        "anyOf",
        "description",
        "enum",
        "format",
        "items",
        "maxItems",
        "maximum",
        "minItems",
        "minimum",
        "properties",
        "required",
        "type",
    }
)
JsonSchema = dict[str, object]


def declared(schema: Mapping[str, object]) -> JsonSchema:
    """The documented part of a JSON schema, its references resolved."""
    definitions = cast("Mapping[str, JsonSchema]", schema.get("$defs", {}))
    return _part(schema, definitions)


def _part(schema: Mapping[str, object], definitions: Mapping[str, JsonSchema]) -> JsonSchema:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        named = definitions[reference.rsplit("/", 1)[-1]]
        own = {key: value for key, value in schema.items() if key != "$ref"}
        return _part({**named, **own}, definitions)
    kept = {key: _value(key, schema[key], definitions) for key in schema if key in _KEPT}
    if "const" in schema:
        kept["enum"] = [schema["const"]]
    return kept


def _value(key: str, value: object, definitions: Mapping[str, JsonSchema]) -> object:
    if key == "properties":
        named = cast("Mapping[str, JsonSchema]", value)
        return {name: _part(item, definitions) for name, item in named.items()}
    if key == "anyOf":
        return [_part(item, definitions) for item in cast("list[JsonSchema]", value)]
    if key == "items":
        return _part(cast("JsonSchema", value), definitions)
    return value
