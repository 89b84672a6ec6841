"""Life in the sea: fish, sharks, whales and dolphins, jellyfish, turtles."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


def draw_fish(pen: Pen, pose: Pose) -> None:
    """A reef fish with white bands."""
    sway = math.sin(pose.seconds * 6.5) * 0.10
    body, fin = pose.body, pose.body * 0.78
    pen.blob([[-0.34, 0], [-0.62, -0.26 + sway], [-0.66, -0.14 + sway], [-0.56, sway],
              [-0.66, 0.16 + sway], [-0.60, 0.26 + sway]], fin)  # fmt: skip
    pen.blob([[-0.20, -0.20], [-0.08, -0.40 + 0.3 * sway], [0.14, -0.36], [0.24, -0.20]], fin)
    pen.blob([[-0.12, 0.20], [-0.04, 0.36 - 0.3 * sway], [0.10, 0.22]], fin)
    pen.blob([[-0.44, 0], [-0.2, -0.22], [0.12, -0.27], [0.38, -0.14], [0.47, 0.01],
              [0.36, 0.15], [0.10, 0.25], [-0.2, 0.20]], body)  # fmt: skip
    band, ink = pose.paint("fffaf0"), pose.body * 0.22
    for x, high in ((-0.22, 0.185), (0.05, 0.25), (0.27, 0.195)):
        for inset, tone in ((0.0, ink), (0.018, band)):
            left, right = x - 0.045 + inset, x + 0.055 - inset
            pen.polygon(curve([[left, -high], [right, -high], [right + 0.03, 0], [right, high],
                               [left, high], [left + 0.03, 0]]), tone)  # fmt: skip
    pen.blob([[0.04, 0.05], [-0.10, 0.02 + sway * 0.8], [-0.12, 0.12 + sway * 0.8]],
             mix(body, pose.paint("fff0c0"), 0.35))  # fmt: skip
    pen.ellipse((0.36, -0.04), (0.045, 0.045), hex_colour("ffffff"))
    pen.ellipse((0.37, -0.04), (0.027, 0.027), hex_colour("12121a"))
    pen.line(curve([[0.47, 0.03], [0.42, 0.07], [0.38, 0.07]], closed=False), ink, 0.016)


def draw_whale(pen: Pen, pose: Pose) -> None:
    """A humpback with a pale, grooved throat."""
    beat = math.sin(pose.seconds * 2.0)
    body, pale = pose.body, mix(pose.body, pose.paint("eef4f8"), 0.72)
    lift = 0.09 * beat
    pen.blob([[-0.58, 0.02 + lift * 0.6], [-0.78, -0.14 + lift], [-0.92, -0.16 + lift * 1.3],
              [-0.82, 0.0 + lift], [-0.92, 0.10 + lift * 1.2], [-0.76, 0.08 + lift]],
             body * 0.85)  # fmt: skip
    pen.blob([[0.86, 0.0], [0.62, -0.20], [0.15, -0.27], [-0.30, -0.15],
              [-0.66, -0.01 + lift * 0.6],
              [-0.66, 0.05 + lift * 0.6], [-0.28, 0.16], [0.2, 0.26], [0.66, 0.20]],
             body)  # fmt: skip
    pen.blob([[0.87, 0.02], [0.62, 0.09], [0.2, 0.12], [-0.12, 0.18], [0.2, 0.25], [0.62, 0.20]],
             pale)  # fmt: skip
    for k in range(4):
        y = 0.12 + 0.03 * k
        pen.line([[0.80 - 0.06 * k, y - 0.02], [0.40, y + 0.035], [0.05, y + 0.05]],
                 pale * 0.78, 0.010)  # fmt: skip
    pen.blob([[0.26, 0.13], [0.10, 0.38 - lift], [-0.06, 0.44 - lift], [0.08, 0.16]], body * 0.72)
    pen.polygon(curve([[-0.14, -0.19], [-0.24, -0.30], [-0.30, -0.16]]), body * 0.8)
    pen.ellipse((0.60, 0.04), (0.02, 0.018), hex_colour("0c0c12"))


def draw_dolphin(pen: Pen, pose: Pose) -> None:
    """A dolphin or shark: slender, with a back fin."""
    beat = math.sin(pose.seconds * 4.2)
    lift, body = 0.08 * beat, pose.body
    pale = mix(body, pose.paint("f2f6f8"), 0.75)
    pen.blob([[-0.52, 0.02 + lift], [-0.72, -0.20 + lift], [-0.76, -0.10 + lift],
              [-0.68, 0.02 + lift], [-0.74, 0.14 + lift], [-0.66, 0.12 + lift]],
             body * 0.85)  # fmt: skip
    nose = 0.72 if pose.word == "dolphin" else 0.64
    pen.blob([[nose, 0.02], [0.46, -0.10], [0.1, -0.17], [-0.3, -0.08], [-0.58, 0.01 + lift],
              [-0.56, 0.05 + lift], [-0.2, 0.12], [0.2, 0.15], [0.5, 0.09]], body)  # fmt: skip
    pen.blob([[nose - 0.02, 0.04], [0.3, 0.06], [-0.2, 0.08], [0.2, 0.145], [0.48, 0.09]], pale)
    pen.polygon(
        curve([[0.08, -0.15], [-0.05, -0.34], [-0.12, -0.30], [-0.12, -0.13]], 5), body * 0.8
    )
    pen.blob([[0.24, 0.10], [0.10, 0.30], [0.02, 0.30], [0.12, 0.11]], body * 0.75)
    pen.ellipse((0.46, -0.01), (0.018, 0.018), hex_colour("101018"))


def draw_jellyfish(pen: Pen, pose: Pose) -> None:
    """A jellyfish: a pulsing bell and trailing threads."""
    pulse = math.sin(pose.seconds * 3.0)
    wide, body = 0.44 + 0.05 * pulse, pose.body
    for k in range(7):
        x = -0.30 + 0.10 * k
        points = [[x * (1 - 0.1 * pulse) + 0.05 * math.sin(pose.seconds * 2.4 + y * 5 + k),
                   -0.12 + y] for y in (0.0, 0.2, 0.4, 0.6, 0.8 + 0.05 * (k % 3))]  # fmt: skip
        tone = mix(body, pose.palette.low, 0.25) * (0.7 if k % 2 else 0.95)
        pen.limb(curve(points, 5, closed=False), tone, 0.045 if k % 2 else 0.03, 0.008)
    dome = [[-wide, -0.14], [-0.8 * wide, -0.44], [0, -0.62 - 0.03 * pulse], [0.8 * wide, -0.44],
            [wide, -0.14], [0.5 * wide, -0.08], [0, -0.13], [-0.5 * wide, -0.08]]  # fmt: skip
    pen.blob(dome, body)
    pen.blob([[-0.6 * wide, -0.26], [0, -0.50], [0.6 * wide, -0.26], [0, -0.20]],
             mix(body, hex_colour("ffffff"), 0.35))  # fmt: skip
    pen.light((0, -0.3), 0.6, mix(body, hex_colour("ffffff"), 0.2) * 0.45)


def draw_turtle(pen: Pen, pose: Pose) -> None:
    """A sea turtle rowing with its flippers."""
    row = math.sin(pose.seconds * 2.6)
    skin, shell = mix(pose.body, pose.paint("c8d08a"), 0.35), pose.body
    pen.blob([[0.20, 0.0], [0.34, -0.30 - 0.22 * row], [0.20, -0.34 - 0.22 * row], [0.02, -0.04]],
             skin * 0.6)  # fmt: skip
    pen.blob([[-0.36, 0.06], [-0.62, 0.16 + 0.06 * row], [-0.56, 0.22], [-0.30, 0.14]], skin * 0.8)
    pen.blob([[0.40, 0.0], [0.60, -0.10], [0.74, -0.02], [0.66, 0.08], [0.42, 0.10]], skin)
    pen.blob([[-0.46, 0.06], [-0.2, -0.22], [0.2, -0.24], [0.46, 0.0], [0.3, 0.14], [-0.2, 0.17]],
             shell)  # fmt: skip
    for x in (-0.24, 0.0, 0.24):
        pen.blob([[x - 0.10, -0.03], [x, -0.15], [x + 0.10, -0.03], [x, 0.05]], shell * 1.25)
    pen.blob([[0.24, 0.08], [0.30, 0.40 + 0.24 * row], [0.14, 0.44 + 0.24 * row], [0.06, 0.12]],
             skin)  # fmt: skip
    pen.ellipse((0.63, -0.03), (0.02, 0.02), hex_colour("101010"))


SPRITES = {
    "fish": Sprite(draw_fish, 300, "under", "f47a1f", speed=0.30, bob=16),
    "whale": Sprite(draw_whale, 560, "under", "3f5a78", speed=0.22, bob=14),
    "dolphin": Sprite(draw_dolphin, 380, "under", "6b8296", speed=0.34, bob=18),
    "shark": Sprite(draw_dolphin, 440, "under", "6d7a86", speed=0.30, bob=8),
    "jellyfish": Sprite(draw_jellyfish, 330, "under", "d58fe8", speed=0.06, flips=False, bob=26),
    "turtle": Sprite(draw_turtle, 330, "under", "5f8a4c", speed=0.20, bob=14),
}
