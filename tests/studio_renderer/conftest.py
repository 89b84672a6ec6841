"""Renders small clips and opens them with an independent decoder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from video_agent.studio.renderer import RenderSettings, render

Picture = NDArray[Any]


@dataclass(frozen=True)
class Clip:
    """A clip as a player sees it; frames are RGB."""

    path: Path
    codecs: tuple[str, ...]
    width: int
    height: int
    fps: float
    seconds: float
    sound_seconds: float
    tags: dict[str, str]
    colour: tuple[int, int, int]
    frames: list[Picture]
    sound: Picture


def open_clip(path: Path) -> Clip:
    """Decode a whole clip."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        frames: list[Picture] = []
        sound: list[Picture] = []
        for packet in container.demux(video, audio):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    frames.append(frame.to_ndarray(format="rgb24"))
                elif isinstance(frame, av.AudioFrame):
                    sound.append(frame.to_ndarray())
        return Clip(
            path=path,
            codecs=(video.codec.name, audio.codec.name),
            width=video.width,
            height=video.height,
            fps=float(video.average_rate or 0),
            seconds=float((video.duration or 0) * (video.time_base or 0)),
            sound_seconds=float((audio.duration or 0) * (audio.time_base or 0)),
            tags=dict(container.metadata),
            colour=(context.colorspace, context.color_primaries, context.color_trc),
            frames=frames,
            sound=np.concatenate(sound, axis=1),
        )


@pytest.fixture
def make_clip(tmp_path: Path) -> Callable[..., Clip]:
    """Render a prompt small and short, and open the file."""
    made = iter(range(1000))

    def make(
        prompt: str,
        *,
        width: int = 320,
        height: int = 180,
        seconds: float = 0.5,
        seed: int = 1,
        first_frame: bytes | None = None,
    ) -> Clip:
        path = tmp_path / f"clip{next(made)}.mp4"
        settings = RenderSettings(width, height, seconds, seed, first_frame=first_frame)
        render(prompt, settings, path)
        return open_clip(path)

    return make
