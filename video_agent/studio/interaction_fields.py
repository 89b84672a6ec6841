"""The fields of a POST to /interactions, checked one by one in Google's words."""

import re
from collections.abc import Sequence

from video_agent.catalog import VideoLimits
from video_agent.studio.places import Place
from video_agent.studio.reading import Fields, as_fields, as_items, as_text, snake
from video_agent.studio.refusals import Refusal

TOP_LEVEL = """
    model input background store stream response_format generation_config labels service_tier
    previous_interaction_id webhook_config tools system_instruction safety_settings cached_content
    continuation_token environment response_mime_type response_modalities agent agent_config
""".split()  # noqa: SIM905 - readable as a paragraph
NOT_FOR_VIDEO = """
    tools system_instruction safety_settings cached_content continuation_token environment
    response_mime_type agent agent_config
""".split()  # noqa: SIM905 - readable as a paragraph
TYPES: dict[str, type] = {
    "model": str,
    "background": bool,
    "store": bool,
    "stream": bool,
    "labels": dict,
    "generation_config": dict,
    "previous_interaction_id": str,
    "webhook_config": dict,
}
TYPE_NAMES: dict[type, str] = {str: "a string", bool: "a boolean", dict: "an object"}
OPEN_MAPS = {"labels", "user_metadata"}  # their keys are the caller's own
FORMAT_FIELDS = {"type", "aspect_ratio", "resolution", "duration", "delivery", "gcs_uri"}
CONFIG_FIELDS = {"seed", "video_config", "thinking_level", "thinking_summaries"}
CONFIG_NOT_FOR_VIDEO = {"temperature", "top_p", "max_output_tokens", "stop_sequences"}
TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
DEFAULT_DURATION_SECONDS = 10.0
SECONDS = re.compile(r"\d+(\.\d+)?s")
LABEL = re.compile(r"[a-z0-9_-]{0,63}")


def invalid(message: str) -> Refusal:
    """A 400 in the Interactions shape."""
    return Refusal(400, message, interaction=True)


