"""What a planner is told: a plain dictionary, also when something went wrong."""

import logging
from collections.abc import Mapping
from decimal import Decimal

from pydantic import BaseModel, ValidationError

from video_agent.errors import (
    BudgetError,
    ConfigurationError,
    InvalidRequestError,
    NotFoundError,
    PlanError,
    VideoAgentError,
)

_LOG = logging.getLogger(__name__)
_REFUSALS = (BudgetError, ConfigurationError, InvalidRequestError, NotFoundError, PlanError)

ToolResult = dict[str, object]


def refusal(error: VideoAgentError) -> ToolResult:
    """The planner's view of one of our errors: what happened, what to do, whether to repeat.

    `status` is `refused` when nothing was tried, `error` when something failed.
    """
    return {
        "status": "refused" if isinstance(error, _REFUSALS) else "error",
        "error": type(error).__name__,
        "message": f"{error.message}; {error.hint}" if error.hint else error.message,
        "retryable": error.retryable,
    }


def unexpected(tool_name: str, error: Exception) -> ToolResult:
    """The planner's view of an error nobody foresaw. The details go to the log."""
    _LOG.error("tool %s failed unexpectedly", tool_name, exc_info=error)
    return refusal(VideoAgentError(f"{tool_name} failed unexpectedly: {type(error).__name__}"))


def wrong_arguments(tool_name: str, error: ValidationError) -> InvalidRequestError:
    """One line naming every wrong argument of a call."""
    problems = "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'arguments'}: {item['msg']}"
        for item in error.errors(include_url=False, include_input=False)
    )
    return InvalidRequestError(f"wrong arguments for {tool_name}: {problems}")


def as_result(value: object) -> ToolResult:
    """A tool's value as the JSON object a planner reads; dollars become numbers to six places."""
    fields: Mapping[str, object]
    if isinstance(value, BaseModel):
        fields = value.model_dump()
    elif isinstance(value, Mapping):
        fields = {str(key): item for key, item in value.items()}
    else:
        fields = {"result": value}
    return {key: _plain(item) for key, item in fields.items()}


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return as_result(value)
    if isinstance(value, Decimal):
        return round(float(value), 6)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
