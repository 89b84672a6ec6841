"""Links to stored objects that work without a login."""

import logging
from datetime import timedelta
from urllib.parse import quote

from google.auth.credentials import Signing
from google.auth.transport.requests import Request
from google.cloud.storage import Client

from video_agent.backends.google.storage_client import StorageConfig, StorageLimits, blob_at
from video_agent.backends.google.storage_errors import storage_error
from video_agent.backends.google.storage_names import Place
from video_agent.errors import ConfigurationError
from video_agent.settings import check_service_url

LONGEST_SIGNED_HOURS = 168.0
_BUCKET = "{bucket}"
_log = logging.getLogger(__name__)


class PublicLinks:
    """Makes links: those of a CDN, else signed ones, else none.

    Args:
        config: Whose credentials sign.
        prefix: The address of a CDN in front of the buckets; `{bucket}` in it stands for the
            bucket's name and must be there when there are several.
        signed_hours: Life of signed links, up to 168; 0 makes none.
        several_buckets: Whether objects lie in more than one bucket.

    Raises:
        ConfigurationError: The prefix or the life cannot be used.
    """

    def __init__(
        self,
        config: StorageConfig,
        *,
        prefix: str | None,
        signed_hours: float,
        several_buckets: bool,
    ) -> None:
        self._config = config
        self._prefix = prefix.rstrip("/") if prefix else None
        self._signed_hours = signed_hours
        self._told = False
        if not 0 <= signed_hours <= LONGEST_SIGNED_HOURS:
            raise ConfigurationError(f"signed links live 0 to {LONGEST_SIGNED_HOURS:g} hours")
        if self._prefix is not None:
            _check_prefix(self._prefix, several_buckets=several_buckets)

    def link(self, client: Client, place: Place) -> str | None:
        """The link to an object, None when there can be none. Blocking: signing may ask IAM."""
        if self._prefix is not None:
            return f"{self._prefix.replace(_BUCKET, place.bucket)}/{quote(place.name)}"
        if not self._signed_hours:
            return None
        try:
            return self._sign(client, place)
        except Exception as error:  # noqa: BLE001 - signing fails in the ways of three libraries
            self._tell(storage_error(error, "signing a link").message)
        return None

    def _sign(self, client: Client, place: Place) -> str | None:
        credentials = self._config.credentials
        email: str | None = None
        token: str | None = None
        if not isinstance(credentials, Signing):
            # Without a private key IAM may sign for a service account (signBlob).
            email = _service_account(self._config)
            if email is None or credentials is None:
                self._tell("these credentials cannot sign: a service account is needed")
                return None
            token = credentials.token
        blob = blob_at(client, place, StorageLimits())
        link: str = blob.generate_signed_url(
            version="v4",
            method="GET",
            expiration=timedelta(hours=self._signed_hours),
            credentials=credentials,
            api_access_endpoint=self._config.url,
            service_account_email=email,
            access_token=token,
        )
        return link

    def _tell(self, why: str) -> None:
        if not self._told:
            self._told = True
            _log.warning("stored videos get no public link: %s", why)


def _service_account(config: StorageConfig) -> str | None:
    """The account that IAM would sign for; None for people's credentials."""
    credentials = config.credentials
    if credentials is None or not hasattr(credentials, "service_account_email"):
        return None
    if not credentials.valid:
        credentials.refresh(Request())  # also learns the account's name from the machine
    email = getattr(credentials, "service_account_email", None)
    return email if isinstance(email, str) and "@" in email else None


def _check_prefix(prefix: str, *, several_buckets: bool) -> None:
    try:
        check_service_url(prefix.replace(_BUCKET, "bucket"))
    except ValueError as error:
        raise ConfigurationError(f"the public address is refused: {error}") from None
    if several_buckets and _BUCKET not in prefix:
        raise ConfigurationError(
            "with several buckets the public address has to say where each one is",
            hint="put {bucket} into VIDEO_AGENT_PUBLIC_URL_PREFIX",
        )
