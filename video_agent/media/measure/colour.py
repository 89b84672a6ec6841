"""Colour: how much, which, warm or cool."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane, shrink

HUE_NAMES = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "cyan",
    "blue",
    "purple",
    "magenta",
    "pink",
)
_HUE_STARTS_DEGREES = (-15.0, 15.0, 45.0, 75.0, 150.0, 170.0, 195.0, 255.0, 285.0, 320.0)
_SAMPLE_WIDTH, _SAMPLE_HEIGHT = 160, 90
_MIN_CHROMA = 10.0
_CLIPPED_LEVEL = 252.0
_LIGHT_LEVEL = 150.0
_WARM = frozenset({"red", "orange", "yellow", "pink"})


@dataclass(frozen=True, slots=True)
class Colour:
    """One frame's colours.

    Attributes:
        colourfulness: Hasler and Suesstrunk 2003: 0 grey, 15 modest, 60 vivid; no clear direction,
            under 10 is dull.
        saturation: Mean distance of chroma from grey in levels, 0 to about 180.
        hue_shares: Share of all pixels in each of `HUE_NAMES` (BT.709 hue); what is missing to 1 is
            grey (chroma under 10 levels).
        warmth: (warm - cool) / coloured pixels: -1 cool to 1 warm, 0 neutral.
        clipped_share: Share of light pixels (luma over 150) whose red, green or blue is at its end:
            what too long an exposure does first. 0 to 1, lower is better.
    """

    colourfulness: float
    saturation: float
    hue_shares: npt.NDArray[np.float64]
    warmth: float
    clipped_share: float = 0.0


def colour(luma: Plane, blue_difference: Plane, red_difference: Plane) -> Colour:
    """Measure one frame from its Y, U and V planes (any sizes; limited range, BT.709)."""
    y, u, v = (
        np.asarray(shrink(plane, _SAMPLE_WIDTH, _SAMPLE_HEIGHT), np.float64)
        for plane in (luma, blue_difference, red_difference)
    )
    u, v = u - 128.0, v - 128.0
    red, green, blue = 1.793 * v, -0.213 * u - 0.533 * v, 2.112 * u
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = math.hypot(float(red_green.std()), float(yellow_blue.std()))
    shift = math.hypot(float(red_green.mean()), float(yellow_blue.mean()))
    shares = _hue_shares(1.164 * (y - 16.0), red, green, blue, np.hypot(u, v))
    warm = sum(
        share for name, share in zip(HUE_NAMES, shares.tolist(), strict=True) if name in _WARM
    )
    coloured = float(shares.sum())
    return Colour(
        colourfulness=spread + 0.3 * shift,
        saturation=float(np.hypot(u, v).mean()),
        hue_shares=shares,
        warmth=(2 * warm - coloured) / coloured if coloured > 0 else 0.0,
        clipped_share=_clipped_share(y, np.maximum(np.maximum(red, green), blue)),
    )


def _clipped_share(y: npt.NDArray[np.float64], most: npt.NDArray[np.float64]) -> float:
    """`most` is what the strongest of the three channels has over grey."""
    return float(((1.164 * (y - 16.0) + most >= _CLIPPED_LEVEL) & (y > _LIGHT_LEVEL)).mean())


def _hue_shares(
    base: npt.NDArray[np.float64],
    red: npt.NDArray[np.float64],
    green: npt.NDArray[np.float64],
    blue: npt.NDArray[np.float64],
    chroma: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Shares of all pixels in each hue bin, after clipping to displayable RGB."""
    r, g, b = (np.clip(base + part, 0.0, 255.0) for part in (red, green, blue))
    hue = np.degrees(np.arctan2(math.sqrt(3.0) * (g - b), 2 * r - g - b))
    turned = np.mod(hue - _HUE_STARTS_DEGREES[0], 360.0)
    edges = [start - _HUE_STARTS_DEGREES[0] for start in _HUE_STARTS_DEGREES]
    bins = np.digitize(turned, edges) - 1
    counts = np.bincount(bins[chroma >= _MIN_CHROMA], minlength=len(HUE_NAMES))
    return counts[: len(HUE_NAMES)] / max(1, chroma.size)
