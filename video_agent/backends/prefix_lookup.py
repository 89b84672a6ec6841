"""Looking up lost submits by what lies in the folder that each generation writes into."""

from typing import Protocol

from video_agent.backends.studio_lookup import ABSENT, CANNOT_TELL
from video_agent.errors import VideoAgentError
from video_agent.ports import Finding


class FolderLister(Protocol):
    """What can list a folder of an object store."""

    async def list_uris(self, prefix_uri: str) -> list[str]:
        """The addresses of the objects in a folder and below."""
        ...


def generation_folder(output_uri: str, generation_id: str) -> str:
    """The folder that a generation, and no other, writes into; it ends with a slash."""
    return f"{output_uri.rstrip('/')}/{generation_id}/"


def is_folder(provider_id: str) -> bool:
    """Whether a generation is known only by its folder: it was found there, its answer was lost."""
    return provider_id.startswith("gs://")


class PrefixLookup:
    """Implements `ports.Reconciler` for services that write into Cloud Storage.

    An object in the generation's own folder is the paid result. An empty folder proves something
    only after the longest run: `SettleTimes.absent_after` has to be that long, e.g. 1800 s. Even
    then it may have been blocked or have failed, neither of which is charged.

    Args:
        storage: Lists the folder.
    """

    def __init__(self, storage: FolderLister) -> None:
        self._storage = storage

    async def find(self, generation_id: str, *, output_uri: str | None = None) -> Finding:
        """Look into the folder; `cannot_tell` when there was none, or it cannot be listed."""
        if output_uri is None:
            return CANNOT_TELL
        folder = generation_folder(output_uri, generation_id)
        try:
            objects = await self._storage.list_uris(folder)
        except VideoAgentError:
            return CANNOT_TELL
        return Finding(verdict="found", provider_id=folder) if objects else ABSENT
