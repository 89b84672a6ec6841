"""A generateContent request as values: turns, declared tools, the schema asked for."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from video_agent.studio.content_rules import check, check_size, check_thinking
from video_agent.studio.media_options import MediaOptions, read_options
from video_agent.studio.places import GEMINI_API, Place
from video_agent.studio.reading import Fields, as_fields, as_items, as_text, pick
from video_agent.studio.refusals import Refusal


@dataclass(frozen=True)
class Media:
    """A clip, image or sound in a turn: its bytes, or where they are."""

    mime_type: str
    data: bytes = field(default=b"", repr=False)
    uri: str = ""
    options: MediaOptions = field(default_factory=MediaOptions)


@dataclass(frozen=True)
class Call:
    """A function call by the model."""

    name: str
    arguments: Fields
    id: str = ""


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    name: str
    response: Fields
    id: str = ""


Part = str | Media | Call | Answer


@dataclass(frozen=True)
class Turn:
    """One entry of `contents`."""

    role: str
    parts: tuple[Part, ...]

    @cached_property
    def text(self) -> str:
        """The turn's text parts, one under the other."""
        return "\n".join(part for part in self.parts if isinstance(part, str)).strip()


@dataclass(frozen=True)
class Tool:
    """A declared function. `parameters` is a JSON schema of an object, types in small letters."""

    name: str
    description: str
    parameters: Fields

    @property
    def properties(self) -> dict[str, Fields]:
        """Schema by parameter name, in order."""
        found = as_fields(self.parameters.get("properties"))
        return {name: as_fields(schema) for name, schema in found.items()}

    @property
    def required(self) -> list[str]:
        """The names that must be given."""
        return [as_text(name) for name in as_items(self.parameters.get("required"))]


@dataclass(frozen=True)
class ContentRequest:
    """The whole request."""

    model: str
    system: str
    turns: tuple[Turn, ...]
    tools: tuple[Tool, ...]
    schema: Fields | None
    wants_json: bool
    place: Place = GEMINI_API

    @property
    def role(self) -> str:
        """The part the request itself asks the model to play."""
        if self.tools:
            return "planner"
        if self.schema is not None and (self.clip is not None or self.judges_a_picture):
            return "judge"
        if self.schema is not None:
            return "enhancer" if describes_a_shot(self.schema) else "structured"
        return "viewer" if self.clip is not None else "text"

    @cached_property
    def clip(self) -> Media | None:
        """The last video in the request."""
        return self.clips[-1] if self.clips else None

    @property
    def judges_a_picture(self) -> bool:
        """Whether an image is to be judged in the place of a clip."""
        asked = as_fields(as_fields(self.schema or {}).get("properties"))
        return self.clip is None and "dimensions" in asked and self.picture is not None

    @cached_property
    def picture(self) -> Media | None:
        """The last image in the request."""
        found = [part for turn in self.turns for part in turn.parts if isinstance(part, Media)]
        images = [item for item in found if item.mime_type.startswith("image/")]
        return images[-1] if images else None

    @cached_property
    def clips(self) -> tuple[Media, ...]:
        """All videos in the request, in order."""
        found = [part for turn in self.turns for part in turn.parts if isinstance(part, Media)]
        return tuple(item for item in found if item.mime_type.startswith("video/") or item.uri)

    @property
    def user_text(self) -> str:
        """The text of all user turns."""
        return "\n\n".join(turn.text for turn in self.turns if turn.role == "user" and turn.text)

    @property
    def all_text(self) -> str:
        """Everything that counts as text input."""
        texts = [self.system, *(turn.text for turn in self.turns)]
        return "\n".join(text for text in texts if text)


SHOT_WORDS = {"subject", "action", "camera", "lighting", "lens", "composition", "ambiance"}


def describes_a_shot(schema: Fields) -> bool:
    """Whether a schema asks for the parts of a shot."""
    names = {name.lower() for name in as_fields(schema.get("properties"))}
    return "subject" in names and len(names & SHOT_WORDS) >= 3


