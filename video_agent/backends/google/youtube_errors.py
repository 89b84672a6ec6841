"""The one place that turns YouTube's answers into our errors: what it means and what to do.

Reasons by Google's pages "YouTube Data API (v3) - Errors" and "videos.insert", and by the bundled
discovery file, revision 20261104. No text here carries a token or an upload's address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx

from video_agent.backends.google.secrecy import hide_secrets
from video_agent.errors import (
    AuthError,
    BackendError,
    ConfigurationError,
    QuotaError,
    RejectedError,
    VideoAgentError,
)
from video_agent.models import utc_now

_DAY_SECONDS = 24 * 3600.0
_TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOGIN = "log in again: video-agent youtube login"
_FIELDS = {
    "invalidTitle": "the title",
    "invalidDescription": "the description",
    "invalidTags": "the tags",
    "invalidCategoryId": "the category",
    "invalidPublishAt": "publish_at",
    "invalidVideoMetadata": "title and category",
    "invalidRecordingDetails": "the recording details",
    "invalidVideoGameRating": "the rating",
    "defaultLanguageNotSet": "the language",
    "invalidFilename": "the file's name",
    "mediaBodyRequired": "the video's bytes",
}
_QUOTA_REASONS = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
_RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "servingLimitExceeded"})
_API_OFF_REASONS = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_SCOPE_REASONS = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
_REFUSED = {
    "forbiddenPrivacySetting": ("this privacy is not allowed for the channel", "use private"),
    "forbiddenLicenseSetting": ("this license is not allowed for the channel", "use youtube"),
    "forbiddenEmbedSetting": ("embedding is not allowed for the channel", "set embeddable false"),
    "channelClosed": ("the channel is closed", "log in with another account"),
    "channelSuspended": ("the channel is suspended by YouTube", "see YouTube Studio"),
    "accountClosed": ("the account is closed", "log in with another account"),
    "accountSuspended": ("the account is suspended by Google", "log in with another account"),
    "playlistNotFound": ("there is no such playlist", "give the id after ?list= of its page"),
    "playlistContainsMaximumNumberOfVideos": ("the playlist is full", "choose another one"),
    "videoNotFound": ("YouTube has no such video (any more)", "it may have been deleted"),
    "captionExists": ("captions in this language are there already", "delete them first"),
    "invalidImage": ("YouTube cannot use the thumbnail", "use a JPEG or PNG of 1280x720"),
    "mediaBodyTooLarge": ("the file is too large", "make it smaller"),
}
_PROCESSING_FAILURES = {
    "codec": "YouTube does not know the video's codec",
    "conversion": "YouTube could not convert the video",
    "emptyFile": "the file arrived empty",
    "invalidFile": "YouTube does not take it for a video",
    "tooSmall": "the file is too small for a video",
    "uploadAborted": "the upload was broken off",
}
_REJECTIONS = {
    "claim": "somebody claims rights in the content",
    "copyright": "it infringes a copyright, says YouTube",
    "duplicate": "the same video is on the channel already",
    "inappropriate": "the content breaks YouTube's rules",
    "legal": "YouTube may not show it for legal reasons",
    "length": "it is longer than the channel may upload",
    "termsOfUse": "the content breaks YouTube's terms of use",
    "trademark": "it infringes a trademark, says YouTube",
    "uploaderAccountClosed": "the account is closed",
    "uploaderAccountSuspended": "the account is suspended",
}
_REJECTION_HINTS = {
    "length": "verify the channel at youtube.com/verify, or make it shorter",
    "duplicate": "use the video that is there, or delete it first",
}


@dataclass(frozen=True)
class Refusal:
    """What one answer says.

    Args:
        status: The HTTP status.
        reason: Google's word for it; empty when the answer was not a JSON error.
        message: One line, without secrets.
        retry_after_seconds: From the answer's header.
    """

    status: int
    reason: str
    message: str
    retry_after_seconds: float | None = None


def read_refusal(response: httpx.Response) -> Refusal:
    """Read an answer that is not what was asked for; its body must have been read."""
    error = _error_of(response)
    details = error.get("errors")
    first = details[0] if isinstance(details, list) and details else {}
    reason = str(cast("Mapping[str, object]", first).get("reason") or _detail_reason(error))
    text = str(error.get("message") or "") or _kind_of(response)
    return Refusal(
        status=response.status_code,
        reason=reason,
        message=hide_secrets(f"HTTP {response.status_code}: {text}"),
        retry_after_seconds=_seconds(response.headers.get("retry-after", "")),
    )


def as_error(refusal: Refusal, *, what: str, scope: str) -> VideoAgentError:
    """Our error for a refusal.

    Args:
        refusal: What the answer said.
        what: What was tried, for people: "opening the upload".
        scope: The permission that this needs.
    """
    reason, message = refusal.reason, f"{what} failed: {refusal.message}"
    if reason in _QUOTA_REASONS:
        return _quota_of_the_day(what)
    if reason == "uploadLimitExceeded":
        return QuotaError(
            "the channel has uploaded as many videos as YouTube allows in a day",
            hint="wait 24 hours, then call it again: it goes on where it was",
            retry_after_seconds=_DAY_SECONDS,
        )
    if reason in _RATE_REASONS or (refusal.status == 429 and reason not in _REFUSED):
        wait = refusal.retry_after_seconds
        return QuotaError(message, hint="wait a moment", retry_after_seconds=wait)
    if refusal.status in _TRANSIENT_STATUS:
        return BackendError(message, hint="call it again: it goes on", retryable=True)
    return _about_the_person(reason, refusal, scope) or _clean_refusal(reason, message, refusal)


def _about_the_person(reason: str, refusal: Refusal, scope: str) -> VideoAgentError | None:
    if reason == "youtubeSignupRequired":
        return AuthError(
            "the Google account has no YouTube channel (service accounts cannot have one)",
            hint="make one at youtube.com/create_channel, or log in with another account",
        )
    if reason in _SCOPE_REASONS:
        return AuthError(
            f"the login lacks the permission {scope.rsplit('/', 1)[-1]}",
            hint=f"give it: video-agent youtube login --scope {scope.rsplit('/', 1)[-1]}",
        )
    if reason in _API_OFF_REASONS:
        return ConfigurationError(
            "the YouTube Data API v3 is not enabled in the Google Cloud project of the client",
            hint="enable it at console.cloud.google.com/apis/library/youtube.googleapis.com",
        )
    if refusal.status == 401:
        return AuthError("YouTube does not accept the login (expired or revoked)", hint=_LOGIN)
    return None


def _clean_refusal(reason: str, message: str, refusal: Refusal) -> VideoAgentError:
    if reason in _FIELDS:
        return RejectedError(
            f"YouTube refuses {_FIELDS[reason]}: {refusal.message}", hint="change it"
        )
    if reason in _REFUSED:
        text, hint = _REFUSED[reason]
        return RejectedError(f"{text} ({refusal.message})", hint=hint)
    if 200 <= refusal.status < 300:
        return BackendError(f"{message} (the answer cannot be read)", retryable=True)
    if refusal.status == 403:
        return AuthError(message, hint="see YouTube Studio what the channel may do")
    return RejectedError(message)


def _quota_of_the_day(what: str) -> QuotaError:
    reset = quota_reset(utc_now())
    moment = f"{reset:%Y-%m-%d %H:%M} UTC"
    return QuotaError(
        f"{what}: the project's YouTube quota of the day is used up",
        hint=f"it is new at {moment} (midnight Pacific time); then call it again, it goes on; "
        "more: youtube audit and quota extension form",
        retry_after_seconds=(reset - utc_now()).total_seconds(),
    )


def quota_reset(now: datetime) -> datetime:
    """When YouTube's quota is new: the next midnight in California, in UTC."""
    try:
        pacific: ZoneInfo | timezone = ZoneInfo("America/Los_Angeles")
    except ZoneInfoNotFoundError:  # no time zone data on this machine: at most an hour late
        pacific = timezone(timedelta(hours=-8))
    tomorrow = now.astimezone(pacific).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), pacific).astimezone(UTC)


