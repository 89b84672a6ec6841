"""The process that is killed: one upload, from the arguments to the end."""

import asyncio

from tests.publishing.house import details, publishing
from video_agent.backends.clock import SystemClock
from video_agent.store import Database
from video_agent.store.records import get_video


def upload(database_url: str, url: str, video_id: str) -> None:
    """Publish a stored video."""

    async def work() -> None:
        database = Database(database_url)
        video = await get_video(database, video_id)
        await publishing(database, url, SystemClock()).publish(video, details())
        await database.close()

    asyncio.run(work())
