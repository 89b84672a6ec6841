"""How YouTube says no."""

from video_agent.studio.faults import Fault
from video_agent.studio.reasoned_refusal import ReasonedRefusal

VIDEO = "youtube.video"
QUOTA = (
    'The request cannot be completed because you have exceeded your <a href="/youtube/v3/'
    'getting-started#quota">quota</a>.'
)


def metadata_refusal(reason: str, what: str, field: str) -> ReasonedRefusal:
    """400 for a field of the video's metadata."""
    message = f"The request metadata specifies an invalid {what}."
    return ReasonedRefusal(400, message, reason, domain=VIDEO, location=("other", f"body.{field}"))


def bad_request(message: str, reason: str, name: str) -> ReasonedRefusal:
    """400 for a parameter."""
    return ReasonedRefusal(400, message, reason, location=("parameter", name))


def not_found(what: str, name: str) -> ReasonedRefusal:
    """404 for a video, a playlist or a track that a parameter names."""
    message = f"The {what} that you specified cannot be found."
    reason, location = f"{what}NotFound", ("parameter", name)
    return ReasonedRefusal(404, message, reason, domain=f"youtube.{what}", location=location)


def unauthenticated() -> ReasonedRefusal:
    """401 for a token that is missing, unknown, expired or revoked."""
    return ReasonedRefusal(
        401, "Invalid Credentials", "authError", location=("header", "Authorization")
    )


def without_scope() -> ReasonedRefusal:
    """403 for a token that does not allow this."""
    return ReasonedRefusal(
        403, "Request had insufficient authentication scopes.", "insufficientPermissions"
    )


def refusal_on_order(fault: Fault | None) -> ReasonedRefusal | None:
    """The refusal that was ordered; None for every other fault."""
    name = fault.name if fault else ""
    if name == "quota_exceeded":
        return ReasonedRefusal(403, QUOTA, "quotaExceeded", domain="youtube.quota")
    if name == "rate_limited":
        message = "The request cannot be completed because you have sent too many requests."
        return ReasonedRefusal(403, message, "rateLimitExceeded", domain="youtube.quota")
    if name == "upload_limit":
        message = "The user has exceeded the number of videos they may upload."
        return ReasonedRefusal(400, message, "uploadLimitExceeded", domain=VIDEO)
    if name == "signup_required":
        return ReasonedRefusal(
            401,
            "Unauthorized",
            "youtubeSignupRequired",
            domain="youtube.header",
            location=("header", "Authorization"),
        )
    return without_scope() if name == "no_scope" else None
