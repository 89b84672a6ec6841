"""`VideoAgent`: the front door for notebooks, scripts, the command line and servers."""

import asyncio
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from video_agent.errors import ConfigurationError
from video_agent.models import (
    DEFAULT_PRIORITY,
    Analysis,
    Job,
    JobTerms,
    VideoRequest,
    parse_request,
)
from video_agent.notebook import VideoResult, print_progress, running_in_notebook
from video_agent.ports import ProgressSink
from video_agent.settings import Settings
from video_agent.wiring.analyzing import DEFAULT_THRESHOLD, AnalyzingAgent

ResultT = TypeVar("ResultT")


class VideoAgent(AnalyzingAgent):
    """Makes videos from words.

    ```python
    agent = VideoAgent()
    video = await agent.create("a paper boat crosses a puddle at dawn", duration_seconds=6)
    video.path, video.best_score, video.cost_usd
    ```

    Nothing happens until the first call: then the backend is chosen (the Gemini API when a key is
    set, else the studio) and the database is opened. Jobs are durable: who waits for one also
    carries jobs out, unless another process does; whatever dies, the next one goes on.

    Args:
        settings: The configuration; None reads the environment.
        tools: The planner's tools; None means the built-in five. With tools of one's own a job is
            done in the call itself (engine `inline`): no other process has them.
        **overrides: Single settings, e.g. `backend="studio"`, `output_folder="clips"`.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    # ------------------------------------------------------------------ jobs

    async def create(
        self,
        prompt: str | VideoRequest,
        *,
        on_event: ProgressSink | None = None,
        approved: bool = False,
        terms: JobTerms | None = None,
        **fields: object,
    ) -> VideoResult:
        """Make a video: generate, judge and improve until it passes or a limit stops it.

        The best video is delivered also when it stays below the threshold.

        Args:
            prompt: The video in words, or a whole request.
            on_event: Receives live progress; in a notebook the steps are printed by default.
            approved: A person has agreed to what it may cost; else one that may cost more than
                `approval_above_usd` is returned at once, waiting for approval.
            terms: When and how urgently; see `submit`.
            **fields: Fields of `VideoRequest`, e.g. `duration_seconds=8`, `budget_usd=1`.

        Raises:
            InvalidRequestError, ModelRetiredError, BudgetError, MediaError, ConfigurationError:
                Refused before anything was paid.
            VideoAgentError: Something outside failed; `error.job_id` can be resumed.
        """
        request, terms = _request(prompt, fields), terms or JobTerms()
        sink = _sink(on_event)
        if self._inline:
            _check_usual(terms)
            parts = await self._opened.parts()
            return await self._shown(await parts.pipeline.create(request, sink, approved=approved))
        durable = self._opened.durable
        job = await durable.submit(request, terms, approved=approved)
        return await self._shown(await durable.work_out(job, sink))

    async def submit(
        self,
        prompt: str | VideoRequest,
        *,
        idempotency_key: str | None = None,
        priority: int = DEFAULT_PRIORITY,
        delay_seconds: float = 0.0,
        deadline_seconds: float | None = None,
        batch_id: str | None = None,
        approved: bool = False,
        **fields: object,
    ) -> Job:
        """Order a video and return at once; workers make it, or whoever calls `wait`.

        Everything is checked and priced as in `create`; nothing is started in this process.

        Args:
            prompt: The video in words, or a whole request.
            **fields: Fields of `VideoRequest`.
            idempotency_key: Your own id of the job: the same key again is the same job.
            priority: 1 (most urgent) to 100.
            delay_seconds: It starts no earlier.
            deadline_seconds: It is parked then, if it has not ended; nothing is lost.
            batch_id: The batch it belongs to.
            approved: A person has agreed to what it may cost.

        Raises:
            VideoAgentError: See `create`; also when the key was used for another request.
        """
        from video_agent.pipeline.ordering import parse_terms

        terms = parse_terms(
            idempotency_key=idempotency_key,
            priority=priority,
            delay_seconds=delay_seconds,
            deadline_seconds=deadline_seconds,
            batch_id=batch_id,
        )
        durable = self._opened.durable
        return await durable.submit(_request(prompt, fields), terms, approved=approved)

    async def wait(self, job_id: str, *, on_event: ProgressSink | None = None) -> VideoResult:
        """Wait until a job rests: it ended, or a person must act. Stopping to wait changes nothing.

        Raises:
            NotFoundError: There is no such job.
            VideoAgentError: Something outside failed; the job can be resumed.
        """
        return await self._shown(await self._opened.durable.wait(job_id, _sink(on_event)))

    async def resume(self, job_id: str, *, on_event: ProgressSink | None = None) -> VideoResult:
        """Finish an interrupted job; nothing that was submitted is submitted again.

        Raises:
            NotFoundError: There is no such job.
            InvalidRequestError: It waits until a person approves.
            ConfigurationError: It was begun with another backend.
            VideoAgentError: Something outside failed; it can be resumed again.
        """
        from video_agent.store.jobs import get_job

        row, sink = await get_job(self._opened.database, job_id), _sink(on_event)
        if self._inline and not row.queued:
            parts = await self._opened.parts()
            return await self._shown(await parts.pipeline.resume(job_id, sink))
        job = await self._find(job_id)
        return await self._shown(await self._opened.durable.resume(job, sink))

    async def retry(self, job_id: str) -> Job:
        """Hand a job to the workers once more, also one that ended; `wait` for it, or do not.

        Raises:
            NotFoundError, InvalidRequestError, ConfigurationError: See `resume`.
        """
        return await self._opened.durable.take_up(await self._find(job_id))

    async def cancel(self, job_id: str, *, patience_seconds: float = 20.0) -> VideoResult:
        """Stop a job, also at the provider, and wait briefly until that is done.

        A job that nobody has begun ends at once; one that ended stays as it is. What a stopped clip
        costs is the provider's to say: until it does, its price counts as spent.

        Raises:
            NotFoundError: There is no such job.
            ConfigurationError: Nobody works for it and it was begun with another backend.
        """
        job = await self._opened.durable.cancel(job_id, patience_seconds=patience_seconds)
        return await self._shown(job)

    async def give_up_unknown(self, job_id: str) -> None:
        """A person's decision: paid calls of unknown outcome are lost and stay spent."""
        from video_agent.pipeline.taking_up import give_up_unknown

        await give_up_unknown(self._opened.database, job_id)

    def create_sync(self, prompt: str | VideoRequest, **fields: object) -> VideoResult:
        """`create` for code without an event loop (also works where one is running)."""

        async def work() -> VideoResult:
            try:
                return await self.create(prompt, **fields)  # pyright: ignore[reportArgumentType]  # checked by parse_request
            finally:
                await self.close()

        return _run_sync(work())


