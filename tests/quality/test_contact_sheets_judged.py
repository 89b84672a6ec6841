"""Where a clip would cost too much to look at, the judge gets a contact sheet of it."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import load_catalog
from video_agent.models import GenerationSettings, QualityReport, VideoRequest
from video_agent.quality import ExpectedClip, Judge, assess
from video_agent.quality.showing import affordable
from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio, StudioConfig

PROMPT = "a red sailboat at sunset"


@pytest.fixture
async def judge(tmp_path: Path) -> AsyncGenerator[Judge]:
    with Studio(StudioConfig(folder=tmp_path / "studio")) as studio:
        clients = GoogleClients(GoogleConfig(SecretStr("a-key"), studio.url))
        catalog = load_catalog()
        yield Judge(GeminiLanguageModel(clients, catalog), catalog.defaults.judge)
        await clients.close()


async def heard(judge: Judge, clip: Path, prompt: str) -> QualityReport:
    found = await assess(
        clip,
        video_id="video-1",
        request=VideoRequest(prompt=prompt, duration_seconds=1.0),
        settings=GenerationSettings(duration_seconds=1.0, resolution="180p", aspect_ratio="16:9"),
        expected=ExpectedClip(width=320, height=180, fps=24, duration_seconds=1.0),
        threshold=0.99,
        judge=judge,
    )
    return found.report


async def test_a_sheet_is_judged_by_what_still_frames_show(judge: Judge, tmp_path: Path):
    clip = tmp_path / "clip.mp4"
    render(PROMPT, RenderSettings(width=320, height=180, duration_seconds=1.0, seed=1), clip)
    looking = replace(judge, shows="sheet")
    report = await heard(looking, clip, PROMPT)
    wrong = await heard(looking, clip, "a green frog in daylight")
    judged = {item.name: item.score for item in report.dimensions if item.origin == "judge"}
    assert set(judged) == {"prompt_adherence", "visual_quality"}
    other = {item.name: item.score for item in wrong.dimensions if item.origin == "judge"}
    assert judged["prompt_adherence"] > other["prompt_adherence"] + 0.2
    assert report.score is not None
    assert not [answer for answer in report.answers if "heard" in answer.question]


def test_the_clip_is_shown_as_long_as_it_can_be_paid():
    assert [affordable(seconds) for seconds in (3.0, 15.0, 19.0)] == ["clip"] * 3
    assert affordable(60.0) == "sheet"
    assert affordable(8.0, most_tokens=1_000) == "sheet"
