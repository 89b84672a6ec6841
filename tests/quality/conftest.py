"""A scripted judge, an order and a clip that fits it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from video_agent.media.pattern import write_pattern
from video_agent.models import (
    Defect,
    GenerationSettings,
    JudgeAnswer,
    JudgedDimension,
    Judgement,
    ProgressEvent,
    TokenUsage,
    VideoRequest,
)
from video_agent.ports import AnswerT, ClipAnalyzer
from video_agent.quality import Assessment, ExpectedClip, Judge, Measuring, assess
from video_agent.quality.verdict import DIMENSION_NAMES

NUMBER = re.compile(r"\d+(?:\.\d+)?")
JUDGE_COST_USD = Decimal("0.0123")
PROMPT = "A red balloon rises over a misty lake at dawn"


@dataclass
class ScriptedJudgeModel:
    """A language model that says what it is told and remembers what it was asked."""

    answers: Judgement | Exception
    asked: list[dict[str, object]] = field(default_factory=list)

    looks: bool = True

    async def answer(
        self,
        *,
        model: str,
        instruction: str,
        text: str,
        schema: type[AnswerT],
        clip: Path | None = None,
        second_clip: Path | None = None,
    ) -> tuple[AnswerT, TokenUsage]:
        await asyncio.sleep(0)
        seen = {"clip": clip, "second_clip": second_clip}
        self.asked.append({"instruction": instruction, "text": text, **seen})
        if isinstance(self.answers, Exception):
            raise self.answers
        assert issubclass(schema, BaseModel)
        control = watched(text) if self.looks else self.answers.control
        answer = schema.model_validate({**self.answers.model_dump(), "control": control})
        usage = TokenUsage(model=model, input_tokens=900, output_tokens=80, cost_usd=JUDGE_COST_USD)
        return answer, usage


def watched(text: str) -> list[bool]:
    """The control questions as somebody answers who has seen a clip that passed its gates."""
    delivered, control = (text.split(f"\n## {name}\n")[1] for name in ("Delivered", "Control"))
    seconds, width, height, fps = (float(number) for number in NUMBER.findall(delivered)[:4])
    known: tuple[tuple[str, Callable[[float], bool]], ...] = (
        ("wider than", lambda _: width > height),
        ("higher than", lambda _: width < height),
        ("no sound", lambda _: "without sound" in delivered),
        ("sound track", lambda _: "with sound" in delivered),
        ("not black", lambda _: True),
        ("changes", lambda _: True),
        ("more than one", lambda _: True),
        ("less than", lambda limit: seconds < limit),
        ("more than", lambda limit: seconds > limit),
        ("wide.", lambda wide: wide == width),
        ("high.", lambda high: high == height),
        ("frames a second", lambda rate: rate == fps),
        ("", lambda _: False),
    )
    answers: list[bool] = []
    for statement in re.findall(r"^\d+\. (.+)$", control, re.MULTILINE):
        number = float(next(iter(NUMBER.findall(statement)), 0))
        answers.append(next(true(number) for words, true in known if words in statement))
    return answers


def praise(score: float = 0.95, *defects: Defect, satisfied: bool = True) -> Judgement:
    """A judgement with one score everywhere."""
    return Judgement(
        answers=[
            JudgeAnswer(question="Is there a balloon?", satisfied=True, evidence="yes"),
            JudgeAnswer(
                question="Is the balloon red?",
                satisfied=satisfied,
                evidence="it is red" if satisfied else "it is green",
                time_seconds=0.5,
            ),
        ],
        dimensions=[
            JudgedDimension(name=name, score=score, critic=score, evidence="seen")
            for name in DIMENSION_NAMES
        ],
        defects=list(defects),
        summary="A calm balloon flight.",
    )


@pytest.fixture
def order() -> Callable[..., Awaitable[Assessment]]:
    """Assess a file against the standard order, with changes."""

    async def run(
        path: Path,
        judge: Judge | None = None,
        *,
        threshold: float = 0.8,
        request: VideoRequest | None = None,
        measuring: Measuring | None = None,
        progress: list[ProgressEvent] | None = None,
        analyzer: ClipAnalyzer | None = None,
        **expected: float | bool,
    ) -> Assessment:
        async def note(event: ProgressEvent) -> None:
            await asyncio.sleep(0)
            if progress is not None:
                progress.append(event)

        standard = {"width": 320, "height": 180, "fps": 24, "duration_seconds": 2.0}
        return await assess(
            path,
            video_id="video-1",
            request=request or VideoRequest(prompt=PROMPT, duration_seconds=2.0),
            settings=GenerationSettings(
                duration_seconds=2.0, resolution="180p", aspect_ratio="16:9"
            ),
            expected=ExpectedClip.model_validate({**standard, **expected}),
            threshold=threshold,
            judge=judge,
            analyzer=analyzer,
            report_progress=note,
            measuring=measuring,
        )

    return run


@pytest.fixture(scope="session")
def good_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pattern(tmp_path_factory.mktemp("good") / "good.mp4")


@pytest.fixture
def judge_saying() -> Callable[[Judgement | Exception], tuple[Judge, list[dict[str, object]]]]:
    """A judge with a fixed answer, and the list of what it was asked."""

    def build(answers: Judgement | Exception) -> tuple[Judge, list[dict[str, object]]]:
        model = ScriptedJudgeModel(answers)
        return Judge(model, "a-judge", blind_spots=("smell",)), model.asked

    return build


@pytest.fixture
def praising() -> Callable[..., Judgement]:
    return praise
