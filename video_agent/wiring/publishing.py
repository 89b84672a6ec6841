"""Publishing made from settings: YouTube with a login, or the studio's pretend channel.

Clips of the studio go to the studio's channel, clips of Google to YouTube: a trial never lands on
somebody's real channel by itself.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import SecretStr

from video_agent.errors import AuthError, ConfigurationError, VideoAgentError
from video_agent.settings import Settings
from video_agent.store import Database

if TYPE_CHECKING:
    from video_agent.backends.google.oauth import OAuth
    from video_agent.backends.google.stored_login import StoredLogin
    from video_agent.backends.google.token_file import Login, TokenFile
    from video_agent.publishing import Publishing

STUDIO_TARGET = "youtube-studio"
_STUDIO_TOKEN = SecretStr("studio-needs-no-login")


@dataclass(frozen=True)
class AccountStatus:
    """How the YouTube login stands. Holds no secret.

    Args:
        logged_in: Whether Google takes the login at this moment.
        token_file: Where it is kept.
        client_file: The OAuth client; None when none is set.
        scopes: The permissions it has, by their short names.
        problem: Why it does not work; empty when it does.
        hint: What to do next.
    """

    logged_in: bool
    token_file: str
    client_file: str | None
    scopes: tuple[str, ...] = ()
    problem: str = ""
    hint: str = ""


class YouTubeAccount:
    """The login of this machine's user. Nothing is read before it is needed.

    Args:
        settings: The configuration.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stored: StoredLogin | None = None

    @property
    def configured(self) -> bool:
        """Whether an OAuth client is set, without which nobody can log in."""
        return self._settings.youtube_client_file is not None

    async def token(self) -> SecretStr:
        """See `AccessTokens.token`."""
        return await (await self._login()).token()

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """See `AccessTokens.renewed`."""
        return await (await self._login()).renewed(refused)

    async def log_in(self, show: Callable[[str], None], more: Sequence[str] = ()) -> list[str]:
        """Let a person agree in a browser, and keep the login.

        It may upload, and read the channel. What an earlier login could do is asked for again:
        Google gives installed apps no consent on top of another.

        Args:
            show: Opens the consent page, or prints its address.
            more: Further permissions by name: `youtube.force-ssl` for captions and playlists.

        Returns:
            The permissions that the person did not give.

        Raises:
            InvalidRequestError: There is no use for such a permission.
            ConfigurationError: No OAuth client is set, or the login may not be kept there.
            AuthError: The person did not agree.
            BackendError: Google gave no usable answer.
        """
        from video_agent.backends.google.oauth_browser import log_in
        from video_agent.backends.google.youtube_scopes import LOGIN_SCOPES, lacking, scope_named

        scopes = [*LOGIN_SCOPES, *(scope_named(name) for name in more)]
        file = self._file()
        await asyncio.to_thread(file.check_place)
        oauth = await asyncio.to_thread(self._oauth)
        before = await self._earlier(file)
        wanted = list(dict.fromkeys([*scopes, *before]))
        login = await log_in(oauth, wanted, show)
        await asyncio.to_thread(file.write, login)
        return [scope.rsplit("/", 1)[-1] for scope in lacking(login.scopes, scopes)]

    async def log_out(self) -> tuple[bool, str]:
        """Revoke the login at Google and delete its file.

        Returns:
            Whether there was one, and why Google could not be told (empty when it was).
        """
        file, problem = self._file(), ""
        try:
            login = await asyncio.to_thread(file.read)
            if login is not None:
                await (await asyncio.to_thread(self._oauth)).revoke(login)
        except VideoAgentError as error:
            problem = error.message
        return await asyncio.to_thread(file.delete), problem

    async def status(self) -> AccountStatus:
        """How the login stands; asks Google when its access token is old. Free."""
        file, client = self._file(), self._settings.youtube_client_file
        place, client_file = str(file.path), str(client) if client else None
        try:
            login = await asyncio.to_thread(file.read)
            await self.token()
        except VideoAgentError as error:
            return AccountStatus(False, place, client_file, problem=error.message, hint=error.hint)
        return AccountStatus(True, place, client_file, _short(login))

    async def _earlier(self, file: "TokenFile") -> tuple[str, ...]:
        try:
            login = await asyncio.to_thread(file.read)
        except ConfigurationError:  # unsafe or damaged: it is replaced
            return ()
        return login.scopes if login is not None else ()

    async def _login(self) -> "StoredLogin":
        from video_agent.backends.google.stored_login import StoredLogin

        if self._stored is None:
            self._stored = StoredLogin(await asyncio.to_thread(self._oauth), self._file())
        return self._stored

    def _oauth(self) -> "OAuth":
        from video_agent.backends.google.oauth import OAuth, OAuthEndpoints, read_client

        client_file = self._settings.youtube_client_file
        if client_file is None:
            raise ConfigurationError(
                "no OAuth client for YouTube is set",
                hint="create one of type Desktop app at console.cloud.google.com/auth/clients, "
                "download it and set VIDEO_AGENT_YOUTUBE_CLIENT_FILE to the file",
            )
        endpoints = OAuthEndpoints.at(self._settings.youtube_base_url)
        return OAuth(read_client(client_file), endpoints)

    def _file(self) -> "TokenFile":
        from video_agent.backends.google.token_file import TokenFile

        return TokenFile(self._settings.resolved_youtube_token_file)


def build_publishing(
    settings: Settings, database: Database, *, studio_url: str | None
) -> "Publishing | None":
    """Where the clips of one backend are published.

    Args:
        settings: The configuration.
        database: Where publications are remembered.
        studio_url: The studio that makes the clips; None when Google does.

    Returns:
        None when YouTube is meant and no OAuth client is set.

    Raises:
        ConfigurationError: The YouTube address may not be used.
    """
    from video_agent.backends.clock import SystemClock
    from video_agent.backends.google.youtube import YouTube
    from video_agent.backends.google.youtube_http import (
        YOUTUBE_BASE_URL,
        FixedToken,
        YouTubeHttp,
    )
    from video_agent.publishing import Publishing

    account = YouTubeAccount(settings)
    if studio_url is not None:
        http = YouTubeHttp(FixedToken(_STUDIO_TOKEN), base_url=studio_url)
        page = f"{http.base_url}/studio/youtube/videos#"
        return Publishing(database, YouTube(http, target=STUDIO_TARGET, page=page), SystemClock())
    if not account.configured:
        return None
    http = YouTubeHttp(account, base_url=settings.youtube_base_url or YOUTUBE_BASE_URL)
    return Publishing(database, YouTube(http), SystemClock())


def not_logged_in() -> AuthError:
    """What is said when YouTube is meant and nothing is set up."""
    return AuthError(
        "YouTube is not set up",
        hint="set VIDEO_AGENT_YOUTUBE_CLIENT_FILE, then: video-agent youtube login",
    )


def _short(login: "Login | None") -> tuple[str, ...]:
    scopes = login.scopes if login is not None else ()
    return tuple(sorted(scope.rsplit("/", 1)[-1] for scope in scopes))
