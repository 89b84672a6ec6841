"""What a language model answered: blocked, useless, or a value we have validated ourselves.

The SDK's own `parsed` is not used: it is silently None for cut, fenced or misshapen answers.
"""

import re
from dataclasses import dataclass
from typing import Generic

from google.genai import types
from pydantic import ValidationError

from video_agent.models import TokenUsage
from video_agent.ports import AnswerT

_FENCE = re.compile(r"\A```[\w-]*\s*(.*?)\s*```\Z", re.DOTALL)
_GOOD_ENDS = (None, types.FinishReason.STOP, types.FinishReason.FINISH_REASON_UNSPECIFIED)
_BLOCKED_ENDS = frozenset(
    {
        types.FinishReason.SAFETY,
        types.FinishReason.RECITATION,
        types.FinishReason.BLOCKLIST,
        types.FinishReason.PROHIBITED_CONTENT,
        types.FinishReason.SPII,
        types.FinishReason.LANGUAGE,
    }
)


@dataclass(frozen=True)
class Reading(Generic[AnswerT]):
    """One answer, read.

    Exactly one of three: `value` is the validated answer; `blocked` the service's words for a
    refusal; `problem` says why the answer is useless, and then `text` is what came, if anything.
    """

    value: AnswerT | None = None
    blocked: str = ""
    problem: str = ""
    text: str = ""


def read_answer(response: types.GenerateContentResponse, schema: type[AnswerT]) -> Reading[AnswerT]:
    """Read one response."""
    feedback = response.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        words = feedback.block_reason_message or _name(feedback.block_reason)
        return Reading(blocked=f"the prompt was blocked: {words}")
    if not response.candidates:
        return Reading(problem="the answer was empty")
    candidate = response.candidates[0]
    end = candidate.finish_reason
    if end in _BLOCKED_ENDS:
        return Reading(blocked=f"the answer was blocked: {candidate.finish_message or _name(end)}")
    text = _text(candidate)
    if end not in _GOOD_ENDS:
        return Reading(problem=f"the answer was cut off ({_name(end)})")
    if not text.strip():
        return Reading(problem="the answer was empty")
    return _validated(text, schema)


def tokens(response: types.GenerateContentResponse) -> TokenUsage | None:
    """What the call used, under the model that answered; thinking counts as output."""
    usage = response.usage_metadata
    if usage is None:
        return None
    return TokenUsage(
        model=(response.model_version or "").removeprefix("models/"),
        input_tokens=usage.prompt_token_count or 0,
        output_tokens=(usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0),
    )


def _validated(text: str, schema: type[AnswerT]) -> Reading[AnswerT]:
    fenced = _FENCE.match(text.strip())
    try:
        return Reading(value=schema.model_validate_json(fenced[1] if fenced else text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        count = error.error_count()
        more = f" and {count - 1} more" if count > 1 else ""
        return Reading(problem=f"the answer is misshapen: {place}: {first['msg']}{more}", text=text)


def _text(candidate: types.Candidate) -> str:
    parts = (candidate.content.parts if candidate.content else None) or []
    return "".join(part.text for part in parts if part.text and not part.thought)


def _name(reason: object) -> str:
    return str(getattr(reason, "value", reason))
