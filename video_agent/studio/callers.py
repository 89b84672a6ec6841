"""Who may call: an API key on the Gemini API, an OAuth token on Agent Platform.

Any key and any token will do, with exceptions that play a real service's refusals. Keys: `invalid`
(400), `disabled` (403, the API is not enabled), `unrestricted` (403, as since 2026-06-19). Tokens
and projects: see `bearer`; besides, the project `unknown-project` does not exist (403).
"""

from starlette.requests import Request

from video_agent.studio.bearer import INFO, check_bearer
from video_agent.studio.refusals import Refusal

NO_KEY = (
    "Method doesn't allow unregistered callers (callers without established identity). "
    "Please use API Key or other form of API consumer identity to call this API."
)
GEMINI_API = "generativelanguage.googleapis.com"
AGENT_PLATFORM = "aiplatform.googleapis.com"
ACTIVATION = "https://console.developers.google.com/apis/api/{service}/overview?project={project}"
KEY_PROJECT = "123456789012"
UNKNOWN_PROJECT, DISABLED_PROJECT = "unknown-project", "disabled-project"


def check_key(request: Request) -> None:
    """Refuse a caller without an API key, or with one of the keys that stand for a refusal.

    Raises:
        Refusal: 400 or 403.
    """
    headers, query = request.headers, request.query_params
    bearer = headers.get("authorization", "").removeprefix("Bearer").strip()
    key = headers.get("x-goog-api-key", "").strip() or query.get("key", "")
    if not (key or bearer or query.get("upload_id")):
        raise Refusal(403, NO_KEY)
    if refusal := _refused_key(key):
        raise refusal


def _refused_key(key: str) -> Refusal | None:
    if key == "invalid":
        return Refusal(
            400,
            "API key not valid. Please pass a valid API key.",
            details=[_info("API_KEY_INVALID", GEMINI_API)],
        )
    if key == "disabled":
        return _disabled("Generative Language API", GEMINI_API, KEY_PROJECT)
    if key == "unrestricted":
        return Refusal(
            403,
            "Requests with unrestricted API keys are blocked. Restrict this key to the Generative "
            "Language API, then retry.",
            details=[_info("API_KEY_UNRESTRICTED", GEMINI_API)],
        )
    return None


def check_agent_platform(request: Request) -> None:
    """Refuse a caller without a good token, or of a project that cannot be used; no key helps.

    Raises:
        Refusal: 401 or 403.
    """
    project = request.path_params.get("project", "")
    try:
        check_bearer(request)
    except Refusal as refusal:
        if refusal.status == 403 and project == DISABLED_PROJECT:
            raise _disabled("Agent Platform API", AGENT_PLATFORM, project) from None
        raise
    if project == UNKNOWN_PROJECT:
        raise Refusal(
            403,
            f"Permission denied on resource project {project}.",
            details=[_info("CONSUMER_INVALID", AGENT_PLATFORM, f"projects/{project}")],
        )


def _disabled(name: str, service: str, project: str) -> Refusal:
    url = ACTIVATION.format(service=service, project=project)
    help_links = {
        "@type": "type.googleapis.com/google.rpc.Help",
        "links": [{"description": "Google developers console API activation", "url": url}],
    }
    return Refusal(
        403,
        f"{name} has not been used in project {project} before or it is disabled. Enable it by "
        f"visiting {url} then retry. If you enabled this API recently, wait a few minutes for the "
        "action to propagate to our systems and retry.",
        details=[_info("SERVICE_DISABLED", service, f"projects/{project}"), help_links],
    )


def _info(reason: str, service: str, consumer: str = "") -> dict[str, object]:
    metadata = {"service": service} | ({"consumer": consumer} if consumer else {})
    return {"@type": INFO, "reason": reason, "domain": "googleapis.com", "metadata": metadata}
