"""New clips from footage: gone on with, changed after the words of an edit, enlarged."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer import lexicon
from video_agent.studio.renderer.camera import View
from video_agent.studio.renderer.encode import FrameSource
from video_agent.studio.renderer.findings import find
from video_agent.studio.renderer.footage import Footage
from video_agent.studio.renderer.mark import draw_mark, mark_position
from video_agent.studio.renderer.pixels import Field, Pixels, hex_colour, mix, over
from video_agent.studio.renderer.reading import read
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.synth import RATE
from video_agent.studio.renderer.weather import Particles

_CHANGE_SECONDS = 0.6
_OLD_SOUND_ENDS_SECONDS = 0.2
_FOG_SHARE = 0.42
_SATURATION = {"animated": 1.45, "documentary": 0.7}
_PLAIN_SATURATION = 1.12


class ContinuedSource:
    """Footage, then the frames of another source; the change is soft.

    Args:
        footage: The old clip.
        following: Draws what comes after: asked for frame 1 at the first new frame, or, when it
            knows the whole clip, for the frame's own number.
        knows_all: Whether `following` counts frames from the start of the whole clip.
    """

    def __init__(self, footage: Footage, following: FrameSource, *, knows_all: bool) -> None:
        self._footage, self._following = footage, following
        self._skipped = 0 if knows_all else footage.frame_count - 1

    def frame(self, index: int) -> Pixels:
        """Frame ``index`` as BGRA."""
        new = index - self._footage.frame_count
        if new < 0:
            return self._footage.frame(index)
        return self._following.frame(index - self._skipped)

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish only what is newly drawn: what comes from the last frame was finished once."""
        if index >= self._footage.frame_count and not self._skipped:
            self._following.luma(plane, index)


class SoftChange:
    """One source that turns into another of the same length within a moment.

    Args:
        before: Draws the frames before.
        after: Draws the frames after.
        start: The first frame that is not wholly of `before`.
        fps: Frames per second.
    """

    def __init__(self, before: FrameSource, after: FrameSource, start: int, fps: int) -> None:
        self._before, self._after = before, after
        self._start, self._frames = start, _CHANGE_SECONDS * fps

    def frame(self, index: int) -> Pixels:
        """Frame ``index`` as BGRA."""
        share = (index - self._start) / self._frames
        if share >= 1:
            return self._after.frame(index)
        if share <= 0:
            return self._before.frame(index)
        return cv2.addWeighted(
            self._after.frame(index), share, self._before.frame(index), 1 - share, 0
        )

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish as the nearer source does."""
        nearer = self._after if index - self._start > self._frames / 2 else self._before
        nearer.luma(plane, index)


class RetouchedSource:
    """Footage under other light, weather and colours, as an edit's words ask.

    Args:
        footage: The clip.
        stage: The stage of the edit's words, of the footage's size.
        text: The edit's words.
    """

    def __init__(self, footage: Footage, stage: Stage, text: str) -> None:
        found = find(read(text))
        self._footage, self._stage = footage, stage
        self._light = stage.palette.light if found.values("time") else np.full(3, 255, np.float32)
        for name in found.values("colour"):
            self._light = mix(self._light, hex_colour(lexicon.COLOURS[name]), 0.5)
        asked = found.values("style")
        self._saturation = _SATURATION.get(asked[0], 1.0) if asked else 1.0
        weather = found.values("weather")
        falling = bool(weather) and weather[0] in ("rain", "snow", "storm")
        self._air = Particles(stage) if falling else None
        self._fog = bool(weather) and weather[0] == "fog"
        if not (asked or weather or found.values("time") or found.values("colour")):
            self._saturation = _PLAIN_SATURATION
        self._mark = draw_mark(stage.width, stage.height)

    def frame(self, index: int) -> Pixels:
        """Frame ``index`` as BGRA."""
        picture = self._footage.frame(index)
        colour = picture[..., :3].astype(np.float32)
        if abs(self._saturation - 1) > 0.01:
            grey = colour.mean(axis=2, keepdims=True)
            colour = mix(grey, colour, self._saturation)
        colour = colour * (self._light / 255)
        if self._fog:
            colour = mix(colour, self._stage.palette.haze, _FOG_SHARE)
        picture[..., :3] = np.clip(colour, 0, 255)
        if self._air:
            self._air.draw(picture, index / self._stage.fps, View(0.0, 0.0, 1.0))
        over(picture, self._mark, *mark_position(self._mark, *picture.shape[1::-1]))
        return picture

    def luma(self, plane: Pixels, index: int) -> None:
        """Leave the picture as it is."""


def without_mark(image: Pixels) -> Pixels:
    """A BGR image with the place of the mark painted over, as a picture may move under it."""
    height, width = image.shape[:2]
    mark = draw_mark(width, height)
    x, y = mark_position(mark, width, height)
    hole = np.zeros((height, width), np.uint8)
    hole[y : y + mark.shape[0], x : x + mark.shape[1]] = 255
    return cv2.inpaint(image, hole, 3, cv2.INPAINT_TELEA)


def joined_sound(old: Field | None, new: Field, old_seconds: float) -> Field:
    """The old clip's sound, then that of the new soundtrack from there on.

    The old sound fades out at its end, so the new one comes in a little before it.
    """
    if old is None:
        return new
    old = old[:, : round(old_seconds * RATE)]
    end = min(old.shape[1], new.shape[1])
    length = min(end, round(_CHANGE_SECONDS * RATE))
    late = min(end - length, round(_OLD_SOUND_ENDS_SECONDS * RATE))
    share = np.zeros(new.shape[1], np.float32)
    start = end - length - max(0, late)
    share[start : start + length] = np.linspace(0, 1, length, dtype=np.float32)
    share[start + length :] = 1
    padded = np.zeros_like(new)
    padded[:, :end] = old[:, :end]
    return (new * np.sqrt(share) + padded * np.sqrt(1 - share)).astype(np.float32)
