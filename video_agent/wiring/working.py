"""What an executor of jobs works with, made inside the engine's own event loop.

Clients, locks and database connections belong to one loop; the engine runs its workflows on a loop
of its own, so the parts are opened there and closed there.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from video_agent.settings import Settings
from video_agent.wiring.reach import open_reach

if TYPE_CHECKING:
    from video_agent.jobs.work import Work
    from video_agent.toolkit import AnyTool

OpenedWork = tuple["Work", Callable[[], Awaitable[None]]]


async def open_work(settings: Settings, *, tools: "Sequence[AnyTool] | None" = None) -> OpenedWork:
    """Open everything a worker needs, in the running loop.

    Returns:
        The work, and what closes it.

    Raises:
        ConfigurationError: The backend or the database cannot be used.
    """
    from video_agent.jobs.metrics import GenerationCounts
    from video_agent.jobs.news import log_news
    from video_agent.pipeline.job_work import JobWork
    from video_agent.store import Database
    from video_agent.wiring.metrics import served_by
    from video_agent.wiring.parts import Parts

    reach = await asyncio.to_thread(open_reach, settings)
    database = Database(settings.resolved_database_url)
    database.watch(GenerationCounts(served_by(settings, reach.name)))
    database.watch(log_news)
    parts = Parts(settings, reach, database, tools=tools, queued=True)

    async def close() -> None:
        await parts.close()
        await database.close()

    return JobWork(parts.services, parts.planner), close
