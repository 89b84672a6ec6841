"""Both Google backends against a studio: enhance, generate, download, judge, and its faults."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.backends.conftest import ImpatientClock
from video_agent.backends.google.client import GoogleClients, GoogleConfig
from video_agent.backends.google.clips import ClipViewing
from video_agent.backends.google.gemini import GeminiLanguageModel
from video_agent.backends.google.omni import OmniGenerator
from video_agent.backends.studio_lookup import StudioLookup
from video_agent.catalog import Catalog, load_catalog
from video_agent.errors import AnswerError, BackendError, ContentBlockedError
from video_agent.media.probe import probe
from video_agent.models import (
    GenerationOrder,
    GenerationSettings,
    Judgement,
    Shot,
    TokenUsage,
)
from video_agent.studio.server import Studio, StudioConfig

PROMPT = "A red paper boat sails across a rain puddle at dusk, slow dolly in."
JUDGE = "You are the judge of a short video. Watch the clip and judge it against the prompt."
Judge = Callable[[], Awaitable[tuple[Judgement, TokenUsage]]]


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Generator[Studio]:
    with Studio(StudioConfig(folder=tmp_path_factory.mktemp("studio"))) as running:
        yield running


@pytest.fixture(scope="module")
def clip(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One clip, made by the backend itself."""
    target = tmp_path_factory.mktemp("clips") / "clip.mp4"
    asyncio.run(generate(studio, load_catalog(), target))
    return target


async def generate(studio: Studio, catalog: Catalog, target: Path) -> None:
    clients = GoogleClients(GoogleConfig(SecretStr("studio"), studio.url))
    generator = OmniGenerator(clients, catalog)
    settings = GenerationSettings(duration_seconds=3.0, resolution="360p", aspect_ratio="9:16")
    order = GenerationOrder(
        generation_id="g-1",
        job_id="j-1",
        model=catalog.defaults.generator,
        prompt=PROMPT,
        settings=settings,
    )
    provider_id = await generator.submit(order)
    found = await StudioLookup(studio.url).find("g-1")
    assert (found.verdict, found.provider_id) == ("found", provider_id)
    assert (await StudioLookup(studio.url).find("g-2")).verdict == "absent"
    while (update := await generator.poll(provider_id, model=order.model)).status == "running":
        await asyncio.sleep(0.1)
    await generator.download(update.sources[0], target)
    await clients.close()


@pytest.fixture
async def language_model(
    studio: Studio, clock: ImpatientClock, catalog: Catalog
) -> AsyncGenerator[GeminiLanguageModel]:
    clients = GoogleClients(GoogleConfig(SecretStr("studio"), studio.url))
    yield GeminiLanguageModel(clients, catalog, clock=clock)
    await clients.close()


@pytest.fixture
def judge(language_model: GeminiLanguageModel, catalog: Catalog, clip: Path) -> Judge:
    async def ask() -> tuple[Judgement, TokenUsage]:
        return await language_model.answer(
            model=catalog.defaults.judge,
            instruction=JUDGE,
            text=f"Prompt: {PROMPT}",
            schema=Judgement,
            clip=clip,
        )

    return ask


def test_a_clip_is_what_was_ordered(clip: Path) -> None:
    facts = probe(clip)
    assert (facts.width, facts.height, facts.frame_count) == (360, 640, 72)
    assert facts.audio_codec == "aac"


async def test_an_enhancer_answers_with_a_shot(
    language_model: GeminiLanguageModel, catalog: Catalog
) -> None:
    shot, usage = await language_model.answer(
        model=catalog.defaults.enhancer,
        instruction="You rewrite a prompt into one shot.",
        text="a red boat",
        schema=Shot,
    )
    assert shot.subject
    assert usage.cost_usd is not None
    assert usage.cost_usd > 0


async def test_a_judge_answers_about_the_clip(judge: Judge) -> None:
    judgement, usage = await judge()
    assert judgement.dimensions
    assert usage.input_tokens > 0


async def test_a_judge_sees_a_clip_that_was_uploaded(
    studio: Studio, clock: ImpatientClock, catalog: Catalog, clip: Path
) -> None:
    clients = GoogleClients(GoogleConfig(SecretStr("studio"), studio.url))
    viewing = ClipViewing(largest_inline_bytes=1000)
    model = GeminiLanguageModel(clients, catalog, clock=clock, viewing=viewing)
    before = studio.requests("files.upload")
    judgement, _ = await model.answer(
        model=catalog.defaults.judge, instruction=JUDGE, text=PROMPT, schema=Judgement, clip=clip
    )
    assert judgement.summary
    assert studio.requests("files.upload") > before
    await clients.close()


@pytest.mark.parametrize(
    "fault", ["garbage_judge", "wrong_shape_judge", "empty_judge", "truncated", "503", "429"]
)
async def test_a_judge_that_fails_twice_is_asked_a_third_time(
    studio: Studio, judge: Judge, fault: str
) -> None:
    with studio.fault("generate_content", fault, times=2):
        judgement, _ = await judge()
    assert judgement.summary


async def test_a_fenced_answer_needs_no_second_question(studio: Studio, judge: Judge) -> None:
    before = studio.requests("generate_content")
    with studio.fault("generate_content", "fenced_judge"):
        await judge()
    assert studio.requests("generate_content") == before + 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("garbage_judge", AnswerError),
        ("empty_judge", AnswerError),
        ("truncated", AnswerError),
        ("safety", ContentBlockedError),
        ("503", BackendError),
        ("junk_200", BackendError),
        ("cut_before", BackendError),
        ("400", BackendError),
    ],
)
async def test_a_judge_that_keeps_failing_is_given_up_with_our_error(
    studio: Studio, judge: Judge, fault: str, kind: type[BackendError]
) -> None:
    with studio.fault("generate_content", fault, times=-1), pytest.raises(kind) as caught:
        await judge()
    if kind is AnswerError:
        assert caught.value.cost_usd is not None
        assert caught.value.cost_usd > 0
