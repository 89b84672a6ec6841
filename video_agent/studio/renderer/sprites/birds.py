"""Things with wings: birds, butterflies, dragonflies and bees, dragons."""

from __future__ import annotations

import math

from video_agent.studio.renderer.pen import Pen, curve
from video_agent.studio.renderer.pixels import hex_colour, mix
from video_agent.studio.renderer.sprites.sprite import Pose, Sprite

_GLIDERS = ("eagle", "hawk", "albatross", "condor", "falcon", "vulture")
_SMALL = ("sparrow", "hummingbird", "swallow", "robin", "parrot")


def _feathered_wing(pen: Pen, pose: Pose, side: int, lift: float) -> None:
    """One wing: arm, secondaries and a fan of primaries; ``side`` -1 is the far wing."""
    # The near wing comes towards the viewer, the far one goes away: neither is ever edge-on.
    rise = lift + (0.42 if side < 0 else -0.16)
    body = pose.body * (0.66 if side < 0 else 0.94)
    pale = mix(body, pose.paint("f4ece0"), 0.28)
    shoulder = (0.10 + 0.05 * side, -0.03)
    wrist = (shoulder[0] + 0.06, shoulder[1] - 0.40 * rise)
    tip_y = wrist[1] - 0.50 * rise - 0.04
    rear = (-0.26, 0.03 - 0.10 * rise)
    middle = (-0.30, (wrist[1] + rear[1]) / 2 - 0.10 * rise)
    pen.polygon([[*shoulder], [*wrist], [wrist[0] - 0.22, wrist[1] - 0.04 * rise], [*middle],
                 [*rear], [shoulder[0] - 0.20, shoulder[1] + 0.08]], body)  # fmt: skip
    for feather in range(6):
        share = feather / 5
        end = (-0.16 - 0.34 * share, tip_y + (middle[1] - tip_y) * share**1.3)
        start = (wrist[0] - 0.20 * share, wrist[1] - 0.02 * rise * share)
        pen.limb([start, end], mix(body, body * 0.6, share * 0.5), 0.15, 0.05)
    pen.polygon([[*shoulder], [*wrist], [wrist[0] - 0.20, wrist[1]],
                 [shoulder[0] - 0.18, shoulder[1] + 0.02]], pale)  # fmt: skip
    pen.limb([shoulder, wrist], mix(body, pose.palette.sun, 0.12), 0.07, 0.05)


def draw_bird(pen: Pen, pose: Pose) -> None:
    """A bird in flight: gliders beat slowly, small ones fast."""
    slow = pose.word in _GLIDERS
    rate = 3.4 if slow else (9.0 if pose.word in _SMALL else 6.2)
    lift = math.sin(pose.seconds * rate)
    lift = 0.38 + 0.40 * lift if slow else 0.25 + 0.65 * lift
    _feathered_wing(pen, pose, -1, lift)
    body = pose.body
    drop = 0.03 * lift
    pen.blob(
        [[-0.30, 0.02 + drop], [0.0, -0.10 + drop], [0.26, -0.07 + drop], [0.36, 0.0 + drop],
         [0.22, 0.08 + drop], [-0.04, 0.10 + drop]], body,
    )  # fmt: skip
    pen.polygon(
        [[-0.22, -0.01 + drop], [-0.56, -0.06 + drop], [-0.60, 0.04 + drop], [-0.52, 0.10 + drop],
         [-0.22, 0.08 + drop]], body * 0.82,
    )  # fmt: skip
    pen.blob(
        [[0.0, 0.06 + drop], [0.22, 0.04 + drop], [0.20, 0.085 + drop], [0.0, 0.11 + drop]],
        mix(body, pose.paint("fff6ea"), 0.5),
    )
    head = mix(body, pose.paint("fdf8f0"), 0.85 if pose.word == "eagle" else 0.1)
    pen.ellipse((0.34, -0.045 + drop), (0.095, 0.085), head)
    pen.polygon(
        [[0.40, -0.075 + drop], [0.53, -0.02 + drop], [0.42, 0.0 + drop]], pose.paint("f0a030")
    )
    pen.ellipse((0.37, -0.065 + drop), (0.017, 0.017), hex_colour("141218"))
    _feathered_wing(pen, pose, 1, lift)


def draw_butterfly(pen: Pen, pose: Pose) -> None:
    """A butterfly whose wings open and close."""
    open_ = 0.35 + 0.65 * abs(math.cos(pose.seconds * 7.5))
    ink, pale = pose.body * 0.25, mix(pose.body, pose.paint("fff4d0"), 0.55)
    for side in (-1, 1):
        upper = [[0, -0.05], [0.22, -0.52], [0.62, -0.66], [0.70, -0.36], [0.44, -0.02], [0, 0.04]]
        lower = [[0, 0.02], [0.40, 0.04], [0.54, 0.30], [0.38, 0.54], [0.16, 0.40], [0, 0.12]]
        for wing in (lower, upper):
            flat = [[side * x * open_, y] for x, y in wing]
            pen.blob(flat, ink)
            centre_x = sum(p[0] for p in flat) / 6
            centre_y = sum(p[1] for p in flat) / 6
            inner = [[centre_x + (x - centre_x) * 0.80, centre_y + (y - centre_y) * 0.80]
                     for x, y in flat]  # fmt: skip
            pen.blob(inner, pose.body)
            pen.ellipse((centre_x, centre_y), (0.09 * open_, 0.09), pale)
    pen.ellipse((0, 0.04), (0.035, 0.26), ink)
    for side in (-1, 1):
        pen.line(curve([[0, -0.2], [side * 0.08, -0.36], [side * 0.16, -0.44]], closed=False),
                 ink, 0.014)  # fmt: skip


