"""Vehicles on land: cars, buses, bicycles, trains."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import Colour, hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


def _wheel(pen: Pen, x: float, y: float, radius: float, pose: Pose) -> None:
    pen.ellipse((x, y), (radius, radius), pose.paint("1a1a20"))
    pen.ellipse((x, y), (0.62 * radius, 0.62 * radius), pose.paint("b9c0c8"))
    turn = pose.beat * 15
    for spoke in range(5):
        angle = turn + spoke * 2 * math.pi / 5
        end = (x + 0.55 * radius * math.cos(angle), y + 0.55 * radius * math.sin(angle))
        pen.line([[x, y], list(end)], pose.paint("555b63"), 0.16 * radius)
    pen.ellipse((x, y), (0.18 * radius, 0.18 * radius), pose.paint("3a3d44"))


def _glass(pose: Pose) -> Colour:
    return mix(pose.palette.middle * 0.75, pose.palette.low, 0.35)


def _headlight(pen: Pen, x: float, y: float, pose: Pose) -> None:
    pen.ellipse((x, y), (0.045, 0.035), hex_colour("fff8d6"))
    if pose.palette.dark:
        pen.light((x + 0.02, y + 0.01), 0.19, hex_colour("ffeab0") * 0.75)


def draw_car(pen: Pen, pose: Pose) -> None:
    """A rounded classic car."""
    shake = 0.006 * math.sin(pose.beat * 21)
    body, chrome = pose.body, pose.paint("e6e9ee")
    pen.blob([[-0.80, 0.20], [-0.82, 0.02], [-0.70, -0.08], [-0.44, -0.13], [-0.10, -0.14],
              [0.34, -0.13], [0.66, -0.07], [0.82, 0.03], [0.84, 0.20], [0.0, 0.23]],
             body, 6)  # fmt: skip
    pen.blob([[-0.56, -0.10], [-0.36, -0.36 + shake], [-0.08, -0.42 + shake],
              [0.16, -0.38 + shake], [0.40, -0.10]], body * 0.92)  # fmt: skip
    glass = _glass(pose)
    pen.polygon([[-0.46, -0.12], [-0.31, -0.33], [-0.10, -0.375], [-0.09, -0.12]], glass)
    pen.polygon([[-0.03, -0.12], [-0.03, -0.375], [0.13, -0.345], [0.31, -0.12]], glass * 1.08)
    pen.polygon([[-0.36, -0.14], [-0.25, -0.30], [-0.19, -0.32], [-0.29, -0.14]],
                mix(glass, hex_colour("ffffff"), 0.5))  # fmt: skip
    pen.line([[-0.80, 0.06], [0.82, 0.06]], chrome, 0.018)
    pen.polygon([[-0.82, 0.15], [0.84, 0.15], [0.84, 0.20], [-0.80, 0.22]], body * 0.55)
    pen.line([[-0.06, -0.11], [-0.06, 0.18]], body * 0.62, 0.012)
    pen.line([[0.02, -0.02], [0.10, -0.02]], chrome, 0.02)
    for x in (-0.48, 0.50):
        pen.ellipse((x, 0.20), (0.205, 0.205), body * 0.42)
        _wheel(pen, x, 0.22, 0.17, pose)
    pen.limb([[0.76, 0.18], [0.88, 0.18]], chrome, 0.045, 0.045)
    pen.limb([[-0.86, 0.18], [-0.74, 0.18]], chrome, 0.045, 0.045)
    _headlight(pen, 0.80, 0.02, pose)
    pen.ellipse((-0.80, 0.03), (0.03, 0.035), hex_colour("e8202a"))
    if pose.palette.dark:
        pen.light((-0.82, 0.03), 0.17, hex_colour("ff3030") * 0.7)
    if pose.word in ("taxi", "cab"):
        pen.polygon([[-0.16, -0.42], [0.02, -0.42], [0.0, -0.50], [-0.14, -0.50]],
                    hex_colour("fff6c0"))  # fmt: skip


def draw_bus(pen: Pen, pose: Pose) -> None:
    """A bus, truck or van: a long box with windows."""
    body, glass = pose.body, _glass(pose)
    pen.blob([[-0.90, 0.2], [-0.90, -0.42], [-0.84, -0.46], [0.80, -0.46], [0.90, -0.36],
              [0.92, 0.2]], body, 5)  # fmt: skip
    if pose.word in ("truck", "lorry"):
        pen.line([[0.42, -0.44], [0.42, 0.2]], body * 0.5, 0.04)
    else:
        for k in range(5):
            x = -0.80 + 0.30 * k
            pen.polygon([[x, -0.32], [x + 0.24, -0.32], [x + 0.24, -0.06], [x, -0.06]], glass)
    pen.polygon([[0.70, -0.34], [0.86, -0.32], [0.88, -0.04], [0.70, -0.04]], glass * 1.1)
    pen.polygon([[-0.90, 0.04], [0.92, 0.04], [0.92, 0.10], [-0.90, 0.10]], pose.paint("f4ead8"))
    for x in (-0.54, 0.56):
        pen.ellipse((x, 0.20), (0.19, 0.19), body * 0.4)
        _wheel(pen, x, 0.23, 0.155, pose)
    _headlight(pen, 0.88, 0.02, pose)


def draw_bicycle(pen: Pen, pose: Pose) -> None:
    """A cyclist; legs turn with the pedals."""
    turn = pose.beat * 7
    ink, frame, skin = pose.paint("20222a"), pose.body, pose.paint("d9a282")
    for x in (-0.42, 0.42):
        for radius, tone in ((0.27, ink), (0.235, None)):
            if tone is not None:
                points = [[x + radius * math.cos(a / 12 * math.pi),
                           0.32 + radius * math.sin(a / 12 * math.pi)]
                          for a in range(25)]  # fmt: skip
                pen.line(points, tone, 0.04)
        for spoke in range(6):
            a = turn * 0.8 + spoke * math.pi / 3
            pen.line([[x, 0.32], [x + 0.25 * math.cos(a), 0.32 + 0.25 * math.sin(a)]],
                     pose.paint("9aa0a8"), 0.009)  # fmt: skip
    crank, seat, bar = (-0.04, 0.34), (-0.16, -0.02), (0.34, -0.08)
    for path in ([(-0.42, 0.32), crank, bar], [(-0.42, 0.32), (-0.14, 0.06), (0.32, 0.0)],
                 [seat, crank], [bar, (0.42, 0.32)]):  # fmt: skip
        pen.line([list(p) for p in path], frame, 0.035)
    pen.limb([[-0.24, -0.03], [-0.08, -0.03]], ink, 0.05, 0.04)
    hip = (-0.14, -0.10)
    for phase, share in ((math.pi, 0.6), (0.0, 1.0)):
        pedal = (crank[0] + 0.11 * math.cos(turn + phase), crank[1] + 0.11 * math.sin(turn + phase))
        knee = ((hip[0] + pedal[0]) / 2 + 0.15, (hip[1] + pedal[1]) / 2 - 0.05)
        pen.limb([hip, knee, pedal], pose.paint("2c3a5a") * share, 0.11, 0.06)
        if share < 1:
            _torso(pen, pose, hip, skin)
    pen.limb([[0.06, -0.36], [0.22, -0.16], [0.34, -0.12]], skin, 0.06, 0.04)


def _torso(pen: Pen, pose: Pose, hip: tuple[float, float], skin: Colour) -> None:
    shirt = mix(pose.body, pose.paint("f0ece4"), 0.55)
    pen.limb([hip, (0.06, -0.42)], shirt, 0.20, 0.17)
    pen.ellipse((0.14, -0.56), (0.095, 0.105), skin)
    pen.polygon(
        curve([[0.03, -0.60], [0.08, -0.69], [0.20, -0.68], [0.25, -0.59]]), pose.body * 0.8
    )


def draw_train(pen: Pen, pose: Pose) -> None:
    """A locomotive with two carriages and a plume of steam."""
    glass = mix(hex_colour("ffdf9a"), _glass(pose), 0.0 if pose.palette.dark else 0.7)
    body, trim = pose.body, pose.paint("e8d8a8")
    for k in range(7):
        share = (k + (pose.seconds * 2.2) % 1) / 7
        puff = 0.035 + 0.085 * share
        tone = mix(pose.paint("f6f4f2"), pose.palette.haze, share)
        pen.ellipse((0.60 - 0.85 * share, -0.30 - 0.16 * share), (puff * 1.2, puff), tone)
    for x in (-0.98, -0.36):
        pen.polygon([[x, -0.16], [x + 0.56, -0.16], [x + 0.56, 0.14], [x, 0.14]], body * 0.92)
        pen.polygon([[x - 0.01, -0.19], [x + 0.57, -0.19], [x + 0.57, -0.15], [x - 0.01, -0.15]],
                    body * 0.55)  # fmt: skip
        for w in range(4):
            left = x + 0.05 + 0.125 * w
            pen.polygon([[left, -0.10], [left + 0.085, -0.10], [left + 0.085, 0.01], [left, 0.01]],
                        glass)  # fmt: skip
        pen.line([[x, 0.07], [x + 0.56, 0.07]], trim, 0.015)
    pen.polygon([[0.24, -0.24], [0.44, -0.24], [0.44, 0.14], [0.24, 0.14]], body)
    pen.polygon([[0.28, -0.18], [0.40, -0.18], [0.40, -0.05], [0.28, -0.05]], glass)
    pen.limb([[0.48, 0.0], [0.84, 0.0]], body * 0.85, 0.22, 0.22)
    pen.polygon([[0.57, -0.10], [0.65, -0.10], [0.67, -0.26], [0.55, -0.26]], body * 0.5)
    pen.polygon([[0.84, 0.08], [0.98, 0.20], [0.78, 0.20]], pose.paint("9a2f28"))
    for k in range(9):
        x = -0.88 + 0.21 * k
        _wheel(pen, x, 0.17, 0.062 if k < 6 else 0.085, pose)
    pen.line([[-1.0, 0.245], [1.0, 0.245]], pose.paint("6b5a4c"), 0.03)
    _headlight(pen, 0.93, -0.02, pose)


SPRITES = {
    "car": Sprite(draw_car, 330, "ground", "c8323a", baseline=0.39, speed=0.30, bob=1),
    "bus": Sprite(draw_bus, 430, "ground", "e0a92f", baseline=0.385, speed=0.26, bob=1),
    "bicycle": Sprite(draw_bicycle, 300, "ground", "2f8f8a", baseline=0.60, speed=0.28, bob=1),
    "train": Sprite(draw_train, 720, "ground", "2f4a7c", baseline=0.24, speed=0.30, bob=0),
}
