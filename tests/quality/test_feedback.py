"""The note reads like a good reviewer's: each fault once, with what to change."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from video_agent.media.pattern import Frame, write_pattern
from video_agent.models import Defect, Judgement
from video_agent.quality import DEFAULT_SIGNALS, Assessment, Judge
from video_agent.quality.agreement import means

Order = Callable[..., Awaitable[Assessment]]
JudgeSaying = Callable[[Judgement | Exception], tuple[Judge, list[dict[str, object]]]]
Praising = Callable[..., Judgement]


def flickering_second_half(number: int, frame: Frame) -> Frame:
    return frame - frame // 6 if number % 2 and number > 24 else frame


@pytest.fixture(scope="session")
def flickering_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("flickering") / "clip.mp4"
    return write_pattern(path, change_frame=flickering_second_half)


def points(report_feedback: str) -> list[str]:
    return [line for line in report_feedback.splitlines() if line.startswith("- ")]


async def test_what_judge_and_signal_both_saw_is_told_once(
    order: Order, flickering_clip: Path, judge_saying: JudgeSaying, praising: Praising
):
    seen = Defect(
        kind="Light flickering",
        description="The light flickers. Measured: 9 levels.",
        start_seconds=1.2,
        end_seconds=1.9,
        severity=0.99,
    )
    judge, _ = judge_saying(praising(0.8, seen))
    report = (await order(flickering_clip, judge)).report
    (defect,) = (one for one in report.defects if "flicker" in one.kind.lower())
    assert (defect.kind, defect.origin) == ("flicker", "signal")
    assert defect.start_seconds == pytest.approx(1.0, abs=0.1)
    assert defect.end_seconds == pytest.approx(2.0, abs=0.1)
    (told,) = (line for line in points(report.feedback) if "flicker" in line)
    assert told == (
        f"- The brightness flickers ({defect.start_seconds:.1f}-{defect.end_seconds:.1f} s). "
        "Ask for steady, constant light."
    )


async def test_the_same_fault_at_another_time_is_another_fault(
    order: Order, flickering_clip: Path, judge_saying: JudgeSaying, praising: Praising
):
    early = Defect(
        kind="flicker", description="a lamp flickers", start_seconds=0.1, end_seconds=0.3
    )
    other = Defect(kind="anatomy", description="a hand has six fingers", severity=0.2)
    judge, _ = judge_saying(praising(0.8, early, other))
    report = (await order(flickering_clip, judge)).report
    assert {one.origin for one in report.defects if one.kind == "flicker"} == {"signal", "judge"}
    assert "- A lamp flickers (0.1-0.3 s)." in points(report.feedback)
    assert "- Minor: A hand has six fingers." in points(report.feedback)
    minor = [line.startswith("- Minor: ") for line in points(report.feedback)]
    assert minor == sorted(minor)


async def test_an_unmet_wish_is_not_repeated_as_a_defect(
    order: Order, good_clip: Path, judge_saying: JudgeSaying, praising: Praising
):
    again = Defect(kind="adherence", description="Is the balloon red? Not clearly.", severity=0.6)
    judge, _ = judge_saying(praising(0.8, again, satisfied=False))
    report = (await order(good_clip, judge)).report
    assert len([line for line in points(report.feedback) if "Is the balloon red?" in line]) == 1


async def test_every_line_is_a_whole_sentence(
    order: Order, flickering_clip: Path, judge_saying: JudgeSaying, praising: Praising
):
    bare = Defect(kind="face", description="the face melts.. ", start_seconds=1.0)
    judge, _ = judge_saying(praising(0.5, bare, satisfied=False))
    report = (await order(flickering_clip, judge)).report
    assert "- The face melts at 1.0 s." in points(report.feedback)
    for line in report.feedback.splitlines():
        assert line.endswith(".")
        assert line.removeprefix("- ")[0].isupper()
        assert "  " not in line
        assert ".." not in line


async def test_the_higher_severity_of_the_two_counts_and_the_note_names_every_time(
    order: Order, tmp_path: Path, judge_saying: JudgeSaying, praising: Praising
):
    def twice(number: int, frame: Frame) -> Frame:
        return frame - frame // 30 if number % 2 and (number < 12 or number > 36) else frame

    path = write_pattern(tmp_path / "twice.mp4", change_frame=twice)
    judge, _ = judge_saying(praising(0.8, Defect(kind="flicker", description="x", severity=0.99)))
    report = (await order(path, judge)).report
    assert {one.severity for one in report.defects if one.kind == "flicker"} == {0.99}
    assert "- The brightness flickers (0.0-0.5, 1.5-1.9 s)." in report.feedback


def test_a_judges_own_words_find_their_signal():
    by_name = {metric.name: metric for metric in DEFAULT_SIGNALS}
    for kind, name in (
        ("Soft picture", "sharpness"),
        ("motion_blur", "sharpness"),
        ("film-grain", "noise"),
        ("underexposed", "exposure"),
        ("scene cut", "cuts"),
        ("JUDDER", "smoothness"),
        ("sound length", "sound_length"),
    ):
        assert means(by_name[name], kind), kind
    assert not means(by_name["noise"], "extra finger")
    assert not means(by_name["cuts"], "haircut")
