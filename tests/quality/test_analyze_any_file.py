"""`analyze_clip`: a truthful report or a typed error for whatever file comes, never a crash."""

import struct
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from video_agent.errors import InvalidRequestError, MediaError
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.models import Analysis, Judgement
from video_agent.quality import Asked, Judge, analyze_clip

SMALL = Pattern(160, 90, duration_seconds=1.0)
Saying = Callable[[Judgement | Exception], tuple[Judge, list[dict[str, object]]]]


def picture(number: int, width: int, height: int, shape: str = "rgb24") -> VideoFrame:
    """A frame of a moving texture."""
    rng = np.random.default_rng(0)
    grid = rng.integers(30, 220, (9, 16, 3), dtype=np.uint8)
    image = cv2.resize(np.roll(grid, number, axis=1), (width, height)).astype(np.uint8)
    return VideoFrame.from_ndarray(image, format="rgb24").reformat(format=shape)


def write(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (160, 90),
    rate: int = 24,
    count: int = 24,
    pixels: str = "yuv420p",
    times: Callable[[int], int] = lambda number: number,
) -> Path:
    """A clip without sound, made by any encoder in any container that PyAV writes."""
    with av.open(str(path), "w") as file:
        stream = file.add_stream(codec, rate=rate)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = *size, pixels
        for number in range(count):
            frame = picture(number, *size, shape=pixels)
            frame.pts, frame.time_base = times(number), Fraction(1, rate)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


async def report_on(path: Path) -> Analysis:
    return await analyze_clip(path, threshold=0.8)


async def test_a_good_clip_gets_signals_a_score_and_no_gates_of_an_order(good_clip: Path):
    found = await report_on(good_clip)

    named = {signal.name: signal for signal in found.signals}
    assert found.score is not None
    assert found.score > 0.75
    assert {"sharpness", "loudness", "gate_undecodable", "gate_black"} <= set(named)
    assert not {"gate_wrong_size", "gate_wrong_length", "gate_wrong_fps"} & set(named)
    assert named["loudness"].unit == "LUFS"
    assert named["loudness"].passed
    assert found.facts.frame_count == 48
    assert "prompt adherence" in found.not_measured
    assert found.judge_model is None


async def test_with_a_prompt_the_judge_is_asked_about_it(
    good_clip: Path, judge_saying: Saying, praising: Callable[..., Judgement]
):
    judge, asked = judge_saying(praising(0.9))
    found = await analyze_clip(good_clip, Asked("a red balloon", judge), threshold=0.8)

    assert "a red balloon" in str(asked[0]["text"])
    assert "prompt_adherence" in {dimension.name for dimension in found.dimensions}
    assert found.judge_model == "a-judge"
    with pytest.raises(InvalidRequestError):
        await analyze_clip(good_clip, Asked(" ", judge), threshold=0.8)


async def test_a_judge_is_shown_what_services_take(
    tmp_path: Path, judge_saying: Saying, praising: Callable[..., Judgement]
):
    judge, asked = judge_saying(praising(0.9))
    path = write(tmp_path / "clip.mkv", count=6)
    with pytest.raises(InvalidRequestError, match="no mp4 or mov"):
        await analyze_clip(path, Asked("a texture", judge), threshold=0.8)
    assert not asked


async def test_a_fault_is_found_where_it_is(tmp_path: Path):
    path = write_pattern(
        tmp_path / "black.mp4",
        Pattern(160, 90),
        change_frame=lambda number, frame: frame * (not 12 <= number < 24),
    )
    (finding,) = (item for item in (await report_on(path)).findings if item.kind == "black_frames")
    assert (finding.start_seconds, finding.end_seconds) == pytest.approx((0.5, 1.0), abs=0.1)
    assert finding.severity > 0


@pytest.mark.parametrize("name", ["c.mov", "c.mkv", "c.avi", "c.ts", "c.flv", "c.mpg", "c.wmv"])
async def test_containers_that_hold_their_media_are_read(tmp_path: Path, name: str):
    codec = {"c.mpg": "mpeg2video", "c.wmv": "wmv2"}.get(name, "libx264")
    found = await report_on(write(tmp_path / name, codec=codec))
    assert (found.facts.width, found.facts.height) == (160, 90)
    assert found.score is not None


