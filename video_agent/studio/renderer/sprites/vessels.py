"""Things that float or fly by craft: boats, balloons, planes, rockets, lanterns and kites."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


def draw_sailboat(pen: Pen, pose: Pose) -> None:
    """A sailing boat; its sails carry the subject's colour."""
    sway = 0.035 * math.sin(pose.seconds * 1.7)
    cream, wood = pose.paint("fdf4e2"), pose.paint("6b3a22")
    main = pose.body
    pen.line([[0.02 + sway, -0.84], [0.02, 0.22]], pose.paint("4a3426"), 0.026)
    pen.polygon(curve([[-0.01 + sway, -0.80], [-0.12 + sway * 0.6, -0.36], [-0.46, 0.12],
                       [-0.22, 0.15], [-0.01, 0.12]], 6), main)  # fmt: skip
    pen.polygon([[0.06 + sway, -0.72], [0.28 + sway * 0.5, -0.24], [0.44, 0.10], [0.06, 0.12]],
                mix(main, cream, 0.62))  # fmt: skip
    for share in (0.35, 0.65):
        y = -0.80 + share * 0.9
        pen.line([[-0.02 + sway * (1 - share), y], [-0.40 * share, y + 0.04]], main * 0.82, 0.010)
    pen.polygon([[0.02 + sway, -0.84], [0.16 + sway, -0.80], [0.02 + sway, -0.76]],
                pose.paint("d8402f"))  # fmt: skip
    pen.blob([[-0.56, 0.20], [0.0, 0.22], [0.60, 0.17], [0.46, 0.40], [0.0, 0.45], [-0.42, 0.42]],
             wood, 6)  # fmt: skip
    pen.line(curve([[-0.54, 0.22], [0.0, 0.24], [0.57, 0.19]], closed=False), cream, 0.03)


def draw_ship(pen: Pen, pose: Pose) -> None:
    """A ship with funnels and lit portholes."""
    white, lamp = pose.paint("f4f1ea"), hex_colour("ffe2a0")
    sway = 0.012 * math.sin(pose.seconds * 1.3)
    for x in (-0.22, 0.08):
        pen.polygon([[x, -0.34 + sway], [x + 0.14, -0.34 + sway], [x + 0.16, -0.06], [x, -0.06]],
                    pose.body)  # fmt: skip
        pen.polygon([[x, -0.34 + sway], [x + 0.14, -0.34 + sway], [x + 0.145, -0.27], [x, -0.27]],
                    pose.paint("24242c"))  # fmt: skip
    pen.polygon([[-0.58, -0.08], [0.42, -0.08], [0.50, 0.10], [-0.60, 0.10]], white)
    pen.polygon([[-0.50, -0.18], [0.24, -0.18], [0.28, -0.07], [-0.52, -0.07]], white * 0.92)
    for k in range(10):
        pen.ellipse((-0.50 + 0.095 * k, 0.01), (0.022, 0.022),
                    lamp if pose.palette.dark else pose.paint("3f5a78"))  # fmt: skip
    pen.blob([[-0.88, 0.08], [0.0, 0.10], [0.92, 0.02], [0.74, 0.34], [0.0, 0.40], [-0.78, 0.36]],
             mix(pose.body, pose.paint("22304a"), 0.55), 6)  # fmt: skip
    pen.line([[-0.84, 0.16], [0.84, 0.12]], white, 0.02)


