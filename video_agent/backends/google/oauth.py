"""OAuth for installed apps (RFC 8252): login in the browser, renewal, logout.

Loopback redirect, PKCE with S256 (RFC 7636) and a checked `state`. Google has no incremental
consent for installed apps, so a login that needs more asks for the old permissions and the new.
No secret appears in an error, a log line or a repr.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from video_agent.backends.google.loop_transport import LoopTransport
from video_agent.backends.google.token_file import Login
from video_agent.errors import AuthError, BackendError, ConfigurationError
from video_agent.models import utc_now
from video_agent.settings import check_service_url, is_loopback

LOGIN_HINT = "log in: video-agent youtube login"
_ENDED = (
    "the login has ended: Google ends it when it is revoked, unused for six months, or after 7 "
    'days while the OAuth app is in status "Testing"'
)
_ENDED_HINT = (
    'log in again (video-agent youtube login); for good: publish the app ("In production") at '
    "console.cloud.google.com/auth/audience"
)


@dataclass(frozen=True)
class OAuthEndpoints:
    """Google's addresses, or a stand-in's on loopback.

    Raises:
        ConfigurationError: One of them would send a secret in the clear.
    """

    authorize: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    revoke: str = "https://oauth2.googleapis.com/revoke"

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        try:
            for address in (self.authorize, self.token, self.revoke):
                check_service_url(address)
        except ValueError as error:
            raise ConfigurationError(f"the OAuth address is refused: {error}") from None

    @classmethod
    def at(cls, base_url: str | None) -> "OAuthEndpoints":
        """Those of a stand-in on loopback; for any other API address Google's own."""
        if base_url is None or not is_loopback(httpx.URL(base_url).host):
            return cls()
        root = base_url.rstrip("/")
        return cls(f"{root}/o/oauth2/v2/auth", f"{root}/token", f"{root}/revoke")


@dataclass(frozen=True)
class OAuthClient:
    """An OAuth client of an installed app. Its secret is not shown, though Google calls it none."""

    client_id: str
    secret: SecretStr = field(repr=False)


def read_client(path: Path) -> OAuthClient:
    """Read the client file as Google's console saves it. Blocks: use a thread.

    Raises:
        ConfigurationError: It cannot be read, or is of another kind.
    """
    hint = "create an OAuth client of type Desktop app at console.cloud.google.com/auth/clients"
    try:
        document = json.loads(path.expanduser().read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"the OAuth client file {path} cannot be read: {error.strerror}", hint=hint
        ) from error
    except ValueError:
        raise ConfigurationError(f"{path} is no OAuth client file", hint=hint) from None
    kinds = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    if kinds.get("type") == "service_account":
        raise ConfigurationError(
            "a service account cannot upload to YouTube: it has no channel", hint=hint
        )
    installed = kinds.get("installed")
    fields = cast("dict[str, object]", installed) if isinstance(installed, dict) else {}
    client_id, secret = fields.get("client_id"), fields.get("client_secret")
    if not isinstance(client_id, str) or not isinstance(secret, str):
        found = ", ".join(sorted(kinds)[:3]) or "nothing"
        raise ConfigurationError(
            f"{path} is not the client of an installed app (it holds: {found})", hint=hint
        )
    return OAuthClient(client_id, SecretStr(secret))


