"""Signals for burnt-in text, few tones, coarse coding, mild overexposure, bars, camera moves."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from video_agent.media.measures import ClipMeasures
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, write_pattern
from video_agent.quality import Assessment, ExpectedClip, measure_signals
from video_agent.quality.metric import Measured
from video_agent.quality.score import signal_dimensions, technical_score
from video_agent.quality.signals.informing import INFORMING_SIGNALS
from video_agent.quality.wishes import as_asked

ORDERED = ExpectedClip(width=320, height=180, fps=24, duration_seconds=2.0)
Change = Callable[[int, Frame], Frame]
Order = Callable[..., Awaitable[Assessment]]


def signals(clip: ClipMeasures, expected: ExpectedClip = ORDERED) -> dict[str, Measured]:
    return {item.metric.name: item for item in measure_signals(clip, expected)}


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> ClipMeasures:
    path = tmp_path_factory.mktemp("signals") / "clean.mp4"
    return measure_clip(write_pattern(path, Pattern(sound=False)))


@pytest.fixture
def planted(tmp_path: Path) -> Callable[[Change], ClipMeasures]:
    def plant(change: Change) -> ClipMeasures:
        path = tmp_path / "planted.mp4"
        return measure_clip(write_pattern(path, Pattern(sound=False), change_frame=change))

    return plant


Plant = Callable[[Change], ClipMeasures]


def captioned(number: int, frame: Frame) -> Frame:
    if number >= 20:
        for colour, stroke in (((0, 0, 0), 3), ((250, 250, 250), 1)):
            cv2.putText(
                frame, "Once upon a time", (30, 165), cv2.FONT_HERSHEY_DUPLEX, 0.5, colour,
                stroke, cv2.LINE_AA,
            )  # fmt: skip
    return frame


def test_burnt_in_text_is_found_where_it_is_unless_it_was_asked_for(
    planted: Plant, clean: ClipMeasures
):
    found = planted(captioned)
    item = signals(found)["burnt_in_text"]
    assert signals(clean)["burnt_in_text"].score == 1
    assert item.score < 0.5
    (place,) = item.where
    assert (place.start_seconds, place.end_seconds) == pytest.approx((20 / 24, 2.0), abs=0.5)
    assert "burnt_in_text" not in signals(found, ORDERED.model_copy(update={"text": True}))


def test_a_small_mark_in_the_corner_is_the_makers_and_no_fault(planted: Plant):
    def marked(number: int, frame: Frame) -> Frame:
        cv2.putText(frame, "STUDIO", (270, 175), cv2.FONT_HERSHEY_DUPLEX, 0.26, (250, 250, 250), 1)
        return frame

    assert signals(planted(marked))["burnt_in_text"].signal.value == 0


def test_few_tones_are_seen_in_a_soft_picture_too(planted: Plant):
    def soft(number: int, frame: Frame) -> Frame:
        return np.asarray(cv2.GaussianBlur(frame, (0, 0), 2.5), np.uint8)

    def posterised(number: int, frame: Frame) -> Frame:
        return (soft(number, frame) // 36 * 36 + 18).astype(np.uint8)

    plain, few = signals(planted(soft)), signals(planted(posterised))
    assert plain["posterising"].score > 0.9
    assert few["posterising"].score < 0.5
    assert few["sharpness"].score < 0.5


def test_coarse_coding_is_seen_behind_the_deblocking_filter(tmp_path: Path, clean: ClipMeasures):
    starved = Pattern(sound=False, bit_rate=30_000)
    found = signals(measure_clip(write_pattern(tmp_path / "starved.mp4", starved)))
    assert signals(clean)["compression"].score == 1
    assert found["compression"].signal.value > 40
    assert found["compression"].score < 0.4


def test_a_mild_overexposure_costs_before_the_whites_are_gone(planted: Plant):
    def brighter(factor: float) -> float:
        def change(number: int, frame: Frame) -> Frame:
            return np.clip(frame * np.float32(factor), 0, 255).astype(np.uint8)

        found = planted(change)
        assert found.light.bright_share < 0.08
        return signals(found)["exposure"].score

    mild, more = brighter(1.3), brighter(1.45)
    assert 0.5 < more < mild < 0.95


@pytest.mark.parametrize(("rows", "columns", "name"), [(22, 0, "letterbox"), (0, 40, "pillarbox")])
def test_bars_are_named_and_change_nothing_else(
    planted: Plant, clean: ClipMeasures, rows: int, columns: int, name: str
):
    def boxed(number: int, frame: Frame) -> Frame:
        frame[:rows], frame[180 - rows :] = 0, 0
        frame[:, :columns], frame[:, 320 - columns :] = 0, 0
        return frame

    found = planted(boxed)
    weak, before = signals(found), signals(clean)
    assert weak["bars"].score < 0.5
    assert weak["bars"].signal.label == name
    assert weak["bars"].defects[0].end_seconds == pytest.approx(2.0, abs=0.1)
    for other in ("exposure", "contrast", "colourfulness", "saturation", "detail", "sharpness"):
        assert weak[other].score == pytest.approx(before[other].score, abs=0.1)
    assert "bars" not in signals(found, ORDERED.model_copy(update={"bars": True}))


def test_repeated_frames_are_found_where_they_are(planted: Plant):
    held: list[Frame] = []

    def stutter(number: int, frame: Frame) -> Frame:
        if number < 24 or number % 2 == 0:
            held[:] = [frame]
        return held[0]

    item = signals(planted(stutter))["repeated_frames"]
    assert item.signal.value == pytest.approx(0.25, abs=0.03)
    (place,) = item.where
    assert (place.start_seconds, place.end_seconds) == pytest.approx((1.0, 2.0), abs=0.1)


def test_cuts_are_held_against_the_plan(planted: Plant, clean: ClipMeasures):
    found = planted(lambda number, frame: frame if number < 24 else 255 - frame[:, ::-1])
    two = ORDERED.model_copy(update={"shots": 2})
    assert signals(found)["cuts"].score < 0.5
    assert signals(found, two)["cuts"].score == 1
    assert signals(clean, two)["cuts"].score < 0.5


def test_garish_colours_are_a_fault(planted: Plant, clean: ClipMeasures):
    def garish(number: int, frame: Frame) -> Frame:
        grey = frame.mean(axis=2, keepdims=True)
        return np.clip(grey + 7 * (frame - grey), 0, 255).astype(np.uint8)

    assert signals(planted(garish))["saturation"].score < 0.6
    assert signals(clean)["saturation"].score == 1


def test_what_only_informs_has_no_score_and_weighs_nothing(clean: ClipMeasures):
    found = signals(clean, ORDERED.model_copy(update={"camera": "pan right"}))
    for metric in INFORMING_SIGNALS:
        item = found[metric.name]
        assert (item.signal.score, item.signal.passed, item.defects) == (None, None, ())
    judging = [item for item in found.values() if not item.metric.informs]
    assert technical_score(list(found.values())) == technical_score(judging)
    assert signal_dimensions(list(found.values())) == signal_dimensions(judging)
    alone = [item for item in found.values() if item.metric.informs]
    assert (technical_score(alone), signal_dimensions(alone)) == (0.0, ())


@pytest.mark.parametrize(
    ("asked", "match"),
    [("pan right", 1.0), ("pan", 1.0), ("pan left", 0.0), ("zoom in", 0.0), ("static", 0.0)],
)
def test_the_camera_is_held_against_the_prompt(clean: ClipMeasures, asked: str, match: float):
    found = signals(clean, ORDERED.model_copy(update={"camera": asked}))
    assert found["camera_motion"].signal.label == "pan right"
    assert found["camera_match"].signal.value == match
    assert found["camera_match"].signal.label == f"asked for {asked}, seen pan right"


@pytest.mark.parametrize(
    ("prompt", "wish"),
    [
        ("A neon sign that says OPEN", {"text": True}),
        ("A misty lake at dawn, no text, no captions", {"text": False}),
        ("A title card", {"text": True}),
        ("A fox in the snow, letterbox", {"bars": True}),
        ("A fox in the snow without black bars", {"bars": False}),
        ("Three shots of a harbour", {"shots": 3}),
        ("A balloon rises", {"shots": 1, "camera": "", "text": False, "bars": False}),
        ("The camera pans slowly to the left", {"camera": "pan left"}),
        ("a slow pan over the hills", {"camera": "pan"}),
        ("Slow push-in on her face", {"camera": "zoom in"}),
        ("pull back to show the valley", {"camera": "zoom out"}),
        ("tilting up to the tower", {"camera": "tilt up"}),
        ("a static shot of a lighthouse", {"camera": "static"}),
        ("zoom in, then pan left", {"camera": ""}),
        ("a pan of soup on the left burner", {"camera": ""}),
    ],
)
def test_the_prompt_says_what_is_wanted(prompt: str, wish: dict[str, object]):
    found = as_asked(ORDERED, prompt).model_dump()
    assert {name: found[name] for name in wish} == wish


async def test_a_prompt_that_asks_for_a_sign_is_not_faulted_for_its_text(
    order: Order, tmp_path: Path
):
    clip = write_pattern(tmp_path / "sign.mp4", change_frame=captioned)
    report = (await order(clip)).report
    assert "burnt_in_text" in {defect.kind for defect in report.defects}
    assert "no captions" in report.feedback
