"""The one place that turns what Google's SDKs raise into our errors.

google-genai has two unrelated error trees (`google.genai.errors` for models and files,
`google.genai._interactions` for interactions) and lets httpx, asyncio and JSON errors through.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import httpx
from google.genai import _interactions as interactions_errors
from google.genai import errors as models_errors

from video_agent.backends.google.client import GoogleConfig
from video_agent.catalog import Catalog
from video_agent.errors import (
    AuthError,
    BackendError,
    InvalidRequestError,
    ModelRetiredError,
    OutcomeUnknownError,
    QuotaError,
    RejectedError,
)

JsonDocument = Mapping[str, object]

_LONGEST_MESSAGE = 300
_ANY_KEY = re.compile(r"AIza[\w-]{20,}|(?<=key=)[^&\s'\"]+")
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_TRANSIENT_STATUS = frozenset({408, 409, 425, 429})
_KEY_HINT = "check GOOGLE_API_KEY and its restrictions"


@dataclass(frozen=True)
class Failure:
    """What one failed call tells.

    Args:
        status: The HTTP status; None when there was no answer.
        error: The `error` object of the answer; None when the answer was not a JSON error.
        message: One line for people, without secrets.
        retry_after_seconds: How long the service asks to wait.
        never_sent: No byte of the request left (no connection could be made).
    """

    status: int | None
    error: JsonDocument | None
    message: str
    retry_after_seconds: float | None = None
    never_sent: bool = False

    @property
    def clean_refusal(self) -> bool:
        """A 4xx with a JSON error: the service understood and said no."""
        return self.status is not None and 400 <= self.status < 500 and self.error is not None

    @property
    def about_the_key(self) -> bool:
        """Whether key or permission is the matter."""
        return self.status in (401, 403) or (
            self.status == 400 and "api key" in self.message.lower()
        )


def read_failure(error: BaseException, config: GoogleConfig) -> Failure:
    """Read any exception an SDK call may raise."""
    status, body, response = _parts(error)
    document = _error_document(body)
    text = str(document.get("message") or document.get("code")) if document else _plain_text(error)
    if status is not None:
        text = f"HTTP {status}: {text}"
    return Failure(
        status=status,
        error=document,
        message=scrub(text, config),
        retry_after_seconds=_retry_after(document, response),
        never_sent=_never_sent(error),
    )


def submit_error(
    error: BaseException, *, config: GoogleConfig, catalog: Catalog, model: str
) -> BackendError:
    """Our error for a failed paid submit.

    A 4xx with a JSON error, or no connection at all, proves that nothing was started. Everything
    else may have started something: `OutcomeUnknownError`, whatever the text says.
    """
    failure = read_failure(error, config)
    if failure.never_sent:
        return RejectedError(
            f"the service cannot be reached, nothing was sent: {failure.message}",
            hint="check the network and try again",
            retryable=True,
        )
    if not failure.clean_refusal:
        return OutcomeUnknownError(
            f"the answer to a paid request was lost: {failure.message}",
            hint="it is never sent again by itself; it counts as spent until it is looked up",
            cost_usd=None,
        )
    if failure.about_the_key:
        return AuthError(failure.message, hint=_KEY_HINT)
    if failure.status == 429:
        return _quota_error(failure)
    if failure.status == 404:
        return ModelRetiredError(
            f"{model} is not served any more: {failure.message}", hint=_instead_of(catalog, model)
        )
    return RejectedError(failure.message, hint="nothing was started; change the request")


def read_error(error: BaseException, *, config: GoogleConfig, what: str) -> BackendError:
    """Our error for a failed call that may be repeated; `retryable` says whether that helps."""
    failure = read_failure(error, config)
    message = f"{what} failed: {failure.message}"
    if failure.status == 429:
        return _quota_error(failure)
    if failure.about_the_key and failure.clean_refusal:
        return AuthError(message, hint=_KEY_HINT)
    retryable = (
        failure.status is None
        or failure.status in _TRANSIENT_STATUS
        or not 400 <= failure.status < 500
    )
    return BackendError(message, retryable=retryable, hint="try again" if retryable else "")


def poll_error(error: BaseException, *, config: GoogleConfig) -> BackendError:
    """Our error for a failed poll.

    Only 404 and 400 "Invalid interaction name" mean that the operation is lost. Every other
    answer is transient: in October 2026 running, billed operations answered 400 for days.
    """
    failure = read_failure(error, config)
    lost = failure.status == 404 or (
        failure.status == 400 and "invalid interaction name" in failure.message.lower()
    )
    if lost:
        return BackendError(
            f"the service does not know this generation: {failure.message}",
            hint="it expired, or it belongs to another key or project",
            cost_usd=None,
        )
    if failure.status == 429:
        return _quota_error(failure)
    return BackendError(f"the poll failed: {failure.message}", hint="poll again", retryable=True)


def caused_by(error: BaseException, config: GoogleConfig) -> BaseException | None:
    """What to chain with `raise ... from`: the cause, unless its text would show the key."""
    return None if config.secret in str(error) else error


def scrub(text: str, config: GoogleConfig) -> str:
    """One short line without the key or anything that looks like one."""
    line = " ".join(text.replace(config.secret, "[key]").split())
    line = _ANY_KEY.sub("[key]", line)
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"


def _quota_error(failure: Failure) -> QuotaError:
    wait = failure.retry_after_seconds
    hint = f"wait {wait:g} s" if wait is not None else "wait a minute; see your quota in AI Studio"
    return QuotaError(failure.message, hint=hint, retry_after_seconds=wait)


def _instead_of(catalog: Catalog, model: str) -> str:
    try:
        fallback = catalog.find(model).fallback
    except InvalidRequestError:
        fallback = None
    return f"use {fallback or catalog.defaults.generator}"


def _parts(error: BaseException) -> tuple[int | None, object, httpx.Response | None]:
    """Status, body and raw response of an answer; all None when there was none."""
    if isinstance(error, models_errors.APIError):
        response = error.response if isinstance(error.response, httpx.Response) else None
        return error.code, cast("object", error.details), response
    if isinstance(error, interactions_errors.APIError):
        response = cast("object", getattr(error, "response", None))
        body = error.body
        return error.status_code, body, response if isinstance(response, httpx.Response) else None
    return None, None, None


def _error_document(body: object) -> JsonDocument | None:
    """The error object of `{"error": {...}}` or `[{"error": {...}}]`."""
    if isinstance(body, list):
        items = cast("list[object]", body)
        body = items[0] if items else None
    if not isinstance(body, dict):
        return None
    error = cast("dict[str, object]", body).get("error")
    if isinstance(error, dict):
        return cast("dict[str, object]", error)
    return {"message": error} if isinstance(error, str) and error else None


def _plain_text(error: BaseException) -> str:
    text = str(error).strip()
    return text if text and not text.startswith("<") else type(error).__name__


def _retry_after(document: JsonDocument | None, response: httpx.Response | None) -> float | None:
    """`RetryInfo.retryDelay` of the error's details, else the Retry-After header, in seconds."""
    details = document.get("details") if document else None
    for item in cast("list[object]", details) if isinstance(details, list) else []:
        delay = (
            cast("dict[str, object]", item).get("retryDelay") if isinstance(item, dict) else None
        )
        if isinstance(delay, str):
            return _seconds(delay.removesuffix("s"))
    return _seconds(response.headers.get("retry-after", "")) if response is not None else None


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None


def _never_sent(error: BaseException) -> bool:
    """Whether the error, or what it wraps, happened before a connection stood."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _NEVER_SENT):
            return True
        seen = seen.__cause__
    return False
