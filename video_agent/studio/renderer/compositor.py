"""Puts a frame together: sky, layers, water, subject, air, light, mark."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from video_agent.studio.renderer.actor import Actor, view_of
from video_agent.studio.renderer.camera import View
from video_agent.studio.renderer.degrade import Degradation, degrade_frame, plan_degradation
from video_agent.studio.renderer.grade import Finish, Grade
from video_agent.studio.renderer.layers import Layer, Placement, blit, hidden_from, place
from video_agent.studio.renderer.mark import draw_mark, mark_position
from video_agent.studio.renderer.pixels import Pixels, over
from video_agent.studio.renderer.settings import build_backdrop
from video_agent.studio.renderer.stage import Stage
from video_agent.studio.renderer.water import WaterSurface
from video_agent.studio.renderer.weather import Fog, Particles


class Compositor:
    """Draws any frame of a clip; frames are independent, so threads may share one.

    Args:
        stage: What to draw and how well.
        output: Width and height of the frames handed out.
    """

    def __init__(self, stage: Stage, output: tuple[int, int]) -> None:
        self.stage = stage
        self.faults: Degradation = plan_degradation(stage)
        self._finish = Finish(stage, self.faults, output)
        self._output = output
        grade = Grade(stage)
        self._backdrop = build_backdrop(stage)
        for layer in self._backdrop.layers:
            layer.image = grade.bake(layer.image)
            layer.find_opaque_rows()
        self._water = None
        if self._backdrop.water:
            self._water = WaterSurface(stage, self._backdrop.water)
        self._actor = None
        if stage.scene.subject != "landscape":
            self._actor = Actor(stage, self._backdrop, self.faults, grade)
        self._air = Particles(stage)
        foggy = stage.scene.weather == "fog" and stage.quality > 0.2
        self._fog = Fog(stage) if foggy and stage.scene.setting != "space" else None
        self._mark = draw_mark(stage.width, stage.height)

    def frame(self, index: int) -> Pixels:
        """Draw frame ``index``: BGRA uint8 ``[height, width, 4]`` of the output size."""
        shown = int(self.faults.source[index])
        seconds = shown / self.stage.fps
        view = view_of(self.stage, shown)
        picture = np.empty((self.stage.height, self.stage.width, 4), np.uint8)
        self._scenery(picture, shown, view, seconds)
        if self._fog:
            self._fog.draw(picture, seconds, view)
        self._air.draw(picture, seconds, view)
        if self._backdrop.light is not None:
            cv2.add(picture, self._backdrop.light, picture)
        self._finish.bloom(picture)
        picture = degrade_frame(picture, self.faults, index)
        at = mark_position(self._mark, self.stage.width, self.stage.height)
        over(picture, self._mark, *at)
        if self._output != (self.stage.width, self.stage.height):
            picture = cv2.resize(picture, self._output, interpolation=cv2.INTER_CUBIC)
        return picture

    def luma(self, plane: Pixels, index: int) -> None:
        """Finish the luma plane of frame ``index`` in place: vignette and grain."""
        self._finish.luma(plane, index)

    def _scenery(self, picture: Pixels, index: int, view: View, seconds: float) -> None:
        """Draw layers far to near, with water and subject at their depths."""
        size = (self.stage.width, self.stage.height)
        layers = self._backdrop.layers
        placed = [place(layer, view, size, seconds) for layer in layers]
        row, split = self._water_start(view)
        limits = self._limits(placed, row, split)
        steps = list(zip(layers, placed, limits, strict=True))
        actor_depth = self._actor.depth if self._actor else 0.0
        pending: list[tuple[float, Callable[[], None]]] = []
        if self._water:
            water, sun_x = self._water, self.stage.sun[0] - view.x * 0.06 * size[0]
            pending.append((split, lambda: water.draw(picture, row, seconds, sun_x)))
        if self._actor:
            actor = self._actor
            pending.append((max(actor_depth, split), lambda: actor.draw(picture, index, view)))
        pending.sort(key=lambda item: item[0])
        for layer, at, limit in steps:
            while pending and layer.depth >= pending[0][0]:
                pending.pop(0)[1]()
            blit(picture, layer, at, limit)
        for _, action in pending:
            action()

    def _water_start(self, view: View) -> tuple[int, float]:
        """Row where water begins under this view, and the depth of layers drawn after it."""
        water = self._backdrop.water
        if water is None:
            return self.stage.height, 0.0
        anchor = Layer(np.zeros((1, 1, 4), np.uint8), 0.55, 0.0, water.row)
        at = place(anchor, view, (self.stage.width, self.stage.height), 0.0)
        return max(8, min(self.stage.height, int(at.y))), water.depth

    def _limits(self, placed: list[Placement], row: int, split: float) -> list[int]:
        """For each layer the row from which nearer opaque layers or water hide it."""
        size = (self.stage.width, self.stage.height)
        limits: list[int] = []
        limit = self.stage.height
        passed_water = self._water is None
        for layer, at in zip(reversed(self._backdrop.layers), reversed(placed), strict=True):
            if not passed_water and layer.depth < split:
                limit, passed_water = min(limit, row), True
            limits.append(limit)
            limit = hidden_from(layer, at, size, limit)
        limits.reverse()
        return limits
