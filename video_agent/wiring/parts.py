"""The parts of one agent, made from settings and a reach."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from video_agent.catalog import Catalog
from video_agent.models import Job
from video_agent.notebook import VideoResult, as_result
from video_agent.pipeline import Pipeline
from video_agent.settings import Settings
from video_agent.store import Database, SQLModelSessionService
from video_agent.store.webhook_events import told_provider_ids
from video_agent.toolkit import AnyTool
from video_agent.tools import DEFAULT_TOOLS, Services
from video_agent.wiring.assessing import Assessor, check_delivery, judge_of
from video_agent.wiring.google_backends import build_backends
from video_agent.wiring.links import public_urls
from video_agent.wiring.prices import settled_catalog, today
from video_agent.wiring.publishing import build_publishing
from video_agent.wiring.reach import Reach

if TYPE_CHECKING:
    from video_agent.backends.google.client import GoogleConfig
    from video_agent.ledger import Collector, Ledger, PollingPolicy
    from video_agent.ports import Clock

_STUDIO_SUBMIT_SECONDS = 20.0


def google_config(settings: Settings, reach: Reach) -> "GoogleConfig":
    """How the Google backends reach what was chosen.

    Raises:
        ConfigurationError: An address, key or credential may not be used.
    """
    from video_agent.backends.google.client import GoogleConfig

    submit = settings.submit_timeout_seconds
    return GoogleConfig(
        api_key=reach.api_key,
        base_url=reach.url,
        submit_timeout_seconds=min(submit, _STUDIO_SUBMIT_SECONDS) if reach.is_studio else submit,
        request_timeout_seconds=settings.request_timeout_seconds,
        project=reach.project,
        location=settings.google_cloud_location,
        credentials=reach.credentials,
        output_uri=settings.generation_bucket if reach.project else None,
        webhook_url=settings.webhook_url if reach.project is None else None,
    )


class Parts:
    """Everything one agent works with. Closed once, at the end.

    Args:
        settings: The configuration.
        reach: Which service is talked to.
        database: The database; it belongs to the caller.
        tools: The planner's tools; None means the built-in five.
        day: The day by which models retire and prices change.
        queued: Generations are sent and followed by workers, outside the planner's turns.
    """

    def __init__(
        self,
        settings: Settings,
        reach: Reach,
        database: Database,
        *,
        tools: Sequence[AnyTool] | None = None,
        day: Callable[[], date] = today,
        queued: bool = False,
    ) -> None:
        from video_agent.backends.google.client import (
            GoogleClients,
            adk_client_arguments,
        )
        from video_agent.planner import Planner
        from video_agent.planner.adk_parts import file_artifacts, gemini_planner

        self.reach = reach
        self.config = google_config(settings, reach)
        self._settings = settings
        self._day = day
        self._queued = queued
        self._clients = GoogleClients(self.config)
        catalog = settled_catalog(settings)
        self._backends = build_backends(
            settings, reach, self._clients, catalog, told=partial(told_provider_ids, database)
        )
        self.services = self._services(database, catalog)
        arguments = adk_client_arguments(self.config, catalog.entry(self.services.planner_model))
        self.planner = Planner(
            self.services,
            model=gemini_planner(self.services.planner_model, arguments),
            sessions=SQLModelSessionService(database),
            artifacts=file_artifacts(settings.home.expanduser() / "artifacts"),
            tools=DEFAULT_TOOLS if tools is None else tools,
        )
        self.pipeline = Pipeline(self.services, self.planner)

    def _judging_usd(self) -> Decimal:
        """What the reservation of a clip's verdict leaves for the judge itself."""
        return self.services.reserve.judge_usd - self.services.analysis_usd

    def _services(self, database: Database, catalog: Catalog) -> Services:
        from video_agent.backends.clock import SystemClock
        from video_agent.backends.google.errors import read_error

        settings, reach, clock = self._settings, self.reach, SystemClock()
        backends = self._backends
        models, watcher = backends.language_model, catalog.defaults.judge
        judge = judge_of(models, watcher, on_studio=reach.is_studio)
        ledger, collector = self._books(database, clock)
        return Services(
            database=database,
            ledger=ledger,
            collector=collector,
            generator=backends.generator,
            reconciler=backends.reconciler,
            language_model=backends.language_model,
            assessor=Assessor(judge, backends.analyzer, self._judging_usd),
            catalog=catalog,
            clock=clock,
            today=self._day,
            surface=reach.surface,
            location=settings.google_cloud_location,
            output_uri=self.config.output_uri,
            output_folder=settings.output_folder,
            enhancer_model=catalog.defaults.enhancer,
            judge_model=catalog.defaults.judge,
            planner_model=catalog.defaults.planner,
            polling=self._polling(catalog),
            backend=reach.name,
            charged=reach.charged,
            patience=settings.patience,
            analysis_usd=backends.analysis_usd,
            queued=self._queued,
            approval_above_usd=settings.approval_above_usd,
            explain=partial(read_error, config=self.config, what="the planner's model"),
            publishing=build_publishing(
                settings, database, studio_url=reach.url if reach.is_studio else None
            ),
        )

    def _books(self, database: Database, clock: "Clock") -> "tuple[Ledger, Collector]":
        from video_agent.ledger import Collector, Ledger
        from video_agent.ledger.headroom import caps_of

        settings, backends = self._settings, self._backends
        ledger = Ledger(database, clock, caps=caps_of(settings), settle_times=backends.settle_times)
        folder, mirror = settings.output_folder, backends.mirror
        return ledger, Collector(database, folder, check_delivery, mirror=mirror)

    def _polling(self, catalog: Catalog) -> "PollingPolicy":
        from video_agent.ledger import PollingPolicy

        deadline = self._settings.poll_deadline_seconds
        if self.reach.is_studio:
            return PollingPolicy.quick(deadline_seconds=deadline)
        limits = catalog.generator(None, today=self._day(), surface=self.config.surface)[1]
        return PollingPolicy.for_latency(limits.latency_seconds, deadline_seconds=deadline)

    async def result(self, job: Job) -> VideoResult:
        """A job that shows itself, with links to its stored videos."""
        return as_result(job, await public_urls(self._backends.storage, job))

    async def close(self) -> None:
        """Close the clients and our share of the studio."""
        await self._clients.close()
        await self._backends.close()
        if self.reach.house is not None:
            await asyncio.to_thread(self.reach.house.stop)
