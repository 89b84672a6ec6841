"""The engine of one agent: opened on first use, only to hand jobs in, or also to carry them out."""

import asyncio
from functools import partial

from video_agent.jobs.embedded import EngineMode, JobEngine, open_engine
from video_agent.jobs.handing_in import resubmit_lost
from video_agent.settings import Settings
from video_agent.store import Database
from video_agent.wiring.reach import PlannedReach, plan_reach
from video_agent.wiring.working import open_work


class Engines:
    """Opens what is needed and closes it at the end.

    Args:
        settings: The configuration.
        database: Ours; it stays the caller's to close.
    """

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database
        self._open: dict[EngineMode, JobEngine] = {}
        self._opening = asyncio.Lock()
        self._place: PlannedReach | None = None

    @property
    def executes(self) -> bool:
        """Whether this process carries jobs out right now."""
        return any(engine.executes for engine in self._open.values())

    async def place(self) -> PlannedReach:
        """Which service the settings choose; nothing is started for the answer."""
        if self._place is None:
            self._place = await asyncio.to_thread(plan_reach, self._settings)
        return self._place

    async def any(self) -> JobEngine:
        """An engine that jobs can be handed in to.

        Raises:
            ConfigurationError, StoreError: Its database cannot be used.
        """
        return self._open.get("embedded") or await self._opened("client")

    async def start(self) -> JobEngine:
        """Carry jobs out in this process, unless another does: then when that one ends.

        Raises:
            ConfigurationError, StoreError: The engine's database or the backend cannot be used.
        """
        known = "embedded" in self._open
        engine = await self._opened("embedded")
        if not known:
            await resubmit_lost(self._database, engine, (await self.place()).name)
        return engine

    async def close(self) -> None:
        """Stop carrying jobs out; what is not done stays for whoever comes next."""
        async with self._opening:
            while self._open:
                await self._open.popitem()[1].close()

    async def _opened(self, mode: EngineMode) -> JobEngine:
        backend = (await self.place()).name
        async with self._opening:
            if mode not in self._open:
                self._open[mode] = await open_engine(
                    self._settings,
                    backend,
                    partial(open_work, self._settings),
                    mode=mode,
                    database=self._database,
                )
            return self._open[mode]
