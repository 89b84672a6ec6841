"""The subject in the scene: where it is, how it is lit, its shadow and its reflection."""

from __future__ import annotations

import math
from dataclasses import replace

import cv2
import numpy as np

from video_agent.studio.renderer import camera
from video_agent.studio.renderer.backdrop import Backdrop
from video_agent.studio.renderer.camera import View
from video_agent.studio.renderer.degrade import Degradation
from video_agent.studio.renderer.grade import Grade
from video_agent.studio.renderer.layers import Layer, Placement, blit_image, place
from video_agent.studio.renderer.pen import Pen, outlined, shade
from video_agent.studio.renderer.pixels import Pixels, hex_colour, mix
from video_agent.studio.renderer.sprites import SPRITES, Pose, Sprite
from video_agent.studio.renderer.stage import Stage

_SCALES = {"close": 1.55, "medium": 1.0, "wide": 0.68}
_RESTING = ("stand", "sit", "sleep", "rest", "wait", "park", "stare", "watch", "lie")
_FAST = ("race", "run", "gallop", "sprint", "speed", "rush", "dash", "chase", "zoom", "blast")
_FOLLOWED = ("track", "orbit")
_TURNED = ("bird", "plane", "dragon", "fish", "dolphin", "shark", "whale", "turtle")


