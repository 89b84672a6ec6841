"""Clips one after the other: what an extension delivers is the old clip and its continuation."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.container
import cv2
import numpy as np
from av.error import FFmpegError

from video_agent.studio.renderer.encode import write_frames
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.pixels import Field
from video_agent.studio.renderer.synth import RATE

_CRF = 20
_LONGEST_SECONDS = 180.0


def last_picture(path: Path) -> bytes:
    """The last frame of an MP4 as a PNG.

    Raises:
        RenderError: The file cannot be decoded.
    """
    last: av.VideoFrame | None = None
    try:
        with _opened(path) as container:
            for frame in container.decode(container.streams.video[0]):
                last = frame
    except (OSError, FFmpegError, IndexError) as error:
        raise RenderError("the clip cannot be decoded") from error
    if last is None:
        raise RenderError("the clip has no picture")
    _, encoded = cv2.imencode(".png", last.to_ndarray(format="bgr24"))
    return encoded.tobytes()


def join(parts: Sequence[Path], target: Path, *, size: tuple[int, int], fps: int = 24) -> None:
    """Write the parts, one after the other, as one MP4 of this size and frame rate.

    A part without sound is silent. The file appears only when it is complete. Blocking.

    Raises:
        RenderError: A part cannot be decoded, all together are too long, or the file cannot be
            written.
    """
    partial = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    try:
        counts = [_frame_count(part, fps) for part in parts]
        if sum(counts) / fps > _LONGEST_SECONDS:
            raise RenderError(f"the clip would be longer than {_LONGEST_SECONDS:g} s")
        tracks = [
            _sound(part, round(count * RATE / fps))
            for part, count in zip(parts, counts, strict=True)
        ]
        write_frames(
            partial,
            _numbered(parts, size, fps),
            np.concatenate(tracks, axis=1),
            size=size,
            fps=fps,
            crf=_CRF,
        )
        partial.replace(target)
    except (OSError, FFmpegError, IndexError) as error:
        raise RenderError(f"the clips cannot be joined: {error}") from error
    finally:
        partial.unlink(missing_ok=True)


def _opened(path: Path) -> av.container.InputContainer:
    return av.open(f"file:{path}", "r", format="mp4")


def _frame_count(path: Path, fps: int) -> int:
    with _opened(path) as container:
        count = sum(1 for _ in _at_rate(container, fps))
    if not count:
        raise RenderError("the clip has no picture")
    return count


def _at_rate(container: av.container.InputContainer, fps: int) -> Iterator[av.VideoFrame]:
    """The frames, repeated or left out so that there are `fps` in a second."""
    shown, start = 0, None
    for frame in container.decode(container.streams.video[0]):
        seconds = frame.time or 0.0
        start = seconds if start is None else start
        while shown / fps <= seconds - start + 0.5 / fps:
            shown += 1
            yield frame


def _numbered(parts: Sequence[Path], size: tuple[int, int], fps: int) -> Iterator[av.VideoFrame]:
    number = 0
    for part in parts:
        with _opened(part) as container:
            for frame in _at_rate(container, fps):
                scaled = frame.reformat(width=size[0], height=size[1], format="yuv420p")
                if scaled is frame:  # a frame that is shown twice needs a number for each time
                    scaled = av.VideoFrame.from_ndarray(frame.to_ndarray(), format="yuv420p")
                scaled.pts, scaled.time_base = number, Fraction(1, fps)
                number += 1
                yield scaled


def _sound(path: Path, length: int) -> Field:
    """The sound of a part as float32 of shape (2, length): cut, or filled up with silence."""
    samples = np.zeros((2, length), np.float32)
    with _opened(path) as container:
        if not container.streams.audio:
            return samples
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
        at = 0
        for frame in container.decode(container.streams.audio[0]):
            for block in resampler.resample(frame):
                sound = block.to_ndarray()[:, : max(0, length - at)]
                samples[:, at : at + sound.shape[1]] = sound
                at += sound.shape[1]
    return samples
