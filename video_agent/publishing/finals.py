"""Which file of a video goes out: its `final` deliverable where there is one.

A publication remembers the bytes it was begun with, and goes on with those.
"""

import asyncio
from pathlib import Path

from video_agent.models import Video
from video_agent.store.database import Database
from video_agent.store.deliverables import find_deliverable
from video_agent.store.publication_tables import PublicationRow


async def finished(database: Database, video: Video) -> Video:
    """The video with the file that is to go out.

    Raises:
        StoreError: The database refused.
    """
    final = await find_deliverable(database, video.id, "final")
    if final is None or not await asyncio.to_thread(final.path.is_file):
        return video
    facts = video.facts.model_copy(update={"size_bytes": final.size_bytes})
    return video.model_copy(update={"path": final.path, "sha256": final.sha256, "facts": facts})


async def file_of(database: Database, row: PublicationRow, video: Video) -> Path:
    """The file that a publication was begun with; it is still to be compared with the row.

    Raises:
        StoreError: The database refused.
    """
    if row.sha256 == video.sha256:
        return video.path
    return (await finished(database, video)).path
