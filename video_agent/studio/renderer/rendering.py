"""From a prompt and settings to a file: checks, picture, sound, encoding, atomic write."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
from av.error import FFmpegError

from video_agent.studio.renderer.encode import write_clip
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.picture import picture_of, sound_of
from video_agent.studio.renderer.settings_of_clip import RenderSettings, SourceUse
from video_agent.studio.renderer.staging import make_stage

__all__ = ["RenderSettings", "SourceUse", "make_stage", "render"]


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
        settings: Size, length, seed, images, a clip to work on.
        path: Where the file goes; its folder must exist.
        progress: Told the share done, 0..1, from the calling thread.

    Raises:
        RenderError: Bad settings, an unreadable image or source clip, an unwritable folder, a
            failed encode.
    """
    settings.check()
    cv2.setNumThreads(1)  # frames are drawn on our own threads
    part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        part.touch(exist_ok=False)
    except OSError as error:
        raise RenderError(f"cannot write into {path.parent}: {error.strerror}") from error
    try:
        _render_to(part, prompt, settings, progress)
        part.replace(path)
    except (OSError, FFmpegError, cv2.error) as error:
        raise RenderError(f"the clip could not be made: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def _render_to(
    part: Path,
    prompt: str,
    settings: RenderSettings,
    progress: Callable[[float], None] | None,
) -> None:
    with ThreadPoolExecutor(1) as pool:
        sound = pool.submit(sound_of, prompt, settings)
        with picture_of(prompt, settings) as picture:
            write_clip(
                part,
                picture.frames,
                sound.result(),
                size=(settings.width, settings.height),
                frame_count=picture.frame_count,
                fps=settings.fps,
                crf=picture.crf,
                progress=progress,
            )
