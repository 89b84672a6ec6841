"""An order becomes a request of the Interactions API. Pure.

Shapes as Google documents and as recorded live in October 2026: media before the prompt, first
frame before last frame, durations as strings.
"""

import base64
from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

from video_agent.backends.google.configuration import GoogleConfig
from video_agent.backends.prefix_lookup import generation_folder
from video_agent.models import GenerationOrder, Task

_TASKS: dict[Task, str] = {"first_and_last_frame": "image_to_video"}
"""Two pictures and `image_to_video` are the two ends; the other names are Google's own."""


class TextBlock(TypedDict):
    """A text part of the input."""

    type: Literal["text"]
    text: str


class MediaBlock(TypedDict):
    """A picture or clip of the input: base64 `data`, or the `uri` of a file Google can read.

    Files of the Files API are `document` blocks, as in Google's examples; gs:// clips are `video`.
    """

    type: Literal["image", "video", "document"]
    data: NotRequired[str]
    uri: NotRequired[str]
    mime_type: NotRequired[str]


def inline_block(kind: Literal["image", "video"], data: bytes, mime_type: str) -> MediaBlock:
    """Bytes inside the request."""
    text = base64.b64encode(data).decode("ascii")
    return MediaBlock(type=kind, data=text, mime_type=mime_type)


def create_arguments(
    order: GenerationOrder,
    config: GoogleConfig,
    media: Sequence[MediaBlock],
    previous_interaction_id: str | None,
) -> dict[str, object]:
    """Everything of one `interactions.create`. Nothing is left to the service's dear defaults.

    Args:
        order: What is to be made.
        config: The surface, its output folder, the webhook.
        media: Pictures and clips in the order in which the service reads them.
        previous_interaction_id: The generation that is edited or extended where the service still
            has it.
    """
    labels = {"generation": order.generation_id, "job": order.job_id}
    arguments: dict[str, object] = {
        "model": order.model,
        "input": _input(order, media),
        "background": True,
        "store": True,
        "labels": labels,
        "response_format": _response_format(order, config),
    }
    generation_config = _generation_config(order, config, previous_interaction_id)
    if generation_config:
        arguments["generation_config"] = generation_config
    if previous_interaction_id is not None:
        arguments["previous_interaction_id"] = previous_interaction_id
    if config.webhook_url is not None and config.surface == "gemini_api":
        arguments["webhook_config"] = {"uris": [config.webhook_url], "user_metadata": labels}
    return arguments


def _input(
    order: GenerationOrder, media: Sequence[MediaBlock]
) -> str | list[MediaBlock | TextBlock]:
    return [*media, TextBlock(type="text", text=order.prompt)] if media else order.prompt


def _response_format(order: GenerationOrder, config: GoogleConfig) -> dict[str, str]:
    """Length, size and delivery, as far as they do not follow from the source of the clip."""
    settings = order.settings
    wanted = {"type": "video", "resolution": settings.resolution}
    if settings.task not in ("edit", "extend"):
        wanted["aspect_ratio"] = settings.aspect_ratio
    if settings.task != "edit":
        wanted["duration"] = f"{settings.duration_seconds:g}s"
    if config.surface == "gemini_api":
        return wanted | {"delivery": "uri"}
    if config.output_uri is None:
        return wanted | {"delivery": "inline"}
    folder = generation_folder(config.output_uri, order.generation_id)
    return wanted | {"delivery": "uri", "gcs_uri": folder}


def _generation_config(
    order: GenerationOrder, config: GoogleConfig, previous_interaction_id: str | None
) -> dict[str, object]:
    result: dict[str, object] = {}
    # Agent Platform was seen to refuse a task beside an earlier generation; it means an edit then.
    if config.surface == "gemini_api" or previous_interaction_id is None:
        task = order.settings.task
        result["video_config"] = {"task": _TASKS.get(task, task)}
    if order.settings.seed is not None:
        result["seed"] = order.settings.seed
    return result
