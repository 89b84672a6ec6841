"""The Interactions API's video documents: an order becomes a request, an answer an update. Pure.

Shapes as recorded from the live service in October 2026 (video blocks inside `model_output` steps,
`usage.output_tokens_by_modality`, durations as strings).
"""

import base64
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Literal, TypedDict, cast

from video_agent.catalog import Model
from video_agent.models import GenerationOrder, GenerationUpdate, MediaSource

Document = Mapping[str, object]

_FAILED = {
    "failed": "the service failed",
    "cancelled": "the generation was cancelled",
    "incomplete": "the service ended without finishing",
    "budget_exceeded": "the service's own budget for the request was exceeded",
    "requires_action": "the service asked for an action that a video cannot have",
    "requires_continuation": "the service asked for a continuation that a video cannot have",
}
_IMAGE_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_MICRO = Decimal("0.000001")


class TextInput(TypedDict):
    """A text part of the input."""

    type: Literal["text"]
    text: str


class ImageInput(TypedDict):
    """An image part of the input; `data` is base64."""

    type: Literal["image"]
    data: str
    mime_type: str


class VideoFormat(TypedDict):
    """What is to be delivered; `duration` is a string with a unit, a number is refused."""

    type: Literal["video"]
    aspect_ratio: str
    duration: str
    resolution: str
    delivery: Literal["uri"]


def image_type(data: bytes) -> str | None:
    """The media type of PNG, JPEG or WebP bytes; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((name for sign, name in _IMAGE_SIGNATURES if data.startswith(sign)), None)


def request_input(prompt: str, first_frame: bytes | None) -> str | list[ImageInput | TextInput]:
    """The `input` of a request: the prompt alone, or the first frame and the prompt.

    `first_frame` must be bytes that `image_type` knows.
    """
    if first_frame is None:
        return prompt
    return [
        ImageInput(
            type="image",
            data=base64.b64encode(first_frame).decode("ascii"),
            mime_type=image_type(first_frame) or "application/octet-stream",
        ),
        TextInput(type="text", text=prompt),
    ]


def response_format(order: GenerationOrder) -> VideoFormat:
    """Duration, size and delivery. All are always sent: the service's defaults are dear."""
    settings = order.settings
    return VideoFormat(
        type="video",
        aspect_ratio=settings.aspect_ratio,
        duration=f"{settings.duration_seconds:g}s",
        resolution=settings.resolution,
        delivery="uri",
    )


def generation_config(order: GenerationOrder) -> dict[str, object]:
    """The task, and the seed only when one is set."""
    task = "text_to_video" if order.inputs.first_frame is None else "image_to_video"
    config: dict[str, object] = {"video_config": {"task": task}}
    if order.settings.seed is not None:
        config["seed"] = order.settings.seed
    return config


def read_interaction(document: Document, model: Model | None, today: date) -> GenerationUpdate:
    """What an interaction says about its video.

    An unknown status means "still running": the caller's deadline bounds it. Completed without a
    video is a refusal when no video was made (no video tokens), else a failure that was billed.
    """
    status = str(document.get("status", ""))
    usage = _usage(document)
    cost = _cost_usd(document, usage, model, today)
    if status in _FAILED:
        reason = _error_text(document) or _FAILED[status]
        return GenerationUpdate(status="failed", reason=reason, cost_usd=cost, usage=usage)
    if status != "completed":
        return GenerationUpdate(status="running")
    sources = tuple(_videos(document))
    if sources:
        return GenerationUpdate(status="succeeded", sources=sources, cost_usd=cost, usage=usage)
    if usage.get("video_tokens", 0) > 0:
        reason = "the service billed a video but delivered none"
        return GenerationUpdate(status="failed", reason=reason, cost_usd=cost, usage=usage)
    reason = _text(document) or _error_text(document) or "the service refused without a reason"
    return GenerationUpdate(status="blocked", reason=reason, cost_usd=cost, usage=usage)


def _blocks(document: Document) -> Iterator[Document]:
    for step in _list(document.get("steps")):
        if step.get("type") == "model_output":
            yield from _list(step.get("content"))


def _videos(document: Document) -> Iterator[MediaSource]:
    for block in _blocks(document):
        uri, data = block.get("uri"), block.get("data")
        if block.get("type") != "video" or not (uri or data):
            continue
        yield MediaSource(
            uri=str(uri) if uri else None,
            base64_data=str(data) if data and not uri else None,
            mime_type=str(block.get("mime_type") or "video/mp4"),
        )


def _text(document: Document) -> str:
    parts = (str(block.get("text") or "") for block in _blocks(document))
    return " ".join(" ".join(parts).split())[:500]


def _error_text(document: Document) -> str:
    errors = _list(document.get("errors"))
    errors += [_dict(step.get("error")) for step in _list(document.get("steps"))]
    texts = [str(item.get("message") or item.get("code")) for item in errors if item]
    return "; ".join(texts)[:500]


def _usage(document: Document) -> dict[str, int]:
    """Token counts under our names; `video_tokens` is there whenever usage was reported."""
    usage = document.get("usage")
    if not isinstance(usage, dict):
        return {}
    reported = cast("Document", usage)
    counts = {
        name: _count(reported.get(key))
        for name, key in (
            ("input_tokens", "total_input_tokens"),
            ("output_tokens", "total_output_tokens"),
            ("thought_tokens", "total_thought_tokens"),
        )
        if key in reported
    }
    by_modality = _list(reported.get("output_tokens_by_modality"))
    video = [item for item in by_modality if str(item.get("modality", "")).lower() == "video"]
    return counts | {"video_tokens": sum(_count(item.get("tokens")) for item in video)}


def _cost_usd(
    document: Document, usage: Mapping[str, int], model: Model | None, today: date
) -> Decimal | None:
    """Video tokens at the catalog's price per token; None without usage or without a price.

    The price of a token is the price of a second through the tokens of a second, at the
    resolution that the answer names, else at the dearest (they differ by 2 %).
    """
    limits = model.video if model is not None else None
    if "video_tokens" not in usage or limits is None or not limits.tokens_per_second:
        return None
    listed = limits.price(today).usd
    prices = {name: (listed[name], rate) for name, rate in limits.tokens_per_second.items()}
    named = str(_dict(document.get("response_format")).get("resolution", ""))
    dearest = max(prices.values(), key=lambda pair: pair[0] / pair[1])
    price, rate = prices.get(named, dearest)
    return (price * usage["video_tokens"] / rate).quantize(_MICRO)


def _count(value: object) -> int:
    return max(0, int(value)) if isinstance(value, int | float) else 0


def _dict(value: object) -> Document:
    return cast("Document", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Document]:
    if not isinstance(value, list):
        return []
    return [
        cast("Document", item) for item in cast("list[object]", value) if isinstance(item, dict)
    ]
