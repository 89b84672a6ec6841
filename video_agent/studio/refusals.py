"""The ways Google says no: a status code and a body in one of its two shapes."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    410: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
INTERACTION_CODES = {
    400: "invalid_request",
    404: "not_found",
    408: "request_timeout",
    409: "conflict",
    429: "too_many_requests",
    500: "internal_error",
    503: "service_unavailable",
    504: "gateway_timeout",
}


class Refusal(Exception):  # noqa: N818 - it is an answer on the wire, not a fault of ours
    """An error answer.

    Args:
        status: The HTTP status code.
        message: What Google would say.
        interaction: Whether to use the Interactions shape, where `code` is a word.
        details: Entries of `error.details` (not in the Interactions shape).
        as_list: Wrap the body in a one-element list, as Google's front end does.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        interaction: bool = False,
        details: Sequence[object] = (),
        as_list: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.interaction = interaction
        self.details = list(details)
        self.as_list = as_list

    def body(self) -> object:
        """The JSON body."""
        if self.interaction:
            code = INTERACTION_CODES.get(self.status, "error")
            return {"error": {"message": self.message, "code": code}}
        error: dict[str, object] = {
            "code": self.status,
            "message": self.message,
            "status": STATUS_NAMES.get(self.status, "UNKNOWN"),
        }
        if self.details:
            error["details"] = self.details
        return [{"error": error}] if self.as_list else {"error": error}

    def response(self) -> Response:
        """The answer to send."""
        return JSONResponse(self.body(), status_code=self.status)


async def refuse(_request: Request, error: Exception) -> Response:
    """Starlette's handler for `Refusal`."""
    if not isinstance(error, Refusal):
        raise error
    return error.response()
