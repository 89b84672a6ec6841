"""A whole house, fakes only at the ports: real SQLite, ledger, sessions, planner, guard, MP4s."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.adk.artifacts import InMemoryArtifactService
from google.adk.models.base_llm import BaseLlm

from video_agent.catalog import load_catalog
from video_agent.ledger import Collector, Ledger, PollingPolicy
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.verify import verify
from video_agent.models import (
    GenerationSettings,
    Job,
    MediaFacts,
    ProgressEvent,
    Shot,
    TokenUsage,
    VideoRequest,
)
from video_agent.pipeline import Pipeline
from video_agent.planner import Planner
from video_agent.quality import Assessment
from video_agent.store import Database, SQLModelSessionService
from video_agent.testing import (
    FakeClock,
    FakeGenerator,
    FakeLanguageModel,
    ScriptedModel,
    diligent,
    report_of,
)
from video_agent.toolkit import AnyTool
from video_agent.tools import DEFAULT_TOOLS, Services

SHOT = Shot(subject="a red boat", action="it glides across a calm bay", camera="slow dolly in")
TODAY = date(2026, 11, 23)


class ScoresInTurn:
    """An assessor that gives these scores one after the other; the last one is repeated."""

    def __init__(self, scores: Sequence[float | None]) -> None:
        self.judged: list[str] = []
        self._scores = list(scores)

    async def assess(
        self, video_path: Path, *, video_id: str, threshold: float, **_: object
    ) -> Assessment:
        assert await asyncio.to_thread(video_path.is_file)
        self.judged.append(video_id)
        score = self._scores.pop(0) if len(self._scores) > 1 else self._scores[0]
        cost = Decimal("0.002")
        usage = TokenUsage(model="judge", input_tokens=900, output_tokens=99, cost_usd=cost)
        return Assessment(report_of(video_id, score, threshold), usage)


async def check_clip(path: Path, settings: GenerationSettings) -> MediaFacts:
    del settings
    return (await asyncio.to_thread(verify, path)).facts


@dataclass
class House:
    """Everything of one test, with what was seen from outside."""

    database: Database
    generator: FakeGenerator
    language_model: FakeLanguageModel
    assessor: ScoresInTurn
    services: Services
    planner: Planner
    pipeline: Pipeline
    model: BaseLlm
    events: list[ProgressEvent] = field(default_factory=list[ProgressEvent])

    async def see(self, event: ProgressEvent) -> None:
        self.events.append(event)

    async def create(self, **changes: Any) -> Job:
        return await self.pipeline.create(request_for(**changes), self.see)

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]

    def reopened(self, model: BaseLlm) -> "House":
        """The same database and provider in a new process."""
        return build(self.generator, self.assessor, self.services, model)

    def without_lookup(self) -> "House":
        """The same with a provider that cannot look lost submits up."""
        like = replace(self.services, reconciler=None)
        return build(self.generator, self.assessor, like, self.model)


def request_for(**changes: Any) -> VideoRequest:
    fields: dict[str, Any] = {
        "prompt": "a red boat",
        "duration_seconds": 3.0,
        "resolution": "360p",
        "quality_threshold": 0.8,
    }
    return VideoRequest.model_validate(fields | changes)


def build(
    generator: FakeGenerator,
    assessor: ScoresInTurn,
    like: Services,
    model: BaseLlm,
    tools: Sequence[AnyTool] = DEFAULT_TOOLS,
) -> House:
    clock, database = FakeClock(), like.database
    language_model = FakeLanguageModel({Shot: [SHOT]})
    services = replace(
        like,
        ledger=Ledger(database, clock),
        language_model=language_model,
        assessor=assessor,
        clock=clock,
    )
    planner = Planner(
        services,
        model=model,
        sessions=SQLModelSessionService(database),
        artifacts=InMemoryArtifactService(),
        tools=tools,
        chat_defaults={"duration_seconds": 3.0, "resolution": "360p"},
    )
    pipeline = Pipeline(services, planner)
    return House(database, generator, language_model, assessor, services, planner, pipeline, model)


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pattern = Pattern(640, 360, duration_seconds=3.0)
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4", pattern)


@pytest.fixture
async def house(
    sqlite_url: str, tmp_path: Path, clip: Path
) -> AsyncGenerator[Callable[..., House]]:
    """Makes a house: `house(scores=[0.6, 0.9], model=...)`; generator options go to the fake."""
    opened: list[Database] = []

    def make(
        *,
        scores: Sequence[float | None] = (0.9,),
        model: BaseLlm | None = None,
        tools: Sequence[AnyTool] = DEFAULT_TOOLS,
        **generator_options: Any,
    ) -> House:
        database = Database(sqlite_url)
        opened.append(database)
        catalog = load_catalog()
        generator = FakeGenerator(clip, **generator_options)
        like = Services(
            database=database,
            ledger=Ledger(database, FakeClock()),
            collector=Collector(database, tmp_path / "videos", check_clip),
            generator=generator,
            reconciler=generator,
            language_model=FakeLanguageModel({Shot: [SHOT]}),
            assessor=ScoresInTurn(scores),
            catalog=catalog,
            clock=FakeClock(),
            today=lambda: TODAY,
            output_folder=tmp_path / "videos",
            enhancer_model=catalog.defaults.enhancer,
            judge_model=catalog.defaults.judge,
            planner_model=catalog.defaults.planner,
            polling=PollingPolicy(),
        )
        planner_model = model or ScriptedModel(policy=diligent)
        return build(generator, ScoresInTurn(scores), like, planner_model, tools)

    yield make
    for database in opened:
        await database.close()
