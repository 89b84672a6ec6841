"""Google credentials for a Cloud project: application default ones, or a dummy for the studio."""

from typing import Final

import google.auth
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.oauth2.credentials import Credentials as UserCredentials

from video_agent.errors import AuthError, ConfigurationError

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
_STUDIO_TOKEN = "studio-needs-no-token"  # noqa: S105 - what is sent instead of a secret
LOGIN_HINT: Final = (
    "run: gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS"
)


def studio_credentials() -> Credentials:
    """What a studio gets: never the user's."""
    return UserCredentials(token=_STUDIO_TOKEN)


def application_default(project: str | None) -> tuple[Credentials, str]:
    """Application default credentials and the project they are used for. Blocking: use a thread.

    Args:
        project: The configured project; None takes the one the credentials name.

    Raises:
        AuthError: There are none, or they cannot be read.
        ConfigurationError: No project is known.
    """
    try:
        credentials, found = google.auth.default(scopes=_SCOPES, quota_project_id=project)
    except DefaultCredentialsError as error:
        raise AuthError(
            "there are no Google credentials on this machine", hint=LOGIN_HINT
        ) from error
    except GoogleAuthError as error:
        raise AuthError("the Google credentials cannot be read", hint=LOGIN_HINT) from error
    chosen = project or found
    if not chosen:
        raise ConfigurationError(
            "Agent Platform needs a Cloud project", hint="set GOOGLE_CLOUD_PROJECT"
        )
    return credentials, chosen
