"""The one place that turns what the Video Intelligence client raises into our errors.

The client lets errors of three libraries through: google-api-core, requests and google-auth.
"""

from decimal import Decimal
from typing import cast

import requests
from google.api_core import exceptions as api_errors
from google.auth import exceptions as auth_errors
from google.protobuf import json_format
from google.rpc.status_pb2 import Status

from video_agent.backends.google.credentials import LOGIN_HINT
from video_agent.backends.google.secrecy import hide_secrets
from video_agent.errors import ZERO, AuthError, BackendError, QuotaError

EXPECTED_ERRORS = (
    api_errors.GoogleAPIError,
    auth_errors.GoogleAuthError,
    requests.RequestException,
    json_format.Error,  # an answer that is not the message that was expected
    ValueError,  # an answer that is not JSON
)
"""What the client's libraries raise for a call that went wrong."""

_TRANSIENT_STATUS = frozenset({408, 409, 425})
_TRANSIENT_CODES = frozenset({4, 8, 10, 13, 14})  # google.rpc.Code
_ENABLE_HINT = "gcloud services enable videointelligence.googleapis.com"
_RIGHTS_HINT = "the account needs to be allowed to use the project; check GOOGLE_CLOUD_PROJECT"
_AGAIN_HINT = "try again"


def analysis_error(error: Exception, what: str, *, price_usd: Decimal = ZERO) -> BackendError:
    """Our error for a failed call; `what` names the call, e.g. "the analysis".

    `retryable` says whether asking again can help. `price_usd` is what may have been billed: it is
    the error's cost unless the service refused cleanly.
    """
    if isinstance(error, api_errors.GoogleAPICallError):
        return _answered(error, f"{what} failed: {hide_secrets(error.message)}", price_usd)
    message = f"{what} failed: {hide_secrets(str(error)) or type(error).__name__}"
    if isinstance(error, auth_errors.GoogleAuthError) and not isinstance(
        error, auth_errors.TransportError
    ):
        return AuthError(message, hint=LOGIN_HINT)
    return BackendError(message, retryable=True, hint=_AGAIN_HINT, cost_usd=price_usd)


def status_error(status: Status, what: str, *, price_usd: Decimal) -> BackendError:
    """Our error for an analysis, or a part of one, that ended with a status."""
    message = f"{what} failed: {hide_secrets(status.message)} (code {status.code})"
    retryable = status.code in _TRANSIENT_CODES
    hint = _AGAIN_HINT if retryable else ""
    return BackendError(message, retryable=retryable, hint=hint, cost_usd=price_usd)


def _answered(
    error: api_errors.GoogleAPICallError, message: str, price_usd: Decimal
) -> BackendError:
    status, details = int(error.code or 0), _details(error)
    if status == 401:
        return AuthError(message, hint=LOGIN_HINT)
    if status == 403:
        disabled = any(item.get("reason") == "SERVICE_DISABLED" for item in details)
        return AuthError(message, hint=_ENABLE_HINT if disabled else _RIGHTS_HINT)
    if status == 429:
        wait = next(filter(None, (_seconds(item.get("retryDelay")) for item in details)), None)
        hint = "wait a minute" if wait is None else f"wait {wait:g} s"
        return QuotaError(message, hint=hint, retry_after_seconds=wait)
    refused = 400 <= status < 500
    transient = status in _TRANSIENT_STATUS or not refused
    return BackendError(
        message,
        retryable=transient,
        hint=_AGAIN_HINT if transient else "",
        cost_usd=ZERO if refused else price_usd,
    )


def _details(error: api_errors.GoogleAPICallError) -> list[dict[str, object]]:
    """The entries of `error.details` in a REST answer."""
    given = cast("object", error.details)
    items = cast("list[object]", given) if isinstance(given, list) else []
    return [cast("dict[str, object]", item) for item in items if isinstance(item, dict)]


def _seconds(delay: object) -> float | None:
    """`"38s"` as a number."""
    try:
        return float(delay.removesuffix("s")) if isinstance(delay, str) else None
    except ValueError:
        return None
