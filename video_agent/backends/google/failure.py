"""What one failed call of google-genai tells, whichever library raised it.

google-genai has two unrelated error trees (`google.genai.errors` for models and files,
`google.genai._interactions` for interactions) and lets httpx, google.auth, asyncio and JSON errors
through.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal, cast

import httpx
from google.auth.exceptions import GoogleAuthError
from google.genai import _interactions as interactions_errors
from google.genai import errors as models_errors

from video_agent.backends.google.configuration import GoogleConfig
from video_agent.backends.google.secrecy import scrub

JsonDocument = Mapping[str, object]
QuotaScope = Literal["minute", "day", "billing", "not_granted"]

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, GoogleAuthError)
_WEB_PAGE = re.compile(r"<!doctype html|<html|<head>", re.IGNORECASE)


@dataclass(frozen=True)
class Failure:
    """What one failed call tells.

    Args:
        status: The HTTP status; None when there was no answer.
        error: The `error` object of the answer; None when the answer was not a JSON error.
        message: One line for people, without secrets.
        retry_after_seconds: How long the service asks to wait.
        never_sent: No byte of the request left: no connection, or no login.
        reason: Google's machine-readable reason, e.g. `SERVICE_DISABLED`; else empty.
        subject: What the reason is about: a service or a project, where named.
        quota: Whose quota a 429 names; None when it does not say.
        clock_off_seconds: How far the service's clock is from ours; None when it does not say.
    """

    status: int | None
    error: JsonDocument | None
    message: str
    retry_after_seconds: float | None = None
    never_sent: bool = False
    reason: str = ""
    subject: str = ""
    quota: QuotaScope | None = None
    clock_off_seconds: float | None = None

    @property
    def clean_refusal(self) -> bool:
        """A 4xx with a JSON error: the service understood and said no."""
        return self.status is not None and 400 <= self.status < 500 and self.error is not None

    @property
    def about_the_key(self) -> bool:
        """Whether key, login or permission is the matter."""
        return self.status in (401, 403) or (
            self.status == 400
            and (self.reason.startswith("API_KEY") or "api key" in self.message.lower())
        )


def read_failure(error: BaseException, config: GoogleConfig) -> Failure:
    """Read any exception an SDK call may raise."""
    status, body, response = _parts(error)
    document = _error_document(body)
    text = str(document.get("message") or document.get("code")) if document else _plain_text(error)
    reason, subject = _reason(document)
    wait = _retry_after(document, response)
    return Failure(
        status=status,
        error=document,
        message=scrub(f"HTTP {status}: {text}" if status is not None else text, config),
        retry_after_seconds=wait,
        never_sent=_never_sent(error),
        reason=reason,
        subject=scrub(subject, config),
        quota=_quota(document, text, waits=wait is not None) if status == 429 else None,
        clock_off_seconds=_clock_off(response),
    )


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
    if _WEB_PAGE.search(text):
        return "the answer was a web page"
    return text if text and not text.startswith("<") else type(error).__name__


def _details(document: JsonDocument | None) -> Iterator[JsonDocument]:
    details = document.get("details") if document else None
    for item in cast("list[object]", details) if isinstance(details, list) else []:
        if isinstance(item, dict):
            yield cast("dict[str, object]", item)


def _reason(document: JsonDocument | None) -> tuple[str, str]:
    """`ErrorInfo.reason` and the service or consumer it is about."""
    for item in _details(document):
        reason = item.get("reason")
        if not isinstance(reason, str):
            continue
        metadata = item.get("metadata")
        about = cast("dict[str, object]", metadata) if isinstance(metadata, dict) else {}
        return reason, str(about.get("service") or about.get("consumer") or "")
    return "", ""


def _retry_after(document: JsonDocument | None, response: httpx.Response | None) -> float | None:
    """`RetryInfo.retryDelay` of the error's details, else the Retry-After header, in seconds."""
    for item in _details(document):
        delay = item.get("retryDelay")
        if isinstance(delay, str):
            return _seconds(delay.removesuffix("s"))
    return _seconds(response.headers.get("retry-after", "")) if response is not None else None


def _seconds(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None


def _quota(document: JsonDocument | None, text: str, *, waits: bool) -> QuotaScope | None:
    """Whose quota is used up.

    The words "check your plan and billing details" alone say nothing: Google's per-minute answers
    carry them too.
    """
    names = [text.lower()]
    for item in _details(document):
        violations = item.get("violations")
        for entry in cast("list[object]", violations) if isinstance(violations, list) else []:
            violation = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
            names.append(str(violation.get("quotaId") or violation.get("quotaMetric")).lower())
            if str(violation.get("quotaValue")) == "0":
                return "not_granted"
    joined = " ".join(names)
    if re.search(r"\blimit: 0\b", joined):
        return "not_granted"
    if re.search(r"per_?\s?day|daily", joined):
        return "day"
    if re.search(r"per_?\s?minute", joined):
        return "minute"
    return "billing" if not waits and re.search(r"billing|credits", joined) else None


def _clock_off(response: httpx.Response | None) -> float | None:
    text = response.headers.get("date", "") if response is not None else ""
    try:
        theirs = parsedate_to_datetime(text)
    except ValueError:
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)
    return (theirs - datetime.now(UTC)).total_seconds()


def _never_sent(error: BaseException) -> bool:
    """Whether the error, or what it wraps, happened before a connection stood."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _NEVER_SENT):
            return True
        seen = seen.__cause__
    return False
