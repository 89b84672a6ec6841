"""What a turn and its model raise, as errors of ours, and whether that may have cost something."""

from collections.abc import Callable

import httpx
from google.adk.errors import StaleSessionError
from google.adk.models.llm_response import LlmResponse
from google.genai.errors import APIError

from video_agent.errors import AuthError, BackendError, PlanError, StoreError, VideoAgentError

_PASSING = frozenset({408, 409, 425, 429})


def as_plan_error(
    error: Exception, explain: Callable[[Exception], BackendError] | None = None
) -> VideoAgentError:
    """Whatever ended a turn as one of our errors.

    Args:
        error: What was raised.
        explain: Reads what the model's service raised; a wrong key or login stays an `AuthError`.
    """
    if isinstance(error, VideoAgentError):
        return error
    if _is_stale(error):
        return StoreError(
            "another process works for this job at the same time",
            hint="let it finish, then look at the job or resume it",
            retryable=True,
        )
    known = explain(error) if explain is not None else None
    if isinstance(known, AuthError):
        return AuthError(known.message, hint=f"{known.hint}, then resume the job")
    if known is not None:  # its words are without secrets
        what, retryable = known.message, known.retryable
    elif isinstance(error, APIError):
        what = f"HTTP {error.code}: {error.message or error.status or 'no reason given'}"
        retryable = error.code in _PASSING or not 400 <= error.code < 500
    else:
        what, retryable = f"{type(error).__name__}: {error}", True
    return PlanError(
        f"the planner's model failed: {what}",
        hint="nothing is lost; resume the job",
        retryable=retryable,
    )


def unusable(response: LlmResponse) -> str | None:
    """Why an answer of the planner's model cannot be used (blocked, cut off); None when it can."""
    if not response.error_code:
        return None
    words = f": {response.error_message}" if response.error_message else ""
    return f"the planner's model gave no usable answer ({response.error_code}{words})"


def _is_stale(error: BaseException) -> bool:
    """Whether somebody else has written to the conversation; ADK wraps what plugins raise."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, StaleSessionError):
        seen = seen.__cause__
    return seen is not None


def may_have_cost(error: Exception) -> bool:
    """Whether the lost answer may be on the bill: sent, and not answered with an error."""
    return not isinstance(error, APIError | VideoAgentError | httpx.ConnectError)
