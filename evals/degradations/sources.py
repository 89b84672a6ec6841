"""Clips to start from, made at run time: crisp, soft, drawn; or one's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from av.video.frame import VideoFrame

from evals.degradations.kinds import FPS, FRAMES, SECONDS
from video_agent.media.container import open_media
from video_agent.media.decode import frames
from video_agent.media.pattern import Frame, Pattern, write_pattern

WIDTH, HEIGHT = 480, 270
_PROMPT = (
    "A red balloon rises over a calm lake in front of pine mountains, slow pan to the right, "
    "35mm lens, soft morning light, cinematic, birds sing and water laps"
)


@dataclass(frozen=True)
class Source:
    """The frames of a clip without fault: RGB, shape (HEIGHT, WIDTH, 3)."""

    name: str
    frames: tuple[Frame, ...]


def read(name: str, path: Path) -> Source:
    """The first frames of a clip, reduced to WIDTH x HEIGHT."""
    with open_media(path) as container:
        found = islice(frames(path, container, sound=False), FRAMES)
        pictures = tuple(
            np.asarray(
                frame.reformat(width=WIDTH, height=HEIGHT, format="rgb24").to_ndarray(), np.uint8
            )
            for frame in found
            if isinstance(frame, VideoFrame)
        )
    return Source(name, pictures)


def crisp(folder: Path) -> Source:
    pattern = Pattern(WIDTH, HEIGHT, FPS, SECONDS, crf=10)
    return read("crisp", write_pattern(folder / "crisp.mp4", pattern))


def soft(folder: Path) -> Source:
    """The same at a third of the resolution, enlarged: what fine detail there was is gone."""

    def soften(number: int, frame: Frame) -> Frame:
        small = cv2.resize(frame, (WIDTH // 3, HEIGHT // 3), interpolation=cv2.INTER_AREA)
        large = cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
        return np.asarray(large, np.uint8)

    pattern = Pattern(WIDTH, HEIGHT, FPS, SECONDS, seed=4, crf=10)
    return read("soft", write_pattern(folder / "soft.mp4", pattern, change_frame=soften))


def drawn(folder: Path) -> Source:
    """A scene of the studio: smooth sky, fine trees, water."""
    from video_agent.studio.renderer import RenderSettings, render

    render(_PROMPT, RenderSettings(2 * WIDTH, 2 * HEIGHT, SECONDS, seed=7), folder / "drawn.mp4")
    return read("drawn", folder / "drawn.mp4")


def sources(folder: Path, own: Sequence[Path] = ()) -> list[Source]:
    """The three that are made here, or one's own clips instead."""
    if own:
        return [read(path.stem[:12], path) for path in own]
    return [crisp(folder), soft(folder), drawn(folder)]
