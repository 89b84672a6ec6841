"""A fault planted in the sound weakens its own signal, at its own place, and leaves the rest."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from video_agent.media.measure.impacts import heard_impacts, offset, seen_impacts
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, Track, write_pattern
from video_agent.quality import ExpectedClip, measure_signals
from video_agent.quality.metric import Measured
from video_agent.quality.signals.sound import SOUND_SIGNALS
from video_agent.quality.signals.sync import SYNC_SIGNALS, UNCLEAR, av_sync

RATE = 48_000
SMALL = Pattern(160, 90)
ORDERED = ExpectedClip(width=160, height=90, fps=24, duration_seconds=2.0)
STRUCK_AT = (0.75, 1.375)
Sounding = dict[str, Measured]


def sounds(path: Path) -> Sounding:
    clip = measure_clip(path, profile="fast")
    return {
        item.signal.name: item
        for item in measure_signals(clip, ORDERED, (*SOUND_SIGNALS, *SYNC_SIGNALS))
    }


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Sounding:
    return sounds(write_pattern(tmp_path_factory.mktemp("sound") / "clean.mp4", SMALL))


def louder(decibels: float, *, limit: float = 100.0) -> Callable[[Track], Track]:
    return lambda track: np.clip(track * 10 ** (decibels / 20), -limit, limit).astype(np.float32)


def offset_by(amount: float) -> Callable[[Track], Track]:
    return lambda track: (track + amount).astype(np.float32)


def first_half(track: Track) -> Track:
    return track[:, :RATE]


def second_half(change: Callable[[Track], Track]) -> Callable[[Track], Track]:
    return lambda track: np.concatenate((track[:, :RATE], change(track[:, RATE:])), axis=1)


def hole(track: Track) -> Track:
    holed = track.copy()
    holed[:, RATE // 2 : 3 * RATE // 2] = 0
    return holed


def hissing(track: Track) -> Track:
    noise = np.random.default_rng(3).normal(0, 0.1, track.shape)
    return (track + noise).astype(np.float32)


@pytest.mark.parametrize(
    ("change", "weak"),
    [
        (louder(-20), {"loudness"}),
        (louder(26, limit=1.0), {"clipping", "distortion"}),
        (louder(14.5), {"true_peak"}),
        (hole, {"silence"}),
        (hissing, {"hiss"}),
        (offset_by(0.1), {"dc_offset"}),
        (first_half, {"sound_length"}),
    ],
    ids=["quiet", "driven", "peaks", "hole", "hiss", "offset", "short"],
)
def test_each_fault_weakens_its_own_signals(
    clean: Sounding, tmp_path: Path, change: Callable[[Track], Track], weak: set[str]
):
    found = sounds(write_pattern(tmp_path / "fault.mp4", SMALL, change_sound=change))
    for name in weak:
        assert found[name].score < clean[name].score - 0.2
    related = {"loudness", "clipping", "distortion", "true_peak"}
    others = set(clean) - weak - (related if weak & related else set())
    for name in others:
        assert found[name].score == pytest.approx(clean[name].score, abs=0.12), name


@pytest.mark.parametrize(
    ("change", "signal", "place"),
    [
        (hole, "silence", (0.5, 1.5)),
        (first_half, "sound_length", (1.0, 2.0)),
        (second_half(offset_by(0.2)), "dc_offset", (1.0, 2.0)),
        (second_half(louder(26, limit=1.0)), "clipping", (1.0, 2.0)),
    ],
    ids=["silence", "length", "offset", "clipping"],
)
def test_a_fault_of_the_sound_has_its_place(
    tmp_path: Path, change: Callable[[Track], Track], signal: str, place: tuple[float, float]
):
    where = sounds(write_pattern(tmp_path / "placed.mp4", SMALL, change_sound=change))[signal].where
    assert where[0].start_seconds == pytest.approx(place[0], abs=0.15)
    assert where[-1].end_seconds == pytest.approx(place[1], abs=0.15)


def struck(number: int, frame: Frame) -> Frame:
    """For three frames the picture jumps: something hit it."""
    for seconds in STRUCK_AT:
        since = number - round(24 * seconds)
        if 0 <= since < 3:
            return np.roll(frame, (since + 1) * 8 * (-1) ** since, axis=0)
    return frame


def thuds(late_seconds: float) -> Callable[[Track], Track]:
    def change(track: Track) -> Track:
        times = np.arange(RATE // 20) / RATE
        burst = (0.6 * np.sin(2 * np.pi * 180 * times) * np.exp(-60 * times)).astype(np.float32)
        result = (track * 0.1).astype(np.float32)
        for seconds in STRUCK_AT:
            start = round((seconds + late_seconds) * RATE)
            result[:, start : start + burst.size] += burst
        return result

    return change


@pytest.mark.parametrize(
    ("late", "passes"), [(0.0, True), (0.1, True), (0.3, False), (-0.03, True), (-0.2, False)]
)
def test_a_clear_impact_tells_how_late_it_is_heard(tmp_path: Path, late: float, passes: bool):
    path = tmp_path / "struck.mp4"
    write_pattern(path, SMALL, change_frame=struck, change_sound=thuds(late))
    found = sounds(path)["av_sync"]

    assert found.signal.value == pytest.approx(1000 * late, abs=30)
    assert found.signal.passed is passes
    assert [place.start_seconds for place in found.where] == pytest.approx(
        [seconds + min(0.0, late) for seconds in STRUCK_AT], abs=0.05
    )


@pytest.mark.parametrize("seen_or_heard", ["neither", "seen", "heard"])
def test_without_a_clear_impact_sync_is_not_measured(tmp_path: Path, seen_or_heard: str):
    path = write_pattern(
        tmp_path / "unclear.mp4",
        SMALL,
        change_frame=struck if seen_or_heard == "seen" else None,
        change_sound=thuds(0) if seen_or_heard == "heard" else None,
    )
    clip = measure_clip(path, profile="fast")
    assert av_sync.measure(clip, ORDERED) is None
    assert av_sync.missing(clip, ORDERED) == UNCLEAR
    assert av_sync.missing(clip, ORDERED.model_copy(update={"audio": False})) is None


def test_a_steady_beat_explains_nothing():
    """Drums fit anything: which of them belongs to the one thing seen cannot be told."""
    beats = [0.25 * number for number in range(12)]
    assert offset((1.1,), beats, 24) is None
    assert offset((0.5, 1.7), (0.6, 1.8), 24) is not None


def test_impacts_are_sudden_loud_and_not_cuts():
    levels = np.full(200, -50.0)
    levels[100:] = -20.0
    assert heard_impacts(levels, 0.5) == pytest.approx((1.5,), abs=0.02)
    assert heard_impacts(np.linspace(-60, -20, 200)) == ()
    assert heard_impacts(levels[:5]) == ()

    times = [number / 24 for number in range(48)]
    moving = [0.0, *[1.0] * 23, 9.0, *[1.0] * 23]
    assert seen_impacts(times, moving, (), 24) == pytest.approx((1.0,))
    assert seen_impacts(times, moving, (1.0,), 24) == ()
    assert seen_impacts(times[:1], [0.0], (), 24) == ()
