"""`video-agent worker`: a process that carries jobs out until it is told to stop."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from video_agent.jobs.embedded import open_engine
from video_agent.jobs.worker import stop_signals
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.wiring.metrics import metrics_of_worker
from video_agent.wiring.reach import plan_reach
from video_agent.wiring.working import open_work

if TYPE_CHECKING:
    from video_agent.jobs.embedded import JobEngine
    from video_agent.toolkit import AnyTool

_log = logging.getLogger(__name__)
WorkerReady = Callable[["JobEngine", str], Awaitable[None]]
"""Hears that the worker is up: its engine, and the name of the backend it serves."""


async def run_worker(
    settings: Settings,
    *,
    tools: "Sequence[AnyTool] | None" = None,
    on_ready: WorkerReady | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Carry out the jobs of the configured backend until SIGTERM or SIGINT, then drain.

    Draining takes no new job, lets a paid submit that is under way end, and hands the rest back to
    the other workers. A second signal ends the process at once, which loses nothing either.

    Args:
        settings: The backend, the database, slots, quotas.
        tools: The planner's tools; None means the built-in five.
        on_ready: Called once the worker is up.
        stop: Set it to end the worker; None: signals do. Needs the main thread then.

    Raises:
        ConfigurationError: The backend, a database or a port cannot be used.
        StoreError: A database refused.
    """
    if stop is not None:
        await _work_until(stop, settings, tools, on_ready)
        return
    with stop_signals() as signalled:
        await _work_until(signalled, settings, tools, on_ready)


async def _work_until(
    stop: asyncio.Event,
    settings: Settings,
    tools: "Sequence[AnyTool] | None",
    on_ready: WorkerReady | None,
) -> None:
    reach = await asyncio.to_thread(plan_reach, settings)
    backend, make_work = reach.name, partial(open_work, settings, tools=tools)
    async with AsyncExitStack() as stack:
        database = Database(settings.resolved_database_url)
        stack.push_async_callback(database.close)
        await stack.enter_async_context(metrics_of_worker(settings, reach, database))
        engine = await open_engine(settings, backend, make_work, mode="worker", database=database)
        await stack.enter_async_context(engine)
        if on_ready is not None:
            await on_ready(engine, backend)
        await stop.wait()
        _log.info("told to stop: no new job is taken")
