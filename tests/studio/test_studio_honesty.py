"""The whole measured path: words, clip, signals, judge, score. Only a better shot scores better."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.catalog import load_catalog
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import GenerationSettings, VideoRequest
from video_agent.quality import ExpectedClip, Judge, assess
from video_agent.studio.renderer import RenderSettings, render
from video_agent.studio.server import Studio

IRRELEVANT = (
    "The committee approved the budget. Camera shops sell lenses. He likes golden hour light "
    "bulbs. Directors prefer a slow dolly in. The sound of waves is a meditation app. A 50mm lens "
    "costs two hundred dollars."
)
HEAP = "dolly lens sunset cinematic waves piano wide handheld golden mist orbit palette 35mm glow"
FILLER = "masterpiece, 8k, best quality, ultra detailed, award-winning, stunning"
CONTRADICTION = "At noon, at night. Static tripod shot, handheld camera, fast orbit."
SCENES = [
    (
        "a red sailboat at sunset",
        "A red sailboat glides slowly across calm water at sunset. On the wide ocean with a far "
        "coastline in the background. Slow tracking shot moving alongside the boat. Medium shot "
        "at eye level. 35mm lens with shallow depth of field. Cinematic film look. Warm light "
        "from the setting sun with long shadows. Calm mood with a palette of amber and violet "
        "tones. Ambient noise: the sound of waves and distant gulls.",
    ),
    (
        "a fox in the snow",
        "A fox walks slowly between the trees in the snow. In a forest with tall trunks in the "
        "background. Slow tracking shot moving alongside the fox. Medium shot at eye level. 35mm "
        "lens with shallow depth of field. Realistic documentary footage. Soft overcast light "
        "from above with gentle shadows. Calm mood with a palette of slate blue and white tones. "
        "Ambient noise: wind in the trees and light steps.",
    ),
]
THRESHOLD = 0.85
NOTICEABLE = 0.02
SIZE = (640, 360)


class Studied:
    """Renders prompts, and scores the clips as a job would: against the person's own words."""

    def __init__(self, studio: Studio, folder: Path) -> None:
        self._folder = folder
        config = GoogleConfig(api_key=SecretStr("any"), base_url=studio.url)
        self._clients = GoogleClients(config)
        catalog = load_catalog()
        model = GeminiLanguageModel(self._clients, catalog)
        self._judge = Judge(model, catalog.defaults.judge)

    async def close(self) -> None:
        await self._clients.close()

    async def score(self, request: str, prompt: str) -> float:
        path = self._folder / f"{abs(hash(prompt))}.mp4"
        settings = RenderSettings(*SIZE, duration_seconds=3.0, seed=3)
        await asyncio.to_thread(render, prompt, settings, path)
        return await self.score_clip(request, path)

    async def score_clip(self, request: str, path: Path) -> float:
        expected = ExpectedClip(width=SIZE[0], height=SIZE[1], fps=24, duration_seconds=3.0)
        assessment = await assess(
            path,
            video_id="v",
            request=VideoRequest(prompt=request, duration_seconds=3.0, resolution="360p"),
            settings=GenerationSettings(
                duration_seconds=3.0, resolution="360p", aspect_ratio="16:9"
            ),
            expected=expected,
            threshold=THRESHOLD,
            judge=self._judge,
        )
        score = assessment.report.score
        assert score is not None
        return score


@pytest.mark.parametrize(("raw", "refined"), SCENES)
async def test_only_what_is_said_of_the_shot_raises_the_measured_score(
    studio: Studio, tmp_path: Path, raw: str, refined: str
):
    studied = Studied(studio, tmp_path)
    prompts = {
        "vague": raw,
        "refined": refined,
        "irrelevant": f"{raw}. {IRRELEVANT}",
        "heap": f"{raw}. {HEAP}",
        "filler": f"{raw}, {FILLER}",
        "contradictory": f"{refined} {CONTRADICTION}",
    }
    found = await asyncio.gather(*(studied.score(raw, prompt) for prompt in prompts.values()))
    await studied.close()
    score = dict(zip(prompts, found, strict=True))

    assert score["vague"] < THRESHOLD - 0.1
    assert THRESHOLD <= score["refined"] < 1.0
    for padding in ("irrelevant", "heap", "filler"):
        assert score[padding] <= score["vague"] + NOTICEABLE, padding
    assert score["contradictory"] < min(THRESHOLD, score["refined"] - 0.05)


async def test_a_faultless_clip_of_something_else_does_not_pass(studio: Studio, tmp_path: Path):
    """The judge's own eyes: a clean moving pattern is not what was asked for."""
    clip = tmp_path / "pattern.mp4"
    write_pattern(clip, Pattern(*SIZE, duration_seconds=3.0))
    studied = Studied(studio, tmp_path)
    asked = "a red sailboat at night, tracking shot"
    score = await studied.score_clip(asked, clip)
    await studied.close()

    assert score < THRESHOLD
