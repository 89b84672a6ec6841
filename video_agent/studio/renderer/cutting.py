"""A part of a clip as a clip of its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from video_agent.media.container import MediaError
from video_agent.media.probe import probe
from video_agent.studio.renderer.encode import write_clip
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.footage import Footage, samples_of
from video_agent.studio.renderer.pixels import Pixels
from video_agent.studio.renderer.synth import RATE

_CLOSE_CRF = 14


class _Part:
    """Frames of footage from a certain one on."""

    def __init__(self, footage: Footage, first: int) -> None:
        self._footage, self._first = footage, first

    def frame(self, index: int) -> Pixels:
        return self._footage.frame(self._first + index)

    def luma(self, plane: Pixels, index: int) -> None:
        self._footage.luma(plane, self._first + index)


def cut(path: Path, target: Path, start_seconds: float, end_seconds: float | None) -> None:
    """Write the part of a clip between two times, with its sound; times beyond the end are its end.

    Raises:
        RenderError: It cannot be read, or nothing lies between the times.
    """
    try:
        facts = probe(path)
    except MediaError as error:
        raise RenderError(f"the source cannot be read: {error}") from error
    size, fps = (facts.width // 2 * 2, facts.height // 2 * 2), max(1, round(facts.fps))
    with Footage(path, size, fps) as footage:
        end = footage.seconds if end_seconds is None else min(end_seconds, footage.seconds)
        first, count = round(start_seconds * fps), round((end - start_seconds) * fps)
        if count < 1:
            raise RenderError("the part of the clip holds no frame")
        samples = samples_of(path)
        if samples is None:
            samples = np.zeros((2, 0), np.float32)
        part = samples[:, round(start_seconds * RATE) : round(end * RATE)]
        write_clip(
            target,
            _Part(footage, first),
            part,
            size=size,
            frame_count=count,
            fps=fps,
            crf=_CLOSE_CRF,
        )
