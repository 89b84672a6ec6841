"""Loudness brought to -14 LUFS with true peaks under -1 dBTP: real files in, real files out."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from video_agent.errors import MediaError
from video_agent.media.loudness import measure_loudness
from video_agent.media.mastering import master_loudness
from video_agent.media.pattern import Pattern, Track, write_pattern
from video_agent.media.probe import probe

RATE = 48_000


def louder(factor: float) -> Callable[[Track], Track]:
    return lambda samples: np.clip(samples * np.float32(factor), -1, 1).astype(np.float32)


def speech(samples: Track) -> Track:
    """Bursts with high peaks, most of them quiet: the gain brings their peaks over the ceiling."""
    rng = np.random.default_rng(1)
    count = samples.shape[1]
    swell = np.repeat(rng.random(count // 2_400 + 1) ** 4, 2_400)[:count]
    bursts: Track = np.asarray(0.15 * swell * rng.standard_normal(count), np.float32)
    return np.stack([bursts, bursts])


def clip(folder: Path, change: Callable[[Track], Track] | None = None, **shape: object) -> Path:
    pattern = Pattern(**{"duration_seconds": 2.0, **shape})  # type: ignore[arg-type]
    return write_pattern(folder / "clip.mp4", pattern, change_sound=change)


def packets(path: Path) -> tuple[str, list[int]]:
    """The picture's bytes as a fingerprint, and the times of its packets."""
    digest, times = hashlib.sha256(), list[int]()
    with av.open(str(path)) as container:
        for packet in container.demux(container.streams.video[0]):
            digest.update(bytes(packet))
            times.append(packet.pts or 0)
    return digest.hexdigest(), times


def heard(path: Path) -> Track:
    with av.open(str(path)) as container:
        blocks = [frame.to_ndarray() for frame in container.decode(container.streams.audio[0])]
    return np.asarray(np.concatenate(blocks, axis=1), np.float32)


@pytest.mark.parametrize(
    "sound", [louder(6.0), louder(0.1), speech], ids=["loud", "quiet", "peaks"]
)
def test_a_clip_is_delivered_at_minus_14_lufs_with_peaks_under_the_ceiling(
    tmp_path: Path, sound: Callable[[Track], Track]
):
    source = clip(tmp_path, sound)
    before = source.read_bytes()
    made = master_loudness(source, tmp_path / "final.mp4")
    assert made.path == tmp_path / "final.mp4"
    measured = measure_loudness(made.path)
    assert measured is not None
    assert measured == made.loudness
    assert measured.integrated_lufs == pytest.approx(-14.0, abs=0.5)
    assert measured.true_peak_dbfs <= -1.0
    assert source.read_bytes() == before
    assert sorted(item.name for item in tmp_path.iterdir()) == ["clip.mp4", "final.mp4"]


def test_the_picture_is_copied_bit_for_bit_and_the_sound_stays_in_time(tmp_path: Path):
    def clicks(samples: Track) -> Track:
        samples[:, RATE : RATE + 480] = 0.9
        return samples * np.float32(0.5)

    source = clip(tmp_path, clicks)
    made = master_loudness(source, tmp_path / "final.mp4").path
    assert packets(made) == packets(source)
    was, now = probe(source), probe(made)
    assert (now.duration_seconds, now.frame_count) == (was.duration_seconds, was.frame_count)
    assert now.audio_duration_seconds == pytest.approx(was.audio_duration_seconds, abs=0.001)
    assert (now.audio_codec, now.sample_rate, now.channels) == ("aac", RATE, 2)
    first, second = heard(source)[0], heard(made)[0]
    length = min(first.size, second.size)
    spectrum = np.fft.rfft(second[:length], 2 * length) * np.conj(
        np.fft.rfft(first[:length], 2 * length)
    )
    assert int(np.argmax(np.fft.irfft(spectrum))) in {0, 1, 2 * length - 1}


def test_the_same_clip_gives_the_same_bytes(tmp_path: Path):
    source = clip(tmp_path, speech)
    first = master_loudness(source, tmp_path / "first.mp4").path
    second = master_loudness(source, tmp_path / "second.mp4").path
    assert first.read_bytes() == second.read_bytes()
    again = master_loudness(first, tmp_path / "third.mp4")
    assert (again.path, (tmp_path / "third.mp4").exists()) == (first, False)


@pytest.mark.parametrize(
    ("sound", "shape"),
    [(louder(0.0), {}), (louder(0.002), {}), (None, {"sound": False})],
    ids=["silent", "nearly silent", "soundless"],
)
def test_silence_is_left_alone(
    tmp_path: Path, sound: Callable[[Track], Track] | None, shape: dict[str, object]
):
    source = clip(tmp_path, sound, **shape)
    assert master_loudness(source, tmp_path / "final.mp4").path == source
    assert list(tmp_path.iterdir()) == [source]


def test_what_cannot_be_read_or_written_leaves_nothing_behind(tmp_path: Path):
    source = clip(tmp_path)
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(MediaError, match="cannot be written"):
        master_loudness(source, tmp_path / "file" / "final.mp4")
    words = tmp_path / "words.mp4"
    words.write_text("no video")
    with pytest.raises(MediaError):
        master_loudness(words, tmp_path / "final.mp4")
    assert not (tmp_path / "final.mp4").exists()
