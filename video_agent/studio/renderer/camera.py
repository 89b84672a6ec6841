"""Camera moves: where the camera is at each moment of the clip, and how far it ever gets."""

from __future__ import annotations

import math
from typing import NamedTuple

MOVES = ("static", "drift", "pan", "dolly", "orbit", "track", "crane", "handheld")


class View(NamedTuple):
    """Camera at one moment: offsets as shares of the frame, and zoom (1 = neutral)."""

    x: float
    y: float
    zoom: float


# Largest offset to each side, as a share of the width and of the height, for a layer of depth 1.2.
_REACH: dict[str, tuple[float, float]] = {
    "static": (0.02, 0.02),
    "drift": (0.06, 0.02),
    "pan": (0.20, 0.02),
    "dolly": (0.02, 0.02),
    "orbit": (0.22, 0.03),
    "track": (0.24, 0.02),
    "crane": (0.02, 0.14),
    "handheld": (0.05, 0.05),
}


def reach(move: str) -> tuple[float, float]:
    """Margins that layers need on each side, as shares of frame width and height."""
    return _REACH[move]


def is_moving(move: str) -> bool:
    """Whether a move changes what the frame shows on purpose."""
    return move not in ("static", "drift")


def _handheld(share: float, seconds: float) -> View:
    phase = share * seconds / 6.0
    x = 0.011 * math.sin(phase * 17) + 0.006 * math.sin(phase * 41 + 1)
    y = 0.009 * math.sin(phase * 23 + 2) + 0.005 * math.sin(phase * 37)
    return View(x, y, 1.0)


def view_at(move: str, direction: int, share: float, seconds: float) -> View:
    """Place the camera.

    Args:
        move: One of :data:`MOVES`.
        direction: 1 for right, in or up; -1 for the opposite.
        share: Time within the clip, 0..1.
        seconds: Length of the clip: shakes keep their tempo in long clips.
    """
    ease = share * share * (3 - 2 * share)
    sweep = direction * (ease - 0.5)
    views = {
        "drift": View((share - 0.5) * 0.05, 0.0, 1.0),
        "pan": View(sweep * 0.27, 0.0, 1.0),
        "dolly": View(0.0, 0.0, 1 + 0.24 * (ease if direction > 0 else 1 - ease)),
        "orbit": View(direction * 0.17 * math.sin((share - 0.5) * 2.4), 0.008 * ease, 1.0),
        "track": View(direction * (share - 0.5) * 0.32, 0.0, 1.0),
        "crane": View(0.0, -sweep * 0.15, 1.0),
    }
    if move == "handheld":
        return _handheld(share, seconds)
    return views.get(move, View(0.0, 0.0, 1.0))
