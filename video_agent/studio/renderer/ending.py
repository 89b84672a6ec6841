"""A clip that ends on a given image: the picture turns into it over the last part."""

from __future__ import annotations

import cv2

from video_agent.studio.renderer.encode import FrameSource
from video_agent.studio.renderer.mark import draw_mark, mark_position
from video_agent.studio.renderer.pixels import Pixels, over, smoothstep
from video_agent.studio.renderer.still_source import cover

_TURN_SECONDS = 1.6
_TURN_SHARE = 0.55
_APPROACH = 0.10


class EndingSource:
    """Frames of another source that turn into an image; the last frame is the image itself.

    Args:
        source: Draws the frames before.
        image: BGR.
        output: Width and height of the frames.
        frame_count: Frames in the clip.
        fps: Frames per second.
    """

    def __init__(
        self,
        source: FrameSource,
        image: Pixels,
        output: tuple[int, int],
        frame_count: int,
        fps: int,
    ) -> None:
        self._source, self._output = source, output
        self._last = frame_count - 1
        self._turn = max(1.0, min(_TURN_SECONDS * fps, _TURN_SHARE * frame_count))
        self._image = cover(image, *output)
        self._mark = draw_mark(*output)

    def _share(self, index: int) -> float:
        return float(smoothstep(self._last - self._turn, self._last, index))

    def frame(self, index: int) -> Pixels:
        """Draw frame ``index`` as BGRA: the image comes nearer while it fades in."""
        share = self._share(index)
        if share <= 0:
            return self._source.frame(index)
        width, height = self._output
        centre = (width / 2, height / 2)
        matrix = cv2.getRotationMatrix2D(centre, 0, 1 + _APPROACH * (1 - share))
        picture = cv2.warpAffine(self._image, matrix, self._output, borderMode=cv2.BORDER_REFLECT)
        if share < 1:
            before = self._source.frame(index)
            picture = cv2.addWeighted(picture, share, before, 1 - share, 0)
        over(picture, self._mark, *mark_position(self._mark, width, height))
        return picture

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish the luma plane as the source does, but leave the image as it is."""
        if self._share(index) < 0.5:
            self._source.luma(plane, index)
