"""What Omni accepts on the Interactions API; anything else is a 400 with Google's words."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from video_agent.catalog import Catalog, VideoLimits
from video_agent.studio.reading import Fields, as_fields, as_items, as_text
from video_agent.studio.refusals import Refusal
from video_agent.studio.renderer import RenderError, decode_image

TOP_LEVEL = """
    model input background store stream response_format generation_config labels service_tier
    previous_interaction_id webhook_config tools system_instruction safety_settings cached_content
    continuation_token environment response_mime_type response_modalities agent agent_config
""".split()  # noqa: SIM905 - readable as a paragraph
NOT_FOR_VIDEO = """
    tools system_instruction safety_settings cached_content continuation_token environment
    response_mime_type agent agent_config webhook_config stream
""".split()  # noqa: SIM905 - readable as a paragraph
TYPES: dict[str, type] = {
    "model": str,
    "background": bool,
    "store": bool,
    "labels": dict,
    "generation_config": dict,
    "previous_interaction_id": str,
}
TYPE_NAMES: dict[type, str] = {str: "a string", bool: "a boolean", dict: "an object"}
FORMAT_FIELDS = {"type", "aspect_ratio", "resolution", "duration", "delivery", "gcs_uri"}
CONFIG_FIELDS = {"seed", "video_config", "thinking_level", "thinking_summaries"}
CONFIG_NOT_FOR_VIDEO = {"temperature", "top_p", "max_output_tokens", "stop_sequences"}
TASKS = ("text_to_video", "image_to_video", "reference_to_video", "edit", "extend", "upscale")
SERVED_TASKS = ("text_to_video", "image_to_video")
DEFAULT_DURATION_SECONDS = 10.0
SECONDS = re.compile(r"\d+(\.\d+)?s")
LABEL = re.compile(r"[a-z0-9_-]{0,63}")
MAX_IMAGE_BYTES = 20_000_000


@dataclass(frozen=True)
class VideoOrder:
    """A checked request for one clip."""

    model: str
    prompt: str
    duration_seconds: float
    resolution: str
    aspect_ratio: str
    delivery: str
    background: bool
    labels: dict[str, str]
    seed: int | None
    first_frame: bytes | None
    first_frame_mime_type: str
    response_format: dict[str, object]


def invalid(message: str) -> Refusal:
    """A 400 in the Interactions shape."""
    return Refusal(400, message, interaction=True)


def read_order(body: Fields, catalog: Catalog) -> VideoOrder:
    """Check a POST body.

    Raises:
        Refusal: 400 for anything the service does not accept, 404 for an unknown or retired model.
    """
    _check_top_level(body)
    limits = _limits(as_text(body.get("model")), catalog)
    background = body.get("background") is True
    if background and body.get("store") is False:
        raise invalid("'background' requires 'store' to be true.")
    video_format = _response_format(body.get("response_format"))
    config = _generation_config(body.get("generation_config"))
    prompt, image, mime_type = _input(body.get("input"))
    task = as_text(as_fields(config.get("video_config")).get("task"))
    if task == "image_to_video" and image is None:
        raise invalid("Task 'image_to_video' requires an image in 'input'.")
    return VideoOrder(
        model=as_text(body.get("model")),
        prompt=prompt,
        duration_seconds=_duration(video_format.get("duration"), limits),
        resolution=_choice(video_format, "resolution", limits.resolutions, "720p"),
        aspect_ratio=_choice(video_format, "aspect_ratio", limits.aspect_ratios, "16:9"),
        delivery=_choice(video_format, "delivery", ("inline", "uri"), "inline"),
        background=background,
        labels=_labels(body.get("labels")),
        seed=_seed(config.get("seed")),
        first_frame=image,
        first_frame_mime_type=mime_type,
        response_format=dict(video_format),
    )


def _check_top_level(body: Fields) -> None:
    for name, value in body.items():
        if name not in TOP_LEVEL:
            raise invalid(f"Unknown parameter '{name}'.")
        kind = TYPES.get(name)
        if kind is not None and value is not None and not isinstance(value, kind):
            raise invalid(f"Invalid type for '{name}': expected {TYPE_NAMES[kind]}.")
    if not as_text(body.get("model")):
        raise invalid("Missing required parameter: 'model'.")
    for name in NOT_FOR_VIDEO:
        if body.get(name):
            raise invalid(f"The parameter '{name}' is not supported for this model.")


def _limits(model_id: str, catalog: Catalog) -> VideoLimits:
    name = model_id.removeprefix("models/")
    model = next((entry for entry in catalog.models if entry.id == name), None)
    if model is None:
        raise Refusal(404, f"Model '{name}' not found.", interaction=True)
    if model.retired(max(datetime.now(UTC).date(), catalog.checked)):
        raise Refusal(404, f"Model '{name}' is no longer available.", interaction=True)
    if model.video is None or model.protocol != "interactions":
        raise invalid(f"Model '{name}' is not supported for video generation by this API.")
    return model.video


def _response_format(given: object) -> Fields:
    formats = [as_fields(item) for item in as_items(given)]
    videos = [item for item in formats if item.get("type") == "video"]
    if formats and not videos:
        raise invalid("'response_format.type' must be 'video' for this model.")
    chosen = videos[0] if videos else {}
    for name in chosen:
        if name not in FORMAT_FIELDS:
            raise invalid(f"Unknown parameter 'response_format.{name}'.")
    if chosen.get("gcs_uri"):
        raise invalid("'response_format.gcs_uri' is not supported by the Gemini API.")
    return chosen


def _generation_config(given: object) -> Fields:
    config = as_fields(given)
    for name in config:
        if name in CONFIG_NOT_FOR_VIDEO:
            raise invalid(f"'generation_config.{name}' is not supported for this model.")
        if name not in CONFIG_FIELDS:
            raise invalid(f"Unknown parameter 'generation_config.{name}'.")
    video_config = as_fields(config.get("video_config"))
    task = video_config.get("task")
    if task is not None:
        _one_of("generation_config.video_config.task", task, TASKS)
        if task not in SERVED_TASKS:
            raise invalid(f"Task '{task}' is not supported by this studio.")
    if unknown := [name for name in video_config if name != "task"]:
        raise invalid(f"Unknown parameter 'generation_config.video_config.{unknown[0]}'.")
    return config


def _one_of(name: str, value: object, allowed: Sequence[str]) -> str:
    if value not in allowed:
        values = ", ".join(f"'{item}'" for item in allowed)
        raise invalid(
            f"The value '{value}' is not supported for '{name}'. Supported values: {values}."
        )
    return str(value)


def _choice(fields: Fields, name: str, allowed: Sequence[str], default: str) -> str:
    return _one_of(f"response_format.{name}", fields.get(name) or default, allowed)


def _duration(given: object, limits: VideoLimits) -> float:
    if given is None:
        return DEFAULT_DURATION_SECONDS
    name = "response_format.duration"
    if not isinstance(given, str) or not SECONDS.fullmatch(given):
        raise invalid(f"The value '{given}' is not supported for '{name}'. Use a string like '6s'.")
    seconds = float(given[:-1])
    if not limits.allows_duration(seconds):
        raise invalid(
            f"The value '{given}' is not supported for '{name}'. "
            f"Supported values: {limits.durations_text}."
        )
    return seconds


def _seed(given: object) -> int | None:
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or not -(2**31) <= given < 2**32:
        raise invalid("'generation_config.seed' must be a 32-bit integer.")
    return given % 2**32


def _labels(given: object) -> dict[str, str]:
    labels: dict[str, str] = {}
    for name, value in as_fields(given).items():
        labels[name] = value if isinstance(value, str) else "!"  # no label: refused below
    for name, value in labels.items():
        if not (name[:1].isalpha() and LABEL.fullmatch(name) and LABEL.fullmatch(value)):
            raise invalid(
                f"Invalid label '{name}'. Labels have at most 63 characters of a-z, 0-9, _ and -."
            )
    return labels


def _input(given: object) -> tuple[str, bytes | None, str]:
    """Prompt, first frame and its type, from text, content blocks or user_input steps."""
    if given is None:
        raise invalid("Missing required parameter: 'input'.")
    if isinstance(given, str):
        return given, None, ""
    texts: list[str] = []
    images: list[Fields] = []
    for block in _content_blocks(given):
        if block.get("type") == "text":
            texts.append(as_text(block.get("text")))
        elif block.get("type") == "image":
            images.append(block)
        else:
            raise invalid(f"Input of type '{block.get('type')}' is not supported by this studio.")
    if len(images) > 1:
        raise invalid("More than one image is not supported by this studio.")
    if not images:
        return "\n".join(texts), None, ""
    return "\n".join(texts), _image(images[0]), as_text(images[0].get("mime_type"))


def _content_blocks(given: object) -> list[Fields]:
    blocks: list[Fields] = []
    for item in as_items(given):
        block = as_fields(item)
        if block.get("type") == "user_input":
            blocks += [as_fields(part) for part in as_items(block.get("content"))]
        elif isinstance(item, str):
            blocks.append({"type": "text", "text": item})
        else:
            blocks.append(block)
    return blocks


def _image(block: Fields) -> bytes:
    if not block.get("data"):
        raise invalid("An image needs 'data'; 'uri' is not supported by this studio.")
    try:
        data = base64.b64decode(as_text(block["data"]), validate=True)
    except binascii.Error:
        raise invalid("Invalid base64 in 'input' image.") from None
    if not data or len(data) > MAX_IMAGE_BYTES:
        raise invalid("The image in 'input' is empty or too large.")
    try:
        decode_image(data)
    except RenderError:
        raise invalid("Unable to process input image.") from None
    return data
