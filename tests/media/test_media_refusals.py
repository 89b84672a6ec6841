"""What is not a local video file of ours is refused before any decoder guesses."""

import io
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from video_agent.errors import MediaError
from video_agent.media.image import MAX_IMAGE_BYTES, read_picture
from video_agent.media.limits import MediaLimits
from video_agent.media.loudness import measure_loudness
from video_agent.media.onepass import measure_clip
from video_agent.media.pattern import Pattern, write_pattern
from video_agent.media.probe import probe
from video_agent.media.thumbnails import write_thumbnail


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return write_pattern(tmp_path / "clip.mp4", Pattern(duration_seconds=0.5))


@pytest.mark.parametrize(
    "content",
    [
        b"just some words\n",
        b"ffconcat version 1.0\nfile 'clip.mp4'\n",
        b"#EXTM3U\n#EXTINF:1,\nclip.mp4\n",
        b"<html><body>404</body></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(64),
    ],
    ids=["text", "ffconcat", "playlist", "html", "png"],
)
def test_a_file_that_only_pretends_to_be_a_video_is_refused(
    clip: Path, tmp_path: Path, content: bytes
):
    pretender = tmp_path / "pretender.mp4"
    pretender.write_bytes(content)
    with pytest.raises(MediaError, match="not a video file by its content"):
        probe(pretender)
    with pytest.raises(MediaError):
        measure_clip(pretender)


def test_a_video_with_the_name_of_a_playlist_is_refused(clip: Path, tmp_path: Path):
    playlist = shutil.copy(clip, tmp_path / "list.m3u8")
    with pytest.raises(MediaError, match="by its name"):
        probe(Path(playlist))


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/clip.mp4", "concat:a.mp4|b.mp4", "file:clip.mp4", "pipe:0"]
)
def test_an_address_is_not_a_file(address: str):
    with pytest.raises(MediaError, match="address"):
        probe(Path(address) if "//" not in address else Path(address.replace("//", "/")))


def test_missing_empty_and_folder_are_refused_with_their_reason(tmp_path: Path):
    empty = tmp_path / "empty.mp4"
    empty.touch()
    with pytest.raises(MediaError, match="empty"):
        probe(empty)
    with pytest.raises(MediaError, match="not a file"):
        probe(tmp_path)
    with pytest.raises(MediaError, match="not a file"):
        probe(tmp_path / "missing.mp4")


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (MediaLimits(max_bytes=1000), "MB; allowed"),
        (MediaLimits(max_pixels=1000), "320 x 180"),
        (MediaLimits(max_duration_seconds=0.1), "lasts"),
        (MediaLimits(max_fps=10), "frames a second"),
    ],
    ids=["bytes", "pixels", "seconds", "fps"],
)
def test_a_file_beyond_the_limits_is_refused(clip: Path, limits: MediaLimits, words: str):
    with pytest.raises(MediaError, match=words):
        probe(clip, limits)


def test_a_decode_that_takes_too_long_is_ended(clip: Path, tmp_path: Path):
    no_time = MediaLimits(work_seconds=0.0)
    for work in (
        lambda: measure_clip(clip, limits=no_time),
        lambda: measure_loudness(clip, no_time),
        lambda: write_thumbnail(clip, tmp_path / "thumbnail.jpg", limits=no_time),
    ):
        with pytest.raises(MediaError, match="more than 0 s"):
            work()


def grown_clip(path: Path, width: int, height: int) -> Path:
    """A file whose header says 320 x 180 and whose second half is larger."""
    with av.open(str(path), "w", format="mp4") as container:
        stream: VideoStream | None = None
        for start, size in ((0, (320, 180)), (6, (width, height))):
            packets, encoder = coded(*size, start=start)
            if stream is None:
                stream = container.add_stream_from_template(encoder)
            for packet in packets:
                packet.stream = stream
                container.mux(packet)
    return path


def coded(
    width: int, height: int, *, start: int
) -> "tuple[list[Packet[VideoStream]], VideoStream]":
    """Six grey frames that carry their own size, from frame number `start` on."""
    output = av.open(io.BytesIO(), "w", format="mp4")
    stream = output.add_stream("libx264", rate=24)
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    stream.options = {"x264-params": "repeat-headers=1:bframes=0", "preset": "ultrafast"}
    packets: list[Packet[VideoStream]] = []
    for number in range(start, start + 6):
        frame = VideoFrame.from_ndarray(np.full((height, width), 90, np.uint8), format="gray")
        frame = frame.reformat(format="yuv420p")
        frame.pts = number
        packets += stream.encode(frame)
    packets += stream.encode(None)
    return packets, stream


def test_a_picture_that_grows_on_the_way_is_refused(tmp_path: Path):
    with pytest.raises(MediaError, match="changes from 320 x 180 to 640 x 360"):
        measure_clip(grown_clip(tmp_path / "grown.mp4", 640, 360))


def test_the_decoder_makes_no_room_for_a_huge_picture_nobody_announced(tmp_path: Path):
    grown = grown_clip(tmp_path / "grown.mp4", 640, 360)
    with pytest.raises(MediaError) as caught:
        measure_clip(grown, limits=MediaLimits(max_pixels=320 * 180))
    assert "changes from" not in caught.value.message


@pytest.mark.parametrize(
    ("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")]
)
def test_a_first_frame_is_known_by_its_content(tmp_path: Path, kind: str, mime: str):
    path = tmp_path / "picture.any"
    Image.new("RGB", (160, 90), (10, 200, 30)).save(path, kind)
    data, found = read_picture(path)
    assert found == mime
    assert data == path.read_bytes()


def test_first_frames_that_cannot_be_used_are_refused_with_what_is_allowed(tmp_path: Path):
    words = tmp_path / "words.png"
    words.write_text("not a picture")
    small = tmp_path / "small.png"
    Image.new("RGB", (16, 16)).save(small)
    wide = tmp_path / "wide.png"
    Image.new("1", (30_000, 2_000)).save(wide)
    moving = tmp_path / "moving.gif"
    Image.new("P", (128, 128)).save(moving)
    heavy = tmp_path / "heavy.png"
    heavy.write_bytes(bytes(MAX_IMAGE_BYTES + 1))
    cut = tmp_path / "cut.jpg"
    Image.effect_noise((256, 256), 90).save(cut, "JPEG")
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    for path in (words, small, wide, moving, heavy, cut, tmp_path, tmp_path / "missing.png"):
        with pytest.raises(MediaError) as caught:
            read_picture(path)
        assert "PNG, JPEG or WebP" in caught.value.hint