def draw_balloon(pen: Pen, pose: Pose) -> None:
    """A hot air balloon with gores in the subject's colour."""
    body, pale = pose.body, mix(pose.body, pose.paint("fff2d8"), 0.72)
    deep = pose.body * 0.72
    envelope = [[0, -0.92], [0.34, -0.84], [0.56, -0.50], [0.50, -0.14], [0.26, 0.16],
                [0.13, 0.34], [-0.13, 0.34], [-0.26, 0.16], [-0.50, -0.14], [-0.56, -0.50],
                [-0.34, -0.84]]  # fmt: skip
    for share, tone in ((1.0, body), (0.80, pale), (0.60, body), (0.34, deep), (0.12, body)):
        pen.blob([[x * share, y] for x, y in envelope], tone)
    pen.blob([[-0.50, -0.46], [0, -0.40], [0.50, -0.46], [0.54, -0.36], [0, -0.28], [-0.54, -0.36]],
             mix(body, pose.paint("ffffff"), 0.25))  # fmt: skip
    rope = pose.paint("3a2c24")
    for x in (-0.11, -0.04, 0.04, 0.11):
        pen.line([[x, 0.33], [x * 0.9, 0.60]], rope, 0.012)
    flame = 0.05 + 0.04 * math.sin(pose.seconds * 23)
    pen.ellipse((0, 0.40), (0.035, 0.06 + flame), hex_colour("ffb347"))
    pen.light((0, 0.30), 0.30 + flame, hex_colour("ffb060") * (0.8 if pose.palette.dark else 0.25))
    pen.polygon([[-0.13, 0.60], [0.13, 0.60], [0.10, 0.80], [-0.10, 0.80]], pose.paint("8a5a30"))
    pen.line([[-0.13, 0.62], [0.13, 0.62]], pose.paint("c08a50"), 0.03)
    for y in (0.68, 0.74):
        pen.line([[-0.115, y], [0.115, y]], pose.paint("6b4422"), 0.012)


def draw_plane(pen: Pen, pose: Pose) -> None:
    """A light aeroplane."""
    tilt = 0.02 * math.sin(pose.seconds * 1.6)
    body, pale = pose.body, mix(pose.body, pose.paint("ffffff"), 0.6)
    pen.blob([[0.72, tilt], [0.4, -0.14 + tilt], [0.0, -0.15], [-0.7, -0.05], [-0.76, 0.02],
              [-0.1, 0.12], [0.5, 0.12 + tilt]], body)  # fmt: skip
    pen.polygon([[-0.60, -0.04], [-0.80, -0.34], [-0.66, -0.34], [-0.44, -0.07]], body * 0.85)
    pen.blob([[0.34, -0.13], [0.18, -0.26], [-0.06, -0.25], [-0.16, -0.13]],
             mix(pose.palette.middle, hex_colour("ffffff"), 0.3))  # fmt: skip
    pen.polygon([[0.26, 0.02], [0.10, 0.02], [-0.24, 0.34], [-0.08, 0.34]], pale * 0.9)
    pen.line([[-0.7, -0.02], [0.6, 0.0]], pale, 0.03)
    spin = 0.22 * abs(math.sin(pose.seconds * 34)) + 0.04
    pen.ellipse((0.75, tilt), (0.016, spin), pose.paint("30343c"))


def draw_rocket(pen: Pen, pose: Pose) -> None:
    """A rocket on its flame, nose up."""
    flame = 0.34 + 0.09 * math.sin(pose.seconds * 31) + 0.05 * math.sin(pose.seconds * 53)
    hull, shade = pose.paint("eef1f6"), pose.paint("a3adc0")
    if pose.word in ("spaceship", "spacecraft", "starship", "ufo"):
        hull, shade = mix(pose.body, hull, 0.6), mix(pose.body, shade, 0.5)
    for share, code in ((1.0, "ff6a1a"), (0.68, "ffb03a"), (0.36, "fff6c8")):
        wide = 0.12 * (0.6 + 0.4 * share)
        pen.blob([[-wide, 0.38], [wide, 0.38], [0.05, 0.40 + flame * share * 0.6],
                  [0, 0.42 + flame * share], [-0.05, 0.40 + flame * share * 0.6]],
                 hex_colour(code))  # fmt: skip
    pen.light((0, 0.58), 0.55, hex_colour("ff8a3a") * 0.8)
    fin = pose.body
    for side in (-1, 1):
        pen.polygon([[side * 0.14, 0.02], [side * 0.36, 0.36], [side * 0.34, 0.46],
                     [side * 0.13, 0.34]], fin * (0.9 if side < 0 else 0.62))  # fmt: skip
    pen.blob([[0, -0.80], [0.13, -0.54], [0.175, -0.15], [0.15, 0.36], [-0.15, 0.36],
              [-0.175, -0.15], [-0.13, -0.54]], hull)  # fmt: skip
    pen.blob([[0.02, -0.78], [0.13, -0.54], [0.175, -0.15], [0.15, 0.36], [0.07, 0.36],
              [0.09, -0.2]], shade)  # fmt: skip
    pen.blob([[0, -0.82], [0.10, -0.60], [0.125, -0.48], [-0.125, -0.48], [-0.10, -0.60]], fin)
    pen.polygon([[-0.165, 0.14], [0.165, 0.14], [0.16, 0.22], [-0.16, 0.22]], fin)
    pen.ellipse((0, -0.20), (0.085, 0.085), pose.paint("515b70"))
    pen.ellipse((0, -0.20), (0.062, 0.062), hex_colour("3f86c8"))
    pen.ellipse((-0.02, -0.22), (0.025, 0.025), hex_colour("d8f0ff"))