class Actor:
    """Draws the subject onto frames.

    Args:
        stage: The stage.
        backdrop: Tells where ground and water are.
        faults: Its shake is added to the subject's place.
        grade: The style's look.
    """

    def __init__(self, stage: Stage, backdrop: Backdrop, faults: Degradation, grade: Grade) -> None:
        scene = stage.scene
        self._stage, self._backdrop, self._faults, self._grade = stage, backdrop, faults, grade
        self._sprite = self._housed(SPRITES[scene.subject])
        own = hex_colour(scene.subject_colour or self._sprite.colour)
        # Part of the own colour survives any light: "red" stays red at night.
        keep = 0.42 if scene.subject_colour else (0.34 if stage.palette.dark else 0.22)
        self._body = mix(stage.palette.lit(own), own, keep)
        self.size = self._size()
        self._shadow = self._make_shadow()
        self._moving = scene.action not in _RESTING
        self._tempo = 1.5 if scene.action in _FAST else 1.0

    @property
    def depth(self) -> float:
        """Distance of the subject; layers nearer than this are drawn over it."""
        return self._backdrop.subject_depth

    def _housed(self, sprite: Sprite) -> Sprite:
        """Fit a subject's home to the place: an astronaut stands on ground, a whale leaps."""
        place_name = self._stage.scene.setting
        weightless = place_name in ("space", "underwater")
        if sprite.home == "space" and not weightless:
            return replace(sprite, home="ground", baseline=0.66, bob=1.0)
        if weightless and sprite.home in ("ground", "water"):
            home = "under" if place_name == "underwater" else "space"
            still = place_name == "underwater" and sprite.speed == 0
            return sprite if still else replace(sprite, home=home, bob=14.0)
        if sprite.home == "under" and place_name != "underwater":
            return replace(sprite, home="leap" if place_name == "ocean" else "air")
        if sprite.home == "ground" and place_name == "ocean" and not self._stage.scene.beach:
            return replace(sprite, home="water")
        return sprite

    def _size(self) -> int:
        stage = self._stage
        size = self._sprite.span * stage.unit * _SCALES[stage.scene.shot_size]
        if stage.tall:
            size *= 1.12
        limit = min(0.86 * stage.width, 0.80 * stage.height)
        if self._sprite.home in ("ground", "water"):
            # The drawing must not grow out of the frame above its ground line.
            above = (1 + self._sprite.baseline) / 2
            limit = min(limit, 0.94 * self._rest() / above)
        if stage.scene.subject == "train":
            limit = 1.02 * stage.width  # mostly length: its height is a quarter of its span
        return int(min(size, limit))

    def _rest(self) -> float:
        """Row on which the subject stands or floats, for a neutral camera."""
        afloat = self._sprite.home in ("water", "leap")
        return self._backdrop.afloat if afloat else self._backdrop.ground

    def _make_shadow(self) -> Pixels | None:
        if self._sprite.home != "ground":
            return None
        width, height = int(self.size * 0.95), max(6, int(self.size * 0.13))
        x = np.linspace(-1, 1, width, dtype=np.float32)[None]
        y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
        fall = np.clip(1 - np.sqrt(x * x + y * y), 0, 1) ** 0.8
        out = np.zeros((height, width, 4), np.uint8)
        out[..., 3] = fall * (150 if self._stage.palette.sun_height > 0.3 else 115)
        return out

    def _path(self, index: int, seconds: float) -> tuple[float, float, float]:
        """Centre of the subject in frame pixels and its tilt in degrees, for a neutral camera."""
        stage, sprite, ground = self._stage, self._sprite, self._rest()
        share = stage.settled_share(index)
        followed = stage.scene.camera in _FOLLOWED
        speed = sprite.speed * self._tempo * stage.path_seconds / 6.0
        span = 0.0 if followed or not self._moving else min(0.62, speed)
        x = stage.width * (0.5 + span * (share - 0.5) * stage.wind)
        bob = sprite.bob * stage.unit * math.sin(seconds * 1.35)
        half = self.size / 2
        if sprite.home in ("ground", "water"):
            return x, ground - sprite.baseline * half + bob, 0.0
        if sprite.home == "rise":
            low, high = (0.56, 0.34) if stage.scene.setting != "space" else (0.55, 0.44)
            tilt = 24.0 * stage.wind if stage.scene.setting == "space" else 0.0
            return x, stage.height * mix(low, high, share) + bob, tilt
        if sprite.home == "leap":
            leaps = stage.share(index) * max(1.0, stage.path_seconds / 3.0)
            arc = math.sin((leaps % 1) * math.pi)
            turn = 26 * math.cos((leaps % 1) * math.pi)
            return x, ground + half * (0.7 - 1.25 * arc), -turn * stage.wind
        if sprite.home in ("under", "space"):
            tilt = 5 * math.sin(seconds * 0.8)
            return x, 0.47 * stage.height + bob, tilt if sprite.home == "space" else 0.4 * tilt
        tilt = 3 * math.sin(seconds * 1.35 + 1.2) if stage.scene.subject in _TURNED else 0.0
        return x, max(0.40 * stage.height, half * 0.9) + bob, tilt

    def _picture(self, seconds: float, tilt: float, towards: tuple[float, float]) -> Pixels:
        stage, sprite = self._stage, self._sprite
        pen = Pen(self.size)
        word = stage.scene.subject_word
        if stage.scene.subject in ("fox", "wolf", "dog", "cat", "horse", "deer", "bear",
                                   "elephant", "rabbit"):  # fmt: skip
            word = stage.scene.subject
        pose = Pose(seconds, self._body, stage.palette, word, self._moving, self._tempo)
        sprite.draw(pen, pose)
        image = pen.finish()
        mirrored = sprite.flips and stage.wind < 0
        if stage.scene.style == "animated" and not sprite.glows:
            image = outlined(image, self._body * 0.18, max(1, round(1.4 * stage.unit)))
        elif not sprite.glows:
            side = -towards[0] if mirrored else towards[0]
            strength = 0.85 if stage.palette.dark else 0.62
            image = shade(image, (side, towards[1]), stage.palette.sun, strength)
        pen.add_lights(image)
        if mirrored:
            image = cv2.flip(image, 1)
        if abs(tilt) > 0.2:
            matrix = cv2.getRotationMatrix2D((self.size / 2, self.size / 2), -tilt, 1.0)
            image = cv2.warpAffine(image, matrix, (self.size, self.size))
        return self._grade.apply(image)

    def draw(self, frame: Pixels, index: int, view: View) -> None:
        """Draw subject, shadow and reflection of one frame, in place."""
        stage = self._stage
        seconds = index / stage.fps
        x, y, tilt = self._path(index, seconds)
        sun_x, sun_y = stage.sun
        far = math.hypot(sun_x - x, sun_y - y) + 1e-6
        towards = ((sun_x - x) / far, min(-0.25, (sun_y - y) / far))
        image = self._picture(seconds, tilt, towards)
        shake = self._faults.shake[index] * stage.unit
        if stage.scene.camera == "pan":
            x += view.x * stage.width * 0.65  # the camera half follows its subject
        elif stage.scene.camera in _FOLLOWED:
            x += view.x * stage.width * (0.1 + self.depth)
        corner = Layer(
            image, self.depth, x - self.size / 2 + shake[0], y - self.size / 2 + shake[1]
        )
        placed = place(corner, view, (stage.width, stage.height), 0.0)
        self._ground_contact(frame, image, placed, seconds)
        if self._sprite.home == "leap":
            keep = int(self._rest() - placed.y)
            image = image[: max(2, min(self.size, keep))]
        blit_image(frame, image, placed)

    def _ground_contact(
        self, frame: Pixels, image: Pixels, placed: Placement, seconds: float
    ) -> None:
        line = placed.y + (1 + self._sprite.baseline) / 2 * self.size * placed.zoom
        if self._shadow is not None:
            height, width = self._shadow.shape[:2]
            x = placed.x + (self.size - width) / 2 * placed.zoom
            spot = Placement(x, line - height * 0.52 * placed.zoom, placed.zoom)
            blit_image(frame, self._shadow, spot)
        water = self._backdrop.water
        wet = self._sprite.home == "water" or (water is not None and water.ripple < 0.3)
        if water is not None and wet and self._sprite.home in ("ground", "water"):
            blit_image(
                frame, self._reflection(image, seconds), Placement(placed.x, line, placed.zoom)
            )

    def _reflection(self, image: Pixels, seconds: float) -> Pixels:
        """Mirror what stands above the water line, squeezed, faded and rippled."""
        line = int((1 + self._sprite.baseline) / 2 * self.size)
        rows = max(4, int(line * 0.62))
        mirror = cv2.resize(cv2.flip(image[:line], 0), (self.size, rows))
        wave = np.arange(rows, dtype=np.float32)
        wide = 2.4 * self._stage.unit * (self._backdrop.water.ripple if self._backdrop.water else 0)
        shift = wide * (0.4 + wave / rows) * np.sin(wave * 0.42 / self._stage.unit - seconds * 4.5)
        columns = np.arange(self.size, dtype=np.float32)[None] + shift[:, None]
        down = np.broadcast_to(wave[:, None], columns.shape).astype(np.float32)
        mirror = cv2.remap(mirror, columns.astype(np.float32), down, cv2.INTER_LINEAR)
        fade = (115 * (1 - wave / rows) ** 0.7).astype(np.uint8)[:, None, None]
        return cv2.multiply(mirror, np.broadcast_to(fade, mirror.shape).copy(), scale=1 / 255)


def heading(stage: Stage) -> int:
    """Direction a following camera must move in: the subject's."""
    if stage.scene.camera in _FOLLOWED:
        return stage.wind
    return stage.scene.camera_direction


def view_of(stage: Stage, index: int) -> View:
    """Camera of one frame."""
    shaken = stage.scene.camera == "handheld"
    share = stage.share(index) if shaken else stage.settled_share(index)
    return camera.view_at(stage.scene.camera, heading(stage), share, stage.path_seconds)
