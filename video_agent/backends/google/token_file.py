"""The file a login is kept in: for its owner only, whole or not at all, never in a repository.

Mode 0600 in a folder of mode 0700. A file that others can read is refused: it may be known already.
"""

import contextlib
import json
import os
import secrets
import sys
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer

from video_agent.errors import ConfigurationError
from video_agent.models import utc_now

_OTHERS = 0o077


class Login(BaseModel):
    """What a login is made of. The tokens are never shown.

    `expires_at` is the access token's end; the refresh token has none that Google tells.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    client_id: str
    refresh_token: SecretStr
    access_token: SecretStr
    expires_at: datetime
    scopes: tuple[str, ...] = ()

    @field_serializer("refresh_token", "access_token", when_used="unless-none")
    def _hidden(self, value: SecretStr) -> str:
        return str(value)

    def is_fresh(self, slack_seconds: float = 60.0) -> bool:
        """Whether the access token lives a while yet."""
        return (self.expires_at - utc_now()).total_seconds() > slack_seconds


class TokenFile:
    """Reads and writes the login. The methods block: use a thread.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().absolute()

    def read(self) -> Login | None:
        """The login; None when there is none.

        Raises:
            ConfigurationError: Others can read the file, or it is damaged.
        """
        try:
            mode = self.path.stat().st_mode
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._problem(f"cannot be read: {error.strerror}") from error
        if sys.platform != "win32" and mode & _OTHERS:
            raise self._problem(
                "can be read by others on this machine",
                hint="log out and in again: video-agent youtube logout",
            )
        try:
            return Login.model_validate_json(content)
        except ValidationError:
            raise self._problem(
                "is damaged", hint="delete it and log in again: video-agent youtube login"
            ) from None

    def write(self, login: Login) -> None:
        """Keep a login.

        Raises:
            ConfigurationError: The place is inside a git work tree or cannot be written.
        """
        self.check_place()
        document = {
            **login.model_dump(mode="json"),
            "refresh_token": login.refresh_token.get_secret_value(),
            "access_token": login.access_token.get_secret_value(),
        }
        part = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(part, flags, 0o600), "w", encoding="utf-8") as file:
                json.dump(document, file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise self._problem(f"cannot be written: {error.strerror}") from error

    def delete(self) -> bool:
        """Remove the login; False when there was none.

        Raises:
            ConfigurationError: The file cannot be deleted.
        """
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise self._problem(f"cannot be deleted: {error.strerror}") from error
        return True

    def check_place(self) -> None:
        """Refuse a place from which the login could be committed.

        Raises:
            ConfigurationError: It is inside a git work tree.
        """
        for folder in self.path.parents:
            if (folder / ".git").exists():
                raise self._problem(
                    f"would lie in the git work tree {folder}",
                    hint="set VIDEO_AGENT_YOUTUBE_TOKEN_FILE to a place outside of it",
                )

    def _problem(self, what: str, hint: str = "check its folder") -> ConfigurationError:
        return ConfigurationError(f"the login file {self.path} {what}", hint=hint)