@dataclass(frozen=True)
class Challenge:
    """The secrets of one login attempt: PKCE verifier and state."""

    verifier: SecretStr = field(default_factory=lambda: SecretStr(secrets.token_urlsafe(64)))
    state: SecretStr = field(default_factory=lambda: SecretStr(secrets.token_urlsafe(32)))

    @property
    def s256(self) -> str:
        """BASE64URL(SHA256(verifier)) without padding (RFC 7636, section 4.2)."""
        digest = hashlib.sha256(self.verifier.get_secret_value().encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class OAuth:
    """Speaks with Google's token service.

    Args:
        client: The app.
        endpoints: Where.
        timeout_seconds: The longest silence.
    """

    def __init__(
        self,
        client: OAuthClient,
        endpoints: OAuthEndpoints | None = None,
        *,
        timeout_seconds: float = 30.0,
    ) -> None:
        self.client = client
        self.endpoints = endpoints or OAuthEndpoints()
        self._http = httpx.AsyncClient(
            transport=LoopTransport(), timeout=timeout_seconds, follow_redirects=False
        )

    def consent_url(self, challenge: Challenge, redirect_uri: str, scopes: Sequence[str]) -> str:
        """The page where the person agrees."""
        query = {
            "client_id": self.client.client_id,
            "redirect_uri": redirect_uri,
            "response_type": "code",
            "scope": " ".join(scopes),
            "state": challenge.state.get_secret_value(),
            "code_challenge": challenge.s256,
            "code_challenge_method": "S256",
            "access_type": "offline",
            "prompt": "consent",
        }
        return f"{self.endpoints.authorize}?{urlencode(query)}"

    async def exchange(
        self, code: SecretStr, challenge: Challenge, redirect_uri: str, scopes: Sequence[str]
    ) -> Login:
        """Turn the code of a consent into a login.

        Raises:
            AuthError: Google refuses, or gives no refresh token.
            BackendError: No usable answer.
        """
        answer = await self._ask(
            {
                "grant_type": "authorization_code",
                "code": code.get_secret_value(),
                "code_verifier": challenge.verifier.get_secret_value(),
                "redirect_uri": redirect_uri,
            }
        )
        if not isinstance(answer.get("refresh_token"), str):
            raise AuthError(
                "Google gave no lasting login",
                hint="remove the app's access at myaccount.google.com/connections and log in again",
            )
        return _login(answer, self.client.client_id, str(answer["refresh_token"]), scopes)

    async def renew(self, login: Login) -> Login:
        """A login with a new access token.

        Raises:
            AuthError: The login has ended; a person must log in again.
            BackendError: No usable answer.
        """
        kept = login.refresh_token.get_secret_value()
        answer = await self._ask({"grant_type": "refresh_token", "refresh_token": kept})
        newer = answer.get("refresh_token")
        return _login(
            answer,
            self.client.client_id,
            newer if isinstance(newer, str) else kept,
            login.scopes,
        )

    async def revoke(self, login: Login) -> None:
        """Tell Google that the login is over.

        Raises:
            BackendError: Google did not take note.
        """
        try:
            response = await self._http.post(
                self.endpoints.revoke, data={"token": login.refresh_token.get_secret_value()}
            )
        except httpx.HTTPError as error:
            raise BackendError(
                f"Google was not told ({type(error).__name__})", retryable=True
            ) from None
        # 400 invalid_token: it had ended before.
        if response.status_code not in (200, 400):
            raise BackendError(f"Google was not told (HTTP {response.status_code})", retryable=True)

    async def _ask(self, grant: Mapping[str, str]) -> Mapping[str, object]:
        form = {
            **grant,
            "client_id": self.client.client_id,
            "client_secret": self.client.secret.get_secret_value(),
        }
        try:
            response = await self._http.post(self.endpoints.token, data=form)
        except httpx.HTTPError as error:  # its text may hold the address only, but be sure
            raise BackendError(
                f"the login could not be renewed: no answer ({type(error).__name__})",
                retryable=True,
            ) from None
        try:
            answer = json.loads(response.content)
        except ValueError:
            answer = None
        document = cast("dict[str, object]", answer) if isinstance(answer, dict) else {}
        if response.status_code == 200 and isinstance(document.get("access_token"), str):
            return document
        raise _refused(response.status_code, str(document.get("error") or ""))


def _refused(status: int, error: str) -> BackendError:
    if error == "invalid_grant":
        return AuthError(_ENDED, hint=_ENDED_HINT)
    if error in {"invalid_client", "unauthorized_client", "deleted_client"}:
        return AuthError(
            f"Google does not know the OAuth client ({error})",
            hint="download its file anew and set VIDEO_AGENT_YOUTUBE_CLIENT_FILE",
        )
    if 400 <= status < 500 and status not in (408, 429) and error:
        return AuthError(f"Google refuses the login: {error}", hint=LOGIN_HINT)
    return BackendError(f"the login could not be renewed (HTTP {status})", retryable=True)


def _login(
    answer: Mapping[str, object], client_id: str, refresh_token: str, scopes: Sequence[str]
) -> Login:
    seconds, granted = answer.get("expires_in"), answer.get("scope")
    lives = float(seconds) if isinstance(seconds, int | float) else 3600.0
    return Login(
        client_id=client_id,
        refresh_token=SecretStr(refresh_token),
        access_token=SecretStr(str(answer["access_token"])),
        expires_at=utc_now() + timedelta(seconds=lives),
        scopes=tuple(granted.split()) if isinstance(granted, str) and granted else tuple(scopes),
    )
