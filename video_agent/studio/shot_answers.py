"""The enhancer's answer: a written shot in the fields of the schema that was sent."""

import json
import re

from video_agent.studio.content_answers import Reply
from video_agent.studio.content_request import ContentRequest
from video_agent.studio.enhancer.writer import Brief, write_shot
from video_agent.studio.reading import Fields, as_fields
from video_agent.studio.schema_values import shaped, smallest
from video_agent.studio.sections import read_sections

NAMES: dict[str, str] = {
    "subject": "subject character main",
    "action": "action movement activity",
    "setting": "setting scene location environment background place context",
    "style": "style look genre aesthetic",
    "camera": "camera camera_motion camera_movement motion",
    "composition": "composition framing shot_size shot_type",
    "lens": "lens focus optics",
    "lighting": "lighting light",
    "ambiance": "ambiance ambience mood atmosphere palette colour color tone",
    "audio": "audio sound sfx ambient_noise",
    "negative": "negative avoid exclude negative_prompt",
}
_FIELD_OF = {name: field for field, names in NAMES.items() for name in names.split()}
_SILENT = re.compile(r"\b(?:silent|no sound|without sound|muted?)\b", re.IGNORECASE)
_KNOWN_SHARE = 0.5


def enhance(request: ContentRequest) -> Reply:
    """Answer a request for a shot."""
    first = next((turn.text for turn in request.turns if turn.role == "user" and turn.text), "")
    shot = write_shot(read_brief(first))
    schema = request.schema or {}
    properties = as_fields(schema.get("properties"))
    if not any(_FIELD_OF.get(name.lower()) == "setting" for name in properties):
        shot["action"] = ", ".join(
            part for part in (shot.get("action"), shot.get("setting")) if part
        )
    values = {
        name: _value(shot.get(_FIELD_OF.get(name.lower(), ""), ""), as_fields(part))
        for name, part in properties.items()
    }
    return Reply(json.dumps({name: value for name, value in values.items() if value is not None}))


def _value(text: str, schema: Fields) -> object:
    return shaped(text, schema) if text else smallest(schema)


def read_brief(text: str) -> Brief:
    """The sections of a message; a text without sections is the request itself."""
    sections = read_sections(text)
    request = sections.get("request") or sections.get("prompt") or sections[""] or text
    wording = sections.get("planner's wording", "")
    return Brief(
        request=wording if wording and _covers(wording, request) else request,
        style=sections.get("style", ""),
        avoid=sections.get("avoid", ""),
        silent=bool(_SILENT.search(sections.get("sound", ""))),
        previous=sections.get("previous prompt", ""),
        feedback=sections.get("feedback", ""),
    )


def _covers(wording: str, request: str) -> bool:
    """Whether a rewording still says what the request says."""
    asked = set(re.findall(r"\w{4,}", request.lower()))
    said = set(re.findall(r"\w{4,}", wording.lower()))
    return not asked or len(asked & said) >= _KNOWN_SHARE * len(asked)