def explain_processing(status: str, failure: str, rejection: str) -> tuple[str, str]:
    """Why YouTube could not use a video, and what to do.

    Args:
        status: `uploadStatus` of the video: failed, rejected or deleted.
        failure: Its `failureReason`.
        rejection: Its `rejectionReason`.
    """
    if status == "rejected":
        text = _REJECTIONS.get(rejection, rejection or "YouTube does not say why")
        return f"YouTube rejected the video: {text}", _REJECTION_HINTS.get(
            rejection, "see YouTube Studio; a person decides"
        )
    if status == "deleted":
        return "the video was deleted", "upload it again with --again"
    text = _PROCESSING_FAILURES.get(failure, failure or "YouTube does not say why")
    return f"YouTube could not process the video: {text}", "upload it again with --again"


def cut_connection(error: httpx.HTTPError, what: str) -> BackendError:
    """Our error for a request without an answer. Its cause would show the address: not chained."""
    return BackendError(
        f"{what} failed: no answer ({type(error).__name__})",
        hint="check the network; call it again: it goes on",
        retryable=True,
    )


def _error_of(response: httpx.Response) -> Mapping[str, object]:
    try:
        document = json.loads(response.content)
    except ValueError:
        return {}
    error = cast("dict[str, object]", document).get("error") if isinstance(document, dict) else None
    if isinstance(error, dict):
        return cast("dict[str, object]", error)
    return {"message": error} if isinstance(error, str) else {}


def _detail_reason(error: Mapping[str, object]) -> str:
    """`reason` of the newer form: `details: [{"@type": ...ErrorInfo, "reason": ...}]`."""
    details = error.get("details")
    for item in cast("list[object]", details) if isinstance(details, list) else []:
        reason = cast("dict[str, object]", item).get("reason") if isinstance(item, dict) else None
        if isinstance(reason, str):
            return reason
    return ""


def _kind_of(response: httpx.Response) -> str:
    kind = response.headers.get("content-type", "").split(";")[0].strip() or "no content type"
    return "an empty answer" if not response.content else f"an unexpected answer ({kind})"


def _seconds(text: str) -> float | None:
    return float(text) if text.isdigit() else None
