"""What to do about a refusal: Google's reasons and words, each with its next step."""

import re
from typing import Final

from video_agent.backends.google.configuration import GoogleConfig
from video_agent.backends.google.credentials import LOGIN_HINT
from video_agent.backends.google.failure import Failure

_CLOCK_LIMIT_SECONDS = 240.0
"""Google accepts a signed login that is at most five minutes off."""
_ENABLE_SERVICE: Final = (
    "enable {subject} in this project: https://console.cloud.google.com/apis/library/{subject}"
)
_BY_REASON: Final = {
    "SERVICE_DISABLED": _ENABLE_SERVICE,
    "API_KEY_SERVICE_BLOCKED": "allow {subject} in the key's restrictions",
    "API_KEY_HTTP_REFERRER_BLOCKED": "the key is for web pages only: take off its referrer rule",
    "API_KEY_IP_ADDRESS_BLOCKED": "the key is for other machines only: change its address rule",
    "API_KEY_ANDROID_APP_BLOCKED": "the key is for an Android app only: use another key",
    "API_KEY_IOS_APP_BLOCKED": "the key is for an iOS app only: use another key",
    "API_KEY_INVALID": "set GOOGLE_API_KEY to a key from AI Studio",
    "API_KEY_EXPIRED": "the key has expired: make a new one in AI Studio",
    "BILLING_DISABLED": "switch on billing for this project",
    "CONSUMER_INVALID": "there is no such project for this login: check GOOGLE_CLOUD_PROJECT",
    "CONSUMER_SUSPENDED": "Google has suspended this project: see the Cloud console",
    "USER_PROJECT_DENIED": "the login may not bill this project: check GOOGLE_CLOUD_PROJECT",
    "IAM_PERMISSION_DENIED": "give this login the role roles/aiplatform.user in the project",
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": LOGIN_HINT,
    "ACCESS_TOKEN_EXPIRED": LOGIN_HINT,
}
_BY_WORDS: Final = (
    (r"unrestricted", "restrict the key to the Generative Language API: since June 2026 "
     "unrestricted keys are refused"),
    (r"has not been used in project|it is disabled", "enable the API in this project"),
    (r"api key expired", "the key has expired: make a new one in AI Studio"),
    (r"api key not (valid|found)", "set GOOGLE_API_KEY to a key from AI Studio"),
    (r"reported as leaked", "the key is blocked because it was published: make a new one"),
    (r"aiplatform\.\w+\.\w+|permission '", "give this login the role roles/aiplatform.user in "
     "the project"),
    (r"permission denied on resource project|project .*not found", "there is no such project for "
     "this login: check GOOGLE_CLOUD_PROJECT"),
    (r"billing", "switch on billing for this project"),
)  # fmt: skip
_LOCATION_WORDS = re.compile(r"location is not supported|not available in your (country|region)")


def access_hint(failure: Failure, config: GoogleConfig) -> str:
    """The next step after a refused key, login or permission."""
    clock = clock_hint(failure)
    if clock and failure.status in (401, 403):
        return clock
    if failure.reason in _BY_REASON:
        subject = failure.subject or "the API"
        return _BY_REASON[failure.reason].format(subject=subject)
    words = failure.message.lower()
    for pattern, hint in _BY_WORDS:
        if re.search(pattern, words):
            return hint
    if config.surface == "gemini_api":
        return "check GOOGLE_API_KEY and its restrictions"
    return "check GOOGLE_CLOUD_PROJECT and that this login has the role roles/aiplatform.user there"


def clock_hint(failure: Failure) -> str:
    """Says so when this machine's clock is far off; else empty."""
    off = failure.clock_off_seconds
    if off is None or abs(off) < _CLOCK_LIMIT_SECONDS:
        return ""
    direction = "behind" if off > 0 else "ahead"
    return f"check this machine's clock: it is {abs(off) / 60:.0f} minutes {direction}"


def request_hint(failure: Failure) -> str:
    """The next step after a request that was understood and refused."""
    words = failure.message.lower()
    if _LOCATION_WORDS.search(words):
        return "Google does not serve this model where this machine is; nothing was started"
    if failure.status == 404 or "invalid interaction name" in words:
        return "the service has forgotten the earlier clip, or it is another key's or project's"
    return "nothing was started; change the request"


def reading_hint(failure: Failure) -> str:
    """The next step after a refused language call or upload."""
    if _LOCATION_WORDS.search(failure.message.lower()):
        return "Google does not serve this model where this machine is"
    if failure.status == 404:
        return "the model is retired, not served there or not to this project: choose another"
    return "change the request or choose another model"


def quota_hint(failure: Failure) -> str:
    """The next step after a 429."""
    if failure.quota == "day":
        return "the day's quota is used up: it is renewed at midnight Pacific time, or raise it"
    if failure.quota == "billing":
        return "check plan, credits and billing of this project"
    if failure.quota == "not_granted":
        return "this project has no quota for this model: it needs a paid plan, or ask for quota"
    wait = failure.retry_after_seconds
    return f"wait {wait:g} s" if wait is not None else "wait a minute; see your quota in AI Studio"


def names_an_input(failure: Failure) -> bool:
    """Whether a 404 is about a file or an earlier generation and not about the model."""
    return bool(re.search(r"\bfiles?\b|\binteraction\b", failure.message.lower()))


def says_retired(failure: Failure) -> bool:
    """Whether a 404 says that the model is gone for good."""
    words = failure.message.lower()
    return bool(
        re.search(r"no longer (available|supported)|retired|shut ?down|discontinued", words)
    )
