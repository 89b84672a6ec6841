"""VBench's two formulas against their text, written out plainly: same frames, same flow."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from video_agent.media.container import open_media
from video_agent.media.decode import frames, picture
from video_agent.media.measure.motion import FlowField
from video_agent.media.measure.planes import analysis_size, halve, shrink
from video_agent.media.measure.vbench import (
    is_dynamic,
    pair_speed,
    sample_step,
    speed_threshold,
    temporal_flickering,
)
from video_agent.media.measures import ClipMeasures
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Frame, Pattern, write_pattern

WITHIN = 0.02
Image = npt.NDArray[np.uint8]


def flickering_by_the_paper(images: Sequence[Image]) -> float:
    """Mean absolute difference of successive frames; 255 minus its mean, divided by 255."""
    total, pairs = 0.0, 0
    for earlier, later in pairwise(images):
        total += float(np.abs(later.astype(np.float64) - earlier.astype(np.float64)).mean())
        pairs += 1
    return (255.0 - total / pairs) / 255.0


def speed_by_the_paper(flow: npt.NDArray[np.float32]) -> float:
    """The mean of the largest 5 % of the flow strengths."""
    strengths = sorted(
        (float(np.sqrt(u * u + v * v)) for u, v in flow.reshape(-1, 2).astype(np.float64)),
        reverse=True,
    )
    largest = strengths[: int(len(strengths) * 0.05)]
    return sum(largest) / len(largest)


def dynamic_by_the_paper(
    flows: Sequence[npt.NDArray[np.float32]], frame_count: int, short_side: int
) -> bool:
    """Enough pairs are faster than 6 pixels of 256: four of sixteen frames."""
    fast = [speed_by_the_paper(flow) > 6.0 * short_side / 256.0 for flow in flows]
    return sum(fast) >= round(4 * frame_count / 16)


def shaken(number: int, frame: Frame) -> Frame:
    """Shaken and flickering, so that there is something to measure."""
    move = np.array([[1, 0, 6 * np.sin(number)], [0, 1, 4 * np.cos(2 * number)]], np.float32)
    moved = cv2.warpAffine(frame, move, (320, 180), borderMode=cv2.BORDER_REFLECT)
    return np.clip(moved * np.float32(1 - 0.1 * (number % 2)), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module", params=["calm", "shaken"])
def clip(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vbench") / f"{request.param}.mp4"
    change = shaken if request.param == "shaken" else None
    return write_pattern(path, Pattern(sound=False), change_frame=change)


@pytest.fixture(scope="module")
def measured(clip: Path) -> ClipMeasures:
    return measure_clip(clip)


def full_colour_frames(clip: Path) -> list[Image]:
    with open_media(clip) as container:
        decoded = frames(clip, container, sound=False)
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in decoded]  # pyright: ignore[reportCallIssue]


def analysed_frames(clip: Path) -> list[Image]:
    """The half-size pictures that the flow is measured on."""
    with open_media(clip) as container:
        lumas = [
            picture(frame, number, 24.0).luma.copy()  # pyright: ignore[reportArgumentType]
            for number, frame in enumerate(frames(clip, container, sound=False))
        ]
    size = analysis_size(lumas[0].shape[1], lumas[0].shape[0])
    return [np.asarray(halve(shrink(luma, *size)), np.uint8) for luma in lumas]


def test_temporal_flickering_is_vbenchs_on_the_frames_that_a_viewer_sees(
    clip: Path, measured: ClipMeasures
):
    theirs = flickering_by_the_paper(full_colour_frames(clip))
    ours = measured.steadiness.vbench_flicker
    assert ours == pytest.approx(theirs, rel=WITHIN)
    assert 1 - ours == pytest.approx(1 - theirs, rel=0.25)


def test_temporal_flickering_of_the_same_frames_is_the_same_number(clip: Path):
    pictures = full_colour_frames(clip)
    differences = [
        float(cv2.norm(one, two, cv2.NORM_L1)) / one.size for one, two in pairwise(pictures)
    ]
    ours, theirs = temporal_flickering(differences), flickering_by_the_paper(pictures)
    assert 1 - ours == pytest.approx(1 - theirs, rel=WITHIN)


def test_the_speed_of_a_flow_field_is_the_mean_of_its_fastest_twentieth():
    rng = np.random.default_rng(2)
    for size in ((135, 240), (64, 48), (101, 37)):
        flow = rng.normal(0, 3, (*size, 2)).astype(np.float32)
        assert pair_speed(flow) == pytest.approx(speed_by_the_paper(flow), rel=WITHIN)


def test_dynamic_degree_of_the_same_flow_is_the_same_verdict(clip: Path, measured: ClipMeasures):
    sampled = analysed_frames(clip)[:: sample_step(24.0)]
    height, width = sampled[0].shape
    field = FlowField(width, height)
    flows = [field.between(one, two) for one, two in pairwise(sampled)]
    limit = speed_threshold(min(height, width), 24.0)
    for flow in flows:
        assert pair_speed(flow) == pytest.approx(speed_by_the_paper(flow), rel=WITHIN)
    theirs = dynamic_by_the_paper(flows, len(sampled), min(height, width))
    assert is_dynamic([pair_speed(flow) for flow in flows], len(sampled), limit) == theirs
    assert measured.motion is not None
    assert measured.motion.dynamic == theirs
    fast = [speed_by_the_paper(flow) > limit for flow in flows]
    assert measured.motion.dynamic_share == pytest.approx(sum(fast) / len(fast), abs=0.001)


def test_dynamic_degree_looks_eight_times_a_second_and_allows_for_slower_clips():
    assert [sample_step(fps) for fps in (5, 8, 12, 24, 25, 30, 60)] == [1, 1, 2, 3, 3, 4, 8]
    assert speed_threshold(256, 24) == 6
    assert speed_threshold(512, 24) == 12
    assert speed_threshold(256, 4) == 12


@pytest.mark.parametrize(("fast", "dynamic"), [(3, False), (4, True), (5, True)])
def test_four_fast_pairs_of_sixteen_frames_make_a_clip_dynamic(fast: int, dynamic: bool):
    speeds = [7.0] * fast + [1.0] * (15 - fast)
    assert is_dynamic(speeds, 16, 6.0) is dynamic
