"""Probe, verify, stills, mute, preview, loudness: real files in, real files out."""

import hashlib
import os
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.decode import picture_at, pictures_at
from video_agent.media.loudness import measure_loudness
from video_agent.media.mux import remove_audio
from video_agent.media.pattern import Frame, Pattern, Track, write_pattern
from video_agent.media.preview import write_preview
from video_agent.media.probe import probe
from video_agent.media.thumbnails import write_contact_sheet, write_thumbnail
from video_agent.media.verify import verify


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pattern(tmp_path_factory.mktemp("clips") / "clip.mp4", Pattern(640, 360))


def picture_packets(path: Path) -> str:
    digest = hashlib.sha256()
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0]):
            digest.update(bytes(packet))
    return digest.hexdigest()


def test_probe_reads_what_the_file_is(clip: Path):
    facts = probe(clip)
    assert (facts.width, facts.height, facts.fps, facts.frame_count) == (640, 360, 24.0, 48)
    assert facts.duration_seconds == pytest.approx(2.0, abs=0.01)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert (facts.sample_rate, facts.channels) == (48_000, 2)
    assert facts.size_bytes == clip.stat().st_size


def test_a_whole_file_verifies_with_its_fingerprint(clip: Path):
    proof = verify(clip, expected_duration_seconds=2.0)
    assert proof.facts.frame_count == 48
    assert proof.sha256 == hashlib.sha256(clip.read_bytes()).hexdigest()


def test_a_cut_off_file_does_not_verify(clip: Path, tmp_path: Path):
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    with pytest.raises(MediaError):
        verify(cut)


def test_a_file_damaged_half_way_does_not_verify(clip: Path, tmp_path: Path):
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(data)
    with pytest.raises(MediaError):
        verify(damaged)


def test_a_file_shorter_than_expected_does_not_verify(clip: Path):
    with pytest.raises(MediaError, match=r"lasts 2\.00 s, not 6 s"):
        verify(clip, expected_duration_seconds=6.0)


def test_stills_are_jpegs_of_the_promised_size(clip: Path, tmp_path: Path):
    thumbnail = write_thumbnail(clip, tmp_path / "still" / "thumb.jpg", width=320)
    sheet = write_contact_sheet(clip, tmp_path / "sheet.jpg", frames=6, columns=3, width=960)
    with Image.open(thumbnail) as image:
        assert (image.format, image.size) == ("JPEG", (320, 180))
    with Image.open(sheet) as image:
        assert image.format == "JPEG"
        assert abs(image.width - 960) < 16
        assert np.asarray(image.convert("L")).std() > 20


def test_a_still_is_taken_where_the_clip_is_sharp_and_lit(tmp_path: Path):
    def mostly_bad(number: int, frame: Frame) -> Frame:
        if number < 12:
            return np.zeros_like(frame)
        return (
            frame if 24 <= number < 30 else np.asarray(cv2.GaussianBlur(frame, (0, 0), 6), np.uint8)
        )

    source = write_pattern(tmp_path / "clip.mp4", change_frame=mostly_bad)
    chosen = write_thumbnail(source, tmp_path / "chosen.jpg")
    sharp = write_thumbnail(source, tmp_path / "sharp.jpg", at_seconds=1.1)
    with Image.open(chosen) as one, Image.open(sharp) as other:
        apart = np.abs(np.asarray(one, np.float32) - np.asarray(other, np.float32))
    assert apart.mean() < 15


def test_frames_at_many_times_are_those_at_each_time_also_over_long_gaps(tmp_path: Path):
    source = write_pattern(tmp_path / "long.mp4", Pattern(64, 64, fps=8, duration_seconds=14.0))
    moments = [0.3, 0.4, 6.0, 13.0, 99.0]
    with open_media(source) as container:
        found = [frame.time for frame in pictures_at(source, container, moments)]
    with open_media(source) as container:
        assert found == [picture_at(source, container, moment).time for moment in moments]
    assert found == [0.375, 0.5, 6.0, 13.0, 13.875]


def test_a_still_past_the_end_shows_the_last_frame(clip: Path, tmp_path: Path):
    assert write_thumbnail(clip, tmp_path / "late.jpg", at_seconds=99).stat().st_size > 1000


def test_removing_the_sound_leaves_the_picture_bit_for_bit(clip: Path, tmp_path: Path):
    mute = remove_audio(clip, tmp_path / "mute.mp4")
    assert probe(mute).audio_codec is None
    assert probe(mute).frame_count == 48
    assert picture_packets(mute) == picture_packets(clip)


def test_the_sound_can_be_removed_in_place(clip: Path, tmp_path: Path):
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clip.read_bytes())
    remove_audio(copy, copy)
    assert probe(copy).audio_codec is None
    assert list(tmp_path.iterdir()) == [copy]


def test_nothing_is_left_behind_when_a_target_cannot_be_made(clip: Path, tmp_path: Path):
    words = tmp_path / "words.mp4"
    words.write_text("no video")
    with pytest.raises(MediaError):
        remove_audio(words, tmp_path / "out.mp4")
    with pytest.raises(MediaError, match="cannot be written"):
        write_thumbnail(clip, words / "below" / "a-file.jpg")
    assert list(tmp_path.iterdir()) == [words]


def test_what_a_killed_process_left_is_cleared_once_it_is_old(clip: Path, tmp_path: Path):
    old, young = tmp_path / ".still [1]-0123abcd.jpg", tmp_path / ".still [1]-0123abce.jpg"
    other = tmp_path / ".still [2]-0123abcd.jpg"
    for left in (old, young, other):
        left.write_bytes(b"half")
    for left in (old, other):
        os.utime(left, (0, 0))
    made = write_thumbnail(clip, tmp_path / "still [1].jpg")
    assert sorted(tmp_path.iterdir()) == sorted([young, other, made])


def test_a_preview_is_small_whole_and_has_sound(tmp_path: Path):
    source = write_pattern(tmp_path / "source.mp4", Pattern(720, 1280, duration_seconds=1.0))
    preview = probe(write_preview(source, tmp_path / "preview.mp4"))
    assert (preview.width, preview.height, preview.frame_count) == (360, 640, 24)
    assert preview.audio_codec == "aac"
    assert preview.size_bytes < source.stat().st_size


def test_loudness_follows_the_level_and_silence_is_minus_seventy(tmp_path: Path):
    def quieter(samples: Track) -> Track:
        return samples * np.float32(0.25)

    def silent(samples: Track) -> Track:
        return np.zeros_like(samples)

    plain = measure_loudness(write_pattern(tmp_path / "plain.mp4"))
    quiet = measure_loudness(write_pattern(tmp_path / "quiet.mp4", change_sound=quieter))
    nothing = measure_loudness(write_pattern(tmp_path / "silent.mp4", change_sound=silent))
    mute = measure_loudness(write_pattern(tmp_path / "mute.mp4", Pattern(sound=False)))
    assert plain is not None
    assert quiet is not None
    assert nothing is not None
    assert mute is None
    assert plain.integrated_lufs - quiet.integrated_lufs == pytest.approx(12.04, abs=0.5)
    assert nothing.integrated_lufs == -70.0
