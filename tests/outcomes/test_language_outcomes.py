"""Every row of the language table: a judge never invents a score, and its cost is booked."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.ledger.conftest import SteppingClock
from tests.outcomes.language_rows import LANGUAGE_ROWS, LanguageRow, Promise
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import load_catalog
from video_agent.errors import VideoAgentError
from video_agent.models import Judgement
from video_agent.prompts import load_prompt
from video_agent.quality.verdict import DIMENSION_NAMES
from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio, StudioConfig


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    settings = RenderSettings(width=320, height=180, duration_seconds=1.0, seed=1)
    render("a red sailboat", settings, path)
    return path


@pytest.fixture
async def judge(studio: Studio) -> AsyncGenerator[GeminiLanguageModel]:
    clients = GoogleClients(GoogleConfig(SecretStr("a-key"), studio.url))
    yield GeminiLanguageModel(clients, load_catalog(), clock=SteppingClock())
    await clients.close()


@pytest.mark.parametrize("row", LANGUAGE_ROWS, ids=lambda row: row.situation)
async def test_a_language_row(
    row: LanguageRow, studio: Studio, judge: GeminiLanguageModel, clip: Path
) -> None:
    before = studio.requests("generate_content")
    with studio.fault("generate_content", row.fault, times=row.times, seconds=0.1):
        ends, cost, retryable = await _ask(judge, clip)
    requests = studio.requests("generate_content") - before
    assert Promise(ends, requests, cost, retryable) == row.promise


async def _ask(judge: GeminiLanguageModel, clip: Path) -> tuple[str, str, str]:
    try:
        _, usage = await judge.answer(
            model=load_catalog().defaults.judge,
            instruction=load_prompt("judge", dimensions=", ".join(DIMENSION_NAMES)),
            text="## Request\na red sailboat",
            schema=Judgement,
            clip=clip,
        )
    except VideoAgentError as error:
        cost = "not known" if error.cost_usd is None else "known"
        return type(error).__name__, cost, "yes" if error.retryable else "no"
    return "answer", "not known" if usage.cost_usd is None else "known", "-"
