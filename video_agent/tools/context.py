"""What a tool sees: the job it works for and the services it may use. Handed in, never imported."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from video_agent.catalog import (
    Catalog,
    LanguageReserve,
    Model,
    PriceList,
    Surface,
    VideoLimits,
)
from video_agent.errors import BackendError
from video_agent.ledger import Collector, Ledger, Limit, PollingPolicy
from video_agent.ledger.belonging import check_belongs
from video_agent.ledger.facts import JobFacts, load_facts
from video_agent.models import Job, ProgressEvent, Shot, VideoRequest
from video_agent.ports import Clock, Generator, LanguageModel, ProgressSink, Reconciler
from video_agent.publishing import Publishing
from video_agent.store import Database
from video_agent.tools.judging import ClipAssessor
from video_agent.tools.standing import Standing, stand


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts all jobs share. `wiring` makes one.

    Args:
        database: Jobs, attempts, videos and reports.
        ledger: Paid operations.
        collector: Brings finished videos home.
        generator: The video model's backend.
        reconciler: Looks up lost submits; None where the provider has no look-up.
        language_model: The enhancer's and the judge's backend.
        assessor: Judges a clip.
        catalog: Models, limits and prices.
        clock: Time.
        today: The day by which models retire and prices change.
        output_folder: Where finished videos are written.
        enhancer_model: Model id of the enhancer.
        judge_model: Model id of the judge.
        planner_model: Model id of the planner.
        polling: How patiently generations are watched.
        surface: Which Google surface is spoken to.
        location: The one location configured on Agent Platform; None: each model's own.
        output_uri: The gs:// folder that generators write into; None: clips come in the answers.
        backend: The backend's name as jobs and events carry it.
        charged: False when the studio stands in, so that prices are list prices only.
        patience: Stop after so many attempts in a row without a better score.
        analysis_usd: What an outside analyzer takes for one clip.
        publishing: Where videos are published; None where nobody is logged in.
        queued: Whether generations are sent and followed by workers, outside the planner's turn.
        approval_above_usd: A job that may cost more waits until a person agrees; None: none does.
        explain: What the planner's model raised, in its backend's words and without secrets.
    """

    database: Database
    ledger: Ledger
    collector: Collector
    generator: Generator
    reconciler: Reconciler | None
    language_model: LanguageModel
    assessor: ClipAssessor
    catalog: Catalog
    clock: Clock
    today: Callable[[], date]
    output_folder: Path
    enhancer_model: str
    judge_model: str
    planner_model: str
    polling: PollingPolicy
    surface: Surface = "gemini_api"
    location: str | None = None
    output_uri: str | None = None
    backend: str = "studio"
    charged: bool = False
    patience: int = 2
    analysis_usd: Decimal = Decimal(0)
    publishing: Publishing | None = None
    queued: bool = False
    approval_above_usd: Decimal | None = None
    explain: Callable[[Exception], BackendError] | None = None

    def model_of(self, request: VideoRequest) -> tuple[Model, VideoLimits]:
        """The video model of a request, with its limits.

        Raises:
            InvalidRequestError, ModelRetiredError: It cannot be used.
        """
        return self.catalog.generator(request.model, today=self.today(), surface=self.surface)

    def polling_of(self, model_id: str) -> PollingPolicy:
        """How patiently a model's generations are watched: by that model's own latencies."""
        model = self.catalog.entry(model_id)
        if self.polling.catalog_latency is None or model is None or model.video is None:
            return self.polling
        latency = model.video.latency_seconds
        return replace(self.polling, catalog_latency=latency, expected_seconds=latency.median)

    @property
    def price_list(self) -> PriceList:
        """The prices that hold today."""
        return PriceList(self.catalog, self.surface, self.today(), self.location, self.analysis_usd)

    @property
    def reserve(self) -> LanguageReserve:
        """What is kept for the language models, and the analyzer, of one attempt."""
        return self.price_list.reserve

    def check_serves(self, job: Job) -> None:
        """Refuse to go on with a job of another backend.

        There nobody knows its generations: paid clips would be given up as lost, and a job at list
        prices would begin to cost money.

        Raises:
            ConfigurationError: Says where the job belongs.
        """
        check_belongs(job, self.backend, charged=self.charged)

    async def look(self, job_id: str) -> tuple[Job, Standing]:
        """A job as the database has it now, and how it stands.

        Raises:
            NotFoundError: There is no such job.
        """
        facts = await load_facts(self.database, job_id)
        return facts.job, self.standing(facts, await self.ledger.tightest_cap(facts.job))

    def standing(self, facts: JobFacts, cap: Limit | None = None) -> Standing:
        """How a job stands by its facts, and by a limit that it shares with other jobs."""
        model_id = facts.job.request.model or self.catalog.defaults.generator
        own_usd = facts.spend.left_usd
        tighter = cap if cap is not None and cap.left_usd < own_usd else None
        standing = stand(
            facts.job,
            closed=facts.closed,
            model=self.catalog.find(model_id),
            today=self.today(),
            reserve=self.reserve,
            budget_left_usd=own_usd if tighter is None else tighter.left_usd,
            patience=self.patience,
        )
        words = None if tighter is None else f"{tighter}; {tighter.advice}"
        return standing.model_copy(update={"cap": words})


@dataclass(frozen=True)
class Enhancement:
    """Where a prompt came from: the shot it renders and the feedback that led to it.

    `negative` is what must not appear, for models that have a field for it.
    """

    shot: Shot
    feedback: str | None = None
    negative: str | None = None


@dataclass(frozen=True, kw_only=True)
class Context:
    """One tool call's surroundings: the job it works for and the services it may use.

    `exclusive` is held while a paid start is decided, so that two calls of one turn cannot both
    start one; `judging` while a clip is judged, so that both do not pay. `shots` are the shots this
    process has rendered for the job, by their text: the planner passes only the text on. `can_ask`:
    a person watches and can be asked. `agreed`: a person has agreed to this very call.
    """

    job_id: str
    request: VideoRequest
    services: Services
    sink: ProgressSink | None = None
    exclusive: asyncio.Lock = field(default_factory=asyncio.Lock)
    judging: asyncio.Lock = field(default_factory=asyncio.Lock)
    shots: dict[str, Enhancement] = field(default_factory=dict[str, Enhancement])
    can_ask: bool = False
    agreed: bool = False

    async def emit(self, event: ProgressEvent) -> None:
        """Pass live progress on, marked with the job."""
        if self.sink is not None:
            await self.sink(event.model_copy(update={"job_id": self.job_id}))

    async def look(self) -> tuple[Job, Standing]:
        """The job as the database has it now, and how it stands."""
        return await self.services.look(self.job_id)

    async def look_at_own(self) -> tuple[Job, Standing]:
        """`look` before anything is asked of the video service for the job.

        Raises:
            ConfigurationError: The job belongs to another backend.
        """
        job, standing = await self.look()
        self.services.check_serves(job)
        return job, standing
