"""Pixel arrays: types, colours, mixing, premultiplied alpha and the "over" operator.

Images are uint8 ``[height, width, 4]``, BGRA with premultiplied alpha unless said otherwise;
fields are float32 ``[height, width]``; colours are float32 BGR triples in 0..255.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

# OpenCV's stubs return arrays of an unspecified number type, so the element type stays open here.
Pixels: TypeAlias = NDArray[Any]
Field: TypeAlias = NDArray[Any]
Colour: TypeAlias = NDArray[Any]

WHITE: tuple[float, float, float] = (255.0, 255.0, 255.0)


def hex_colour(code: str) -> Colour:
    """Turn ``"rrggbb"`` into a BGR float triple."""
    return np.array([int(code[i : i + 2], 16) for i in (4, 2, 0)], np.float32)


def mix(first: Any, second: Any, amount: Any) -> Any:
    """Blend linearly: ``amount`` 0 gives ``first``, 1 gives ``second``; arrays broadcast."""
    return first + (second - first) * amount


def smoothstep(low: float, high: float, value: Any) -> Any:
    """Hermite step: 0 at ``low``, 1 at ``high``, smooth between; ``low > high`` falls."""
    share = np.clip((value - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def scalar(colour: Colour, alpha: float = 255.0) -> tuple[float, float, float, float]:
    """Give a colour as the four-number scalar that OpenCV's drawing calls expect."""
    blue, green, red = (float(v) for v in np.clip(colour, 0, 255))
    return blue, green, red, alpha


def premultiply(bgr: Field, alpha: Field) -> Pixels:
    """Join float BGR ``[h, w, 3]`` or ``[1, 1, 3]`` (0..255) and alpha ``[h, w]`` (0..1)."""
    cover = np.clip(alpha, 0, 1).astype(np.float32)[..., None]
    out = np.empty((*cover.shape[:2], 4), np.uint8)
    out[..., :3] = np.clip(bgr, 0, 255) * cover
    out[..., 3:] = cover * 255
    return out


def opaque(bgr: Field) -> Pixels:
    """Make a fully opaque image of float BGR ``[h, w, 3]`` (0..255)."""
    out = np.full((*bgr.shape[:2], 4), 255, np.uint8)
    out[..., :3] = np.clip(bgr, 0, 255)
    return out


def over(target: Pixels, image: Pixels, x: int, y: int) -> None:
    """Lay ``image`` over ``target`` in place with its upper left corner at (x, y), clipped."""
    height, width = image.shape[:2]
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(target.shape[1], x + width), min(target.shape[0], y + height)
    if x1 <= x0 or y1 <= y0:
        return
    source = image[y0 - y : y1 - y, x0 - x : x1 - x]
    area = target[y0:y1, x0:x1]
    keep = cv2.bitwise_not(cv2.extractChannel(source, 3))
    cv2.multiply(area, cv2.cvtColor(keep, cv2.COLOR_GRAY2BGRA), area, 1 / 255)
    cv2.add(area, source, area)


def add_light(target: Pixels, image: Pixels, x: int, y: int) -> None:
    """Add ``image`` to ``target`` in place (light adds up), clipped like :func:`over`."""
    height, width = image.shape[:2]
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(target.shape[1], x + width), min(target.shape[0], y + height)
    if x1 > x0 and y1 > y0:
        area = target[y0:y1, x0:x1]
        cv2.add(area, image[y0 - y : y1 - y, x0 - x : x1 - x], area)


def glow_stamp(radius: float, colour: Colour, strength: float) -> Pixels:
    """Draw a soft round light to be added: BGRA ``[2r, 2r, 4]``, alpha left at 0."""
    size = max(3, int(radius * 2))
    axis = (np.arange(size, dtype=np.float32) - (size - 1) / 2) / radius
    square = axis[:, None] ** 2 + axis[None] ** 2
    fall = np.exp(-square * 5.0) * np.clip(1 - square, 0, 1) * strength
    out = np.zeros((size, size, 4), np.uint8)
    out[..., :3] = np.clip(fall[..., None] * colour, 0, 255)
    return out
