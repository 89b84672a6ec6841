"""What one agent has opened: its database, its service, the parts made from both."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from video_agent.settings import Settings
from video_agent.wiring.reach import Reach, no_reach, open_reach

if TYPE_CHECKING:
    from video_agent.store import Database
    from video_agent.toolkit import AnyTool
    from video_agent.wiring.durable import DurableJobs
    from video_agent.wiring.parts import Parts


class Opened:
    """Opens each thing on first use and closes all of them; may be used again afterwards.

    Args:
        settings: The configuration.
        tools: The planner's tools; None means the built-in five.
    """

    def __init__(self, settings: Settings, tools: "Sequence[AnyTool] | None") -> None:
        self._settings = settings
        self._tools = tools
        self._database: Database | None = None
        self._durable: DurableJobs | None = None
        self._reach: Reach | None = None
        self._parts: Parts | None = None
        self._opening = asyncio.Lock()

    @property
    def database(self) -> "Database":
        """The database; connected when it is first asked."""
        from video_agent.store import Database

        if self._database is None:
            self._database = Database(self._settings.resolved_database_url)
        return self._database

    @property
    def durable(self) -> "DurableJobs":
        """The jobs in the hands of workers; no engine is opened before one is needed."""
        from video_agent.wiring.durable import DurableJobs

        if self._durable is None:
            self._durable = DurableJobs(self._settings, self.database)
        return self._durable

    @property
    def executes(self) -> bool:
        """Whether this process carries jobs out right now."""
        return self._durable is not None and self._durable.engines.executes

    async def reach(self) -> Reach:
        """The chosen service, started where it is the studio.

        Raises:
            ConfigurationError, AuthError: It cannot be used.
        """
        async with self._opening:
            return await self._opened_reach()

    async def parts(self) -> "Parts":
        """Everything that does a job in this process.

        Raises:
            ConfigurationError, AuthError: The service cannot be used.
        """
        from video_agent.wiring.parts import Parts

        async with self._opening:
            if self._parts is None:
                reach = await self._opened_reach()
                self._parts = Parts(self._settings, reach, self.database, tools=self._tools)
            return self._parts

    async def reading(self) -> "Parts":
        """The open parts, or ones that can only read: a look at the database starts no studio."""
        from video_agent.wiring.parts import Parts

        if self._parts is not None:
            return self._parts
        reach = no_reach(self._settings)
        return Parts(self._settings, reach, self.database, tools=self._tools)

    async def close(self) -> None:
        """Close what was opened: first what works with the rest."""
        durable, self._durable = self._durable, None
        if durable is not None:
            await durable.close()
        parts, self._parts = self._parts, None
        reach, self._reach = self._reach, None
        if parts is not None:
            await parts.close()  # with its share of the studio
        elif reach is not None and reach.house is not None:
            await asyncio.to_thread(reach.house.stop)
        database, self._database = self._database, None
        if database is not None:
            await database.close()

    async def _opened_reach(self) -> Reach:
        if self._reach is None:
            self._reach = await asyncio.to_thread(open_reach, self._settings)
        return self._reach
