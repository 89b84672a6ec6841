"""Access tokens of a login kept in a file."""

import asyncio
from weakref import WeakKeyDictionary

from pydantic import SecretStr

from video_agent.backends.google.oauth import LOGIN_HINT, OAuth
from video_agent.backends.google.token_file import Login, TokenFile
from video_agent.errors import AuthError


class StoredLogin:
    """Implements `AccessTokens` with a login kept in a file; renewals of one loop are one.

    Args:
        oauth: Google's token service.
        file: Where the login is kept.
    """

    def __init__(self, oauth: OAuth, file: TokenFile) -> None:
        self._oauth = oauth
        self._file = file
        self._locks: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = (
            WeakKeyDictionary()
        )

    async def token(self) -> SecretStr:
        """An access token that lives a while yet.

        Raises:
            AuthError: There is no login, or it has ended.
            ConfigurationError: The file is not safe or damaged.
            BackendError: Google did not answer.
        """
        login = await self._login()
        if login.is_fresh():
            return login.access_token
        return (await self._renewed(login.access_token)).access_token

    async def renewed(self, refused: SecretStr) -> SecretStr | None:
        """Another token for a refused one: the file's when it has changed, else a new one."""
        return (await self._renewed(refused)).access_token

    async def _renewed(self, old: SecretStr) -> Login:
        lock = self._locks.setdefault(asyncio.get_running_loop(), asyncio.Lock())
        async with lock:
            login = await self._login()
            if login.access_token != old and login.is_fresh():
                return login  # somebody else was faster
            newer = await self._oauth.renew(login)
            await asyncio.to_thread(self._file.write, newer)
            return newer

    async def _login(self) -> Login:
        login = await asyncio.to_thread(self._file.read)
        if login is None:
            raise AuthError("nobody is logged in to YouTube", hint=LOGIN_HINT)
        if login.client_id != self._oauth.client.client_id:
            raise AuthError("the login belongs to another OAuth client", hint=LOGIN_HINT)
        return login
