"""The formula: declared weights, hard caps, feedback that can be acted on."""

import pytest

from video_agent.models import Defect, JudgeAnswer, JudgedDimension, Signal
from video_agent.quality import DEFAULT_SIGNALS
from video_agent.quality.calibration import calibration
from video_agent.quality.metric import Measured, Metric, ramp
from video_agent.quality.score import fuse, judged_score, technical_score
from video_agent.quality.verdict import DIMENSION_NAMES, Verdict


def measured(metric: Metric, score: float) -> Measured:
    signal = Signal(name=metric.name, value=0.0, score=score, passed=score >= 0.5)
    return Measured(metric, signal, score, (), ())


def all_at(score: float, **others: float) -> list[Measured]:
    return [measured(metric, others.get(metric.name, score)) for metric in DEFAULT_SIGNALS]


def verdict(score: float, satisfied: bool = True) -> Verdict:
    return Verdict(
        answers=(JudgeAnswer(question="?", satisfied=satisfied, evidence=""),),
        dimensions=tuple(
            JudgedDimension(name=name, score=score, evidence="") for name in DIMENSION_NAMES
        ),
        defects=(),
        summary="",
    )


@pytest.mark.parametrize("score", [0.0, 0.4, 1.0])
def test_equal_parts_give_that_score(score: float):
    assert technical_score(all_at(score)) == pytest.approx(score)
    assert fuse(all_at(score), None, ()).score == pytest.approx(score)


def test_one_ruined_quality_costs_more_than_its_share():
    mean_loss = 2.0 / sum(metric.weight for metric in DEFAULT_SIGNALS)
    assert technical_score(all_at(1.0, flicker=0.0)) < 1 - 1.5 * mean_loss


def test_the_score_never_leaves_zero_to_one_and_grows_with_each_part():
    for low, high in ((0.0, 0.5), (0.5, 1.0)):
        better_signals = fuse(all_at(high), verdict(0.7), ()).score
        assert 0 <= fuse(all_at(low), verdict(0.7), ()).score <= better_signals <= 1
        better_verdict = fuse(all_at(0.7), verdict(high), ()).score
        assert 0 <= fuse(all_at(0.7), verdict(low), ()).score <= better_verdict <= 1


def test_neither_source_can_lift_the_other_far():
    assert fuse(all_at(0.4), verdict(1.0), ()).score == pytest.approx(0.52)
    assert fuse(all_at(1.0), verdict(0.4), ()).score == pytest.approx(0.52)


def test_unanswered_wishes_count_even_when_the_judge_is_kind():
    assert judged_score(verdict(1.0, satisfied=False)) == pytest.approx(0.8)


def test_severe_defects_and_failed_gates_cap_the_score():
    ruined = Defect(kind="face", description="it melts", severity=1.0)
    slight = Defect(kind="edge", description="a halo", severity=0.3)
    assert fuse(all_at(0.95), verdict(0.95), (slight, ruined)).score == pytest.approx(0.55)
    assert fuse(all_at(0.95), verdict(0.95), (slight,)).score == pytest.approx(0.95)
    fusion = fuse(all_at(0.95), None, (), gate_failed=True)
    assert fusion.score == calibration().caps.gate
    assert fusion.caps == ("held to 0.20 by a failed gate",)


def test_dimensions_have_one_name_each_and_say_what_they_rest_on():
    fusion = fuse(all_at(0.9, sharpness=0.2), verdict(0.8), ())
    names = [dimension.name for dimension in fusion.dimensions]
    assert len(names) == len(set(names))
    assert set(DIMENSION_NAMES) < set(names)
    picture = next(item for item in fusion.dimensions if item.name == "technical_picture")
    assert picture.evidence.startswith("sharpness 0.20")


def test_a_ramp_runs_either_way_and_is_clipped():
    assert [ramp(value, 0.0, 2.0) for value in (-1, 0, 1, 2, 3)] == [0, 0, 0.5, 1, 1]
    assert [ramp(value, 2.0, 0.0) for value in (-1, 0, 1, 2, 3)] == [1, 1, 0.5, 0, 0]
