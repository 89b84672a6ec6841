"""What the planner's model raises, as errors of ours, and whether it may have cost something."""

import logging

import httpx
from google.genai.errors import APIError

from video_agent.errors import PlanError, VideoAgentError

_LOG = logging.getLogger(__name__)
_PASSING = frozenset({408, 409, 425, 429})


def as_plan_error(error: Exception) -> VideoAgentError:
    """An error of the planner's model as one of ours."""
    if isinstance(error, VideoAgentError):
        return error
    _LOG.debug("the planner's model failed", exc_info=error)
    if isinstance(error, APIError):
        what = f"HTTP {error.code}: {error.message or error.status or 'no reason given'}"
        retryable = error.code in _PASSING or not 400 <= error.code < 500
    else:
        what, retryable = f"{type(error).__name__}: {error}", True
    return PlanError(
        f"the planner's model failed: {what}",
        hint="nothing is lost; resume the job",
        retryable=retryable,
    )


def may_have_cost(error: Exception) -> bool:
    """Whether the lost answer may be on the bill: sent, and not answered with an error."""
    return not isinstance(error, APIError | VideoAgentError | httpx.ConnectError)