def in_snake_case(value: object) -> object:
    """A body with the names of its fields in snake_case, whichever of the two was sent.

    Raises:
        Refusal: 400, a field was sent under both.
    """
    if isinstance(value, list):
        return [in_snake_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    given = as_fields(value)
    renamed = {snake(name): item for name, item in given.items()}
    if twice := [name for name in given if name != snake(name) and snake(name) in given]:
        raise invalid(f"Unknown parameter '{twice[0]}': '{snake(twice[0])}' was sent too.")
    return {
        name: item if name in OPEN_MAPS else in_snake_case(item) for name, item in renamed.items()
    }


def check_top_level(body: Fields) -> None:
    """Refuse unknown fields, wrong types, and what Omni does not take.

    Raises:
        Refusal: 400.
    """
    if unknown := [name for name in body if name not in TOP_LEVEL]:
        raise invalid(f"Unknown parameter '{unknown[0]}'.")
    for name, kind in TYPES.items():
        if not isinstance(body.get(name), kind | None):
            raise invalid(f"Invalid type for '{name}': expected {TYPE_NAMES[kind]}.")
    if not as_text(body.get("model")):
        raise invalid("Missing required parameter: 'model'.")
    if refused := [name for name in NOT_FOR_VIDEO if body.get(name)]:
        raise invalid(f"The parameter '{refused[0]}' is not supported for this model.")
    stored_only = [name for name in ("background", "previous_interaction_id") if body.get(name)]
    if stored_only and body.get("store") is False:
        raise invalid(f"'{stored_only[0]}' requires 'store' to be true.")


def response_format(given: object, place: Place) -> Fields:
    """The video format that is asked for.

    Raises:
        Refusal: 400.
    """
    formats = [as_fields(item) for item in as_items(given)]
    videos = [item for item in formats if item.get("type") == "video"]
    if formats and not videos:
        raise invalid("'response_format.type' must be 'video' for this model.")
    chosen = videos[0] if videos else {}
    for name in chosen:
        if name not in FORMAT_FIELDS:
            raise invalid(f"Unknown parameter 'response_format.{name}'.")
    uri, by_link = as_text(chosen.get("gcs_uri")), chosen.get("delivery") == "uri"
    if chosen.get("gcs_uri") and not place.on_cloud:
        raise invalid("'response_format.gcs_uri' is not supported by the Gemini API.")
    if place.on_cloud and by_link and not uri:
        raise invalid("'response_format.gcs_uri' is required when 'delivery' is 'uri'.")
    if uri and not (by_link and uri.startswith("gs://") and uri.removeprefix("gs://")):
        raise invalid("'response_format.gcs_uri' must be a gs:// prefix, with delivery 'uri'.")
    return chosen


def generation_config(given: object) -> Fields:
    """The checked generation_config.

    Raises:
        Refusal: 400.
    """
    config = as_fields(given)
    for name in config:
        if name in CONFIG_NOT_FOR_VIDEO:
            raise invalid(f"'generation_config.{name}' is not supported for this model.")
        if name not in CONFIG_FIELDS:
            raise invalid(f"Unknown parameter 'generation_config.{name}'.")
    video_config = as_fields(config.get("video_config"))
    if video_config.get("task") is not None:
        one_of("generation_config.video_config.task", video_config["task"], TASKS)
    if unknown := [name for name in video_config if name != "task"]:
        raise invalid(f"Unknown parameter 'generation_config.video_config.{unknown[0]}'.")
    return config


def one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    """The value of a field if it is allowed.

    Raises:
        Refusal: 400 naming what is.
    """
    if value not in allowed:
        values = ", ".join(f"'{item}'" for item in allowed)
        raise invalid(
            f"The value '{value}' is not supported for '{name}'. Supported values: {values}."
        )
    return str(value)


def choice(fields: Fields, name: str, allowed: Sequence[str], default: str) -> str:
    """A field of response_format, or what stands for it when it is left out.

    Raises:
        Refusal: 400.
    """
    return one_of(f"response_format.{name}", fields.get(name) or default, allowed)


def duration(
    given: object, limits: VideoLimits, bounds: tuple[float, float] | None = None
) -> float:
    """Seconds asked for; the default when nothing is.

    Args:
        given: What was sent.
        limits: What the model can do.
        bounds: The least and the most, where another rule than that for whole clips holds.

    Raises:
        Refusal: 400.
    """
    if given is None:
        return DEFAULT_DURATION_SECONDS
    name = "response_format.duration"
    if not isinstance(given, str) or not SECONDS.fullmatch(given):
        raise invalid(f"The value '{given}' is not supported for '{name}'. Use a string like '6s'.")
    seconds = float(given[:-1])
    fits = bounds[0] <= seconds <= bounds[1] if bounds else limits.allows_duration(seconds)
    if not fits:
        known = f"{bounds[0]:g} to {bounds[1]:g} s" if bounds else limits.durations_text
        raise invalid(
            f"The value '{given}' is not supported for '{name}'. Supported values: {known}."
        )
    return seconds


def seed(given: object) -> int | None:
    """The seed; None when none is given.

    Raises:
        Refusal: 400.
    """
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not -(2**31) <= given < 2**32:
        raise invalid("'generation_config.seed' must be a 32-bit integer.")
    return given % 2**32


def labels(given: object) -> dict[str, str]:
    """The checked labels.

    Raises:
        Refusal: 400.
    """
    found: dict[str, str] = {}
    for name, value in as_fields(given).items():
        text = value if isinstance(value, str) else "!"  # no label: refused here
        if not (name[:1].isalpha() and LABEL.fullmatch(name) and LABEL.fullmatch(text)):
            raise invalid(
                f"Invalid label '{name}'. Labels have at most 63 characters of a-z, 0-9, _ and -."
            )
        found[name] = text
    return found
