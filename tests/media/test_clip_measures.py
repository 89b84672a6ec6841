"""Faults planted in a clean pattern: the measure meant for them moves, at the right place."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from video_agent.errors import MediaError
from video_agent.media.measure.camera import CameraLabel
from video_agent.media.measures import ClipMeasures
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, Track, write_pattern


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> ClipMeasures:
    return measure_clip(write_pattern(tmp_path_factory.mktemp("clips") / "clean.mp4"))


@pytest.fixture
def planted(tmp_path: Path) -> Callable[[Callable[[int, Frame], Frame]], ClipMeasures]:
    def plant(change: Callable[[int, Frame], Frame]) -> ClipMeasures:
        return measure_clip(write_pattern(tmp_path / "planted.mp4", change_frame=change))

    return plant


Plant = Callable[[Callable[[int, Frame], Frame]], ClipMeasures]


def scaled(frame: Frame, factor: float) -> Frame:
    return np.clip(frame.astype(np.float32) * factor, 0, 255).astype(np.uint8)


def test_a_clean_pattern_measures_clean(clean: ClipMeasures):
    assert clean.facts.frame_count == 48
    assert clean.missing_frames == 0
    assert clean.picture_seconds == pytest.approx(2.0, abs=0.001)
    assert clean.light.black_share == 0
    assert clean.steadiness.flicker_global < 0.1
    assert clean.steadiness.cuts_seconds == ()
    assert clean.cadence.duplicate_share == 0
    assert clean.bars.widest == 0
    assert len(clean.timeline.seconds) == len(clean.timeline.difference) == 48


def test_black_frames_are_found_where_they_are(planted: Plant):
    found = planted(lambda number, frame: frame * (not 12 <= number < 24))
    assert found.light.black_share == pytest.approx(0.25, abs=0.01)
    (interval,) = found.light.black_intervals
    assert (interval.start_seconds, interval.end_seconds) == pytest.approx((0.5, 1.0), abs=0.05)
    assert found.steadiness.cuts_seconds == ()


def test_a_freeze_is_found_where_it_is(planted: Plant):
    held: dict[str, Frame] = {}

    def freeze(number: int, frame: Frame) -> Frame:
        if number == 12:
            held["frame"] = frame
        return held["frame"] if 12 <= number <= 30 else frame

    found = planted(freeze)
    assert found.cadence.longest_freeze_seconds == pytest.approx(0.75, abs=0.05)
    (interval,) = found.cadence.freeze_intervals
    assert (interval.start_seconds, interval.end_seconds) == pytest.approx((0.5, 1.25), abs=0.05)


def test_repeated_frames_make_judder(planted: Plant, clean: ClipMeasures):
    held: list[Frame] = []

    def every_other(number: int, frame: Frame) -> Frame:
        if number % 2 == 0:
            held[:] = [frame]
        return held[0]

    found = planted(every_other)
    assert found.cadence.duplicate_share == pytest.approx(0.5, abs=0.05)
    assert found.cadence.judder > clean.cadence.judder + 2


def test_flicker_is_seen_and_located(planted: Plant, clean: ClipMeasures):
    def flicker(number: int, frame: Frame) -> Frame:
        return scaled(frame, 0.88) if number % 2 and number >= 24 else frame

    found = planted(flicker)
    assert found.steadiness.flicker_global > clean.steadiness.flicker_global + 2
    assert found.steadiness.flicker_peaks[0].start_seconds >= 0.9


def test_blur_noise_and_blocks_move_their_own_measures(planted: Plant, clean: ClipMeasures):
    assert clean.detail is not None
    rng = np.random.default_rng(1)

    def blur(number: int, frame: Frame) -> Frame:
        return np.asarray(cv2.GaussianBlur(frame, (0, 0), 2.0), np.uint8)

    def noise(number: int, frame: Frame) -> Frame:
        grain = rng.normal(0, 14, frame.shape[:2])[..., None]
        return np.clip(frame + grain, 0, 255).astype(np.uint8)

    def blocks(number: int, frame: Frame) -> Frame:
        small = cv2.resize(frame, (40, 22), interpolation=cv2.INTER_AREA)
        flat = np.repeat(np.repeat(small, 8, 0), 8, 1)
        frame[:176] = 0.5 * frame[:176] + 0.5 * flat
        return frame

    soft, noisy = planted(blur).detail, planted(noise).detail
    coarse = planted(blocks).detail
    assert soft is not None
    assert noisy is not None
    assert coarse is not None
    assert soft.sharpness_ratio < 0.8 * clean.detail.sharpness_ratio
    assert soft.laplacian_deviation < 0.7 * clean.detail.laplacian_deviation
    assert soft.blur_effect > clean.detail.blur_effect
    assert noisy.noise_deviation > clean.detail.noise_deviation + 2
    assert coarse.blocking > clean.detail.blocking + 0.5


def test_a_posterised_gradient_shows_bands(planted: Plant):
    def gradient(number: int, frame: Frame) -> Frame:
        ramp = np.linspace(40, 200, frame.shape[1]) + number * 0.1
        return np.repeat(np.tile(ramp, (frame.shape[0], 1))[..., None], 3, 2).astype(np.uint8)

    def posterised(number: int, frame: Frame) -> Frame:
        return gradient(number, frame) // 10 * 10

    smooth, banded = planted(gradient).detail, planted(posterised).detail
    assert smooth is not None
    assert banded is not None
    assert banded.banding_levels > 10 * max(smooth.banding_levels, 0.001)


def test_exposure_moves_both_ways(planted: Plant, clean: ClipMeasures):
    dark = planted(lambda number, frame: scaled(frame, 0.04))
    bright = planted(lambda number, frame: scaled(frame, 2.5))
    assert dark.light.dark_share > 0.5 > clean.light.dark_share
    assert bright.light.bright_share > 0.3 > clean.light.bright_share
    assert (dark.brightness, clean.brightness, bright.brightness) == ("dark", "medium", "bright")


def test_a_cut_is_found_and_fast_change_at_black_is_not_one(planted: Plant):
    found = planted(lambda number, frame: frame if number < 24 else 255 - frame[:, ::-1])
    assert found.steadiness.cuts_seconds == pytest.approx((1.0,), abs=0.05)


def test_bars_are_measured_inside_the_picture(planted: Plant):
    def letterbox(number: int, frame: Frame) -> Frame:
        frame[:18], frame[-18:] = 0, 0
        return frame

    found = planted(letterbox)
    assert found.bars.top == pytest.approx(0.1, abs=0.02)
    assert found.bars.bottom == pytest.approx(0.1, abs=0.02)
    assert found.bars.left == 0


def test_colours_are_named(planted: Plant):
    red = planted(lambda number, frame: np.full_like(frame, (220, 30, 30)))
    blue = planted(lambda number, frame: np.full_like(frame, (30, 60, 220)))
    grey = planted(lambda number, frame: np.full_like(frame, 120))
    assert red.colour.dominant == ("red",)
    assert blue.colour.dominant == ("blue",)
    assert red.colour.warmth > 0.9 > -0.9 > blue.colour.warmth
    assert grey.colour.dominant == ()
    assert grey.colour.saturation < 3


@pytest.mark.parametrize(
    ("move", "label", "direction"),
    [
        ((0.0, 0.0, 0.0), "static", ""),
        ((0.15, 0.0, 0.0), "pan", "right"),
        ((-0.15, 0.0, 0.0), "pan", "left"),
        ((0.0, 0.12, 0.0), "tilt", "down"),
        ((0.0, 0.0, 0.12), "dolly", "in"),
        ((0.0, 0.0, -0.12), "dolly", "out"),
    ],
)
def test_the_camera_is_recognised(
    planted: Plant, move: tuple[float, float, float], label: CameraLabel, direction: str
):
    world = np.random.default_rng(3).integers(0, 255, (45, 80, 3)).astype(np.uint8)
    big = np.asarray(cv2.resize(world, (640, 360), interpolation=cv2.INTER_CUBIC), np.uint8)

    def film(number: int, frame: Frame) -> Frame:
        across, down, zoom = (value * number / 24 for value in move)
        factor = 1 + zoom
        shift = np.array(
            [
                [factor, 0, 160 - factor * (320 + across * 180)],
                [0, factor, 90 - factor * (180 + down * 180)],
            ],
            np.float32,
        )
        return np.asarray(cv2.warpAffine(big, shift, (320, 180), flags=cv2.INTER_CUBIC), np.uint8)

    camera = planted(film).camera
    assert camera is not None
    assert (camera.label, camera.direction) == (label, direction)


def test_sound_faults_move_their_own_measures(tmp_path: Path):
    def sound(change: Callable[[Track], Track]):
        found = measure_clip(write_pattern(tmp_path / "sound.mp4", change_sound=change)).sound
        assert found is not None
        return found

    def half_silent(samples: Track) -> Track:
        samples[:, samples.shape[1] // 2 :] = 0
        return samples

    plain = sound(lambda samples: samples)
    driven = sound(lambda samples: np.clip(samples * 30, -1, 1))
    halved = sound(half_silent)
    shifted = sound(lambda samples: samples + np.float32(0.2))
    assert plain.clipping_share == 0
    assert driven.clipping_share > 0.01
    assert driven.peak_to_loudness_lu < 6 < plain.peak_to_loudness_lu
    assert halved.silence_share == pytest.approx(0.5, abs=0.08)
    assert halved.silent_intervals[-1].start_seconds == pytest.approx(1.0, abs=0.15)
    assert shifted.dc_offset == pytest.approx(0.2, abs=0.02)


def test_a_clip_without_sound_has_no_sound_measures(tmp_path: Path):
    assert measure_clip(write_pattern(tmp_path / "mute.mp4", Pattern(sound=False))).sound is None


@pytest.mark.parametrize(
    "pattern",
    [
        Pattern(duration_seconds=1 / 24),
        Pattern(width=34, height=18),
        Pattern(width=100, height=640, fps=120, duration_seconds=0.5),
        Pattern(width=640, height=66, duration_seconds=0.5),
    ],
    ids=["one frame", "tiny", "tall at 120 fps", "strip"],
)
def test_odd_clips_are_measured_without_fuss(tmp_path: Path, pattern: Pattern):
    found = measure_clip(write_pattern(tmp_path / "odd.mp4", pattern))
    assert found.facts.frame_count == round(pattern.duration_seconds * pattern.fps)
    assert (found.motion is None) == (
        min(pattern.width, pattern.height) < 66 or found.facts.frame_count < 3
    )


def test_the_fast_profile_leaves_out_flow_alone(tmp_path: Path):
    path = write_pattern(tmp_path / "clip.mp4")
    fast, full = measure_clip(path, profile="fast"), measure_clip(path)
    assert (fast.motion, fast.camera) == (None, None)
    assert (fast.steadiness, fast.cadence, fast.sound) == (
        full.steadiness,
        full.cadence,
        full.sound,
    )


def test_a_damaged_clip_is_refused_not_measured(tmp_path: Path):
    path = write_pattern(tmp_path / "damaged.mp4", Pattern(640, 360))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 3000] = bytes(3000)
    path.write_bytes(data)
    with pytest.raises(MediaError, match="cannot be decoded"):
        measure_clip(path)


def test_a_flash_is_not_a_cut(planted: Plant):
    found = planted(lambda number, frame: scaled(frame, 0.5) if number in {20, 21, 33} else frame)
    assert found.steadiness.cuts_seconds == ()


def test_bars_do_not_count_as_detail(planted: Plant, clean: ClipMeasures):
    def letterbox(number: int, frame: Frame) -> Frame:
        frame[:30], frame[-30:] = 0, 0
        return frame

    found = planted(letterbox).detail
    assert found is not None
    assert clean.detail is not None
    assert found.laplacian_deviation == pytest.approx(clean.detail.laplacian_deviation, rel=0.15)
