"""What an agent can tell without making anything: jobs, prices, where money stands."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from typing import TYPE_CHECKING, Self

from video_agent.models import Job, JobEvent, JobStatus, VideoRequest
from video_agent.notebook import VideoResult
from video_agent.settings import Settings, load_settings
from video_agent.wiring.opened import Opened
from video_agent.wiring.prices import price_list
from video_agent.wiring.reach import PlannedReach, Reach, plan_reach

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from video_agent.catalog import Estimate
    from video_agent.ledger.overview import Overview
    from video_agent.toolkit import AnyTool
    from video_agent.wiring.parts import Parts
    from video_agent.wiring.unknown_outcomes import UnknownOutcomes
    from video_agent.wiring.uploading import Place, PlannedUpload

_MOST_EVENTS = 100_000


class LookingAgent:
    """Opens things on first use, and looks. Made as `VideoAgent`, which also makes videos.

    Args:
        settings: The configuration; None reads the environment.
        tools: The planner's tools; None means the built-in five.
        **overrides: Single settings.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        tools: "Sequence[AnyTool] | None" = None,
        **overrides: object,
    ) -> None:
        if settings is None:
            settings = load_settings(**overrides)
        elif overrides:
            settings = load_settings(**{**settings.model_dump(), **overrides})
        self.settings = settings
        self._inline = settings.engine == "inline" or tools is not None
        self._opened = Opened(settings, tools)

    @property
    def executes(self) -> bool:
        """Whether this process carries jobs out right now; else others do, or nobody."""
        return self._opened.executes

    # ------------------------------------------------------------------ looking

    async def find(self, job_id: str) -> VideoResult:
        """A job by its id, or by the beginning or end of its id.

        Raises:
            NotFoundError: There is none.
            InvalidRequestError: There are several.
        """
        return await self._shown(await self._find(job_id))

    async def jobs(
        self,
        *,
        user_id: str | None = None,
        statuses: Collection[JobStatus] | None = None,
        limit: int = 50,
    ) -> list[Job]:
        """Jobs, newest first."""
        from video_agent.pipeline.finding import newest_jobs

        database = self._opened.database
        return await newest_jobs(database, user_id=user_id, statuses=statuses, limit=limit)

    async def overview(self, *, user_id: str | None = None) -> "Overview":
        """How many jobs there are of each status, and where their money stands."""
        from video_agent.ledger.overview import overview

        return await overview(self._opened.database, user_id=user_id)

    def events(self, job_id: str, *, after: int = 0) -> AsyncIterator[JobEvent]:
        """A job's events as they become true, at most one second late, until it rests.

        Args:
            job_id: The job.
            after: Leave out those up to this sequence number.

        Raises:
            NotFoundError: There is no such job.
        """
        return self._opened.durable.events(job_id, after=after)

    async def past_events(self, job_id: str, *, after: int = 0) -> list[JobEvent]:
        """What has happened to a job so far, in its order.

        Args:
            job_id: The job.
            after: Leave out what comes up to this sequence number.
        """
        from video_agent.store.events import events_of

        return await events_of(self._opened.database, job_id, after=after, limit=_MOST_EVENTS)

    async def report(self, job_id: str, to: "Path | str | None" = None) -> str:
        """The report of a job: one HTML page that holds all, and asks no server for anything.

        Args:
            job_id: The job's id, or its beginning or end.
            to: A file to write it to as well; what lies beside it is linked relative to it.

        Raises:
            NotFoundError, InvalidRequestError: There is no such job, or there are several.
            MediaError: The file cannot be written.
        """
        from pathlib import Path

        from video_agent.wiring.telling import report_page

        job = await self.find(job_id)
        events = await self.past_events(job.id)
        target = None if to is None else Path(to)
        return await report_page(self._opened.database, job, events, target)

    def all_events(self, *, user_id: str | None = None) -> AsyncIterator[JobEvent]:
        """Events of all jobs, or of one user's, from now on and without an end."""
        from video_agent.wiring.following import follow_all

        return follow_all(self._opened.database, user_id=user_id)

    @property
    def unknown_outcomes(self) -> "UnknownOutcomes":
        """The paid calls of which nobody knows whether they began, for a person to decide."""
        from video_agent.wiring.unknown_outcomes import UnknownOutcomes

        return UnknownOutcomes(self._opened)

    @property
    def left_to_others(self) -> bool:
        """Whether the job whose `create` or `resume` was interrupted goes on in another process.

        Else it was paused: what it has begun is kept, and `resume` finishes it.
        """
        return not self._inline and self._opened.durable.left_to_others

    async def plan(self) -> "PlannedReach":
        """Which service the settings choose; nothing is started.

        Raises:
            ConfigurationError: Gemini was asked for and there is no key.
        """
        return await asyncio.to_thread(plan_reach, self.settings)

    async def place_of_uploads(self) -> str:
        """Where a clip that passes would be published, for people."""
        from video_agent.wiring.publishing import build_publishing

        if not (await self.plan()).charged:
            return "the studio's pretend channel"
        if build_publishing(self.settings, self._opened.database, studio_url=None) is None:
            return "nowhere (YouTube is not set up: see video-agent youtube login)"
        return "YouTube"

    async def plan_upload(self, video_or_job: str, *, to: "Place" = "auto") -> "PlannedUpload":
        """What would be published where; its `publish` then does it. Nothing is sent here.

        Args:
            video_or_job: A video's id, or a job's id or its beginning or end: its best video.
            to: `auto` sends clips of the studio to the studio's channel, others to YouTube.

        Raises:
            NotFoundError: There is no such video.
            AuthError, ConfigurationError: That place is not set up.
        """
        from video_agent.wiring.uploading import plan_upload

        return await plan_upload(
            video_or_job,
            pipeline=(await self._opened.reading()).pipeline,
            settings=self.settings,
            open_studio=self._studio_address,
            place=to,
        )

    async def estimate(self, request: VideoRequest, *, on: "date | None" = None) -> "Estimate":
        """Price a request without any call.

        Args:
            request: What would be made.
            on: The day whose prices hold; None is today.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError: It cannot be done like that.
        """
        return price_list(self.settings, on).estimate(await self._completed(request))

    async def compare(self, request: VideoRequest, *, on: "date | None" = None) -> "list[Estimate]":
        """Price a request with every model that could make it, cheapest first. No call is made."""
        return price_list(self.settings, on).compare(await self._completed(request))

    # ------------------------------------------------------------------ opening and closing

    async def open(self) -> Reach:
        """Choose and start the backend now instead of with the first call, and say which it is.

        Raises:
            ConfigurationError: It cannot be used.
        """
        return await self._opened.reach()

    async def parts(self) -> "Parts":
        """The parts behind this agent, for servers that need the ADK application itself."""
        return await self._opened.parts()

    async def close(self) -> None:
        """Close what was opened. The agent may be used again afterwards."""
        await self._opened.close()

    async def __aenter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close."""
        await self.close()

    async def _find(self, job_id: str) -> Job:
        from video_agent.pipeline.finding import find_job

        return await find_job(self._opened.database, job_id)

    async def _shown(self, job: Job) -> VideoResult:
        from video_agent.wiring.showing import shown

        return await shown(self.settings, self._opened, job)

    async def _completed(self, request: VideoRequest) -> VideoRequest:
        """An edit or extension takes its length and shape from its source: that one is read."""
        if request.edits is None and request.extends is None:
            return request
        from video_agent.pipeline.sources import Sources

        prices = price_list(self.settings)
        return await Sources(self._opened.database, prices.catalog, prices.surface).completed(
            request
        )

    async def _studio_address(self) -> str | None:
        reach = await self.open()
        return reach.url if reach.is_studio else None
