"""Writing the clip: H.264 and AAC in an MP4, interleaved, tagged as what it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Protocol

import av
import av.container
import numpy as np

from video_agent.studio.renderer.pixels import Field, Pixels
from video_agent.studio.renderer.soundtrack import audio_frame
from video_agent.studio.renderer.synth import RATE

TITLE = "Video Agent studio (simulated)"
COMMENT = "Video Agent studio: procedurally drawn stand-in, not AI-generated"
_THREADS = 2
_AHEAD = 3
_AAC_FRAME = 1024
_BT709 = 1
_LIMITED_RANGE = 1


class FrameSource(Protocol):
    """Draws frames by number; safe to call from several threads."""

    def frame(self, index: int) -> Pixels:
        """Draw frame ``index`` as BGRA."""
        ...

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish the luma plane of frame ``index`` in place."""
        ...


def video_frame(source: FrameSource, index: int, fps: int) -> av.VideoFrame:
    """Draw one frame and convert it to BT.709 limited-range yuv420p."""
    picture = np.ascontiguousarray(source.frame(index))
    frame = av.VideoFrame.from_numpy_buffer(picture, format="bgra").reformat(
        format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
    )
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
    source.luma(rows[:, : plane.width], index)
    frame.pts = index
    frame.time_base = Fraction(1, fps)
    return frame


def _drawn(source: FrameSource, count: int, fps: int) -> Iterator[av.VideoFrame]:
    """Draw all frames in order, a few ahead, on two threads (OpenCV releases the GIL)."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[av.VideoFrame]] = deque()
        upcoming = iter(range(count))
        try:
            for index in upcoming:
                waiting.append(pool.submit(video_frame, source, index, fps))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _video_stream(
    container: av.container.OutputContainer, size: tuple[int, int], fps: int, crf: int
) -> av.VideoStream:
    stream = container.add_stream("libx264", rate=fps)
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.options = {"preset": "ultrafast", "crf": str(crf), "g": str(2 * fps)}
    stream.time_base = Fraction(1, fps)
    context = stream.codec_context
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    context.color_range = _LIMITED_RANGE
    return stream


class _SoundWriter:
    """Writes samples step by step, so that sound and picture lie side by side in the file."""

    def __init__(self, container: av.container.OutputContainer, samples: Field) -> None:
        self._container, self._samples, self._at = container, samples, 0
        self._stream = container.add_stream("aac", rate=RATE, layout="stereo")
        self._stream.bit_rate = 160_000

    def write_until(self, seconds: float) -> None:
        end = min(self._samples.shape[1], int(seconds * RATE))
        while self._at < end:
            block = self._samples[:, self._at : self._at + _AAC_FRAME]
            self._container.mux(self._stream.encode(audio_frame(block, self._at)))
            self._at += block.shape[1]

    def close(self) -> None:
        self.write_until(self._samples.shape[1] / RATE + 1)
        self._container.mux(self._stream.encode(None))


def write_clip(  # noqa: PLR0913 - one call with everything a file needs
    path: Path,
    source: FrameSource,
    samples: Field,
    *,
    size: tuple[int, int],
    frame_count: int,
    fps: int,
    crf: int,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write an MP4 (index first) of the source's frames and the samples.

    Args:
        path: File to write; the caller makes the write atomic.
        source: Draws the frames.
        samples: Sound, float32 ``[2, n]`` at 48 kHz.
        size: Width and height in pixels.
        frame_count: Frames to write.
        fps: Frames per second.
        crf: x264 quality.
        progress: Told the share done, 0..1.

    Raises:
        av.FFmpegError: If encoding or writing fails.
    """
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["title"] = TITLE
        container.metadata["comment"] = COMMENT
        video = _video_stream(container, size, fps, crf)
        sound = _SoundWriter(container, samples)
        for frame in _drawn(source, frame_count, fps):
            index = frame.pts or 0
            container.mux(video.encode(frame))
            sound.write_until((index + 1) / fps)
            if progress:
                progress((index + 1) / frame_count)
        container.mux(video.encode(None))
        sound.close()