def read_request(
    model: str,
    content: bytes,
    thinking_levels: Sequence[str] | None = None,
    place: Place = GEMINI_API,
) -> ContentRequest:
    """Parse a body; the model's thinking levels are checked when they are given.

    Raises:
        Refusal: 400 with Google's words.
    """
    body = _body(content)
    if thinking_levels is not None:
        check_thinking(body, thinking_levels)
    config = as_fields(pick(body, "generationConfig"))
    mode = as_fields(pick(as_fields(pick(body, "toolConfig")), "functionCallingConfig"))
    silent = as_text(mode.get("mode")).upper() == "NONE"
    allowed = as_items(pick(mode, "allowedFunctionNames"))
    resolution = as_text(pick(config, "mediaResolution"))
    turns = tuple(_turn(as_fields(turn), resolution) for turn in as_items(body.get("contents")))
    if not any(turn.parts for turn in turns):
        raise Refusal(400, "* GenerateContentRequest.contents: contents is not specified\n")
    system = pick(body, "systemInstruction")
    return ContentRequest(
        model=model,
        system=system if isinstance(system, str) else _turn(as_fields(system)).text,
        turns=turns,
        tools=tuple(
            tool for tool in _tools(body) if not silent and (not allowed or tool.name in allowed)
        ),
        schema=_schema(config),
        wants_json="json" in as_text(pick(config, "responseMimeType")),
        place=place,
    )


def _body(content: bytes) -> Fields:
    check_size(content)
    try:
        parsed: object = json.loads(content)
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise Refusal(400, "Invalid JSON payload received. Unknown token.")
    body = as_fields(pick(as_fields(parsed), "generateContentRequest")) or as_fields(parsed)
    check(body)
    return body


def _turn(fields: Fields, resolution: str = "") -> Turn:
    parts = [_part(as_fields(part), resolution) for part in as_items(fields.get("parts"))]
    role = as_text(fields.get("role")) or "user"
    return Turn(role, tuple(part for part in parts if part is not None))


def _part(fields: Fields, resolution: str) -> Part | None:
    if fields.get("thought") is True:
        return None
    if call := as_fields(pick(fields, "functionCall")):
        return Call(as_text(call.get("name")), as_fields(call.get("args")), as_text(call.get("id")))
    if answer := as_fields(pick(fields, "functionResponse")):
        name, response = as_text(answer.get("name")), as_fields(answer.get("response"))
        return Answer(name, response, as_text(answer.get("id")))
    if inline := as_fields(pick(fields, "inlineData")):
        data, options = _bytes(as_text(inline.get("data"))), read_options(fields, resolution)
        return Media(as_text(pick(inline, "mimeType")), data=data, options=options)
    if link := as_fields(pick(fields, "fileData")):
        uri, options = as_text(pick(link, "fileUri")), read_options(fields, resolution)
        return Media(as_text(pick(link, "mimeType")), uri=uri, options=options)
    return as_text(fields.get("text")) or None


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise Refusal(400, "Invalid value at 'inline_data.data': Base64 decoding failed.") from None


def _tools(body: Fields) -> list[Tool]:
    found: list[Tool] = []
    for group in as_items(body.get("tools")):
        for item in as_items(pick(as_fields(group), "functionDeclarations")):
            fields = as_fields(item)
            schema = pick(fields, "parametersJsonSchema") or fields.get("parameters")
            parameters = as_fields(plain_schema(schema))
            name, description = as_text(fields.get("name")), as_text(fields.get("description"))
            found.append(Tool(name, description, parameters))
    return found


def _schema(config: Fields) -> Fields | None:
    for name in ("responseJsonSchema", "responseSchema", "_responseJsonSchema"):
        if given := pick(config, name):
            return as_fields(plain_schema(given))
    return None


def plain_schema(schema: object) -> object:
    """A schema in JSON Schema's own words: small-letter types, `$ref` replaced."""
    root = as_fields(schema)
    definitions = as_fields(root.get("$defs")) or as_fields(root.get("definitions"))
    return _plain(root, definitions, depth=0)


KEYWORDS = {
    "any_of": "anyOf",
    "one_of": "anyOf",
    "oneOf": "anyOf",
    "min_items": "minItems",
    "max_items": "maxItems",
    "property_ordering": "propertyOrdering",
}
VERBATIM = ("enum", "default", "required", "description")
MAX_DEPTH = 24


def _plain(value: object, definitions: Fields, depth: int) -> object:
    if isinstance(value, list):
        return [_plain(item, definitions, depth + 1) for item in value]
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return value
    fields = as_fields(value)
    if reference := as_text(fields.pop("$ref", None)):
        fields = {**as_fields(definitions.get(reference.rsplit("/", 1)[-1])), **fields}
    return {
        KEYWORDS.get(key, key): _plain_keyword(key, item, definitions, depth + 1)
        for key, item in fields.items()
        if key not in ("$defs", "definitions")
    }


def _plain_keyword(key: str, item: object, definitions: Fields, depth: int) -> object:
    if key == "properties":
        return {name: _plain(part, definitions, depth) for name, part in as_fields(item).items()}
    if key == "type" and isinstance(item, str):
        return item.lower()
    return item if key in VERBATIM else _plain(item, definitions, depth)
