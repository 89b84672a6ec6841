"""People and machines that walk: hikers, dancers, astronauts, robots."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import Colour, hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


def _bone(start: tuple[float, float], turn: float, length: float) -> tuple[float, float]:
    return start[0] + length * math.sin(turn), start[1] + length * math.cos(turn)


def _leg(pen: Pen, hip: tuple[float, float], phase: float, tones: tuple[Colour, Colour]) -> None:
    swing = 0.50 * math.sin(phase)
    knee = _bone(hip, swing, 0.25)
    bend = -0.75 * max(0.0, math.cos(phase)) - 0.06
    foot = _bone(knee, swing + bend, 0.26)
    pen.limb([hip, knee, foot], tones[0], 0.115, 0.065)
    pen.limb([foot, (foot[0] + 0.085, foot[1] + 0.012)], tones[1], 0.06, 0.05)


def _arm(
    pen: Pen, shoulder: tuple[float, float], phase: float, sleeve: Colour, skin: Colour
) -> None:
    swing = -0.55 * math.sin(phase)
    elbow = _bone(shoulder, swing, 0.19)
    hand = _bone(elbow, swing + 0.45, 0.17)
    pen.limb([shoulder, elbow, hand], sleeve, 0.08, 0.055)
    pen.ellipse(hand, (0.036, 0.036), skin)


def _face(pen: Pen, x: float, y: float, pose: Pose, skin: Colour) -> None:
    hair = pose.paint("3a2418")
    pen.ellipse((x, y), (0.098, 0.112), skin)
    pen.blob([[x + 0.08, y - 0.09], [x, y - 0.145], [x - 0.10, y - 0.08], [x - 0.115, y + 0.05],
              [x - 0.06, y + 0.02], [x - 0.02, y - 0.06]], hair)  # fmt: skip
    if pose.word in ("woman", "girl", "dancer", "queen", "princess", "lady"):
        wave = 0.02 * math.sin(pose.beat * 5)
        pen.blob([[x - 0.02, y - 0.11], [x - 0.13, y], [x - 0.17 + wave, y + 0.20],
                  [x - 0.07, y + 0.18], [x - 0.05, y]], hair)  # fmt: skip
    pen.ellipse((x + 0.055, y - 0.01), (0.012, 0.015), hex_colour("1a1418"))


def draw_person(pen: Pen, pose: Pose) -> None:
    """A walking person whose jacket carries the subject's colour."""
    gait = pose.beat * 5.2
    lift = -0.018 * abs(math.sin(gait))
    skin, trousers = pose.paint("e0a887"), pose.paint("33415e")
    shoes, coat = pose.paint("3a2a22"), pose.body
    hip, neck = (0.0, 0.10 + lift), (0.02, -0.36 + lift)
    shoulder = (0.01, -0.28 + lift)
    still = 0.0 if pose.moving else 0.25
    _arm(pen, shoulder, gait + math.pi + still, coat * 0.62, skin * 0.8)
    _leg(pen, hip, gait + math.pi + still, (trousers * 0.65, shoes * 0.7))
    _leg(pen, hip, gait + still, (trousers, shoes))
    if pose.word in ("hiker", "backpacker", "traveler", "climber"):
        pen.blob([[-0.10, -0.32], [-0.25, -0.26], [-0.26, 0.02], [-0.10, 0.06]],
                 pose.paint("5a6b3a"))  # fmt: skip
    pen.blob([[-0.10, -0.34 + lift], [0.10, -0.35 + lift], [0.13, -0.16], [0.11, 0.14],
              [0.0, 0.17], [-0.12, 0.14], [-0.12, -0.14]], coat)  # fmt: skip
    if pose.word in ("woman", "girl", "dancer", "princess", "queen"):
        wave = 0.05 * math.sin(gait)
        pen.blob([[-0.11, 0.04], [0.11, 0.04], [0.20 + wave, 0.34], [0.0, 0.37],
                  [-0.22 + wave, 0.34]], coat * 0.92)  # fmt: skip
    pen.line([[0.03, -0.30 + lift], [0.05, 0.12]], coat * 0.7, 0.012)
    pen.limb([neck, (0.03, -0.44 + lift)], skin * 0.9, 0.07, 0.06)
    _face(pen, 0.04, -0.52 + lift, pose, skin)
    _arm(pen, shoulder, gait + still, mix(coat, pose.palette.sun, 0.06), skin)


