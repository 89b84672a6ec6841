"""Near the threshold a clip is judged again: bounded, within the money, and told."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from tests.quality.conftest import JUDGE_COST_USD, PROMPT, praise, watched
from video_agent.errors import BackendError, ConfigurationError, MediaError
from video_agent.models import (
    GenerationSettings,
    JudgedDimension,
    Judgement,
    QualityReport,
    TokenUsage,
    VideoRequest,
)
from video_agent.ports import AnswerT
from video_agent.quality import Assessment, ExpectedClip, Judge, Repeats, assess
from video_agent.quality.calibration import calibration, read_calibration
from video_agent.quality.repeats import estimate
from video_agent.quality.roles import CRITIC, FAIR, merged_score
from video_agent.quality.verdict import DIMENSION_NAMES


@dataclass
class Wavering:
    """A judge's model that says one thing after the other."""

    answers: Sequence[Judgement | Exception]
    texts: list[str] = field(default_factory=list)

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
        del instruction, clip, second_clip
        await asyncio.sleep(0)
        said = self.answers[min(len(self.texts), len(self.answers) - 1)]
        self.texts.append(text)
        if isinstance(said, Exception):
            raise said
        answer = schema.model_validate({**said.model_dump(), "control": watched(text)})
        return answer, TokenUsage(model=model, input_tokens=9, cost_usd=JUDGE_COST_USD)


Ask = Callable[..., Awaitable[Assessment]]


@pytest.fixture
def ask(good_clip: Path) -> Ask:
    async def run(model: Wavering, threshold: float, repeats: Repeats | None = None) -> Assessment:
        return await assess(
            good_clip,
            video_id="video-1",
            request=VideoRequest(prompt=PROMPT, duration_seconds=2.0),
            settings=GenerationSettings(
                duration_seconds=2.0, resolution="180p", aspect_ratio="16:9"
            ),
            expected=ExpectedClip(width=320, height=180, fps=24, duration_seconds=2.0),
            threshold=threshold,
            judge=Judge(model, "a-judge"),
            repeats=repeats,
        )

    return run


async def score_of(ask: Ask, praised: float) -> float:
    report = (await ask(Wavering([praise(praised)]), 0.0)).report
    assert report.score is not None
    return report.score


async def test_a_clear_case_is_judged_once_and_an_interval_is_told(ask: Ask):
    model = Wavering([praise(0.9)])
    report = (await ask(model, 0.5)).report
    assert len(model.texts) == report.repeats == 1
    assert report.score is not None
    assert report.lower is not None
    assert report.upper is not None
    assert report.lower < report.score < report.upper
    assert report.passed
    assert report.spread == 0
    assert "judged" not in report.feedback.splitlines()[0]
    assert QualityReport.model_validate_json(report.model_dump_json()) == report


async def test_near_the_threshold_the_mean_of_bounded_repeats_decides_and_each_is_paid(ask: Ask):
    low, high = await score_of(ask, 0.76), await score_of(ask, 0.84)
    model = Wavering([praise(0.76), praise(0.84), praise(0.84)])
    found = await ask(model, round((low + high) / 2, 3))
    report = found.report
    assert len(model.texts) == report.repeats == calibration().repeats.most == 3
    assert report.score == pytest.approx((low + 2 * high) / 3, abs=0.001)
    assert report.passed  # the repeats are spent, and the mean is above
    assert report.spread == pytest.approx((high - low) / 2, abs=0.001)
    assert len(found.repeat_usages) == 2
    assert report.cost_usd == 3 * JUDGE_COST_USD
    assert f"judged 3 times: {low:.2f} to {high:.2f}" in report.feedback
    roles = [text.rsplit("## Begin as\n")[1] for text in model.texts]
    assert roles == [FAIR, CRITIC, FAIR]
    controls = {text.split("## Control\n")[1] for text in model.texts}
    assert len(controls) == 3


async def test_repeats_stay_within_what_is_reserved(ask: Ask):
    near = await score_of(ask, 0.8)
    model = Wavering([praise(0.8)])
    found = await ask(model, near, Repeats(most_usd=2 * JUDGE_COST_USD))
    assert len(model.texts) == 2
    assert found.report.cost_usd == 2 * JUDGE_COST_USD
    once = Wavering([praise(0.8)])
    report = (await ask(once, near, Repeats(most_usd=Decimal("0.02")))).report
    assert len(once.texts) == 1
    assert report.passed


async def test_no_repeat_is_paid_where_no_verdict_could_lift_the_clip(ask: Ask):
    technical = (await score_of(ask, 1.0)) - 0.05
    model = Wavering([praise(0.97)])
    report = (await ask(model, 0.995)).report
    assert technical > 0.8
    assert not report.passed
    assert len(model.texts) == report.repeats == 1


async def test_a_repeat_that_fails_leaves_what_was_paid_for(ask: Ask):
    near = await score_of(ask, 0.8)
    lost = BackendError("503", retryable=True, cost_usd=None)
    found = await ask(Wavering([praise(0.8), lost]), near)
    assert found.report.score == near
    assert found.report.repeats == 1
    assert [usage.cost_usd for usage in found.repeat_usages] == [None]
    assert found.report.cost_usd is None


async def test_a_clip_that_vanishes_between_two_judgements_keeps_the_first_and_its_price(ask: Ask):
    near = await score_of(ask, 0.8)
    found = await ask(Wavering([praise(0.8), MediaError("the clip is gone")]), near)
    assert (found.report.score, found.report.repeats) == (near, 1)
    assert found.usage is not None
    assert found.report.cost_usd == found.usage.cost_usd == JUDGE_COST_USD
    assert found.repeat_usages == ()


async def test_a_judge_half_of_whose_answers_are_useless_gives_no_score(ask: Ask):
    near = await score_of(ask, 0.8)
    babble = praise(0.8).model_copy(
        update={"dimensions": [JudgedDimension(name="vibes", score=1, critic=1, evidence="")]}
    )
    report = (await ask(Wavering([praise(0.8), babble]), near)).report
    assert report.score is None
    assert not report.passed


def test_the_interval_shrinks_with_repeats_and_grows_with_their_difference():
    one, two, three = (estimate([0.8] * count).half_width for count in (1, 2, 3))
    assert one > two > three > 0
    assert estimate([0.7, 0.9]).half_width > estimate([0.79, 0.81]).half_width > two
    assert estimate([0.7, 0.9]).spread == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("fair", "critic", "merged"), [(0.9, 0.9, 0.9), (1.0, 0.4, 0.7), (0.4, 1.0, 0.4)]
)
def test_the_critic_lowers_and_never_lifts(fair: float, critic: float, merged: float):
    dimension = JudgedDimension(name="motion", score=fair, critic=critic, evidence="")
    assert merged_score(dimension) == pytest.approx(merged)


def test_a_dimension_without_its_critic_does_not_count():
    praised = JudgedDimension(name="motion", score=1.0, evidence="")
    assert merged_score(praised) is None


def test_every_dimension_has_its_share_and_the_families_fill_the_whole():
    weights = calibration().judged_weights(DIMENSION_NAMES)
    assert set(weights) == set(DIMENSION_NAMES)
    assert sum(weights.values()) == pytest.approx(1)
    few = calibration().judged_weights(["prompt_adherence", "motion"])
    assert few["prompt_adherence"] == weights["prompt_adherence"] == 0.4
    assert few["motion"] == weights["motion"] + weights["physical_commonsense"]


def test_a_calibration_that_lacks_a_number_is_refused():
    with pytest.raises(ConfigurationError, match="calibration"):
        read_calibration("version = 1")
