"""Four-legged animals: one skeleton, many builds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from video_agent.studio.renderer.pen import Pen
from video_agent.studio.renderer.pixels import Colour, hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite


@dataclass(frozen=True, slots=True)
class Build:
    """Proportions of an animal in unit coordinates.

    Attributes:
        length: Half the length of the trunk.
        girth: Half its height at the chest.
        legs: Length of the legs.
        leg_width: Width of the upper leg.
        neck: Length and rise of the neck.
        head: Length of skull and muzzle, and height of the skull.
        ears: ``"tall"``, ``"round"``, ``"flop"``, ``"long"`` or ``"fan"``.
        tail: ``"brush"``, ``"thin"``, ``"hair"``, ``"stub"`` or ``"curl"``.
        belly: Colour of belly, muzzle and tail tip.
        stride: Steps a second in radians.
    """

    length: float = 0.36
    girth: float = 0.14
    legs: float = 0.34
    leg_width: float = 0.075
    neck: tuple[float, float] = (0.14, 0.14)
    head: tuple[float, float] = (0.22, 0.10)
    ears: str = "tall"
    tail: str = "thin"
    belly: str = "f3e6d2"
    stride: float = 8.0


BUILDS: dict[str, tuple[Build, str, float]] = {  # build, colour, span in design pixels
    "fox": (Build(ears="tall", tail="brush", belly="fff4e4"), "d8662a", 270),
    "wolf": (Build(legs=0.38, tail="brush", belly="d9dade"), "767b86", 300),
    "dog": (Build(legs=0.32, girth=0.15, ears="flop", tail="curl", belly="f7ead8"), "b9803f", 270),
    "cat": (
        Build(
            length=0.32, girth=0.115, legs=0.27, leg_width=0.06, neck=(0.06, 0.12),
            head=(0.145, 0.115), tail="thin", belly="f6efe6", stride=6.5,
        ),
        "8a8d96",
        230,
    ),
    "horse": (
        Build(
            length=0.38, girth=0.16, legs=0.46, leg_width=0.085, neck=(0.20, 0.36),
            head=(0.27, 0.085), tail="hair", belly="6b4128", stride=9.0,
        ),
        "8f4f2a",
        390,
    ),
    "deer": (
        Build(
            length=0.32, girth=0.125, legs=0.46, leg_width=0.055, neck=(0.14, 0.32),
            head=(0.19, 0.075), ears="long", tail="stub", belly="f2e2c8", stride=7.0,
        ),
        "a9713d",
        360,
    ),
    "bear": (
        Build(
            length=0.40, girth=0.23, legs=0.30, leg_width=0.14, neck=(0.16, 0.05),
            head=(0.22, 0.14), ears="round", tail="stub", belly="7a5638", stride=5.0,
        ),
        "5b3c26",
        360,
    ),
    "elephant": (
        Build(
            length=0.40, girth=0.27, legs=0.38, leg_width=0.15, neck=(0.12, 0.05),
            head=(0.22, 0.18), ears="fan", tail="thin", belly="8d8f98", stride=4.0,
        ),
        "858993",
        430,
    ),
    "rabbit": (
        Build(
            length=0.24, girth=0.16, legs=0.18, leg_width=0.07, neck=(0.06, 0.10),
            head=(0.14, 0.11), ears="long", tail="stub", belly="ffffff", stride=10.0,
        ),
        "b59a7c",
        200,
    ),
}  # fmt: skip


def _leg(
    pen: Pen, hip: tuple[float, float], phase: float, build: Build, colour: Colour, *, fore: bool
) -> None:
    swing = 0.52 * math.sin(phase)
    lift = max(0.0, math.cos(phase)) * 0.10
    upper, lower = build.legs * 0.5, build.legs * 0.5
    bend = (-0.35 if fore else 0.40) * max(0.15, math.cos(phase))
    knee = (hip[0] + upper * math.sin(swing), hip[1] + upper * math.cos(swing))
    ankle_turn = swing * 0.8 + bend
    foot = (
        knee[0] + lower * math.sin(ankle_turn),
        knee[1] + lower * math.cos(ankle_turn) - lift * 0.5,
    )
    wide = build.leg_width
    pen.limb([hip, knee, foot], colour, wide, wide * 0.52)
    pen.ellipse((foot[0] + wide * 0.22, foot[1]), (wide * 0.52, wide * 0.26), colour * 0.7)


def _tail(pen: Pen, root: tuple[float, float], pose: Pose, build: Build) -> None:
    x, y = root
    wave = 0.05 * math.sin(pose.beat * 4.5)
    body, tip = pose.body, pose.paint(build.belly)
    if build.tail == "brush":
        pen.blob(
            [[x + 0.04, y], [x - 0.16, y - 0.05 + wave], [x - 0.38, y + 0.02 + wave],
             [x - 0.46, y + 0.08 + wave], [x - 0.30, y + 0.12 + wave], [x, y + 0.07]], body,
        )  # fmt: skip
        pen.blob(
            [[x - 0.34, y + 0.00 + wave], [x - 0.47, y + 0.08 + wave], [x - 0.33, y + 0.11 + wave]],
            tip,
        )
    elif build.tail == "hair":
        dark = body * 0.45
        pen.blob(
            [[x + 0.03, y - 0.02], [x - 0.12, y + 0.02], [x - 0.22, y + 0.22 + wave],
             [x - 0.20, y + 0.42 + wave], [x - 0.11, y + 0.24], [x, y + 0.08]], dark,
        )  # fmt: skip
    elif build.tail == "stub":
        pen.ellipse((x - 0.03, y + 0.02), (0.05, 0.045), mix(body, tip, 0.7))
    else:
        rise = -0.26 if build.tail == "curl" else -0.20
        points = [[x, y + 0.03], [x - 0.14, y + 0.04], [x - 0.24, y + rise * 0.4 + wave]]
        points.append([x - (0.16 if build.tail == "curl" else 0.26), y + rise + wave])
        pen.limb(points, body, 0.06, 0.03)


def _ears(pen: Pen, x: float, y: float, build: Build, pose: Pose) -> None:
    body, inner = pose.body, mix(pose.body, pose.paint("e8a898"), 0.5)
    high = build.head[1]
    if build.ears == "tall":
        for shift, tone in ((-0.02, body * 0.72), (0.05, body)):
            left, right = x + shift - 0.055, x + shift + 0.05
            pen.polygon([[left, y], [x + shift - 0.01, y - 0.155], [right, y + 0.01]], tone)
        pen.polygon([[x + 0.02, y - 0.01], [x + 0.042, y - 0.11], [x + 0.075, y]], inner)
    elif build.ears == "round":
        pen.ellipse((x - 0.02, y - 0.02), (0.055, 0.055), body * 0.8)
        pen.ellipse((x + 0.01, y - 0.015), (0.03, 0.03), inner)
    elif build.ears == "long":
        for shift, tone in ((-0.03, body * 0.75), (0.02, body)):
            pen.ellipse((x + shift - 0.02, y - 0.09), (0.032, 0.12), tone, -18)
    elif build.ears == "fan":
        pen.blob(
            [[x - 0.02, y + 0.0], [x - 0.22, y - 0.02], [x - 0.24, y + 0.18], [x - 0.10, y + 0.28],
             [x + 0.0, y + 0.16]], body * 0.84,
        )  # fmt: skip
    else:
        pen.ellipse((x - 0.01, y + 0.5 * high + 0.02), (0.042, 0.10), body * 0.68, 12)


def _head(pen: Pen, x: float, y: float, pose: Pose, build: Build) -> None:
    long, high = build.head
    body, pale = pose.body, pose.paint(build.belly)
    pen.blob(
        [[x - 0.5 * high, y], [x - 0.1 * long, y - high], [x + 0.35 * long, y - 0.75 * high],
         [x + 0.95 * long, y + 0.08], [x + 0.9 * long, y + 0.55 * high + 0.03],
         [x + 0.2 * long, y + 0.95 * high], [x - 0.3 * high, y + 0.7 * high]], body,
    )  # fmt: skip
    pen.blob(
        [[x + 0.30 * long, y + 0.35 * high], [x + 0.9 * long, y + 0.10],
         [x + 0.88 * long, y + 0.52 * high + 0.03], [x + 0.25 * long, y + 0.92 * high]], pale,
    )  # fmt: skip
    black = hex_colour("15131a")
    if pose.word == "elephant":
        wave = 0.05 * math.sin(pose.beat * 2)
        trunk = [[x + 0.7 * long, y + 0.04], [x + long, y + 0.2], [x + 0.9 * long + wave, y + 0.46]]
        pen.limb(trunk, body, 0.12, 0.06)
        pen.limb([[x + 0.6 * long, y + 0.12], [x + 1.05 * long, y + 0.2]], pale * 1.2, 0.035, 0.02)
    else:
        pen.ellipse((x + 0.94 * long, y + 0.10), (0.026, 0.022), black)
    pen.ellipse((x + 0.30 * long, y - 0.12 * high), (0.020, 0.023), black)
    pen.ellipse((x + 0.32 * long, y - 0.20 * high), (0.007, 0.007), hex_colour("ffffff"))
    _ears(pen, x + 0.02, y - 0.8 * high, build, pose)


def _extras(pen: Pen, x: float, y: float, pose: Pose) -> None:
    if pose.word in ("deer", "stag", "elk", "moose", "reindeer"):
        horn = pose.paint("d9c09a")
        for side in (-0.05, 0.04):
            base, tip = (x + side, y - 0.07), (x + side - 0.10, y - 0.34)
            pen.limb([base, (x + side - 0.11, y - 0.20), tip], horn, 0.03, 0.012)
            pen.limb([(x + side - 0.10, y - 0.18), (x + side + 0.03, y - 0.30)], horn, 0.022, 0.01)


def _mane(pen: Pen, start: tuple[float, float], end: tuple[float, float], pose: Pose) -> None:
    dark = pose.body * 0.42
    wave = 0.02 * math.sin(pose.beat * 6)
    pen.blob(
        [[end[0] + 0.02, end[1] - 0.10], [end[0] - 0.12, end[1] + 0.02],
         [start[0] - 0.12 + wave, start[1] - 0.02], [start[0] + 0.02, start[1] + 0.02]], dark,
    )  # fmt: skip


def draw_animal(pen: Pen, pose: Pose) -> None:
    """Draw the animal that ``pose.word`` names, in a trot, facing right."""
    build = BUILDS.get(pose.word, BUILDS["fox"])[0]
    gait = pose.beat * build.stride
    bounce = 0.018 * abs(math.sin(gait)) if pose.moving else 0.0
    middle = 0.56 - build.legs - 0.5 * build.girth - bounce
    length, girth = build.length, build.girth
    hips = [(-0.78 * length, math.pi), (0.80 * length, 0.0), (-0.70 * length, 0.0)]
    hips.append((0.72 * length, math.pi))
    for order, (x, phase) in enumerate(hips):
        if order == 2:
            _tail(pen, (-length, middle - 0.3 * girth), pose, build)
            _trunk(pen, middle, pose, build)
        tone = pose.body * (0.62 if order < 2 else 0.92)
        hip = (x, middle + 0.45 * girth)
        _leg(pen, hip, gait + phase, build, tone, fore=x > 0)
    reach, rise = build.neck
    shoulder = (0.80 * length, middle - 0.25 * girth)
    skull = (0.80 * length + reach + 0.04, middle - 0.35 * girth - rise)
    nod = 0.012 * math.sin(gait)
    neck = [shoulder, (skull[0], skull[1] + nod)]
    pen.limb(neck, pose.body, girth * 1.35, build.head[1] * 1.45)
    if build.tail == "hair":
        _mane(pen, shoulder, skull, pose)
    _head(pen, skull[0], skull[1] + nod, pose, build)
    _extras(pen, skull[0], skull[1] + nod, pose)


def _trunk(pen: Pen, middle: float, pose: Pose, build: Build) -> None:
    length, girth = build.length, build.girth
    pen.blob(
        [[-1.04 * length, middle], [-0.85 * length, middle - 0.95 * girth],
         [0, middle - 0.82 * girth], [0.80 * length, middle - 1.02 * girth],
         [1.08 * length, middle - 0.1 * girth], [0.86 * length, middle + 1.0 * girth],
         [0, middle + 0.72 * girth], [-0.75 * length, middle + 0.9 * girth]], pose.body,
    )  # fmt: skip
    pen.blob(
        [[-0.5 * length, middle + 0.66 * girth], [0.75 * length, middle + 0.55 * girth],
         [0.9 * length, middle + 0.9 * girth], [0, middle + 0.82 * girth]],
        mix(pose.body, pose.paint(build.belly), 0.55),
    )  # fmt: skip


SPRITES = {
    name: Sprite(draw_animal, span, "ground", colour, baseline=0.60, speed=0.30)
    for name, (_, colour, span) in BUILDS.items()
}
