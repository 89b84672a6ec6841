"""Runs one row over the whole paid path: ledger, backend, HTTP, studio; tells what was observed."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from google.oauth2.credentials import Credentials
from pydantic import SecretStr
from sqlmodel import col, select

from tests.ledger.conftest import SteppingClock
from tests.outcomes.generation_rows import Expected, Money, Row
from video_agent.backends.clock import SystemClock
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.download import Downloader
from video_agent.backends.google.omni import OmniGenerator
from video_agent.backends.google.veo import VeoGenerator
from video_agent.catalog import Catalog, generation_price_usd, load_catalog
from video_agent.errors import VideoAgentError
from video_agent.ids import new_id
from video_agent.ledger import Collector, Ledger, PollingPolicy, Proposal
from video_agent.media.verify import verify
from video_agent.models import (
    Generation,
    GenerationSettings,
    GenerationState,
    MediaFacts,
    MediaSource,
    VideoRequest,
    utc_now,
)
from video_agent.ports import Generator
from video_agent.store import Database
from video_agent.store.jobs import create_job, new_job
from video_agent.store.tables import GenerationRow, VideoRow
from video_agent.studio.server import Studio

OMNI = GenerationSettings(duration_seconds=3.0, resolution="360p", aspect_ratio="16:9")
VEO = GenerationSettings(duration_seconds=4.0, resolution="720p", aspect_ratio="16:9", audio=False)
VEO_MODEL = "veo-3.1-lite-generate-001"
SECRET_KEY = "AIzaSy-a-secret-key-of-39-characters-xy"  # noqa: S105 - not a real one
_SLOW_SECONDS, _IMPATIENT_SECONDS, _PARK_SECONDS = 1.5, 0.4, 1.5


@dataclass(frozen=True)
class Observed:
    """What happened, in the same words as `Expected`, the error itself, and all rows as text."""

    outcome: Expected
    error: VideoAgentError | None
    started: int
    rows: str


class Runner:
    """One row: a job, a generation, everything that can be asked about it."""

    def __init__(self, row: Row, studio: Studio, database: Database, folder: Path) -> None:
        self._row, self._studio, self._database, self._folder = row, studio, database, folder
        self._catalog: Catalog = load_catalog()
        if row.believed_alive and row.model:
            self._catalog = _believing(self._catalog, row.model)
        self._model = row.model or (VEO_MODEL if row.wire == "Veo" else self._omni_model)
        self._settings = (VEO if row.wire == "Veo" else OMNI).model_copy(update=row.settings)
        self._ledger = Ledger(database, SystemClock())
        self._generation_id = ""
        self._error: VideoAgentError | None = None
        self._sources: tuple[MediaSource, ...] = ()

    async def run(self) -> Observed:
        """Inject the faults, submit, follow, collect; errors are observations."""
        posts, starts = len(self._studio.paid_posts), self._studio.paid_starts
        job_id = await self._open_job()
        async with self._generator() as generator:
            with ExitStack() as faults:
                for fault in self._row.faults:
                    faults.enter_context(
                        self._studio.fault(
                            fault.kind,
                            fault.name,
                            times=fault.times,
                            seconds=_SLOW_SECONDS if fault.name == "slow" else 5.0,
                        )
                    )
                video = await self._pay(job_id, generator)
        [generation] = await self._ledger.generations(job_id)
        error = self._error
        if self._named("slow"):  # the studio notes a request when it has answered it
            await asyncio.sleep(2 * _SLOW_SECONDS)
        outcome = Expected(
            state=generation.state.value,
            money=await self._money(generation),
            error=type(error).__name__ if error else "-",
            retryable="-" if error is None else ("yes" if error.retryable else "no"),
            posts=len(self._studio.paid_posts) - posts,
            video=video,
        )
        return Observed(outcome, error, self._studio.paid_starts - starts, await self._rows(job_id))

    async def _rows(self, job_id: str) -> str:
        """Everything that the database holds of the job, the provider's links too."""
        async with self._database.read() as session:
            tables = (GenerationRow, VideoRow)
            found = [
                row.model_dump_json()
                for table in tables
                for row in await session.exec(select(table).where(col(table.job_id) == job_id))
            ]
        return "\n".join(found)

    async def _pay(self, job_id: str, generator: Generator) -> bool:
        proposal = Proposal(
            job_id=job_id,
            attempt_number=1,
            model=self._model,
            prompt="a red sailboat on a calm bay",
            settings=self._settings,
            estimate_usd=self._price,
            backend="gemini",
        )
        never = self._named("never") or self._named("never_finishes")
        policy = PollingPolicy.quick(deadline_seconds=_PARK_SECONDS if never else 60.0)
        try:
            generation = await self._ledger.submit(await self._ledger.intend(proposal), generator)
            async for update in self._ledger.follow(generation.id, generator, policy):
                self._sources = update.sources
            generation = await self._ledger.get(generation.id)
            if generation.state is not GenerationState.SUCCEEDED:
                return False
            collector = Collector(self._database, self._folder, _check)
            await collector.collect(generation, generator, self._sources)
        except VideoAgentError as error:
            self._error = error
            return False
        return True

    async def _money(self, generation: Generation) -> Money:
        spend = await self._ledger.spent(generation.job_id)
        cost, price = generation.cost_usd, self._price
        if spend.committed_usd == 0:
            return "nothing"
        if cost is None:
            assert spend.committed_usd == price  # unknown is never zero
            return "unknown, counted as spent"
        assert spend.committed_usd == cost
        if self._row.wire == "Veo":
            return "estimate" if cost == price else "share"
        return "pennies" if cost < Decimal("0.005") else "usage"

    async def _open_job(self) -> str:
        request = VideoRequest(prompt="a red sailboat on a calm bay")
        row = new_job(
            request, app_name="outcomes", session_id=new_id(), backend="gemini", charged=True
        )
        return (await create_job(self._database, row)).id

    @asynccontextmanager
    async def _generator(self) -> AsyncGenerator[Generator]:
        clients = GoogleClients(self._config())
        downloader = Downloader(clients, clock=SteppingClock())
        try:
            if self._row.wire == "Veo":
                yield VeoGenerator(clients, self._catalog, downloader=downloader)
            else:
                yield OmniGenerator(clients, self._catalog, downloader=downloader)
        finally:
            await clients.close()

    def _config(self) -> GoogleConfig:
        patience = _IMPATIENT_SECONDS if self._named("slow") else 30.0
        if self._row.wire == "Omni":
            key = SecretStr(self._row.key or SECRET_KEY)
            return GoogleConfig(key, self._studio.url, submit_timeout_seconds=patience)
        return GoogleConfig(
            base_url=self._studio.url,
            submit_timeout_seconds=patience,
            project=self._row.project,
            location=self._row.location,
            credentials=Credentials(token=self._row.token),
        )

    @property
    def _omni_model(self) -> str:
        return self._catalog.defaults.generator

    @property
    def _price(self) -> Decimal:
        model = self._catalog.find(self._model)
        if model.video is None:
            return Decimal("0.50")  # a retired model has no price any more
        return generation_price_usd(model, self._settings, today=utc_now().date())

    def _named(self, fault: str) -> bool:
        return any(item.name == fault for item in self._row.faults)


def _believing(catalog: Catalog, model_id: str) -> Catalog:
    """A catalog that does not know yet that a model was retired."""
    living = catalog.find(VEO_MODEL)
    old = catalog.find(model_id).model_copy(update={"retires_on": {}, "video": living.video})
    others = (model for model in catalog.models if model.id != model_id)
    return catalog.model_copy(update={"models": (*others, old)})


async def _check(path: Path, _settings: GenerationSettings) -> MediaFacts:
    return verify(path).facts