async def test_a_clip_of_one_frame_is_measured(tmp_path: Path):
    found = await report_on(write(tmp_path / "one.mp4", count=1))
    assert found.facts.frame_count == 1
    assert found.score is not None


async def test_120_frames_a_second_and_10_bits_are_measured(tmp_path: Path):
    fast = await report_on(write(tmp_path / "fast.mp4", rate=120, count=60))
    deep = await report_on(write(tmp_path / "deep.mp4", pixels="yuv420p10le"))
    assert fast.facts.fps == 120
    assert deep.facts.pixel_format == "yuv420p10le"
    assert None not in {fast.score, deep.score}


@pytest.mark.parametrize("size", [(161, 91), (37, 19), (2, 2), (5, 300)])
async def test_odd_and_tiny_sizes_are_measured(tmp_path: Path, size: tuple[int, int]):
    found = await report_on(write(tmp_path / "odd.mp4", size=size, pixels="yuv444p", count=6))
    assert (found.facts.width, found.facts.height) == size
    assert found.score is not None


async def test_a_variable_frame_rate_is_measured_by_its_time_stamps(tmp_path: Path):
    path = write(tmp_path / "vfr.mp4", times=lambda number: max(number, 2 * number - 12))
    found = await report_on(path)
    assert found.facts.frame_count == 24
    assert found.facts.duration_seconds == pytest.approx(1.5, abs=0.2)


async def test_a_turned_picture_is_told(tmp_path: Path):
    path = write(tmp_path / "turned.mp4")
    data = bytearray(path.read_bytes())
    matrix = data.find(b"tkhd") + 44
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    facts = (await report_on(path)).facts
    assert (facts.width, facts.height, facts.rotation_degrees) == (160, 90, 90)


async def test_a_clip_without_sound_is_not_blamed_for_it(tmp_path: Path):
    found = await report_on(write_pattern(tmp_path / "mute.mp4", Pattern(160, 90, sound=False)))
    assert not {"silent", "silence", "loudness"} & {item.kind for item in found.findings}
    assert found.facts.audio_codec is None


async def test_sound_without_a_picture_is_a_typed_error(tmp_path: Path):
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("aac", rate=48_000, layout="mono")
        frame = AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), "fltp", "mono")
        frame.sample_rate = 48_000
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with pytest.raises(MediaError, match="no picture"):
        await report_on(path)


async def test_damage_half_way_is_reported_with_its_place(tmp_path: Path):
    path = write_pattern(tmp_path / "damaged.mp4", Pattern(320, 180, sound=False, crf=10))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 4000] = bytes(4000)
    path.write_bytes(data)

    found = await report_on(path)
    (finding,) = (item for item in found.findings if item.kind == "undecodable")
    assert finding.start_seconds is not None
    assert 0.3 < finding.start_seconds < 1.5
    assert not found.passed
    assert found.score is not None
    assert found.score <= 0.2


async def test_a_clip_that_is_cut_off_is_reported_or_refused(tmp_path: Path):
    path = write_pattern(tmp_path / "short.mp4", SMALL)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found = await report_on(path)
    assert "undecodable" in {item.kind for item in found.findings}
    assert not found.passed


async def test_what_is_no_video_is_a_typed_error(tmp_path: Path):
    empty, words = tmp_path / "empty.mp4", tmp_path / "words.mp4"
    empty.touch()
    words.write_text("just words " * 100)
    noise = tmp_path / "noise.mp4"
    noise.write_bytes(b"\0\0\0\x18ftypmp42" + np.random.default_rng(1).bytes(20_000))
    for path in (empty, words, noise, tmp_path, tmp_path / "missing.mp4"):
        with pytest.raises(MediaError):
            await report_on(path)


async def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path):
    path = tmp_path / "huge.gif"
    Image.new("P", (16, 16)).save(path)
    data = bytearray(path.read_bytes())
    data[6:10] = struct.pack("<HH", 8192, 4320)
    path.write_bytes(data)
    with pytest.raises(MediaError, match="8192 x 4320; allowed"):
        await report_on(path)
