"""What an answer of the Interactions API says about its video. Pure.

Shapes as recorded from the live service in October 2026 (video blocks inside `model_output` steps,
`usage.output_tokens_by_modality`).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

from video_agent.catalog import Model
from video_agent.models import GenerationUpdate, MediaSource

Document = Mapping[str, object]

_FAILED = {
    "failed": "the service failed",
    "cancelled": "the generation was cancelled",
    "incomplete": "the service ended without finishing",
    "budget_exceeded": "the service's own budget for the request was exceeded",
    "requires_action": "the service asked for an action that a video cannot have",
    "requires_continuation": "the service asked for a continuation that a video cannot have",
}
_WORTH_ANOTHER_TRY = frozenset({"failed", "incomplete"})
_MICRO = Decimal("0.000001")


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
        return GenerationUpdate(
            status="failed",
            reason=reason,
            cost_usd=cost,
            usage=usage,
            retryable=status in _WORTH_ANOTHER_TRY,
        )
    if status != "completed":
        return GenerationUpdate(status="running")
    sources = tuple(_videos(document))
    if sources:
        # A report that counts no video for a video is one we misread: then nobody told the cost.
        cost = cost if usage.get("video_tokens") else None
        return GenerationUpdate(status="succeeded", sources=sources, cost_usd=cost, usage=usage)
    if usage.get("video_tokens", 0) > 0:
        reason = "the service billed a video but delivered none"
        return GenerationUpdate(status="failed", reason=reason, cost_usd=cost, usage=usage)
    reason = _text(document) or _error_text(document) or _silent_refusal(document)
    return GenerationUpdate(status="blocked", reason=reason, cost_usd=cost, usage=usage)


def answering_model(document: Document) -> str:
    """The model that the service says has answered; empty when it does not say."""
    return str(document.get("model") or "").removeprefix("models/")


def _blocks(document: Document, kind: str = "model_output") -> Iterator[Document]:
    for step in _list(document.get("steps")):
        if step.get("type") == kind:
            yield from _list(step.get("content"))


def _silent_refusal(document: Document) -> str:
    given = {block.get("type") for block in _blocks(document, "user_input")}
    if given & {"video", "document"}:
        return (
            "the service refused without a reason; clips given as files may not be edited or "
            "extended in Europe and some US states"
        )
    return "the service refused without a reason"


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
    """What the reported tokens cost at list prices; None without usage or without a price.

    A video token costs the price of a second through the tokens of a second, at the resolution that
    the answer names, else at the dearest (they differ by 2 %). Everything that went in, and the
    text and thoughts beside the video, have prices of their own.
    """
    limits = model.video if model is not None else None
    if model is None or limits is None or not limits.tokens_per_second:
        return None
    if "video_tokens" not in usage:
        return None
    listed = limits.price(today).usd
    prices = {name: (listed[name], rate) for name, rate in limits.tokens_per_second.items()}
    named = str(_dict(document.get("response_format")).get("resolution", ""))
    dearest = max(prices.values(), key=lambda pair: pair[0] / pair[1])
    price, rate = prices.get(named, dearest)
    video = usage["video_tokens"]
    words = max(0, usage.get("output_tokens", 0) - video) + usage.get("thought_tokens", 0)
    beside = model.token_cost_usd(usage.get("input_tokens", 0), words, today)
    return None if beside is None else (price * video / rate + beside).quantize(_MICRO)


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
