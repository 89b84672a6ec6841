"""What the Interactions API answers: bodies in the shapes recorded from the live service."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from video_agent.studio.deliveries import video_uri
from video_agent.studio.reading import as_fields, as_items, as_number, as_text
from video_agent.studio.storage import InteractionRow

REFUSAL_TEXT = (
    "I can't make this video because the request may go against the safety guidelines. "
    "Try a different description."
)
# Beside the video a recorded answer held 497 output tokens and 235 of thoughts, which are counted
# apart: a refusal with 15 output tokens had 76 of thoughts.
TEXT_TOKENS_BESIDE_VIDEO, THOUGHT_TOKENS = 497, 235
REFUSAL_TEXT_TOKENS, REFUSAL_THOUGHT_TOKENS = 15, 76
CHARACTERS_PER_TOKEN = 4
ERROR_CODES = {"permission": "permission_denied", "does not exist": "not_found"}


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
    body = {
        **accepted(row),
        "steps": [_user_input(row)],
        "response_format": row.request.get("response_format", {}),
    }
    if previous := as_text(row.request.get("previous_id")):
        body["previous_interaction_id"] = previous
    return body


def finished(row: InteractionRow, video: FinishedVideo | None) -> dict[str, object]:
    """The answer after the end. `created` moves to the end, as it does upstream."""
    ended = stamp(row.finished_at or row.accepted_at)
    body = {**running(row), "created": ended, "updated": ended}
    if row.status == "failed":
        message = row.error or "render failed"
        return {**body, "errors": [{"code": _code(message), "message": message}]}
    if row.status == "cancelled":
        return body
    if row.status != "completed":
        return {**body, "usage": _usage(row, video_tokens=0, text_tokens=0)}
    steps = [_user_input(row), {"type": "thought", "signature": _signature(row)}]
    if row.fate == "blocked":
        text = [{"type": "text", "text": row.error or REFUSAL_TEXT}]
        steps.append({"type": "model_output", "content": text})
        usage = _usage(row, video_tokens=0, text_tokens=REFUSAL_TEXT_TOKENS)
        return {**body, "usage": usage, "steps": steps}
    content = [_block(row, video)] if video else []
    steps.append({"type": "model_output", "content": content})
    tokens = round(as_number(row.request.get("video_tokens")) or 0)
    usage = _usage(row, video_tokens=tokens, text_tokens=TEXT_TOKENS_BESIDE_VIDEO)
    return {**body, "usage": usage, "steps": steps}


def input_of(row: InteractionRow) -> list[object]:
    """The input of the turn as a step, without bytes."""
    return [_user_input(row)]


def _code(message: str) -> str:
    found = (code for word, code in ERROR_CODES.items() if word in message)
    return next(found, "internal")


def _user_input(row: InteractionRow) -> dict[str, object]:
    return {"type": "user_input", "content": as_items(row.request.get("input"))}


def _block(row: InteractionRow, video: FinishedVideo) -> dict[str, object]:
    block: dict[str, object] = {"type": "video", "mime_type": "video/mp4"}
    if uri := video_uri(row, video.file_id):
        return {**block, "uri": uri}
    return {**block, "data": base64.b64encode(video.path.read_bytes()).decode()}


def _signature(row: InteractionRow) -> str:
    return base64.b64encode(f"studio:{row.id}".encode()).decode()


def _usage(row: InteractionRow, *, video_tokens: int, text_tokens: int) -> dict[str, object]:
    given = as_fields(row.request.get("input_tokens"))
    text = max(1, len(as_text(row.request.get("prompt"))) // CHARACTERS_PER_TOKEN)
    counts = {"text": text} | {name: round(as_number(count) or 0) for name, count in given.items()}
    total_input = sum(counts.values())
    thoughts = THOUGHT_TOKENS if video_tokens else REFUSAL_THOUGHT_TOKENS
    output = video_tokens + text_tokens
    usage: dict[str, object] = {
        "total_input_tokens": total_input,
        "input_tokens_by_modality": _by_modality(counts),
        "total_output_tokens": output,
        "total_thought_tokens": thoughts,
        "total_tokens": total_input + output + thoughts,
        "total_cached_tokens": 0,
        "total_tool_use_tokens": 0,
    }
    if video_tokens:
        usage["output_tokens_by_modality"] = _by_modality({"video": video_tokens})
    return usage


def _by_modality(counts: dict[str, int]) -> list[dict[str, object]]:
    return [{"modality": name, "tokens": count} for name, count in counts.items() if count]


def label_of(row: InteractionRow) -> dict[str, object]:
    """One entry of the look-up by label."""
    return {"id": row.id, "accepted_at": stamp(row.accepted_at), "status": row.status}
