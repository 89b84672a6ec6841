"""Subjects that stay: lighthouses, trees, flowers, houses, cups, and the luminous orb."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


def draw_lighthouse(pen: Pen, pose: Pose) -> None:
    """A banded lighthouse on its rock; the lamp turns."""
    white, rock = pose.paint("f6f1e6"), pose.paint("5c5650")
    pen.blob([[-0.62, 0.62], [-0.42, 0.40], [-0.1, 0.36], [0.24, 0.38], [0.52, 0.50], [0.66, 0.64],
              [0.0, 0.72]], rock, 5)  # fmt: skip
    pen.blob([[-0.5, 0.62], [-0.34, 0.46], [-0.1, 0.44], [-0.2, 0.60]], rock * 1.3, 5)
    for band in range(6):
        top, low = -0.50 + band * 0.155, -0.50 + (band + 1) * 0.155
        half_top, half_low = 0.115 + 0.016 * band, 0.115 + 0.016 * (band + 1)
        tone = pose.body if band % 2 == 0 else white
        pen.polygon([[-half_top, top], [half_top, top], [half_low, low], [-half_low, low]], tone)
        pen.polygon([[0.35 * half_top, top], [half_top, top], [half_low, low],
                     [0.35 * half_low, low]], tone * 0.72)  # fmt: skip
    dark = pose.paint("2a2c34")
    pen.polygon([[-0.17, -0.54], [0.17, -0.54], [0.15, -0.49], [-0.15, -0.49]], dark)
    pen.polygon([[-0.09, -0.54], [0.09, -0.54], [0.085, -0.70], [-0.085, -0.70]],
                hex_colour("ffeeb0"))  # fmt: skip
    pen.polygon([[-0.12, -0.69], [0, -0.84], [0.12, -0.69]], pose.body * 0.9)
    turn = math.cos(pose.seconds * 1.6)
    glow = 0.55 + 0.45 * abs(turn)
    pen.light((0, -0.62), 0.36 * glow, hex_colour("fff2b8") * (0.9 if pose.palette.dark else 0.35))
    if pose.palette.dark:
        for k in range(7):
            pen.light((0.14 * k * turn, -0.62 + 0.008 * k), 0.10 + 0.030 * k,
                      hex_colour("ffe9a8") * (0.42 - 0.05 * k))  # fmt: skip
    pen.polygon([[-0.05, 0.44], [-0.05, 0.33], [0.03, 0.33], [0.03, 0.44]], dark)


def draw_tree(pen: Pen, pose: Pose) -> None:
    """A broad old tree; its crown sways."""
    sway = 0.02 * math.sin(pose.seconds * 1.3)
    bark, leaf = pose.paint("5e4430"), pose.body
    pen.limb([[0.0, 0.70], [0.02, 0.30], [-0.02, -0.05]], bark, 0.20, 0.10)
    for end in ([-0.34, -0.22], [0.34, -0.24], [0.06, -0.40]):
        pen.limb([[0.0, 0.16], [end[0] * 0.5, 0.0], end], bark, 0.09, 0.03)
    for step in range(46):
        angle = step * 2.39996
        far = math.sqrt(step / 46)
        x = 0.60 * far * math.cos(angle) + sway * (1 - far * 0.4)
        y = -0.28 + 0.40 * far * math.sin(angle)
        tone = mix(
            leaf * 0.58, mix(leaf, pose.palette.sun, 0.25), max(0.0, 0.55 - 0.9 * (y + 0.28))
        )
        pen.ellipse((x, y), (0.15, 0.125), tone)


def draw_flower(pen: Pen, pose: Pose) -> None:
    """A flower that opens towards the light."""
    sway = 0.05 * math.sin(pose.seconds * 1.5)
    stem, leaf = pose.paint("4f8a3a"), pose.paint("6aa84a")
    pen.limb(curve([[0, 0.72], [0.03, 0.35], [sway, -0.10]], 5, closed=False), stem, 0.05, 0.04)
    for side, y in ((-1, 0.40), (1, 0.26)):
        pen.blob([[0.02, y + 0.06], [side * 0.20, y - 0.06], [side * 0.36, y - 0.16],
                  [side * 0.22, y + 0.06]], leaf)  # fmt: skip
    open_ = 0.86 + 0.10 * math.sin(pose.seconds * 0.8)
    for ring, count in ((1.0, 9), (0.66, 8)):
        for k in range(count):
            angle = 2 * math.pi * (k + (0.5 if ring < 1 else 0)) / count
            x = sway + 0.25 * ring * open_ * math.cos(angle)
            y = -0.24 + 0.25 * ring * open_ * math.sin(angle)
            tone = pose.body * (0.78 if (k + count) % 2 else 1.0)
            tone = mix(tone, pose.paint("ffffff"), 0.22 if ring < 1 else 0.0)
            pen.ellipse(
                (x, y), (0.20 * ring + 0.02, 0.105 * ring + 0.02), tone, math.degrees(angle)
            )
    pen.ellipse((sway, -0.24), (0.115, 0.115), pose.paint("e8a82a"))
    pen.ellipse((sway, -0.24), (0.07, 0.07), pose.paint("a8641a"))


def draw_house(pen: Pen, pose: Pose) -> None:
    """A cottage with a smoking chimney."""
    wall, roof = pose.paint("f0e4cc"), pose.body
    lamp = hex_colour("ffdf92") if pose.palette.dark else pose.paint("7fa8c4")
    for k in range(6):
        share = (k + (pose.seconds * 0.9) % 1) / 6
        tone = mix(pose.paint("f4f2f0"), pose.palette.haze, 0.4 + 0.6 * share)
        pen.ellipse(
            (0.32 + 0.25 * share, -0.50 - 0.36 * share),
            (0.03 + 0.07 * share, 0.03 + 0.07 * share),
            tone,
        )
    pen.polygon([[0.27, -0.46], [0.38, -0.46], [0.38, -0.10], [0.27, -0.10]], pose.paint("9a5a44"))
    pen.polygon([[-0.56, -0.02], [0.56, -0.02], [0.56, 0.58], [-0.56, 0.58]], wall)
    pen.polygon([[0.0, -0.52], [0.70, 0.02], [-0.70, 0.02]], roof)
    pen.polygon([[0.0, -0.52], [0.70, 0.02], [0.14, 0.02]], roof * 0.78)
    for x in (-0.38, 0.18):
        pen.polygon(
            [[x, 0.12], [x + 0.22, 0.12], [x + 0.22, 0.34], [x, 0.34]], pose.paint("6b4a34")
        )
        pen.polygon([[x + 0.025, 0.145], [x + 0.195, 0.145], [x + 0.195, 0.315],
                     [x + 0.025, 0.315]],
                    lamp)  # fmt: skip
        if pose.palette.dark:
            pen.light((x + 0.11, 0.23), 0.3, hex_colour("ffc870") * 0.5)
    pen.polygon([[-0.11, 0.20], [0.08, 0.20], [0.08, 0.58], [-0.11, 0.58]], pose.paint("7a4a30"))


def draw_cup(pen: Pen, pose: Pose) -> None:
    """A steaming cup on a saucer."""
    body = pose.body
    for k in range(3):
        for step in range(9):
            rise = ((step + pose.seconds * 2.0 + 0.4 * k) % 9) / 9
            x = -0.16 + 0.16 * k + 0.06 * math.sin(pose.seconds * 1.3 + k + rise * 6)
            strength = 62 * math.sin(math.pi * rise)
            pen.light(
                (x, -0.16 - 0.62 * rise), 0.07 + 0.09 * rise, hex_colour("fff6ee") * strength / 255
            )
    pen.ellipse((0, 0.56), (0.62, 0.10), body * 0.72)
    pen.ellipse((0, 0.54), (0.60, 0.085), body * 0.95)
    handle = curve([[0.38, 0.0], [0.62, 0.02], [0.60, 0.28], [0.32, 0.36]], 6, closed=False)
    pen.limb(handle, body * 0.85, 0.08, 0.07)
    side = [[0.42, -0.10], [0.415, 0.04], [0.39, 0.20], [0.33, 0.36], [0.22, 0.48], [0.12, 0.51]]
    pen.polygon([*side, *[[-x, y] for x, y in reversed(side)]], body)
    pen.ellipse((0, -0.10), (0.42, 0.085), body * 0.8)
    pen.ellipse((0, -0.09), (0.37, 0.065), pose.paint("5a3420"))


def draw_orb(pen: Pen, pose: Pose) -> None:
    """A luminous sphere with orbiting sparks: stands in for what cannot be drawn."""
    pulse = 0.5 + 0.5 * math.sin(pose.seconds * 1.9)
    body = pose.body
    pen.light((0, 0), 0.98, body * (0.55 + 0.15 * pulse))
    for share, towards in ((1.0, 0.0), (0.88, 0.25), (0.70, 0.5), (0.48, 0.72), (0.26, 0.92)):
        shift = -0.10 * (1 - share)
        tone = mix(body * 0.8, hex_colour("ffffff"), towards)
        pen.ellipse((shift, shift), (0.36 * share, 0.36 * share), tone)
    for k in range(9):
        angle = pose.seconds * (0.8 + 0.07 * k) + k * 0.7
        x, y = 0.58 * math.cos(angle), 0.20 * math.sin(angle) + 0.10 * math.cos(angle + k)
        if math.sin(angle) > -0.1 or abs(x) > 0.38:
            size = 0.020 + 0.010 * math.sin(angle)
            pen.ellipse((x, y), (size, size), mix(body, hex_colour("ffffff"), 0.7))
            pen.light((x, y), 0.12, body * 0.6)


SPRITES = {
    "lighthouse": Sprite(draw_lighthouse, 460, "ground", "c8382f", baseline=0.66, speed=0,
                         flips=False, bob=0),
    "tree": Sprite(draw_tree, 430, "ground", "5f9a3f", baseline=0.70, speed=0, flips=False, bob=0),
    "flower": Sprite(draw_flower, 380, "ground", "e8487f", baseline=0.72, speed=0, flips=False,
                     bob=0),
    "house": Sprite(draw_house, 360, "ground", "a8442f", baseline=0.58, speed=0,
                    flips=False, bob=0),
    "cup": Sprite(draw_cup, 330, "ground", "eae4da", baseline=0.62, speed=0, flips=False, bob=0),
    "orb": Sprite(draw_orb, 320, "air", "ffc46a", speed=0.12, flips=False, bob=14, glows=True),
}  # fmt: skip
