"""A clip that starts from a given image: a slow push into it, with something in the air."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer import camera
from video_agent.studio.renderer.camera import View
from video_agent.studio.renderer.degrade import degrade_frame, plan_degradation
from video_agent.studio.renderer.errors import RenderError
from video_agent.studio.renderer.grade import Finish
from video_agent.studio.renderer.mark import draw_mark, mark_position
from video_agent.studio.renderer.pixels import Pixels, over
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.weather import Particles

_MOST_PIXELS = 80_000_000
_PUSH = 0.16
_SETTLE_SECONDS = 1.0


def decode_image(data: bytes) -> Pixels:
    """Decode a PNG or JPEG into BGR.

    Raises:
        RenderError: If the bytes are no image OpenCV can read, or it is absurdly large.
    """
    try:
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise RenderError("the image is not a readable image") from error
    if image is None:
        raise RenderError("the image is not a readable image")
    if image.shape[0] * image.shape[1] > _MOST_PIXELS:
        raise RenderError("the image is too large")
    return image


def cover(image: Pixels, width: int, height: int) -> Pixels:
    """Scale and crop an image so that it just fills the frame; BGRA."""
    scale = max(width / image.shape[1], height / image.shape[0])
    size = (max(width, round(image.shape[1] * scale)), max(height, round(image.shape[0] * scale)))
    flags = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    full = cv2.resize(image, size, interpolation=flags)
    x, y = (size[0] - width) // 2, (size[1] - height) // 2
    return cv2.cvtColor(full[y : y + height, x : x + width], cv2.COLOR_BGR2BGRA)


class StillCompositor:
    """Draws frames from an image; frame 0 is the image itself (and the mark).

    Args:
        stage: The stage; its camera decides how the picture moves.
        image: BGR.
        output: Width and height of the frames handed out.
    """

    def __init__(self, stage: Stage, image: Pixels, output: tuple[int, int]) -> None:
        self.stage = stage
        self.faults = plan_degradation(stage)
        self._finish = Finish(stage, self.faults, output)
        self._output = output
        self._image = cover(image, stage.width, stage.height)
        self._air = Particles(stage)
        self._mark = draw_mark(stage.width, stage.height)

    def _window(self, share: float) -> Pixels:
        """Move over the image: zoom in, or drift sideways once there is room to."""
        stage = self.stage
        ease = share * share * (3 - 2 * share)
        amount = _PUSH * ease
        move, direction = stage.scene.camera, stage.scene.camera_direction
        aside = lift = 0.0
        if move in ("pan", "track", "orbit"):
            aside = direction * amount * 0.45
        elif move == "crane":
            lift = -direction * amount * 0.45
        if move == "handheld":
            shaken = camera.view_at("handheld", 1, share, stage.seconds)
            aside, lift = shaken.x * ease, shaken.y * ease
        zoom = 1 / (1 + amount * (0.35 if move == "static" else 1.0))
        x = stage.width * (0.5 - 0.5 * zoom + aside * zoom)
        y = stage.height * (0.5 - 0.5 * zoom + lift * zoom)
        matrix = np.array([[zoom, 0, x], [0, zoom, y]])
        size = (stage.width, stage.height)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(
            self._image, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT_101
        )

    def frame(self, index: int) -> Pixels:
        """Draw frame ``index``: BGRA of the output size."""
        shown = int(self.faults.source[index])
        share, seconds = shown / max(1, self.stage.frame_count - 1), shown / self.stage.fps
        picture = self._window(share)
        come = min(1.0, seconds / _SETTLE_SECONDS)
        if come > 0:
            air = np.zeros_like(picture)
            self._air.draw(air, seconds, View(0.0, 0.0, 1.0))
            picture = cv2.add(picture, cv2.convertScaleAbs(air, alpha=come))
        picture = degrade_frame(picture, self.faults, index)
        over(picture, self._mark, *mark_position(self._mark, *picture.shape[1::-1]))
        if self._output != (self.stage.width, self.stage.height):
            picture = cv2.resize(picture, self._output, interpolation=cv2.INTER_CUBIC)
        return picture

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish the luma plane: grain, and corners that darken only after the first frame."""
        if index:
            self._finish.luma(plane, index)
