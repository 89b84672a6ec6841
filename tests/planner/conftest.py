"""Clips and houses, closed after the test."""

import re
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from google.adk.models.base_llm import BaseLlm
from google.adk.models.llm_request import LlmRequest

from tests.planner.house import SHOT, TODAY, House, ScoresInTurn, build, check_clip
from tests.publishing.house import Channel, publishing
from video_agent.catalog import load_catalog
from video_agent.ledger import Collector, Ledger, PollingPolicy
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import Shot
from video_agent.store import Database
from video_agent.studio.config import StudioConfig
from video_agent.studio.server import Studio
from video_agent.testing import (
    FakeClock,
    FakeGenerator,
    FakeLanguageModel,
    ScriptedModel,
    Step,
    diligent,
    results_of,
)
from video_agent.toolkit import AnyTool
from video_agent.tools import DEFAULT_TOOLS, Services


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small and without sound: what is made from it is made quickly."""
    pattern = Pattern(160, 90, duration_seconds=3.0, sound=False)
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4", pattern)


@pytest.fixture
async def house(
    prepared_sqlite_url: str, tmp_path: Path, clip: Path
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
        database = Database(prepared_sqlite_url)
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


@pytest.fixture
def channel(tmp_path: Path) -> Generator[Channel]:
    with Studio(StudioConfig(folder=tmp_path / "studio", youtube_lag_seconds=0.0)) as studio:
        yield Channel(studio)


class Publisher(ScriptedModel):
    """A diligent planner that uploads the video it is told to."""

    privacy: str = "unlisted"

    def _step(self, request: LlmRequest) -> Step:
        said = [part.text for content in request.contents for part in content.parts or []]
        last = next((text for text in reversed(said) if text), "")
        found = re.search(r"call upload_to_youtube with video_id ([\w-]+)", last)
        if found is None or results_of(request):
            return super()._step(request)
        title = {"video_id": found.group(1), "title": "A boat", "privacy": self.privacy}
        return "upload_to_youtube", title


@pytest.fixture
async def published(
    house: Callable[..., House], channel: Channel, sqlite_url: str
) -> AsyncGenerator[Callable[..., House]]:
    """Makes a house that can publish, with a planner that uploads what it is told to."""
    books = Database(sqlite_url)

    def make(score: float, *, privacy: str = "unlisted") -> House:
        model = Publisher(policy=diligent, privacy=privacy)
        made = house(scores=[score], model=model)
        able = replace(made.services, publishing=publishing(books, channel.studio.url, FakeClock()))
        return build(made.generator, ScoresInTurn([score]), able, model)

    yield make
    await books.close()
