"""The curve of true quality against dollars as an SVG, drawn by hand."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 900, 560
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 250, 30, 60
_COLOURS = (
    "#7f7f7f", "#d62728", "#9467bd", "#8c564b", "#1f77b4", "#2ca02c", "#17becf", "#ff7f0e",
    "#bcbd22",
)  # fmt: skip
_DOLLARS = (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100)
Point = tuple[float, float]
Place = Callable[[Point], Point]


def quality_against_dollars(curves: Mapping[str, Sequence[Point]], *, title: str) -> str:
    """An SVG document: dollars a job on a logarithmic axis, true quality upwards.

    Args:
        curves: Points (dollars a job, mean true quality) by the name of their line.
        title: Above the picture.
    """
    points = [point for line in curves.values() for point in line]
    low, high = min(x for x, _ in points) / 1.15, max(x for x, _ in points) * 1.15
    bottom = math.floor(min(y for _, y in points) * 50) / 50
    top = math.ceil(max(y for _, y in points) * 50) / 50

    def place(point: Point) -> Point:
        across = math.log(point[0] / low) / math.log(high / low)
        up = (point[1] - bottom) / (top - bottom)
        x = _LEFT + across * (WIDTH - _LEFT - _RIGHT)
        return round(x, 1), round(HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18" font-size="14">{escape(title)}</text>',
    ]
    parts += _across([value for value in _DOLLARS if low <= value <= high], place, bottom)
    steps = round((top - bottom) / 0.02)
    parts += _upwards([bottom + 0.02 * step for step in range(steps + 1)], place, low)
    for number, (name, line) in enumerate(curves.items()):
        parts += _line(name, [place(point) for point in line], number)
    return "\n".join([*parts, "</svg>", ""])


def _across(values: Sequence[float], place: Place, bottom: float) -> list[str]:
    parts = [
        f'<text x="{_LEFT}" y="{HEIGHT - 14}">dollars a job (logarithmic), failed ones too</text>'
    ]
    for value in values:
        x, y = place((value, bottom))
        parts.append(f'<line x1="{x}" y1="{_TOP}" x2="{x}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">${value:g}</text>')
    return parts


def _upwards(values: Sequence[float], place: Place, low: float) -> list[str]:
    parts: list[str] = []
    for value in values:
        x, y = place((low, value))
        parts.append(f'<line x1="{x}" y1="{y}" x2="{WIDTH - _RIGHT}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8}" y="{y + 4}" text-anchor="end">{value:.2f}</text>')
    return parts


def _line(name: str, points: Sequence[Point], number: int) -> list[str]:
    colour = _COLOURS[number % len(_COLOURS)]
    path = " ".join(f"{x},{y}" for x, y in points)
    parts = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    parts += [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in points]
    y = _TOP + 20 + 22 * number
    x = WIDTH - _RIGHT + 20
    parts.append(
        f'<line x1="{x}" y1="{y - 4}" x2="{x + 24}" y2="{y - 4}" stroke="{colour}" '
        f'stroke-width="3"/>'
    )
    parts.append(f'<text x="{x + 32}" y="{y}">{escape(name)}</text>')
    return parts