def analyze(
    path: Path | str,
    *,
    prompt: str | None = None,
    threshold: float = DEFAULT_THRESHOLD,
    approved: bool = False,
    settings: Settings | None = None,
    **overrides: object,
) -> Analysis:
    """Measure any video file, without a job; see `VideoAgent.analyze`, which this waits for.

    ```python
    found = analyze("clip.mp4")
    found.score, found.findings, found.signals
    ```

    Args:
        path: A local video file.
        prompt: What it should show; then a judge watches it, too.
        threshold: The score, 0 to 1, from which it passes.
        approved: The judge may cost real money.
        settings: The configuration; None reads the environment.
        **overrides: Single settings, e.g. `backend="studio"`.

    Raises:
        VideoAgentError: See `VideoAgent.analyze`.
    """

    async def work() -> Analysis:
        async with VideoAgent(settings, **overrides) as agent:  # pyright: ignore[reportArgumentType]  # checked by load_settings
            return await agent.analyze(path, prompt=prompt, threshold=threshold, approved=approved)

    return _run_sync(work())


def _request(prompt: str | VideoRequest, fields: Mapping[str, object]) -> VideoRequest:
    own = {"prompt": prompt} if isinstance(prompt, str) else prompt.model_dump()
    return parse_request({**own, **fields})


def _check_usual(terms: JobTerms) -> None:
    if terms != JobTerms():
        raise ConfigurationError(
            "a key, priority, delay or deadline needs the engine, which is off here",
            hint="set VIDEO_AGENT_ENGINE=auto",
        )


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
