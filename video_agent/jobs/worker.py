"""A worker: a process that executes jobs until it is told to stop."""

import asyncio
import logging
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager

from video_agent.jobs.embedded import open_engine
from video_agent.jobs.executor import WorkFactory
from video_agent.jobs.workflows import THIS_RELEASE, Workflows
from video_agent.settings import Settings
from video_agent.store import Database

_log = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


async def run_worker(
    settings: Settings,
    backend: str,
    make_work: WorkFactory,
    *,
    database: Database,
    stop: asyncio.Event,
    workflows: Workflows = THIS_RELEASE,
) -> None:
    """Execute the jobs of a backend until `stop` is set, then drain.

    Draining takes no new job, lets a submit that is under way end (its answer must not be lost) and
    hands everything else back: other workers go on at once.

    Raises:
        ConfigurationError: The engine cannot be used.
        StoreError: A database refused.
    """
    engine = await open_engine(
        settings, backend, make_work, mode="worker", database=database, workflows=workflows
    )
    async with engine:
        if not engine.executes:
            _log.warning("another process executes the jobs of this database; waiting for its end")
        await stop.wait()


@contextmanager
def stop_signals() -> Generator[asyncio.Event]:
    """An event that SIGTERM or SIGINT sets; a second one ends the process at once.

    Needs a running event loop in the main thread. Where signals cannot be handled by the loop
    (Windows), the event is never set and SIGINT raises `KeyboardInterrupt` as always.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        if stop.is_set():
            os._exit(128 + number)
        stop.set()

    handled: list[signal.Signals] = []
    try:
        for number in _SIGNALS:
            loop.add_signal_handler(number, on_signal, number)
            handled.append(number)
    except NotImplementedError:
        _log.debug("this platform's event loop handles no signals")
    try:
        yield stop
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
