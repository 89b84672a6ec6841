"""Media that a request names by address: Files API files, and objects in buckets.

The Gemini API knows its own files, and gs:// only after `files:register`; Agent Platform knows only
gs://. Any other address is refused: the studio never reaches out.
"""

import re

from video_agent.studio.buckets import BucketError, Buckets, split_uri
from video_agent.studio.places import Place
from video_agent.studio.refusals import Refusal
from video_agent.studio.storage import Storage

TABLES = "CREATE TABLE IF NOT EXISTS registered_uris (uri TEXT PRIMARY KEY);"
_FILE = re.compile(r"files/([a-z0-9-]+)")


class MediaSources:
    """Reads media by address."""

    def __init__(self, storage: Storage, buckets: Buckets) -> None:
        self._storage = storage
        self._buckets = buckets
        storage.create_tables(TABLES)

    def register(self, uri: str) -> bytes:
        """Let the Gemini API use an object in a bucket.

        Raises:
            Refusal: 400, 403 or 404.
        """
        content = self._object(uri)
        with self._storage.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO registered_uris VALUES (?)", (uri,))
        return content

    def read(self, uri: str, place: Place, *, interaction: bool = False) -> bytes:
        """The bytes at an address.

        Args:
            uri: As the request has it.
            place: Where the request goes.
            interaction: Whether a refusal has the shape of the Interactions API.

        Raises:
            Refusal: 400, 403 or 404.
        """
        try:
            self._check_registered(uri, place)
            return self._object(uri) if uri.startswith("gs://") else self._file(uri, place)
        except Refusal as refusal:
            raise Refusal(refusal.status, refusal.message, interaction=interaction) from None

    def _check_registered(self, uri: str, place: Place) -> None:
        if uri.startswith("gs://") and not (place.on_cloud or self._registered(uri)):
            raise Refusal(
                400, f"Unsupported file uri: {uri[:200]}. Register it with files:register first."
            )

    def _registered(self, uri: str) -> bool:
        with self._storage.transaction() as connection:
            found = connection.execute("SELECT 1 FROM registered_uris WHERE uri=?", (uri,))
            return found.fetchone() is not None

    def _object(self, uri: str) -> bytes:
        try:
            content = self._buckets.read(*split_uri(uri))
        except BucketError as error:
            raise Refusal(error.status, error.message) from None
        if content is None:
            raise Refusal(404, f"No such object: {uri.removeprefix('gs://')[:200]}")
        return content

    def _file(self, uri: str, place: Place) -> bytes:
        found = _FILE.search(uri)
        if not found or place.on_cloud:
            raise Refusal(400, f"Unsupported file uri: {uri[:200]}")
        file_id = found.group(1)
        row = self._storage.file(file_id)
        if row is None:
            raise Refusal(
                403,
                f"You do not have permission to access the File {file_id} or it may not exist.",
            )
        if not row.active:
            raise Refusal(
                400, f"The File {file_id} is not in an ACTIVE state and usage is not allowed."
            )
        return self._storage.path_of(file_id).read_bytes()
