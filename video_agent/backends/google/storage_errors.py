"""The one place that turns what the Cloud Storage client raises into our errors.

The client lets errors of four libraries through: google-api-core, requests, google-auth and its
own media layer. Their texts may hold addresses of upload sessions and signed links: `secrecy` keeps
them out of ours.
"""

import http.client

import requests
from google.api_core import exceptions as api_errors
from google.auth import exceptions as auth_errors
from google.cloud.storage.exceptions import DataCorruption, InvalidResponse

from video_agent.backends.google.credentials import LOGIN_HINT
from video_agent.backends.google.secrecy import hide_secrets
from video_agent.errors import AuthError, BackendError, MediaError, QuotaError, VideoAgentError

_TRANSIENT_STATUS = frozenset({408, 409, 410, 425})
_ROLE_HINT = "the account needs roles/storage.objectUser on the bucket"


def storage_error(error: BaseException, what: str) -> VideoAgentError:
    """Our error for a failed storage call; `what` names the call, e.g. "the upload".

    Storing and fetching may be repeated: `retryable` says whether that can help.
    """
    if isinstance(error, VideoAgentError):
        return error
    error = _innermost(error)
    status = status_of(error)
    message = f"{what} failed: {hide_secrets(_text(error, status))}"
    if status is not None:
        return _answered(status, message)
    if isinstance(error, DataCorruption):
        return BackendError(f"{what} arrived with other bytes", retryable=True, hint="try again")
    if isinstance(error, auth_errors.GoogleAuthError):
        return _credentials_error(error, message)
    if isinstance(error, OSError) and not _from_the_network(error):
        return MediaError(message, hint="check the file and the free space")
    return BackendError(message, retryable=True, hint="try again")


def status_of(error: BaseException) -> int | None:
    """The HTTP status of an answered call; None when there was no answer."""
    if isinstance(error, api_errors.GoogleAPICallError):
        return int(error.code) if error.code is not None else None
    if isinstance(error, InvalidResponse):
        return int(error.response.status_code)
    return None


def _answered(status: int, message: str) -> BackendError:
    if status == 401:
        return AuthError(message, hint=LOGIN_HINT)
    if status == 403:
        return AuthError(message, hint=_ROLE_HINT)
    if status == 404:
        return BackendError(message, hint="check the bucket's name; is the object still there?")
    if status == 429:
        return QuotaError(message, hint="wait a moment")
    transient = status in _TRANSIENT_STATUS or not 400 <= status < 500
    return BackendError(message, retryable=transient, hint="try again" if transient else "")


def _credentials_error(error: auth_errors.GoogleAuthError, message: str) -> BackendError:
    if isinstance(error, auth_errors.TransportError):
        return BackendError(message, retryable=True, hint="try again")
    return AuthError(message, hint=LOGIN_HINT)


def _innermost(error: BaseException) -> BaseException:
    """What a retry gave up on."""
    if isinstance(error, api_errors.RetryError) and error.cause is not None:
        return error.cause
    return error


def _text(error: BaseException, status: int | None) -> str:
    if isinstance(error, InvalidResponse):
        return f"HTTP {status}"
    if isinstance(error, api_errors.GoogleAPICallError):
        return f"HTTP {status}: {error.message}"
    return str(error) or type(error).__name__


def _from_the_network(error: OSError) -> bool:
    """Whether a connection broke: the network's errors are OSErrors too."""
    kinds = (requests.RequestException, ConnectionError, TimeoutError, http.client.HTTPException)
    return isinstance(error, kinds)
