"""From a prompt and settings to a file: checks, quality, scene, sound, encoding, atomic write."""

from __future__ import annotations

import math
import secrets
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from av.error import FFmpegError

from video_agent.studio.renderer.compositor import Compositor
from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.encode import write_clip
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.palette import palette_for
from video_agent.studio.renderer.soundtrack import make_soundtrack
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.still_source import StillCompositor, decode_image
from video_agent.studio.renderer.understanding import understand

_SMALLEST, _LARGEST = 64, 4096
_LONGEST_SECONDS = 120.0
_DRAWN_PIXELS = 1920 * 1088  # larger clips are drawn at this size and enlarged
_JITTER = 0.04


@dataclass(frozen=True, slots=True)
class RenderSettings:
    """What the caller fixes about a clip.

    Attributes:
        width: Pixels across, even.
        height: Pixels down, even.
        duration_seconds: Length; rounded to whole frames.
        seed: Same prompt and seed give the same frames.
        fps: Frames per second.
        first_frame: An encoded image (PNG or JPEG) that the clip starts from.
    """

    width: int
    height: int
    duration_seconds: float
    seed: int
    fps: int = 24
    first_frame: bytes | None = None


def _check(settings: RenderSettings) -> None:
    for name, value in (("width", settings.width), ("height", settings.height)):
        if not _SMALLEST <= value <= _LARGEST or value % 2:
            raise RenderError(
                f"{name} must be even and within {_SMALLEST}..{_LARGEST}, not {value}"
            )
    seconds = settings.duration_seconds
    if not math.isfinite(seconds) or not 0 < seconds <= _LONGEST_SECONDS:
        raise RenderError(f"duration_seconds must be above 0 and at most {_LONGEST_SECONDS:.0f}")
    if not 1 <= settings.fps <= 60:
        raise RenderError("fps must be within 1..60")


def _quality(scene: SceneDescription, seed: int) -> float:
    """Fidelity with the seed's luck of up to 0.04, seeded by scene, not wording."""
    rng = np.random.default_rng([abs(seed), zlib.crc32(scene.key.encode()), 7])
    return float(np.clip(scene.fidelity + rng.uniform(-_JITTER, _JITTER), 0.05, 1.0))


def make_stage(prompt: str, settings: RenderSettings) -> Stage:
    """Set the stage for a prompt: what to draw, how large and how well."""
    scene = understand(prompt)
    shrink = min(1.0, math.sqrt(_DRAWN_PIXELS / (settings.width * settings.height)))
    return Stage(
        scene=scene,
        width=round(settings.width * shrink / 2) * 2,
        height=round(settings.height * shrink / 2) * 2,
        frame_count=max(1, round(settings.duration_seconds * settings.fps)),
        fps=settings.fps,
        seed=settings.seed,
        quality=_quality(scene, settings.seed),
        palette=palette_for(scene),
    )


def _compositor(stage: Stage, settings: RenderSettings) -> Compositor | StillCompositor:
    output = (settings.width, settings.height)
    if settings.first_frame is None:
        return Compositor(stage, output)
    return StillCompositor(stage, decode_image(settings.first_frame), output)


def render(
    prompt: str,
    settings: RenderSettings,
    path: Path,
    *,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Draw the clip that a prompt asks for and write it as an MP4.

    The file appears at ``path`` only when it is complete. Blocking: run it in a thread.

    Args:
        prompt: What a video model would be given, in any language.
        settings: Size, length, seed, first frame.
        path: Where the file goes; its folder must exist.
        progress: Told the share done, 0..1, from the calling thread.

    Raises:
        RenderError: Bad settings, unreadable first frame, unwritable folder, failed encode.
    """
    _check(settings)
    cv2.setNumThreads(1)  # frames are drawn on our own threads
    stage = make_stage(prompt, settings)
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise RenderError(f"cannot write into {path.parent}: {error.strerror}") from error
    try:
        _render_to(part, stage, settings, progress)
        part.replace(path)
    except (OSError, FFmpegError, cv2.error) as error:
        raise RenderError(f"the clip could not be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _render_to(
    part: Path, stage: Stage, settings: RenderSettings, progress: Callable[[float], None] | None
) -> None:
    with ThreadPoolExecutor(1) as pool:
        sound = pool.submit(make_soundtrack, stage)
        compositor = _compositor(stage, settings)
        samples = sound.result()
    write_clip(
        part,
        compositor,
        samples,
        size=(settings.width, settings.height),
        frame_count=stage.frame_count,
        fps=stage.fps,
        crf=compositor.faults.crf,
        progress=progress,
    )
