"""`VideoAgent`: the front door for notebooks, scripts, the command line and servers."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from video_agent.errors import VideoAgentError
from video_agent.models import Job, VideoRequest, parse_request
from video_agent.notebook import VideoResult, print_progress, running_in_notebook
from video_agent.ports import ProgressSink
from video_agent.settings import Settings, load_settings
from video_agent.wiring.prices import price_list
from video_agent.wiring.reach import Reach, no_reach, open_reach

if TYPE_CHECKING:
    from datetime import date

    from video_agent.catalog import Estimate
    from video_agent.store import Database
    from video_agent.toolkit import AnyTool
    from video_agent.wiring.parts import Parts
    from video_agent.wiring.uploading import Place, PlannedUpload

ResultT = TypeVar("ResultT")
_log = logging.getLogger(__name__)


class VideoAgent:
    """Makes videos from words.

    ```python
    agent = VideoAgent()
    video = await agent.create("a paper boat crosses a puddle at dawn", duration_seconds=6)
    video.path, video.best_score, video.cost_usd
    ```

    Nothing happens until the first call: then the backend is chosen (the Gemini API when a key is
    set, else the studio) and the database is opened.

    Args:
        settings: The configuration; None reads the environment.
        tools: The planner's tools; None means the built-in five.
        **overrides: Single settings, e.g. `backend="studio"`, `output_folder="clips"`.

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
        self._tools = tools
        self._database: Database | None = None
        self._parts: Parts | None = None
        self._opening = asyncio.Lock()

    # ------------------------------------------------------------------ the main job

    async def create(
        self,
        prompt: str | VideoRequest,
        *,
        on_event: ProgressSink | None = None,
        **fields: object,
    ) -> VideoResult:
        """Make a video: generate, judge and improve until it passes or a limit stops it.

        The best video is delivered also when it stays below the threshold.

        Args:
            prompt: The video in words, or a whole request.
            on_event: Receives live progress; in a notebook the steps are printed by default.
            **fields: Fields of `VideoRequest`, e.g. `duration_seconds=8`, `budget_usd=1`.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError, MediaError, ConfigurationError:
                Refused before anything was paid.
            VideoAgentError: Something outside failed; `error.job_id` can be resumed.
        """
        request = parse_request(
            {"prompt": prompt, **fields}
            if isinstance(prompt, str)
            else {**prompt.model_dump(), **fields}
        )
        parts = await self._open()
        return await parts.result(await parts.pipeline.create(request, _sink(on_event)))

    async def resume(self, job_id: str, *, on_event: ProgressSink | None = None) -> VideoResult:
        """Finish an interrupted job; nothing that was submitted is submitted again.

        Raises:
            NotFoundError: There is no such job.
            VideoAgentError: Something outside failed; it can be resumed again.
        """
        parts = await self._open()
        return await parts.result(await parts.pipeline.resume(job_id, _sink(on_event)))

    def create_sync(self, prompt: str | VideoRequest, **fields: object) -> VideoResult:
        """`create` for code without an event loop (also works where one is running)."""

        async def work() -> VideoResult:
            try:
                return await self.create(prompt, **fields)  # pyright: ignore[reportArgumentType]  # checked by parse_request
            finally:
                await self.close()

        return _run_sync(work())

    # ------------------------------------------------------------------ looking

    async def find(self, job_id: str) -> VideoResult:
        """A job by its id, or by the beginning or end of its id.

        Raises:
            NotFoundError: There is none.
            InvalidRequestError: There are several.
        """
        from video_agent.wiring.links import needs_signing

        parts = await self._reading()
        job = await parts.pipeline.find(job_id)
        if needs_signing(self.settings, job):
            try:
                parts = await self._open()
            except VideoAgentError as error:  # a job can be looked at without Google
                _log.warning("no links to stored videos: %s", error.message)
        return await parts.result(job)

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
            pipeline=(await self._reading()).pipeline,
            settings=self.settings,
            open_studio=self._studio_address,
            place=to,
        )

    async def jobs(self, *, user_id: str | None = None, limit: int = 50) -> list[Job]:
        """Jobs, newest first."""
        return await (await self._reading()).pipeline.jobs(user_id=user_id, limit=limit)

    async def give_up_unknown(self, job_id: str) -> None:
        """A person's decision: paid calls of unknown outcome are lost and stay spent."""
        await (await self._reading()).pipeline.give_up_unknown(job_id)

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

    async def _completed(self, request: VideoRequest) -> VideoRequest:
        """An edit or extension takes its length and shape from its source: that one is read."""
        if request.edits is None and request.extends is None:
            return request
        return await (await self._reading()).pipeline.completed(request)

    # ------------------------------------------------------------------ opening and closing

    async def open(self) -> Reach:
        """Choose and start the backend now instead of with the first call, and say which it is.

        Raises:
            ConfigurationError: It cannot be used.
        """
        return (await self._open()).reach

    async def parts(self) -> "Parts":
        """The parts behind this agent, for servers that need the ADK application itself."""
        return await self._open()

    async def close(self) -> None:
        """Close what was opened. The agent may be used again afterwards."""
        if self._parts is not None:
            await self._parts.close()
            self._parts = None
        if self._database is not None:
            await self._database.close()
            self._database = None

    async def __aenter__(self) -> "VideoAgent":
        """Nothing is opened yet."""
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close."""
        await self.close()

    async def _open(self) -> "Parts":
        from video_agent.wiring.parts import Parts

        async with self._opening:
            if self._parts is None:
                reach = await asyncio.to_thread(open_reach, self.settings)
                self._parts = Parts(self.settings, reach, self._books(), tools=self._tools)
            return self._parts

    async def _studio_address(self) -> str | None:
        reach = await self.open()
        return reach.url if reach.is_studio else None

    async def _reading(self) -> "Parts":
        """The open parts, or ones that can only read: a look at the database starts no studio."""
        from video_agent.wiring.parts import Parts

        if self._parts is not None:
            return self._parts
        return Parts(self.settings, no_reach(self.settings), self._books(), tools=self._tools)

    def _books(self) -> "Database":
        from video_agent.store import Database

        if self._database is None:
            self._database = Database(self.settings.resolved_database_url)
        return self._database


def _sink(on_event: ProgressSink | None) -> ProgressSink | None:
    if on_event is None and running_in_notebook():
        return print_progress
    return on_event


def _run_sync(work: Coroutine[object, object, ResultT]) -> ResultT:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
