"""The one place that turns what google-genai raises into our errors.

| what came | submit | read | poll |
|---|---|---|---|
| no connection, no login | RejectedError, AuthError: nothing was sent | same | retryable |
| 400, 401, 403 about key or permission | AuthError | AuthError | retryable |
| 404 | ModelRetiredError; Agent Platform: RejectedError | final | lost |
| 429 with a JSON error | QuotaError; day and billing are final | same | retryable |
| "Invalid interaction name" | RejectedError | final | lost |
| other 4xx with a JSON error | RejectedError | final | retryable |
| 5xx, no JSON, cut, silent, unreadable 200 | OutcomeUnknownError | retryable | retryable |
"""

from google.auth.exceptions import GoogleAuthError, TransportError

from video_agent.backends.google.advice import (
    access_hint,
    names_an_input,
    quota_hint,
    reading_hint,
    request_hint,
    says_retired,
)
from video_agent.backends.google.configuration import GoogleConfig
from video_agent.backends.google.credentials import LOGIN_HINT
from video_agent.backends.google.failure import Failure, read_failure
from video_agent.backends.google.secrecy import caused_by, scrub
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

__all__ = [
    "Failure",
    "caused_by",
    "login_error",
    "poll_error",
    "read_error",
    "read_failure",
    "scrub",
    "submit_error",
]
_TRANSIENT_STATUS = frozenset({408, 409, 425, 429})


def submit_error(
    error: BaseException, *, config: GoogleConfig, catalog: Catalog, model: str
) -> BackendError:
    """Our error for a failed paid submit.

    A 4xx with a JSON error, or no connection at all, proves that nothing was started. Everything
    else may have started something: `OutcomeUnknownError`, whatever the text says.
    """
    if isinstance(error, GoogleAuthError):
        return login_error(error, config=config)
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
    return _refused(failure, config, catalog, model)


def read_error(error: BaseException, *, config: GoogleConfig, what: str) -> BackendError:
    """Our error for a failed call that may be repeated; `retryable` says whether that helps.

    Args:
        error: What was raised.
        config: Whose secrets are to be kept out.
        what: The call in words, e.g. "asking the judge".
    """
    if isinstance(error, BackendError):
        return error
    if isinstance(error, GoogleAuthError):
        return login_error(error, config=config)
    failure = read_failure(error, config)
    message = f"{what} failed: {failure.message}"
    if failure.status == 429:
        return _quota_error(failure)
    if failure.about_the_key and failure.clean_refusal:
        return AuthError(message, hint=access_hint(failure, config))
    retryable = (
        failure.status is None
        or failure.status in _TRANSIENT_STATUS
        or not 400 <= failure.status < 500
    )
    hint = "try again" if retryable else reading_hint(failure)
    return BackendError(message, retryable=retryable, hint=hint)


def poll_error(error: BaseException, *, config: GoogleConfig) -> BackendError:
    """Our error for a failed poll.

    Only 404 and 400 "Invalid interaction name" mean that the operation is lost. Every other
    answer is transient: in October 2026 running, billed operations answered 400 for days; and a
    login or a quota of ours says nothing about the operation.
    """
    if isinstance(error, BackendError):
        hint = error.hint or "poll again"
        return BackendError(f"the poll failed: {error.message}", hint=hint, retryable=True)
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
        return _quota_error(failure, later_helps=True)
    hint = access_hint(failure, config) if failure.about_the_key else "poll again"
    return BackendError(f"the poll failed: {failure.message}", hint=hint, retryable=True)


def login_error(error: BaseException, *, config: GoogleConfig) -> AuthError | RejectedError:
    """Our error when no access token could be had: nothing was sent, nothing is owed."""
    text = scrub(str(error) or type(error).__name__, config)
    if isinstance(error, TransportError | TimeoutError) or getattr(error, "retryable", False):
        return RejectedError(
            f"Google's login service cannot be reached, nothing was sent: {text}",
            hint="check the network and try again",
            retryable=True,
        )
    about_time = any(word in text.lower() for word in ("iat", "short-lived", "clock"))
    return AuthError(
        f"the Google login failed, nothing was sent: {text}",
        hint="check this machine's clock" if about_time else LOGIN_HINT,
    )


def _refused(failure: Failure, config: GoogleConfig, catalog: Catalog, model: str) -> BackendError:
    if failure.about_the_key:
        return AuthError(failure.message, hint=access_hint(failure, config))
    if failure.status == 429:
        return _quota_error(failure)
    if failure.status == 404 and not names_an_input(failure):
        return _missing_model(failure, config, catalog, model)
    return RejectedError(failure.message, hint=request_hint(failure))


def _quota_error(failure: Failure, *, later_helps: bool = False) -> QuotaError:
    """Only a quota of the minute, or one that does not say, is worth waiting for."""
    passing = failure.quota in (None, "minute")
    return QuotaError(
        failure.message,
        hint=quota_hint(failure),
        retry_after_seconds=failure.retry_after_seconds if passing else None,
        retryable=passing or later_helps,
    )


def _missing_model(
    failure: Failure, config: GoogleConfig, catalog: Catalog, model: str
) -> RejectedError:
    """404: gone for good, or on Agent Platform just not served there or not to this project."""
    instead = _instead_of(catalog, model)
    if config.surface == "gemini_api" or says_retired(failure):
        return ModelRetiredError(
            f"{model} is not served any more: {failure.message}", hint=f"use {instead}"
        )
    where = config.location or "its location"
    return RejectedError(
        f"{model} is not served to this project in {where}, or is retired: {failure.message}",
        hint=f"check GOOGLE_CLOUD_PROJECT and GOOGLE_CLOUD_LOCATION, or use {instead}",
    )


def _instead_of(catalog: Catalog, model: str) -> str:
    try:
        fallback = catalog.find(model).fallback
    except InvalidRequestError:
        fallback = None
    return fallback or catalog.defaults.generator
