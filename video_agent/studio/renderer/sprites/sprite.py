"""What a subject drawing is: its pose at one moment and its place in the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from video_agent.studio.renderer.palette import Palette
from video_agent.studio.renderer.pen import Pen
from video_agent.studio.renderer.pixels import Colour, hex_colour


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """A subject at one moment.

    Attributes:
        seconds: Time in the clip.
        body: Main colour under the scene's light.
        palette: The light, for other materials.
        word: What the prompt calls the subject: tells an eagle from a gull.
        moving: False for a subject that rests.
        tempo: Speed of its movement, 1 is ordinary.
    """

    seconds: float
    body: Colour
    palette: Palette
    word: str = ""
    moving: bool = True
    tempo: float = 1.0

    @property
    def beat(self) -> float:
        """Time that runs with the subject's tempo and stands still for a resting one."""
        return self.seconds * self.tempo if self.moving else 0.0

    def paint(self, code: str, share: float = 1.0) -> Colour:
        """A material colour ``"rrggbb"`` under the scene's light."""
        return self.palette.lit(hex_colour(code), share)


@dataclass(frozen=True, slots=True)
class Sprite:
    """A subject that can be drawn.

    Attributes:
        draw: Draws it in unit coordinates, facing right.
        span: Side of its square in design pixels of a 720-line frame.
        home: ``"ground"``, ``"water"``, ``"air"``, ``"under"``, ``"space"`` or
            ``"rise"`` (lifts off).
        colour: Its colour when the prompt names none, ``"rrggbb"``.
        baseline: Where it touches ground or water, in unit coordinates (y down).
        speed: Share of the frame's width it crosses in six seconds.
        flips: Whether it turns round when it heads left.
        bob: Its swaying, in design pixels.
        glows: Whether it is a light itself and is not shaded.
    """

    draw: Callable[[Pen, Pose], None]
    span: float
    home: str
    colour: str
    baseline: float = 0.6
    speed: float = 0.26
    flips: bool = True
    bob: float = 1.0
    glows: bool = False
