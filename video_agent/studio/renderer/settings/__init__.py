"""The places a shot can happen in: each module paints one as a backdrop."""

from __future__ import annotations

from collections.abc import Callable

from video_agent.studio.renderer.backdrop import Backdrop
from video_agent.studio.renderer.settings import (
    city,
    desert,
    forest,
    interior,
    mountain,
    ocean,
    plain,
    space,
    underwater,
)
from video_agent.studio.renderer.stage import Stage

SETTINGS: dict[str, Callable[[Stage], Backdrop]] = {
    "city": city.build,
    "desert": desert.build,
    "forest": forest.build,
    "interior": interior.build,
    "mountain": mountain.build,
    "ocean": ocean.build,
    "plain": plain.build,
    "space": space.build,
    "underwater": underwater.build,
}


def build_backdrop(stage: Stage) -> Backdrop:
    """Paint the setting of the stage's scene."""
    return SETTINGS[stage.scene.setting](stage)