def draw_astronaut(pen: Pen, pose: Pose) -> None:
    """An astronaut adrift, with a mirrored visor."""
    sway = math.sin(pose.seconds * 0.9)
    suit, dim = pose.body, pose.body * 0.72
    pen.blob([[-0.30, -0.26], [-0.12, -0.30], [-0.10, 0.20], [-0.30, 0.18]], dim * 0.8)
    for side, tone in ((-1, dim), (1, suit)):
        hip = (0.06 * side, 0.16)
        knee = (0.10 * side + 0.06, 0.38 + 0.03 * sway * side)
        foot = (0.13 * side - 0.06, 0.58 + 0.04 * sway * side)
        pen.limb([hip, knee, foot], tone, 0.17, 0.13)
        pen.ellipse((foot[0] + 0.04, foot[1] + 0.03), (0.10, 0.06), tone * 0.6)
        hand = (0.36 * side + 0.04, 0.02 - 0.10 * side * sway)
        pen.limb([(0.13 * side, -0.20), (0.29 * side, -0.10), hand], tone, 0.14, 0.11)
        pen.ellipse(hand, (0.07, 0.065), pose.paint("e08a3a"))
    pen.blob([[-0.18, -0.28], [0.18, -0.28], [0.20, 0.0], [0.15, 0.22],
              [-0.15, 0.22], [-0.20, 0.0]],
             suit)  # fmt: skip
    pen.polygon([[-0.09, -0.10], [0.09, -0.10], [0.09, 0.05], [-0.09, 0.05]], pose.paint("8f9aa8"))
    for x, code in ((-0.045, "e8483a"), (0.0, "4ac878"), (0.045, "4a9ae8")):
        pen.ellipse((x, -0.05), (0.016, 0.016), hex_colour(code))
    pen.ellipse((0.02, -0.46), (0.22, 0.22), suit)
    pen.ellipse((0.06, -0.45), (0.165, 0.155), hex_colour("1c2440"))
    pen.blob([[-0.02, -0.56], [0.12, -0.58], [0.18, -0.50], [0.05, -0.50]], hex_colour("f0b85a"))
    pen.ellipse((0.14, -0.38), (0.03, 0.02), hex_colour("6aa8e0"))


def draw_robot(pen: Pen, pose: Pose) -> None:
    """A friendly walking robot with glowing eyes."""
    gait = pose.beat * 4.4
    metal, dark = pose.body, pose.body * 0.5
    lift = -0.02 * abs(math.sin(gait))
    for phase, share in ((math.pi, 0.6), (0.0, 1.0)):
        swing = 0.4 * math.sin(gait + phase)
        knee = _bone((0, 0.20), swing, 0.18)
        foot = _bone(knee, swing - 0.5 * max(0.0, math.cos(gait + phase)), 0.18)
        pen.limb([(0, 0.20), knee, foot], dark * share * 1.3, 0.09, 0.08)
        pen.blob([[foot[0] - 0.08, foot[1] + 0.04], [foot[0], foot[1] - 0.05],
                  [foot[0] + 0.15, foot[1] + 0.01], [foot[0] + 0.15, foot[1] + 0.05]],
                 metal * share)  # fmt: skip
        if share < 1:
            elbow = _bone((-0.02, -0.14 + lift), 0.5 * math.sin(gait), 0.2)
            pen.limb([(-0.02, -0.14 + lift), elbow], dark, 0.08, 0.07)
    pen.blob([[-0.22, -0.24 + lift], [0.22, -0.24 + lift], [0.24, 0.0], [0.18, 0.24],
              [-0.18, 0.24], [-0.24, 0.0]], metal, 5)  # fmt: skip
    pen.blob([[-0.12, -0.12], [0.14, -0.12], [0.13, 0.06], [-0.11, 0.06]], dark, 5)
    for x, code in ((-0.05, "ff6a5a"), (0.01, "ffd24a"), (0.07, "5aff9a")):
        pen.ellipse((x, -0.03), (0.02, 0.02), hex_colour(code))
    pen.limb([(0, -0.25 + lift), (0, -0.32 + lift)], dark, 0.10, 0.10)
    pen.blob([[-0.22, -0.58 + lift], [0.22, -0.58 + lift], [0.25, -0.44 + lift],
              [0.20, -0.31 + lift], [-0.20, -0.31 + lift], [-0.25, -0.44 + lift]],
             metal, 5)  # fmt: skip
    pen.blob([[-0.15, -0.53 + lift], [0.20, -0.53 + lift], [0.20, -0.38 + lift],
              [-0.15, -0.38 + lift]], hex_colour("10182a"), 5)  # fmt: skip
    for x in (-0.04, 0.11):
        pen.ellipse((x, -0.455 + lift), (0.038, 0.045), hex_colour("6af0ff"))
        pen.light((x, -0.455 + lift), 0.16, hex_colour("40d8ff") * 0.6)
    pen.line([[0, -0.58 + lift], [0.02, -0.70 + lift]], dark, 0.02)
    pen.ellipse((0.02, -0.71 + lift), (0.035, 0.035), hex_colour("ff5a4a"))
    elbow = _bone((0.04, -0.14 + lift), -0.5 * math.sin(gait), 0.19)
    hand = _bone(elbow, 0.5 - 0.5 * math.sin(gait), 0.16)
    pen.limb([(0.04, -0.14 + lift), elbow, hand], metal * 0.8, 0.09, 0.07)
    pen.polygon(curve([[hand[0] - 0.05, hand[1]], [hand[0], hand[1] + 0.07],
                       [hand[0] + 0.06, hand[1]]]), dark)  # fmt: skip


SPRITES = {
    "person": Sprite(draw_person, 320, "ground", "c8453a", baseline=0.63, speed=0.22),
    "astronaut": Sprite(draw_astronaut, 330, "space", "eceff4", speed=0.10, bob=16),
    "robot": Sprite(draw_robot, 320, "ground", "8fa3b8", baseline=0.62, speed=0.20),
}
