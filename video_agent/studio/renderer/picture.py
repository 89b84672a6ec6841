"""Which frames and which sound a clip is made of: drawn anew, or from a clip before."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import cv2

from video_agent.studio.renderer.compositor import Compositor
from video_agent.studio.renderer.encode import FrameSource
from video_agent.studio.renderer.ending import EndingSource
from video_agent.studio.renderer.footage import Footage, last_picture, samples_of
from video_agent.studio.renderer.pixels import Field
from video_agent.studio.renderer.reworking import (
    ContinuedSource,
    RetouchedSource,
    SoftChange,
    joined_sound,
    without_mark,
)
from video_agent.studio.renderer.settings_of_clip import RenderSettings
from video_agent.studio.renderer.soundtrack import make_soundtrack
from video_agent.studio.renderer.staging import make_stage
from video_agent.studio.renderer.still_source import StillCompositor, decode_image

_COPY_CRF = 20
_CLEAR = 0.97


@dataclass(frozen=True, slots=True)
class Picture:
    """The frames of a clip, how many there are, and the x264 quality that suits them."""

    frames: FrameSource
    frame_count: int
    crf: int


@contextmanager
def picture_of(prompt: str, settings: RenderSettings) -> Generator[Picture]:
    """The frames that a prompt and settings ask for, while the block runs.

    Raises:
        RenderError: An image or the source clip cannot be read.
    """
    if settings.source is None:
        yield _drawn(prompt, settings)
        return
    size = (settings.width, settings.height)
    with Footage(settings.source, size, settings.fps) as footage:
        if settings.source_use == "upscale":
            yield Picture(footage, footage.frame_count, _COPY_CRF)
        elif settings.source_use == "retouch":
            stage = make_stage(prompt, replace(settings, duration_seconds=footage.seconds))
            stage = replace(stage, width=size[0], height=size[1])
            frames = RetouchedSource(footage, stage, prompt)
            yield Picture(frames, footage.frame_count, _COPY_CRF)
        else:
            yield _continued(prompt, settings, footage)


def _drawn(prompt: str, settings: RenderSettings) -> Picture:
    stage, output = make_stage(prompt, settings), (settings.width, settings.height)
    frames: Compositor | StillCompositor = (
        Compositor(stage, output)
        if settings.first_frame is None
        else StillCompositor(stage, decode_image(settings.first_frame), output)
    )
    if settings.last_frame is None:
        return Picture(frames, stage.frame_count, frames.faults.crf)
    image = decode_image(settings.last_frame)
    ending = EndingSource(frames, image, output, stage.frame_count, stage.fps)
    return Picture(ending, stage.frame_count, frames.faults.crf)


def _continued(prompt: str, settings: RenderSettings, footage: Footage) -> Picture:
    """The source, then its scene drawn on, or its last frame coming alive."""
    count = max(footage.frame_count + 1, round(settings.duration_seconds * settings.fps))
    output, fps = (settings.width, settings.height), settings.fps
    if settings.source_use == "go_on":
        stage = make_stage(prompt, settings)
        scene = Compositor(stage, output)
        following: FrameSource = scene
        if settings.later_changes:
            changes = (*settings.changes, *settings.later_changes)
            changed = Compositor(make_stage(prompt, replace(settings, changes=changes)), output)
            following = SoftChange(scene, changed, footage.frame_count, fps)
        frames = ContinuedSource(footage, following, knows_all=True)
        return Picture(frames, count, scene.faults.crf)
    new_seconds = (count - footage.frame_count + 1) / fps
    stage = make_stage(prompt, replace(settings, duration_seconds=new_seconds, path_seconds=None))
    image = without_mark(last_picture(footage.path, output, fps))
    image = cv2.resize(image, (stage.width, stage.height), interpolation=cv2.INTER_AREA)
    still = StillCompositor(replace(stage, quality=_CLEAR), image, output)
    frames = ContinuedSource(footage, still, knows_all=False)
    return Picture(frames, count, _COPY_CRF)


def sound_of(prompt: str, settings: RenderSettings) -> Field:
    """The sound of the clip, float32 ``[2, n]`` at 48 kHz.

    Raises:
        RenderError: The source clip cannot be read.
    """
    old = samples_of(settings.source) if settings.source else None
    if old is not None and settings.source_use in ("retouch", "upscale"):
        return old
    new = make_soundtrack(make_stage(prompt, settings))
    return joined_sound(old, new, settings.source_seconds) if settings.source else new
