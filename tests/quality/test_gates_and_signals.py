"""A planted fault fires its own gate and weakens its own signal, and nothing else."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from video_agent.errors import MediaError
from video_agent.media.measures import ClipMeasures
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, Track, write_pattern
from video_agent.models import ProgressEvent, QualityReport
from video_agent.quality import (
    DEFAULT_SIGNALS,
    Assessment,
    ExpectedClip,
    Measuring,
    Reading,
    Tolerance,
    measure_signals,
    metric,
)

Order = Callable[..., Awaitable[Assessment]]
ORDERED = ExpectedClip(width=320, height=180, fps=24, duration_seconds=2.0)


def failed_gates(report: QualityReport) -> set[str]:
    return {defect.kind for defect in report.defects if defect.origin == "gate"}


def scores(path: Path) -> dict[str, float]:
    return {item.signal.name: item.score for item in measure_signals(measure_clip(path), ORDERED)}


def scaled(frame: Frame, factor: float) -> Frame:
    return np.clip(frame.astype(np.float32) * factor, 0, 255).astype(np.uint8)


async def test_a_clip_as_ordered_passes_every_gate(order: Order, good_clip: Path):
    progress: list[ProgressEvent] = []
    found = await order(good_clip, progress=progress)
    assert failed_gates(found.report) == set()
    assert found.usage is None
    assert found.measures is not None
    assert found.report.score is not None
    assert 0.75 < found.report.score < 1.0
    assert found.report.passed
    assert "prompt adherence" in found.report.not_measured
    assert [event.kind for event in progress] == ["signals", "score"]


@pytest.mark.parametrize(
    ("expected", "gate"),
    [
        ({"duration_seconds": 4.0}, "wrong_length"),
        ({"duration_seconds": 1.9}, "wrong_length"),
        ({"width": 640, "height": 360}, "wrong_size"),
        ({"width": 180, "height": 320}, "wrong_size"),
        ({"fps": 30}, "wrong_fps"),
    ],
)
async def test_only_the_gate_of_what_was_not_delivered_fires(
    order: Order, good_clip: Path, expected: dict[str, float], gate: str
):
    report = (await order(good_clip, **expected)).report
    assert failed_gates(report) == {gate}
    assert not report.passed
    assert report.score is not None
    assert report.score <= 0.2


@pytest.mark.parametrize(("frames", "gates"), [(1, set[str]()), (2, {"wrong_length"})])
async def test_a_length_may_be_off_by_one_frame_not_by_two(
    order: Order, good_clip: Path, frames: int, gates: set[str]
):
    for seconds in (2.0 - frames / 24, 2.0 + frames / 24):
        assert failed_gates((await order(good_clip, duration_seconds=seconds)).report) == gates


async def test_the_tolerance_in_seconds_is_a_choice(order: Order, good_clip: Path):
    measuring = Measuring(tolerance=Tolerance(seconds=0.5))
    report = (await order(good_clip, duration_seconds=2.4, measuring=measuring)).report
    assert failed_gates(report) == set()


async def test_a_black_clip_fails_as_black_alone(order: Order, tmp_path: Path):
    path = write_pattern(tmp_path / "black.mp4", change_frame=lambda number, frame: frame * 0)
    found = await order(path)
    assert failed_gates(found.report) == {"black"}
    assert found.report.feedback.splitlines() == [
        "The clip is unusable as delivered.",
        "The score is held to 0.20 by a failed gate.",
        "- 100% of the clip is black (0.0-2.0 s). "
        "Describe what is seen from the first moment on, and the light.",
    ]


async def test_a_frozen_clip_fails_as_frozen_alone(order: Order, tmp_path: Path):
    first: list[Frame] = []

    def freeze(number: int, frame: Frame) -> Frame:
        first.append(frame)
        return first[min(number, 10)]

    report = (await order(write_pattern(tmp_path / "frozen.mp4", change_frame=freeze))).report
    assert failed_gates(report) == {"frozen"}
    (defect,) = (item for item in report.defects if item.origin == "gate")
    assert defect.start_seconds == pytest.approx(0.42, abs=0.06)


async def test_a_clip_that_repeats_every_frame_fails_as_frozen_with_the_true_reason(
    order: Order, tmp_path: Path
):
    kept: list[Frame] = []

    def slides(number: int, frame: Frame) -> Frame:
        if number % 16 == 0:
            kept.append(frame)
        return kept[-1]

    report = (await order(write_pattern(tmp_path / "slides.mp4", change_frame=slides))).report
    assert failed_gates(report) == {"frozen"}
    assert "% of the frames repeat the one before" in report.feedback


async def test_silence_fails_only_where_sound_was_asked_for(order: Order, tmp_path: Path):
    def silent(samples: Track) -> Track:
        return np.zeros_like(samples)

    hushed = write_pattern(tmp_path / "hushed.mp4", change_sound=silent)
    mute = write_pattern(tmp_path / "mute.mp4", Pattern(sound=False))
    for path in (hushed, mute):
        assert failed_gates((await order(path)).report) == {"silent"}
        assert failed_gates((await order(path, audio=False)).report) == set()


async def test_what_does_not_decode_is_reported_not_raised(order: Order, tmp_path: Path):
    words = tmp_path / "words.mp4"
    words.write_text("file not found")
    report = (await order(words)).report
    assert failed_gates(report) == {"undecodable"}
    assert (report.score, report.passed) == (0.0, False)


@pytest.fixture
def cut_off_clip(good_clip: Path, tmp_path: Path) -> Path:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(good_clip.read_bytes()[: good_clip.stat().st_size * 2 // 3])
    return cut


async def test_frames_missing_at_the_end_are_noticed(order: Order, cut_off_clip: Path):
    assert "undecodable" in failed_gates((await order(cut_off_clip)).report)


async def test_a_missing_file_is_an_error_of_the_caller(order: Order, tmp_path: Path):
    with pytest.raises(MediaError, match="not a file"):
        await order(tmp_path / "missing.mp4")


def blurred(number: int, frame: Frame) -> Frame:
    return np.asarray(cv2.GaussianBlur(frame, (0, 0), 2.5), np.uint8)


def noisy(number: int, frame: Frame) -> Frame:
    grain = np.random.default_rng(number).normal(0, 16, frame.shape[:2])[..., None]
    return np.clip(frame + grain, 0, 255).astype(np.uint8)


def flickering(number: int, frame: Frame) -> Frame:
    return scaled(frame, 0.9) if number % 2 else frame


def dark(number: int, frame: Frame) -> Frame:
    return scaled(frame, 0.04)


def flat(number: int, frame: Frame) -> Frame:
    return scaled(frame, 0.1) + np.uint8(110)


def empty(number: int, frame: Frame) -> Frame:
    return np.full_like(frame, 128)


def cut_in_the_middle(number: int, frame: Frame) -> Frame:
    return frame if number < 24 else 255 - frame[:, ::-1]


def letterboxed(number: int, frame: Frame) -> Frame:
    frame[:30], frame[-30:] = 0, 0
    return frame


@pytest.mark.parametrize(
    ("fault", "signal"),
    [
        (blurred, "sharpness"),
        (noisy, "noise"),
        (flickering, "flicker"),
        (dark, "exposure"),
        (flat, "contrast"),
        (empty, "detail"),
        (cut_in_the_middle, "cuts"),
        (letterboxed, "bars"),
    ],
)
def test_a_fault_weakens_its_own_signal(
    good_clip: Path, tmp_path: Path, fault: Callable[[int, Frame], Frame], signal: str
):
    bad = scores(write_pattern(tmp_path / "bad.mp4", change_frame=fault))[signal]
    assert bad < 0.5
    assert bad < scores(good_clip)[signal] - 0.15


def distorted(samples: Track) -> Track:
    return np.clip(samples * np.float32(30), -1, 1)


def quiet(samples: Track) -> Track:
    return samples * np.float32(0.02)


def shifted(samples: Track) -> Track:
    return samples + np.float32(0.2)


def short(samples: Track) -> Track:
    return samples[:, : samples.shape[1] // 3]


@pytest.mark.parametrize(
    ("change", "signal"),
    [
        (distorted, "distortion"),
        (quiet, "loudness"),
        (shifted, "dc_offset"),
        (short, "sound_length"),
    ],
)
def test_a_fault_in_the_sound_weakens_its_own_signal(
    good_clip: Path, tmp_path: Path, change: Callable[[Track], Track], signal: str
):
    bad = scores(write_pattern(tmp_path / "bad.mp4", change_sound=change))[signal]
    assert bad < min(0.5, scores(good_clip)[signal])


def test_every_signal_declares_what_it_is():
    assert len({signal.name for signal in DEFAULT_SIGNALS}) == len(DEFAULT_SIGNALS)
    for signal in DEFAULT_SIGNALS:
        low, high = signal.value_range
        assert low <= min(signal.good, signal.bad) <= max(signal.good, signal.bad) <= high
        assert signal.source
        assert signal.complaint
        assert signal.advice
        assert signal.informs == (signal.weight == 0)


async def test_a_signal_of_ones_own_counts_like_the_others(order: Order, good_clip: Path):
    @metric(
        name="orange",
        unit="share",
        value_range=(0.0, 1.0),
        direction="lower",
        good=0.0,
        bad=0.1,
        source="taste",
        dimension="technical_picture",
        complaint="too much orange",
        advice="ask for blue",
    )
    def orange(clip: ClipMeasures, expected: ExpectedClip) -> Reading | None:
        return Reading(clip.colour.hue_shares["orange"])

    measuring = Measuring(signals=(*DEFAULT_SIGNALS, orange))
    report = (await order(good_clip, measuring=measuring)).report
    assert "orange" in {signal.name for signal in report.signals}
    assert "- Too much orange. Ask for blue." in report.feedback
