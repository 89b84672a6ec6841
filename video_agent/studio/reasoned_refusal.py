"""Refusals of Google's older JSON services (Cloud Storage, YouTube) and of its OAuth endpoint."""

from collections.abc import Mapping, Sequence

from starlette.responses import PlainTextResponse, Response

from video_agent.studio.refusals import Refusal

REASONS = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    408: "requestTimeout",
    409: "conflict",
    410: "gone",
    412: "conditionNotMet",
    416: "requestedRangeNotSatisfiable",
    429: "rateLimitExceeded",
    500: "internalError",
    503: "backendError",
    504: "backendError",
}
OAUTH_ERRORS = {400: "invalid_request", 401: "invalid_client", 403: "access_denied"}
SERVICE_MESSAGES = {
    429: "The rate of requests is too high. Please slow down.",
    500: "We encountered an internal error. Please try again.",
    503: "Service Unavailable",
}
REASONED_SERVICES = ("storage", "youtube")


class ReasonedRefusal(Refusal):
    """An error answer whose `errors` list says the reason in one word.

    Args:
        status: The HTTP status code.
        message: What Google would say.
        reason: The word; by the status when empty.
        domain: Whose word it is.
        location: The kind and the name of what is wrong, such as ("parameter", "part").
    """

    def __init__(
        self,
        status: int,
        message: str,
        reason: str = "",
        *,
        domain: str = "global",
        location: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(status, message)
        self.reason = reason or REASONS.get(status, "unknown")
        self.domain = domain
        self.location = location

    def body(self) -> object:
        """The JSON body."""
        entry = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            entry |= {"locationType": self.location[0], "location": self.location[1]}
        return {"error": {"code": self.status, "message": self.message, "errors": [entry]}}


class UploadServerRefusal(Refusal):
    """A refusal of the upload server in front of the services: words, no JSON."""

    def response(self) -> Response:
        """The answer to send."""
        return PlainTextResponse(self.message, self.status)


class OAuthRefusal(Refusal):
    """An error answer of the token endpoint (RFC 6749 section 5.2).

    Args:
        status: The HTTP status code.
        error: The error's word.
        message: Its description.
    """

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(status, message)
        self.error = error

    def body(self) -> Mapping[str, str]:
        """The JSON body."""
        return {"error": self.error, "error_description": self.message}


def refusal_of(kind: str, status: int, message: str, details: Sequence[object] = ()) -> Refusal:
    """A refusal in the shape of the service that a kind of request goes to."""
    service = kind.partition(".")[0]
    if service in REASONED_SERVICES:
        return ReasonedRefusal(status, SERVICE_MESSAGES.get(status, message))
    if service == "oauth":
        return OAuthRefusal(status, OAUTH_ERRORS.get(status, "internal_failure"), message)
    return Refusal(status, message, interaction=service == "interactions", details=details)
