"""Sending a file into a bucket once, and bringing an object home whole. Blocking: use threads."""

from pathlib import Path

from google.api_core import exceptions as api_errors
from google.cloud.storage import Blob, Client
from google.cloud.storage.exceptions import DataCorruption

from video_agent.backends.google.storage_client import (
    Fingerprint,
    StorageLimits,
    blob_at,
    fingerprint,
)
from video_agent.backends.google.storage_errors import status_of
from video_agent.backends.google.storage_names import Place
from video_agent.errors import BackendError

_TRIES = 2


class Transfer:
    """Uploads that happen once and downloads that are whole.

    Args:
        client: The official client.
        limits: Bounds.
    """

    def __init__(self, client: Client, limits: StorageLimits) -> None:
        self._client = client
        self._limits = limits

    def send(self, path: Path, place: Place, content: Fingerprint, content_type: str) -> bool:
        """Store a file unless its bytes are there already. Up to 8 MiB in one request.

        The service gets the checksum before the bytes and refuses others. A session that the
        service has forgotten (410) and bytes that arrived damaged are sent once more from the
        beginning.

        Returns:
            Whether it was stored now; False when it was there, or somebody was faster.

        Raises:
            BackendError: Other bytes lie at that place.
        """
        if self._is_there(place, content):
            return False
        for attempt in range(1, _TRIES + 1):
            try:
                self._upload(path, place, content, content_type)
            except api_errors.PreconditionFailed:
                if self._is_there(place, content):
                    return False
                raise  # it was there and is gone: somebody deletes while we store
            except (DataCorruption, api_errors.GoogleAPICallError) as error:
                if attempt == _TRIES or not _worth_a_restart(error):
                    raise
            else:
                break
        return True

    def receive(self, place: Place, target: Path) -> None:
        """Write an object's bytes to `target` and compare them with its checksum.

        Raises:
            BackendError: Too large, or damaged twice (`retryable`).
        """
        blob = blob_at(self._client, place, self._limits)
        blob.reload(timeout=self._limits.request_seconds, retry=self._limits.retry)
        if (blob.size or 0) > self._limits.largest_bytes:
            limit = self._limits.largest_bytes / 1e6
            raise BackendError(f"{place.uri} is larger than {limit:g} MB")
        if not blob.size:
            raise BackendError(f"{place.uri} is empty")
        for _ in range(_TRIES):
            if self._download(blob, target):
                return
        raise BackendError(
            f"{place.uri} arrived with other bytes", retryable=True, hint="try again"
        )

    def _is_there(self, place: Place, content: Fingerprint) -> bool:
        """Whether these bytes lie there: one small request instead of the whole file."""
        blob = blob_at(self._client, place, self._limits)
        try:
            blob.reload(timeout=self._limits.request_seconds, retry=self._limits.retry)
        except api_errors.NotFound:
            return False
        if not content.matches(blob):
            raise BackendError(
                f"other bytes lie at {place.uri}", hint="delete that object, it is damaged"
            )
        return True

    def _upload(self, path: Path, place: Place, content: Fingerprint, content_type: str) -> None:
        blob = blob_at(self._client, place, self._limits)
        with path.open("rb") as file:
            blob.upload_from_file(
                file,
                size=content.size_bytes,
                content_type=content_type,
                if_generation_match=0,
                checksum="crc32c",
                crc32c_checksum_value=content.crc32c,
                timeout=self._limits.request_seconds,
                retry=self._limits.retry,
            )

    def _download(self, blob: Blob, target: Path) -> bool:
        """Fetch the very version that was looked at; False when the bytes are others."""
        blob.chunk_size = None  # one stream; a chunked download checks nothing
        expected, size = blob.crc32c, blob.size
        try:
            blob.download_to_filename(
                str(target),
                raw_download=True,
                if_generation_match=blob.generation,
                checksum="crc32c",
                timeout=self._limits.request_seconds,
                retry=self._limits.retry,
            )
        except DataCorruption:
            return False
        found = fingerprint(target)
        return found.size_bytes == size and expected in (None, found.crc32c)


def _worth_a_restart(error: Exception) -> bool:
    """A forgotten session, or bytes that did not arrive as they were sent."""
    if isinstance(error, DataCorruption):
        return True
    text = str(error).lower()
    return status_of(error) == 410 or (
        status_of(error) == 400 and any(word in text for word in ("crc32c", "checksum", "hash"))
    )
