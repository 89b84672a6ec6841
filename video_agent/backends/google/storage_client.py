"""The official Cloud Storage client with bounds on everything, and what is measured of a file."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import google_crc32c
from google.api_core.client_options import ClientOptions
from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials, Credentials
from google.auth.transport.requests import AuthorizedSession
from google.cloud.storage import Blob, Client
from google.cloud.storage.retry import DEFAULT_RETRY

from video_agent.backends.google.storage_names import Place
from video_agent.errors import ConfigurationError
from video_agent.settings import check_service_url, is_loopback

STORAGE_BASE_URL = "https://storage.googleapis.com"
_NO_PROJECT = "none"  # the client wants one, our calls need none
_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class StorageLimits:
    """Bounds of storage calls.

    Args:
        request_seconds: The longest silence of the service within one request.
        retry_seconds: For how long one step of a call is repeated after 408, 429, 5xx and broken
            connections.
        first_wait_seconds: The first wait between two tries; it doubles, up to 8 s.
        deadline_seconds: The bound of a whole `put` or `fetch`.
        chunk_bytes: What a resumable upload sends, and holds in memory, at a time; a multiple of
            256 KiB.
        largest_bytes: Nothing larger is fetched.
    """

    request_seconds: int = 60
    retry_seconds: float = 120.0
    first_wait_seconds: float = 0.5
    deadline_seconds: float = 900.0
    chunk_bytes: int = 4 * 1024 * 1024
    largest_bytes: int = 2_000_000_000

    @property
    def retry(self) -> Retry:
        """When and how long the client repeats one step. All our calls may be repeated."""
        waits = DEFAULT_RETRY.with_delay(self.first_wait_seconds, 8.0, 2.0)
        return waits.with_timeout(self.retry_seconds)


@dataclass(frozen=True)
class StorageConfig:
    """How Cloud Storage is reached.

    Args:
        project: The Cloud project; None is enough for everything done here.
        credentials: Google credentials. They are never sent to an address on this machine, but
            they do sign links there.
        base_url: Another address, https or loopback; None means Google's.
        limits: Bounds.

    Raises:
        ConfigurationError: The address would send a token in the clear, or credentials are
            missing.
    """

    project: str | None = None
    credentials: Credentials | None = None
    base_url: str | None = None
    limits: StorageLimits = StorageLimits()

    def __post_init__(self) -> None:
        """Refuse what must never be used."""
        try:
            check_service_url(self.url)
        except ValueError as error:
            raise ConfigurationError(
                f"the storage address is refused: {error}",
                hint="set STORAGE_EMULATOR_HOST to an https or loopback address, or leave it out",
            ) from None
        if self.credentials is None and not self.on_loopback:
            raise ConfigurationError(
                "Cloud Storage needs credentials", hint="gcloud auth application-default login"
            )

    @property
    def url(self) -> str:
        """The address in use, without a trailing slash."""
        return (self.base_url or STORAGE_BASE_URL).rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether the service is on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")


@dataclass(frozen=True)
class Fingerprint:
    """What a file's bytes are: their number, CRC-32C as Cloud Storage writes it, and SHA-256."""

    size_bytes: int
    crc32c: str
    sha256: str

    def matches(self, blob: Blob) -> bool:
        """Whether an object has these bytes, as far as its metadata tells."""
        return blob.size == self.size_bytes and blob.crc32c == self.crc32c


@dataclass(frozen=True)
class StoredItem:
    """One object in a listing."""

    uri: str
    size_bytes: int
    updated_at: datetime | None


def open_client(config: StorageConfig) -> Client:
    """The client. On this machine it sends no credentials and uses no proxy."""
    credentials = AnonymousCredentials() if config.on_loopback else config.credentials
    session = AuthorizedSession(credentials)
    session.trust_env = not config.on_loopback
    # A stated address keeps the client from looking for one in the environment.
    return Client(
        project=config.project or _NO_PROJECT,
        credentials=credentials,
        _http=session,
        client_options=ClientOptions(api_endpoint=config.url),
    )


def blob_at(client: Client, place: Place, limits: StorageLimits) -> Blob:
    """The object at a place, nothing asked yet."""
    return client.bucket(place.bucket).blob(place.name, chunk_size=limits.chunk_bytes)


def fingerprint(path: Path) -> Fingerprint:
    """Read a file once, a little at a time.

    Raises:
        OSError: It cannot be read.
    """
    sha256, crc32c, size = hashlib.sha256(), google_crc32c.Checksum(), 0
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            sha256.update(chunk)
            crc32c.update(chunk)
            size += len(chunk)
    return Fingerprint(size, base64.b64encode(crc32c.digest()).decode("ascii"), sha256.hexdigest())
