"""Callers of Google Cloud's services: an OAuth token, and a project that may use the service.

Any token will do, with these exceptions: `expired` is refused with 401 and `forbidden` with 403,
and the project `disabled-project` has not enabled the service.
"""

from starlette.requests import Request

from video_agent.studio.refusals import Refusal

EXPIRED, FORBIDDEN, DISABLED_PROJECT = "expired", "forbidden", "disabled-project"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"
NOT_LOGGED_IN = (
    "Request is missing required authentication credential. Expected OAuth 2 access token, login "
    "cookie or other valid authentication credential."
)
NOT_ACCEPTED = (
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
    "or other valid authentication credential."
)


def check_bearer(request: Request) -> None:
    """Refuse a caller without a token, with a bad one, or of a project that is not set up.

    Raises:
        Refusal: 401 or 403.
    """
    if not _token(request):
        raise Refusal(401, NOT_LOGGED_IN, details=[_info("CREDENTIALS_MISSING")])
    check_token(request)


def check_token(request: Request) -> None:
    """Refuse a bad token or a project that is not set up; no token at all is let in.

    For services whose official clients are tried without credentials on loopback.

    Raises:
        Refusal: 401 or 403.
    """
    token, project = _token(request), request.path_params.get("project", "")
    if token == EXPIRED:
        raise Refusal(401, NOT_ACCEPTED, details=[_info("ACCESS_TOKEN_EXPIRED")])
    if token == FORBIDDEN:
        raise Refusal(
            403,
            f"Permission denied on resource project {project}.".replace(" .", "."),
            details=[_info("IAM_PERMISSION_DENIED")],
        )
    if project == DISABLED_PROJECT:
        raise Refusal(
            403,
            f"The API has not been used in project {project} before or it is disabled. Enable it "
            "in the Google Cloud console, then retry.",
            details=[_info("SERVICE_DISABLED")],
        )


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _info(reason: str) -> dict[str, str]:
    return {"@type": INFO, "reason": reason, "domain": "googleapis.com"}
