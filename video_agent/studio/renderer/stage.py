"""The stage: size, light, seed and quality that every part of a drawing is made for."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np

from video_agent.studio.renderer import camera
from video_agent.studio.renderer.description import SceneDescription
from video_agent.studio.renderer.palette import Palette
from video_agent.studio.renderer.pixels import mix

# Where the horizon (or the ground under the subject) lies, from the top, as a share of the height.
_HORIZON = {
    "ocean": 0.58,
    "city": 0.74,
    "space": 0.80,
    "underwater": 0.80,
    "forest": 0.72,
    "mountain": 0.64,
    "desert": 0.60,
    "plain": 0.62,
    "interior": 0.72,
}
_RUN_OUT = 0.08  # of the way: as far as the layers' margins reach


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Everything the art needs to know about the clip to be drawn.

    Attributes:
        scene: What to draw.
        width: Pixels across, as drawn (a 4k clip is drawn smaller and enlarged).
        height: Pixels down.
        frame_count: Frames in the clip.
        fps: Frames per second.
        seed: Together with the scene's key it fixes every random choice.
        quality: 0..1, the scene's fidelity after the seed's small jitter.
        palette: Light and colours.
        path_frames: Frames that the camera's way was planned for, when the clip goes on after it;
            0 for all.
    """

    scene: SceneDescription
    width: int
    height: int
    frame_count: int
    fps: int
    seed: int
    quality: float
    palette: Palette
    path_frames: int = 0

    @property
    def unit(self) -> float:
        """Pixels per design pixel of a 720-line frame; drawings scale by it."""
        return min(self.width, self.height) / 720.0

    @property
    def seconds(self) -> float:
        """Length of the clip in seconds."""
        return self.frame_count / self.fps

    @property
    def path_seconds(self) -> float:
        """Length of the part that the camera's way was planned for."""
        return (self.path_frames or self.frame_count) / self.fps

    def share(self, index: int) -> float:
        """Time of a frame within the planned part, 0..1, beyond 1 after it."""
        return index / max(1, (self.path_frames or self.frame_count) - 1)

    def settled_share(self, index: int) -> float:
        """The same, but coming softly to rest a little beyond 1: a camera runs out of scenery."""
        share = self.share(index)
        beyond = max(0.0, share - 1)
        return min(share, 1.0) + _RUN_OUT * (1 - math.exp(-beyond / _RUN_OUT))

    @property
    def tall(self) -> bool:
        """Whether the frame is clearly higher than wide."""
        return self.height > 1.2 * self.width

    @property
    def horizon(self) -> int:
        """Row of the horizon; tall frames keep a little more ground in view."""
        share = _HORIZON[self.scene.setting]
        return int(self.height * (share + (0.02 if self.tall else 0.0)))

    @property
    def octaves(self) -> int:
        """Octaves of detail that this quality affords, 2..6."""
        return max(2, round(mix(2, 6, self.quality)))

    @property
    def margin(self) -> tuple[int, int]:
        """Pixels that layers reach beyond the frame on each side, (across, down)."""
        across, down = camera.reach(self.scene.camera)
        return int(self.width * across) + 4, int(self.height * down) + 4

    @property
    def world_width(self) -> int:
        """Width of a full layer: the frame and the margins."""
        return self.width + 2 * self.margin[0]

    @property
    def sun(self) -> tuple[float, float]:
        """Position of sun or moon in the frame, in pixels."""
        side = float(self.rng("sun").uniform(0.24, 0.42))
        x = self.width * (side if self.wind > 0 else 1 - side)
        return x, self.horizon * (1 - self.palette.sun_height) * 0.98

    @property
    def wind(self) -> int:
        """Direction in which wind blows and subjects head: 1 right, -1 left."""
        return 1 if self.rng("wind").random() < 0.6 else -1

    def rng(self, part: str) -> np.random.Generator:
        """Give the random source of one named part: parts do not disturb each other."""
        key = zlib.crc32(self.scene.key.encode())
        return np.random.default_rng([abs(self.seed), key, zlib.crc32(part.encode())])

    def several(self, low: float, high: float) -> int:
        """How many of something this quality affords, between ``low`` and ``high``."""
        return round(mix(low, high, self.quality))
