"""The subjects that can be drawn, by name."""

from __future__ import annotations

from video_agent.studio.renderer.sprites import (
    animals,
    birds,
    people,
    sea_life,
    still_life,
    vehicles,
    vessels,
)
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite

SPRITES: dict[str, Sprite] = {
    **animals.SPRITES,
    **birds.SPRITES,
    **people.SPRITES,
    **sea_life.SPRITES,
    **still_life.SPRITES,
    **vehicles.SPRITES,
    **vessels.SPRITES,
}

__all__ = ["SPRITES", "Pose", "Sprite"]
