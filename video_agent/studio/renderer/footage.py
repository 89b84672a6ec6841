"""A clip that exists already, as a source of frames and sound."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import av
import cv2
import numpy as np
from av.error import FFmpegError

from video_agent.media.container import MediaError, open_media
from video_agent.media.probe import probe
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.pixels import Field, Pixels
from video_agent.studio.renderer.still_source import cover
from video_agent.studio.renderer.synth import RATE

_KEPT_FRAMES = 12


class Footage:
    """The frames of a file at a given size and rate; use it as a context manager.

    Frames are decoded in order; a few of the last ones are kept, so that threads may ask for them
    slightly out of order.

    Args:
        path: The clip.
        output: Width and height of the frames handed out; other shapes are cropped to fill.
        fps: Frames per second handed out; the nearest earlier frame is shown.

    Raises:
        RenderError: Not a clip that can be read.
    """

    def __init__(self, path: Path, output: tuple[int, int], fps: int) -> None:
        self.path = path
        self._output, self._fps = output, fps
        self._lock = threading.Lock()
        self._kept: dict[int, Pixels] = {}
        self._next = 0
        self._stack = ExitStack()
        try:
            facts = probe(path)
            container = self._stack.enter_context(open_media(path))
        except MediaError as error:
            raise RenderError(f"the source cannot be read: {error}") from error
        self.seconds = facts.frame_count / facts.fps if facts.fps else facts.duration_seconds
        self.frame_count = max(1, round(self.seconds * fps))
        self._decoded = iter(container.decode(container.streams.video[0]))
        self._upcoming = self._paced()

    def __enter__(self) -> Footage:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._stack.close()

    def _paced(self) -> Iterator[Pixels]:
        """Frames at the wanted rate: repeated or left out; the last one is shown for ever."""
        frame, following = next(self._decoded, None), next(self._decoded, None)
        if frame is None:
            raise RenderError("the source holds no frame")
        start, number, picture = frame.time or 0.0, 0, self._picture(frame)
        while True:
            due = start + (number + 0.5) / self._fps
            moved = False
            while following is not None and (following.time or 0.0) <= due:
                frame, following, moved = following, next(self._decoded, None), True
            picture = self._picture(frame) if moved else picture
            yield picture
            number += 1

    def _picture(self, frame: av.VideoFrame) -> Pixels:
        return cover(frame.to_ndarray(format="bgr24"), *self._output)

    def frame(self, index: int) -> Pixels:
        """Frame ``index`` as BGRA, a copy; beyond the end the last one.

        Raises:
            RenderError: It lies too far behind the frames asked for before, or is damaged.
        """
        with self._lock:
            try:
                while self._next <= index:
                    self._kept[self._next] = next(self._upcoming)
                    self._kept.pop(self._next - _KEPT_FRAMES, None)
                    self._next += 1
            except (MediaError, FFmpegError) as error:
                raise RenderError(f"the source cannot be read: {error}") from error
            if index not in self._kept:
                raise RenderError(f"frame {index} of the source has passed")
            return self._kept[index].copy()

    def luma(self, plane: Pixels, index: int) -> None:
        """Leave the picture as it is: it was finished when it was made."""


def samples_of(path: Path) -> Field | None:
    """The sound of a clip, float32 ``[2, n]`` at 48 kHz; None when it has none.

    Raises:
        RenderError: It cannot be read.
    """
    try:
        with open_media(path) as container:
            if not container.streams.audio:
                return None
            resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
            blocks = [
                block.to_ndarray()
                for frame in container.decode(container.streams.audio[0])
                for block in resampler.resample(frame)
            ]
    except (MediaError, FFmpegError) as error:
        raise RenderError(f"the source cannot be read: {error}") from error
    return np.concatenate(blocks, axis=1).astype(np.float32) if blocks else None


def last_picture(path: Path, output: tuple[int, int], fps: int) -> Pixels:
    """The last frame of a clip as BGR.

    Raises:
        RenderError: It cannot be read.
    """
    with Footage(path, output, fps) as footage:
        for index in range(footage.frame_count - 1):
            footage.frame(index)
        return cv2.cvtColor(footage.frame(footage.frame_count - 1), cv2.COLOR_BGRA2BGR)


def first_picture(content: bytes) -> bytes:
    """The first frame of a clip, given as bytes, as PNG.

    Raises:
        RenderError: It cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="studio-first-") as folder:
        path = Path(folder) / "clip"
        path.write_bytes(content)
        try:
            facts = probe(path)
        except MediaError as error:
            raise RenderError(f"the source cannot be read: {error}") from error
        size = (facts.width, facts.height)
        with Footage(path, size, max(1, round(facts.fps))) as footage:
            return cv2.imencode(".png", footage.frame(0))[1].tobytes()
