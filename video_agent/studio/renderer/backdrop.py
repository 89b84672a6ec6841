"""What a setting hands to the compositor: layers, and where subject and water belong."""

from __future__ import annotations

from dataclasses import dataclass

from video_agent.studio.renderer.layers import Layer
from video_agent.studio.renderer.pixels import Pixels


@dataclass(slots=True, eq=False)
class Water:
    """A reflecting surface that fills the frame below a row.

    Attributes:
        row: Where it begins, in frame pixels for a neutral camera.
        tint: 0 a mirror .. 1 only its own colour.
        colour: Own colour, BGR.
        ripple: 0 still .. 1 sea; wet streets have little.
        glitter: Strength of the sun's path on it, 0 for none.
        depth: Layers deeper (nearer) than this are drawn after the water.
    """

    row: float
    tint: float
    colour: Pixels
    ripple: float = 1.0
    glitter: float = 1.0
    depth: float = 0.7


@dataclass(slots=True, eq=False)
class Backdrop:
    """A painted place.

    Attributes:
        layers: Far to near, the sky first.
        ground: Row on which a standing subject rests.
        afloat: Row on which a floating subject rests.
        subject_depth: Layers deeper (nearer) than this pass in front of the subject.
        water: The reflecting surface, or None.
        light: BGRA picture of the frame's size that is added over everything, or None.
    """

    layers: list[Layer]
    ground: float
    afloat: float
    subject_depth: float = 0.75
    water: Water | None = None
    light: Pixels | None = None