def draw_dragonfly(pen: Pen, pose: Pose) -> None:
    """A dragonfly or bee hovering on blurred wings."""
    beat = 0.10 * math.sin(pose.seconds * 40)
    glass = mix(pose.palette.low, hex_colour("ffffff"), 0.5)
    for tilt, long in ((-0.5, 0.62), (-0.22, 0.56)):
        for side in (-1, 1):
            x, y = 0.08 + side * 0.10, -0.06
            tip = (x + side * 0.22 - 0.02, y - long * (0.8 + side * beat) + tilt * 0.1)
            middle = [(x + tip[0]) / 2 - 0.09, (y + tip[1]) / 2]
            other = [(x + tip[0]) / 2 + 0.09, (y + tip[1]) / 2]
            pen.blob([[x, y], middle, list(tip), other], glass * 0.92)
    if pose.word in ("bee", "bumblebee", "wasp"):
        pen.ellipse((0, 0.05), (0.30, 0.19), pose.body)
        for x in (-0.16, 0.0, 0.14):
            pen.blob([[x, -0.13], [x + 0.07, -0.12], [x + 0.07, 0.22], [x, 0.22]],
                     pose.body * 0.18)  # fmt: skip
    else:
        pen.limb([[0.10, 0.0], [-0.2, 0.04], [-0.72, 0.10]], pose.body, 0.10, 0.05)
        pen.ellipse((0.12, -0.01), (0.14, 0.10), pose.body)
    pen.ellipse((0.31, -0.02), (0.10, 0.10), pose.body * 0.55)
    pen.ellipse((0.34, -0.06), (0.04, 0.045), mix(pose.body, hex_colour("ffffff"), 0.6))


def _leather_wing(pen: Pen, pose: Pose, side: int, lift: float) -> None:
    tone = mix(pose.body, pose.paint("e0a040"), 0.18) * (0.62 if side < 0 else 0.95)
    x = -0.06 if side < 0 else 0.04
    elbow = (x + 0.10, -0.16 - 0.34 * lift)
    tip = (x - 0.34, -0.12 - 0.82 * lift)
    scallops = [[x - 0.40, -0.02 - 0.46 * lift], [x - 0.46, 0.02 - 0.24 * lift],
                [x - 0.36, 0.04 - 0.08 * lift], [x - 0.30, 0.06]]  # fmt: skip
    pen.polygon([[x, 0.0], list(elbow), list(tip), *scallops], tone)
    bone = pose.body * (0.45 if side < 0 else 0.6)
    for end in (tip, scallops[0], scallops[2]):
        pen.limb([elbow, (end[0], end[1])], bone, 0.03, 0.012)
    pen.limb([(x, 0.0), elbow], bone, 0.05, 0.035)


def draw_dragon(pen: Pen, pose: Pose) -> None:
    """A dragon on the wing: long neck and tail, leather wings, a spiny back."""
    lift = 0.25 + 0.75 * math.sin(pose.seconds * 3.6)
    wave = pose.seconds * 3.0
    _leather_wing(pen, pose, -1, lift)
    tail = [[-0.2 - 0.13 * k, 0.06 + 0.05 * math.sin(wave + k * 0.9) + 0.015 * k] for k in range(6)]
    pen.limb(tail, pose.body, 0.20, 0.03)
    end = tail[-1]
    pen.polygon([[end[0] + 0.03, end[1]], [end[0] - 0.10, end[1] - 0.08],
                 [end[0] - 0.06, end[1]], [end[0] - 0.10, end[1] + 0.08]],
                pose.body * 0.8)  # fmt: skip
    nod = 0.03 * math.sin(wave)
    neck = [[0.16, 0.02], [0.36, -0.06], [0.48, -0.20 + nod], [0.60, -0.25 + nod]]
    pen.limb(neck, pose.body, 0.22, 0.10)
    pen.blob([[-0.3, 0.06], [0.0, -0.08], [0.26, -0.06], [0.30, 0.08], [0.0, 0.18]], pose.body)
    belly = mix(pose.body, pose.paint("f6dca0"), 0.6)
    pen.blob([[-0.2, 0.11], [0.1, 0.08], [0.28, 0.05], [0.2, 0.14], [0.0, 0.17]], belly)
    for x in (-0.12, 0.12):
        pen.limb([[x, 0.12], [x - 0.08, 0.24], [x - 0.02, 0.30]], pose.body * 0.8, 0.07, 0.03)
    x, y = 0.62, -0.26 + nod
    pen.blob([[x - 0.08, y], [x, y - 0.09], [x + 0.24, y - 0.01], [x + 0.22, y + 0.06],
              [x, y + 0.08]], pose.body)  # fmt: skip
    pen.polygon([[x - 0.04, y - 0.06], [x - 0.20, y - 0.16], [x + 0.03, y - 0.08]], belly)
    pen.ellipse((x + 0.05, y - 0.03), (0.022, 0.018), hex_colour("ffe45a"))
    for k in range(6):
        bx, by = -0.26 + 0.10 * k, -0.01 - 0.05 * math.sin(k * 0.6)
        pen.polygon([[bx, by], [bx + 0.03, by - 0.09], [bx + 0.07, by]], pose.body * 0.6)
    _leather_wing(pen, pose, 1, lift)


SPRITES = {
    "bird": Sprite(draw_bird, 290, "air", "6f5a48", speed=0.34, bob=14),
    "butterfly": Sprite(draw_butterfly, 190, "air", "f08a2c", speed=0.22, flips=False, bob=24),
    "dragonfly": Sprite(draw_dragonfly, 220, "air", "2fa8a0", speed=0.24, bob=18),
    "dragon": Sprite(draw_dragon, 470, "air", "b0382e", speed=0.30, bob=16),
}
