"""What the Interactions API answers: bodies in the shapes recorded from the live service."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from video_agent.studio.reading import as_fields, as_number, as_text
from video_agent.studio.storage import InteractionRow

GOOGLE_FILES = "https://generativelanguage.googleapis.com/v1beta/files"
REFUSAL_TEXT = (
    "I can't make this video because the request may go against the safety guidelines. "
    "Try a different description."
)


@dataclass(frozen=True)
class FinishedVideo:
    """What a completed generation delivers, as far as it delivers anything."""

    path: Path
    file_id: str


def stamp(seconds: float) -> str:
    """Unix seconds as Google writes times."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def accepted(row: InteractionRow) -> dict[str, object]:
    """The answer to a background POST."""
    return {
        "id": row.id,
        "status": row.status,
        "created": stamp(row.accepted_at),
        "updated": stamp(row.accepted_at),
        "service_tier": "standard",
        "object": "interaction",
        "model": row.model,
    }


def running(row: InteractionRow) -> dict[str, object]:
    """The answer to a GET while it is rendered (also `cancelled`)."""
    return {
        **accepted(row),
        "steps": [_user_input(row)],
        "response_format": row.request.get("response_format", {}),
    }


def finished(row: InteractionRow, video: FinishedVideo | None) -> dict[str, object]:
    """The answer after the end. `created` moves to the end, as it does upstream."""
    ended = stamp(row.finished_at or row.accepted_at)
    body = {**running(row), "created": ended, "updated": ended}
    if row.status == "failed":
        return {**body, "errors": [{"code": "internal", "message": row.error or "render failed"}]}
    if row.status == "incomplete":
        return {**body, "usage": _usage(row, video_tokens=0, text_tokens=0)}
    if row.status != "completed":
        return body
    steps = [_user_input(row), {"type": "thought", "signature": _signature(row)}]
    if row.fate == "blocked":
        text = [{"type": "text", "text": row.error or REFUSAL_TEXT}]
        steps.append({"type": "model_output", "content": text})
        return {**body, "usage": _usage(row, video_tokens=0, text_tokens=15), "steps": steps}
    content = [_block(row, video)] if video else []
    steps.append({"type": "model_output", "content": content})
    tokens = round(as_number(row.request.get("video_tokens")) or 0)
    return {**body, "usage": _usage(row, video_tokens=tokens, text_tokens=0), "steps": steps}


def _user_input(row: InteractionRow) -> dict[str, object]:
    content: list[dict[str, object]] = []
    if mime_type := as_text(row.request.get("first_frame_mime_type")):
        content.append({"type": "image", "mime_type": mime_type})
    content.append({"type": "text", "text": as_text(row.request.get("prompt"))})
    return {"type": "user_input", "content": content}


def _block(row: InteractionRow, video: FinishedVideo) -> dict[str, object]:
    block: dict[str, object] = {"type": "video", "mime_type": "video/mp4"}
    if as_text(row.request.get("delivery")) == "uri":
        return {**block, "uri": f"{GOOGLE_FILES}/{video.file_id}:download?alt=media"}
    return {**block, "data": base64.b64encode(video.path.read_bytes()).decode()}


def _signature(row: InteractionRow) -> str:
    return base64.b64encode(f"studio:{row.id}".encode()).decode()


def _usage(row: InteractionRow, *, video_tokens: int, text_tokens: int) -> dict[str, object]:
    prompt = as_text(row.request.get("prompt"))
    input_tokens = max(1, len(prompt) // 4)
    thoughts = 235 if video_tokens else 76
    output = video_tokens + text_tokens + (thoughts if video_tokens else 0)
    usage: dict[str, object] = {
        "total_input_tokens": input_tokens,
        "input_tokens_by_modality": [{"modality": "text", "tokens": input_tokens}],
        "total_output_tokens": output,
        "total_thought_tokens": thoughts,
        "total_tokens": input_tokens + output + (0 if video_tokens else thoughts),
        "total_cached_tokens": 0,
        "total_tool_use_tokens": 0,
    }
    if video_tokens:
        usage["output_tokens_by_modality"] = [{"modality": "video", "tokens": video_tokens}]
    return usage


def label_of(row: InteractionRow) -> dict[str, object]:
    """One entry of the look-up by label."""
    return {"id": row.id, "accepted_at": stamp(row.accepted_at), "status": row.status}


def labels_of(row: InteractionRow) -> dict[str, object]:
    """The labels a generation was started with."""
    return as_fields(row.request.get("labels"))
