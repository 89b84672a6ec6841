"""Cloud Storage: finished videos put where others can fetch them, and gs:// clips brought home.

An object's name is made from its content (`<prefix>/<first two digits>/<sha256>.mp4`), so the same
bytes are stored once, whoever stores them, and nothing is ever overwritten. Several buckets share
the load by hash. Kept videos stay until somebody deletes them. What generators write into
`generation_bucket` is only passing through: it is collected within minutes and may go after a few
days. A lifecycle rule does that, here for everything under `generations/`:

    {"rule": [{"action": {"type": "Delete"},
               "condition": {"age": 7, "matchesPrefix": ["generations/"]}}]}

    gcloud storage buckets update gs://BUCKET --lifecycle-file=rule.json

Keep the age above the longest time in which a job may be taken up again: a lost submit is found by
what lies there.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import TypeVar

from google.cloud.storage import Client

from video_agent.backends.google.secrecy import safe_cause
from video_agent.backends.google.storage_client import (
    Fingerprint,
    StorageConfig,
    StoredItem,
    fingerprint,
    open_client,
)
from video_agent.backends.google.storage_errors import storage_error
from video_agent.backends.google.storage_links import PublicLinks
from video_agent.backends.google.storage_names import folder_of, parse_uri, place_of
from video_agent.backends.google.storage_transfer import Transfer
from video_agent.backends.google.whole_file import whole_file
from video_agent.errors import BackendError, ConfigurationError, MediaError
from video_agent.models import StoredObject

T = TypeVar("T")


class CloudStorage:
    """Implements `ports.ObjectStore`; fetches and lists gs:// addresses of any bucket as well.

    The official client is synchronous, so its work runs in threads; the client is opened on first
    use. Memory stays small: files are streamed.

    Args:
        config: Address, credentials and bounds.
        bucket_uris: `gs://bucket` or `gs://bucket/prefix` that videos are put into; none is enough
            for fetching.
        public_url_prefix: The address of a CDN in front of the buckets; `{bucket}` in it stands
            for the bucket's name.
        signed_url_hours: Life of signed links, up to 168; 0 makes none. A service account's key
            signs by itself; on Google's machines IAM signs (`iam.serviceAccounts.signBlob`).

    Raises:
        ConfigurationError: A link setting cannot be used.
    """

    def __init__(
        self,
        config: StorageConfig,
        bucket_uris: Sequence[str] = (),
        *,
        public_url_prefix: str | None = None,
        signed_url_hours: float = 0.0,
    ) -> None:
        self._config = config
        self._bucket_uris = tuple(bucket_uris)
        self._links = PublicLinks(
            config,
            prefix=public_url_prefix,
            signed_hours=signed_url_hours,
            several_buckets=len(self._bucket_uris) > 1,
        )
        self._client: Client | None = None
        self._opening = Lock()

    async def put(
        self, path: Path, *, sha256: str, content_type: str = "video/mp4"
    ) -> StoredObject:
        """Store a file; the same bytes are stored, and sent, once. May be repeated for ever.

        Raises:
            AuthError, QuotaError, BackendError: With `retryable`.
            MediaError: The file cannot be read, or is not what `sha256` says.
            ConfigurationError: There is no bucket to put it into.
        """
        return await self._in_thread("storing the video", self._put, path, sha256, content_type)

    async def fetch(self, uri: str, target: Path) -> None:
        """Write an object's bytes to `target`, whole and checked or not at all.

        Raises:
            AuthError, QuotaError, BackendError: Not retryable when the object is not there.
            MediaError: The file could not be written.
            InvalidRequestError: `uri` is not gs://bucket/name.
        """
        place = parse_uri(uri)
        async with whole_file(target) as part:
            await self._in_thread("fetching the video", self._receive, place.uri, part)

    async def public_link(self, uri: str) -> str | None:
        """A link to a stored object that works without a login; None when there can be none.

        Signed links are new each time: their life begins now.

        Raises:
            InvalidRequestError: `uri` is not gs://bucket/name.
        """
        return await self._in_thread("making a link", self._link, uri)

    async def list_items(self, prefix_uri: str) -> list[StoredItem]:
        """The objects in a folder and below, by name.

        Raises:
            AuthError, QuotaError, BackendError: With `retryable`.
        """
        return await self._in_thread("listing the folder", self._list, folder_of(prefix_uri))

    async def list_uris(self, prefix_uri: str) -> list[str]:
        """The addresses of the objects in a folder and below, by name."""
        return [item.uri for item in await self.list_items(prefix_uri)]

    async def close(self) -> None:
        """Close the connections. Later use opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(client.close)

    async def _in_thread(self, what: str, work: Callable[..., T], *arguments: object) -> T:
        """Run blocking work; a thread cannot be stopped, but each of its steps is bounded."""
        try:
            async with asyncio.timeout(self._config.limits.deadline_seconds):
                return await asyncio.to_thread(work, *arguments)
        except TimeoutError as error:
            raise BackendError(f"{what} took too long", retryable=True) from error
        except Exception as error:  # noqa: BLE001 - the client leaks errors of four libraries
            raise storage_error(error, what) from safe_cause(error)

    def _open(self) -> Client:
        with self._opening:
            if self._client is None:
                self._client = open_client(self._config)
            return self._client

    def _put(self, path: Path, sha256: str, content_type: str) -> StoredObject:
        if not self._bucket_uris:
            raise ConfigurationError("no bucket is set", hint="set VIDEO_AGENT_BUCKETS")
        place = place_of(sha256, self._bucket_uris, content_type)
        content = _read(path, sha256)
        client = self._open()
        created = Transfer(client, self._config.limits).send(path, place, content, content_type)
        return StoredObject(
            uri=place.uri,
            size_bytes=content.size_bytes,
            created=created,
            public_url=self._links.link(client, place),
        )

    def _link(self, uri: str) -> str | None:
        return self._links.link(self._open(), parse_uri(uri))

    def _receive(self, uri: str, part: Path) -> None:
        Transfer(self._open(), self._config.limits).receive(parse_uri(uri), part)

    def _list(self, prefix_uri: str) -> list[StoredItem]:
        place, limits = parse_uri(prefix_uri), self._config.limits
        blobs = self._open().list_blobs(
            place.bucket,
            prefix=place.name or None,
            fields="items(name,size,updated),nextPageToken",
            timeout=limits.request_seconds,
            retry=limits.retry,
        )
        return [
            StoredItem(f"gs://{place.bucket}/{blob.name}", blob.size or 0, blob.updated)
            for blob in blobs
        ]


def _read(path: Path, sha256: str) -> Fingerprint:
    try:
        content = fingerprint(path)
    except OSError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if content.sha256 != sha256:
        raise MediaError(f"{path.name} has changed since it was kept: its SHA-256 is another one")
    return content
