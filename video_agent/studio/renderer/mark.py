"""The mark in the corner: the picture says itself that it is simulated."""

from __future__ import annotations

import cv2
import numpy as np

from video_agent.studio.renderer.pixels import Pixels

_OPACITY = 0.62
_FONT = cv2.FONT_HERSHEY_SIMPLEX


def draw_mark(width: int, height: int) -> Pixels:
    """Draw "STUDIO · simulated" as a small premultiplied BGRA picture for a frame size."""
    scale = max(0.36, 0.50 * min(width, height) / 720)
    detail = 4
    big = scale * detail
    thick = max(2, round(1.15 * big))
    (first, cap), _ = cv2.getTextSize("STUDIO", _FONT, big, thick)
    (second, _), _ = cv2.getTextSize("simulated", _FONT, big, thick)
    gap, pad = int(0.9 * cap), int(0.7 * cap)
    mask = np.zeros((cap + 2 * pad, first + second + 2 * gap + 2 * pad), np.uint8)
    base = cap + pad
    cv2.putText(mask, "STUDIO", (pad, base), _FONT, big, 255, round(1.5 * thick), cv2.LINE_AA)
    dot = (pad + first + gap, base - cap // 2)
    cv2.circle(mask, dot, max(2, int(0.16 * cap)), 255, -1, cv2.LINE_AA)
    start = (pad + first + 2 * gap, base)
    cv2.putText(mask, "simulated", start, _FONT, big, 255, thick, cv2.LINE_AA)
    size = (max(8, mask.shape[1] // detail), max(8, mask.shape[0] // detail))
    text = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    shadow = cv2.GaussianBlur(text, (0, 0), max(0.8, 2.2 * scale))
    white = text.astype(np.float32) / 255 * _OPACITY
    alpha = np.maximum(white, np.clip(shadow.astype(np.float32) / 255 * 0.75, 0, 0.5))
    out = np.zeros((*text.shape, 4), np.uint8)
    out[..., :3] = (white * 255)[..., None]
    out[..., 3] = alpha * 255
    return out


def mark_position(mark: Pixels, width: int, height: int) -> tuple[int, int]:
    """Upper left corner of the mark: lower right of the frame, within the title-safe edge."""
    edge = int(0.022 * min(width, height))
    return width - mark.shape[1] - edge, height - mark.shape[0] - edge
