"""Decoded frames and samples of one file, in file order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange

from video_agent.errors import MediaError
from video_agent.media.limits import DEFAULT_LIMITS, Deadline, MediaLimits
from video_agent.media.measure.planes import Plane

PLANAR_FORMAT = "yuv420p"
_LEAP_SECONDS = 5.0
"""A gap that is cheaper to leap over than to decode: several times the usual key-frame distance."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded frame: its time and its three planes (uint8, limited range.

    Chroma at half size).
    """

    seconds: float
    luma: Plane
    blue_difference: Plane
    red_difference: Plane


def frames(
    path: Path,
    container: InputContainer,
    *,
    sound: bool = True,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Iterator[VideoFrame | AudioFrame]:
    """Every frame of the first picture track and, if asked for, the first sound track.

    Decoded on all cores.

    Raises:
        MediaError: The picture's size changes on the way, or it takes too long.
    """
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    streams = [video, *container.streams.audio[:1]] if sound else [video]
    deadline = Deadline(limits.work_seconds)
    size = (video.width, video.height)
    for packet in container.demux(streams):
        for frame in packet.decode():
            deadline.check(path.name)
            if isinstance(frame, VideoFrame) and (frame.width, frame.height) != size:
                raise MediaError(
                    f"{path.name} changes from {size[0]} x {size[1]} to "
                    f"{frame.width} x {frame.height} on the way",
                    hint="a clip has one picture size",
                )
            if isinstance(frame, VideoFrame | AudioFrame):
                yield frame


def refuse_broken_frames(container: InputContainer) -> None:
    """Make the decoder raise at a damaged frame instead of painting over it.

    Call before the first frame.
    """
    decoder = container.streams.video[0].codec_context
    decoder.options = {**decoder.options, "err_detect": "explode"}


def picture(frame: VideoFrame, number: int, fps: float) -> Picture:
    """The planes of a frame without a copy; other pixel formats are converted first.

    Args:
        frame: A decoded frame.
        number: Its place in the clip, used for the time when the file gives none.
        fps: Frames a second.
    """
    if frame.format.name != PLANAR_FORMAT or frame.color_range == ColorRange.JPEG:
        frame = frame.reformat(format=PLANAR_FORMAT, dst_color_range=ColorRange.MPEG)
    seconds = frame.time if frame.pts is not None else number / (fps or 24.0)
    return Picture(float(seconds), _plane(frame, 0), _plane(frame, 1), _plane(frame, 2))


def _plane(frame: VideoFrame, index: int) -> Plane:
    plane = frame.planes[index]
    buffer = memoryview(plane)
    rows = np.frombuffer(buffer, np.uint8).reshape(plane.height, plane.line_size)
    return rows[:, : plane.width]


def picture_at(
    path: Path,
    container: InputContainer,
    seconds: float,
    limits: MediaLimits = DEFAULT_LIMITS,
) -> VideoFrame:
    """The first frame at or after a time (the last one when the time lies behind it).

    Raises:
        MediaError: Nothing decodes, or it takes too long.
    """
    deadline = Deadline(limits.work_seconds)
    container.seek(max(0, int(seconds * av.time_base)))
    found: VideoFrame | None = None
    for frame in container.decode(container.streams.video[0]):
        deadline.check(path.name)
        found = frame
        if frame.pts is not None and frame.time >= seconds - 1e-6:
            break
    if found is None:
        raise MediaError(f"{path.name}: no frame decodes at {seconds:g} s")
    return found


def pictures_at(
    path: Path,
    container: InputContainer,
    moments: Sequence[float],
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Iterator[VideoFrame]:
    """For each of several ascending times the first frame at or after it, as `picture_at` does.

    Decodes on all cores straight through, and leaps over long gaps. Yields nothing when nothing
    decodes.

    Raises:
        MediaError: It takes too long.
    """
    deadline = Deadline(limits.work_seconds)
    video = container.streams.video[0]
    video.thread_type = "AUTO"
    decoded, found, reached = container.decode(video), None, 0.0
    for moment in moments:
        if moment - reached > _LEAP_SECONDS:
            container.seek(int(moment * av.time_base))
            decoded, found = container.decode(video), None
        while found is None or reached < moment - 1e-6:
            deadline.check(path.name)
            following = next(decoded, None)
            if following is None:
                break
            found, reached = following, following.time if following.pts is not None else reached
        if found is not None:
            yield found


def use_one_pixel_thread() -> None:
    """Keep OpenCV to one thread.

    The decoder already uses all cores, and more only makes both slower.
    """
    if cv2.getNumThreads() != 1:
        cv2.setNumThreads(1)
