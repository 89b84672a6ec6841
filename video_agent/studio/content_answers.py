"""What generateContent answers: candidates, usage, and the ways an answer can be unusable."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from video_agent.studio.content_request import Answer, Call, ContentRequest, Media

CHARACTERS_PER_TOKEN = 4
ASSUMED_CLIP_SECONDS = 6


@dataclass(frozen=True)
class Reply:
    """What a role says: text, function calls, or a text after a call."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    clip_seconds: float = ASSUMED_CLIP_SECONDS


def tokens_of(text: str) -> int:
    """A plausible count of tokens."""
    return max(1, -(-len(text) // CHARACTERS_PER_TOKEN)) if text else 0


def input_tokens(request: ContentRequest, clip_seconds: float) -> dict[str, int]:
    """Tokens of the request by modality."""
    text, video, image = tokens_of(request.all_text), 0, 0
    for turn in request.turns:
        for part in turn.parts:
            if isinstance(part, Call):
                text += tokens_of(json.dumps(part.arguments))
            elif isinstance(part, Answer):
                text += tokens_of(json.dumps(part.response))
            elif isinstance(part, Media) and part.mime_type.startswith("image/"):
                image += part.options.image_tokens
            elif isinstance(part, Media):
                video += part.options.video_tokens(clip_seconds)
    text += sum(tokens_of(tool.description + json.dumps(tool.parameters)) for tool in request.tools)
    counts = {"TEXT": text, "VIDEO": video, "IMAGE": image}
    return {modality: count for modality, count in counts.items() if count}


def answer(request: ContentRequest, reply: Reply) -> dict[str, object]:
    """The body of a good answer."""
    parts: list[dict[str, object]] = []
    if reply.text:
        parts.append({"text": reply.text})
    for call in reply.calls:
        described = {"name": call.name, "args": dict(call.arguments), "id": call.id or _call_id()}
        parts.append({"functionCall": described, "thoughtSignature": _SIGNATURE})
    content: dict[str, object] = {"role": "model", "parts": parts or [{"text": ""}]}
    written = reply.text + "".join(json.dumps(dict(call.arguments)) for call in reply.calls)
    return _body(request, reply, [_candidate(content, "STOP")], tokens_of(written))


_SIGNATURE = "c3R1ZGlv"  # opaque to the client, which has to send it back


def truncated(request: ContentRequest, reply: Reply) -> dict[str, object]:
    """The first half of the text, cut off by MAX_TOKENS."""
    half = reply.text[: max(1, len(reply.text) // 2)]
    content: dict[str, object] = {"role": "model", "parts": [{"text": half}]}
    return _body(request, reply, [_candidate(content, "MAX_TOKENS")], tokens_of(half))


def blocked(request: ContentRequest) -> dict[str, object]:
    """A prompt that the safety system refused: no candidates."""
    body = _body(request, Reply(), [], 0)
    body.pop("candidates")
    return {**body, "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}


def empty(request: ContentRequest) -> dict[str, object]:
    """No candidates and no reason."""
    body = _body(request, Reply(), [], 0)
    body.pop("candidates")
    return body


def _candidate(content: dict[str, object], reason: str) -> dict[str, object]:
    return {"content": content, "finishReason": reason, "index": 0}


def _body(
    request: ContentRequest, reply: Reply, candidates: Sequence[object], output_tokens: int
) -> dict[str, object]:
    by_modality = input_tokens(request, reply.clip_seconds)
    prompt = sum(by_modality.values())
    return {
        "candidates": list(candidates),
        "usageMetadata": {
            "promptTokenCount": prompt,
            "candidatesTokenCount": output_tokens,
            "totalTokenCount": prompt + output_tokens,
            "promptTokensDetails": [
                {"modality": modality, "tokenCount": count}
                for modality, count in by_modality.items()
            ],
        },
        "modelVersion": request.model,
        "responseId": secrets.token_urlsafe(12),
    }


def _call_id() -> str:
    return f"call_{secrets.token_hex(6)}"
