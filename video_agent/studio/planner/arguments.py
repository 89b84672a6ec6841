"""Filling a declared tool's parameters: only names its schema has, in the types it asks for."""

import re
from collections.abc import Mapping

from video_agent.studio.content_request import Call, Tool
from video_agent.studio.planner.wishes import Wishes
from video_agent.studio.reading import Fields, as_fields, as_items, as_text

PROMPT, FEEDBACK, GENERATION, VIDEO, TITLE = "prompt", "feedback", "generation", "video", "title"
DURATION, RESOLUTION, ASPECT, TIER, SEED = "duration", "resolution", "aspect", "tier", "seed"
PRIVACY, DESCRIPTION = "privacy", "description"
NAMES: dict[str, str] = {
    FEEDBACK: r"feedback|critique|notes|comments|defects|hints|fixes",
    PROMPT: r"prompt|text|idea|script|wording|shot|scene|query|words",
    DURATION: r"duration|seconds|length",
    RESOLUTION: r"resolution|quality",
    ASPECT: r"aspect|ratio|orientation|shape",
    TIER: r"tier|grade|mode",
    SEED: r"seed",
    TITLE: r"title|headline",
    PRIVACY: r"privacy|visibility",
    GENERATION: r"generation|operation|job|task|render|handle|ticket",
    VIDEO: r"video|clip|file|path|uri|url|media|footage",
    DESCRIPTION: r"description|caption",
}
MEANS: dict[str, tuple[str, ...]] = {
    "enhance": (PROMPT, FEEDBACK, DESCRIPTION),
    "generate": (PROMPT, DURATION, RESOLUTION, ASPECT, TIER, SEED, DESCRIPTION),
    "poll": (GENERATION,),
    "analyze": (VIDEO,),
    "upload": (VIDEO, TITLE, PRIVACY, DESCRIPTION),
}


def call(tool: Tool, role: str, values: Mapping[str, object]) -> Call:
    """A call with the values that the tool has a parameter for.

    Args:
        tool: The declared tool.
        role: What it is used for.
        values: By meaning (`PROMPT`, `DURATION`, ...); None and empty text are left out.
    """
    arguments: dict[str, object] = {}
    open_values = {key: value for key, value in values.items() if value not in (None, "")}
    for name, schema in tool.properties.items():
        meaning = _meaning(name, role, open_values)
        if meaning and (value := fitting(open_values[meaning], schema)) is not None:
            arguments[name] = value
            del open_values[meaning]
    _give_the_rest(tool, role, arguments, open_values)
    return Call(tool.name, arguments)


def takes(tool: Tool, role: str, meaning: str) -> bool:
    """Whether a tool has a parameter of this meaning."""
    return any(_meaning(name, role, {meaning: ""}) for name in tool.properties)


def _meaning(name: str, role: str, values: Mapping[str, object]) -> str:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    for meaning in MEANS[role]:
        if meaning in values and re.search(rf"(?:^|_)(?:{NAMES[meaning]})(?:_|$)", spaced):
            return meaning
    return ""


def _give_the_rest(
    tool: Tool, role: str, arguments: dict[str, object], values: Mapping[str, object]
) -> None:
    """The main value goes to the first parameter still open that has to be given."""
    main = MEANS[role][0]
    if main not in values:
        return
    names = tool.required or list(tool.properties)[:1]
    for name in names:
        value = fitting(values[main], tool.properties.get(name, {}))
        if name not in arguments and value is not None:
            arguments[name] = value
            return


def fitting(value: object, schema: Fields) -> object:
    """The value in the type and among the choices of a schema; None when it cannot be."""
    options = [schema, *[as_fields(option) for option in as_items(schema.get("anyOf"))]]
    choices = [choice for option in options for choice in as_items(option.get("enum"))]
    if choices:
        return _chosen(value, choices)
    kinds = {kind for option in options for kind in _types(option)} - {"null"}
    if isinstance(value, float | int) and not isinstance(value, bool):
        return _number(value, kinds)
    if not kinds or "string" in kinds:
        return value
    return None


def _types(schema: Fields) -> list[str]:
    return [as_text(kind) for kind in as_items(schema.get("type"))]


def _chosen(value: object, choices: list[object]) -> object:
    for choice in choices:
        if choice == value or str(choice).lower() == str(value).lower():
            return choice
        if isinstance(value, float | int) and re.fullmatch(rf"{value:g}\s*s?", str(choice)):
            return choice
    return None


def _number(value: float, kinds: set[str]) -> object:
    whole = float(value).is_integer()
    if not kinds or "number" in kinds or ("integer" in kinds and whole):
        return int(value) if whole else value
    return f"{value:g}s" if "string" in kinds else None


def settings(wishes: Wishes) -> dict[str, object]:
    """The wishes by meaning."""
    return {
        DURATION: wishes.duration_seconds,
        RESOLUTION: wishes.resolution,
        ASPECT: wishes.aspect_ratio,
        TIER: wishes.tier,
        SEED: wishes.seed,
    }


def again(tool: Tool, earlier: Fields) -> Call:
    """The same call once more."""
    known = tool.properties
    return Call(tool.name, {name: value for name, value in earlier.items() if name in known})
