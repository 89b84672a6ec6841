"""Generations known only by their folder in Cloud Storage: their submit's answer was lost.

The provider id is then the folder's address, `gs://bucket/prefix/<generation id>/`.
"""

from datetime import timedelta

from video_agent.backends.google.storage import CloudStorage
from video_agent.models import GenerationUpdate, MediaSource, utc_now

SETTLED_AFTER_SECONDS = 10.0
"""How long nothing new may have appeared: the samples of one generation come one by one."""


async def read_folder(
    storage: CloudStorage, folder_uri: str, *, settled_after_seconds: float = SETTLED_AFTER_SECONDS
) -> GenerationUpdate:
    """The clips in a generation's folder: succeeded once they are all there, else running.

    Raises:
        AuthError, QuotaError, BackendError: The folder could not be listed.
    """
    clips = [
        item
        for item in await storage.list_items(folder_uri)
        if item.uri.lower().endswith(".mp4") and item.size_bytes > 0
    ]
    times = [item.updated_at for item in clips if item.updated_at is not None]
    settled = utc_now() - timedelta(seconds=settled_after_seconds)
    if not clips or (times and max(times) > settled):
        return GenerationUpdate(status="running")
    sources = tuple(MediaSource(uri=item.uri) for item in clips)
    return GenerationUpdate(status="succeeded", sources=sources)