def draw_kite(pen: Pen, pose: Pose) -> None:
    """A kite with a ribbon tail."""
    sway = 0.08 * math.sin(pose.seconds * 2.2)
    tail = [[0.0 + 0.08 * math.sin(pose.seconds * 4 + k), 0.34 + 0.11 * k] for k in range(6)]
    pen.limb(curve(tail, 4, closed=False), pose.body * 0.8, 0.03, 0.012)
    quarters = ([[0, -0.7], [0.42, -0.14]], [[0.42, -0.14], [0, 0.4]],
                [[0, 0.4], [-0.42, -0.14]], [[-0.42, -0.14], [0, -0.7]])  # fmt: skip
    for index, side in enumerate(quarters):
        tone = pose.body if index % 2 else mix(pose.body, pose.paint("fff2d0"), 0.6)
        pen.polygon([[x + sway, y] for x, y in [*side, [0.0, -0.14]]], tone)


def draw_lantern(pen: Pen, pose: Pose) -> None:
    """A paper lantern, lit from within."""
    flicker = 0.9 + 0.1 * math.sin(pose.seconds * 9)
    warm = mix(pose.body, hex_colour("fff0b0"), 0.35)
    pen.light((0, 0.0), 0.95, warm * 0.5 * flicker)
    pen.blob([[-0.26, -0.42], [0.26, -0.42], [0.36, 0.0], [0.24, 0.42], [-0.24, 0.42],
              [-0.36, 0.0]],
             pose.body)  # fmt: skip
    pen.ellipse((0, 0.12), (0.18, 0.26), mix(warm, hex_colour("fffbe0"), 0.6 * flicker))
    for y in (-0.24, 0.0, 0.24):
        pen.line([[-0.33, y], [0.33, y]], pose.body * 0.75, 0.012)
    pen.line([[-0.24, -0.43], [0.24, -0.43]], pose.body * 0.5, 0.05)


SPRITES = {
    "boat": Sprite(draw_sailboat, 330, "water", "f6e7cf", baseline=0.36, speed=0.18, bob=5),
    "ship": Sprite(draw_ship, 430, "water", "a8322c", baseline=0.31, speed=0.14, bob=3),
    "balloon": Sprite(draw_balloon, 330, "rise", "d8402f", speed=0.10, flips=False, bob=8),
    "plane": Sprite(draw_plane, 340, "air", "d84a3a", speed=0.42, bob=8),
    "rocket": Sprite(draw_rocket, 380, "rise", "d8402f", speed=0.02, flips=False, bob=2),
    "kite": Sprite(draw_kite, 240, "air", "e0483a", speed=0.10, flips=False, bob=20),
    "lantern": Sprite(draw_lantern, 220, "rise", "f0882f", speed=0.06, flips=False, bob=10,
                      glows=True),
}  # fmt: skip
