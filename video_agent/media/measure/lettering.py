"""Text burnt into the picture: lines of letters that stay in place while time passes.

No characters are recognised. Letters are thin strokes, lighter (or darker) than all around, of one
height, in a row; a line counts when the same strokes are there again at the next look. The small
mark that makers put into a corner does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from video_agent.media.measure.planes import Plane

Boxes = npt.NDArray[np.int32]
"""Rows of left, top, width, height, area."""

_STROKE_SHARE = 0.035
_MIN_CONTRAST = 60.0
_MIN_LETTER, _MAX_LETTER = 0.02, 0.11
_MIN_FILL, _MAX_FILL = 0.2, 0.85
_MIN_LETTERS = 5
_MIN_LETTER_PIXELS = 6
_MAX_LETTERS = 600
_SAME_STROKES = 0.6
_MARK_HEIGHT, _MARK_WIDTH, _MARK_BAND = 0.05, 0.3, 0.08


@dataclass(frozen=True, slots=True)
class Lines:
    """Candidate lines of one look: the strokes (0 or 255) and boxes (left, top, right, bottom)."""

    strokes: Plane
    boxes: tuple[tuple[int, int, int, int], ...]


def lines_of(luma: Plane, *, dark: bool = False) -> Lines:
    """Rows of letter-like strokes in a small luma picture, light ones, or dark ones."""
    picture = cv2.bitwise_not(luma) if dark else luma
    side = min(luma.shape[:2])
    width = max(3, round(side * _STROKE_SHARE) | 1)
    hat = cv2.morphologyEx(picture, cv2.MORPH_TOPHAT, np.ones((width, width), np.uint8))
    _, strokes = cv2.threshold(hat, _MIN_CONTRAST, 255, cv2.THRESH_BINARY)
    letters = _letters(_components(strokes), side)
    if not _MIN_LETTERS <= len(letters) <= _MAX_LETTERS:
        return Lines(strokes, ())
    height, width = luma.shape[:2]
    found = (box for box in _rows(letters) if not _is_mark(box, width, height))
    return Lines(strokes, tuple(found))


def _is_mark(box: tuple[int, int, int, int], width: int, height: int) -> bool:
    """Small letters in a corner, in the outermost 8 % of the height and the outer thirds."""
    left, top, right, bottom = box
    small = bottom - top <= _MARK_HEIGHT * height and right - left <= _MARK_WIDTH * width
    edge = min(bottom, height - top) <= _MARK_BAND * height
    return small and edge and abs((left + right) / 2 - width / 2) > width / 6


def _components(strokes: Plane) -> Boxes:
    """Connected strokes; the rectangle that holds them all is looked at, which saves most of it."""
    if cv2.countNonZero(strokes) < _MIN_LETTERS * _MIN_LETTER_PIXELS:
        return np.zeros((0, 5), np.int32)
    left, top, width, height = cv2.boundingRect(strokes)
    part = strokes[top : top + height, left : left + width]
    _, _, stats, _ = cv2.connectedComponentsWithStats(part)
    boxes = np.asarray(stats, np.int32)[1:]
    return boxes + np.array([left, top, 0, 0, 0], np.int32)


def _letters(boxes: Boxes, side: int) -> Boxes:
    """Components that have the size, shape and fill of a letter."""
    if not len(boxes):
        return boxes
    wide, tall, area = boxes[:, 2], boxes[:, 3], boxes[:, 4]
    fill = area / np.maximum(1, wide * tall)
    fits = (tall >= max(4, _MIN_LETTER * side)) & (tall <= _MAX_LETTER * side)
    fits &= (wide <= 2 * tall) & (wide >= 0.1 * tall) & (fill > _MIN_FILL)
    return boxes[fits & ((fill < _MAX_FILL) | (wide < 0.45 * tall))]


def _rows(letters: Boxes) -> Iterator[tuple[int, int, int, int]]:
    """Letters that stand side by side on one base line, with gaps no wider than they are tall."""
    left = np.argsort(letters[:, 0])
    rows: list[list[Boxes]] = []
    for letter in letters[left]:
        row = next((row for row in rows if _joins(row[-1], letter)), None)
        if row is None:
            rows.append([letter])
        else:
            row.append(letter)
    for row in rows:
        table = np.array(row)
        if _is_line(table):
            yield (
                int(table[:, 0].min()),
                int(table[:, 1].min()),
                int((table[:, 0] + table[:, 2]).max()),
                int((table[:, 1] + table[:, 3]).max()),
            )


def _joins(last: Boxes, letter: Boxes) -> bool:
    tall = max(int(last[3]), int(letter[3]))
    gap = int(letter[0]) - int(last[0] + last[2])
    bottoms = abs(int(last[1] + last[3]) - int(letter[1] + letter[3]))
    similar = min(int(last[3]), int(letter[3])) > 0.5 * tall
    return similar and -0.3 * tall <= gap <= 1.2 * tall and bottoms <= 0.3 * tall


def _is_line(row: Boxes) -> bool:
    """Enough letters, wider than tall, heights alike, and not all of one shape as windows are."""
    if len(row) < _MIN_LETTERS:
        return False
    tall, wide = row[:, 3].astype(np.float64), row[:, 2].astype(np.float64)
    fill = row[:, 4] / (tall * wide)
    length = float((row[:, 0] + row[:, 2]).max() - row[:, 0].min())
    varied = float(wide.std() / wide.mean()) > 0.12 or float(fill.std()) > 0.06
    return length > 2 * float(tall.max()) and float(tall.std() / tall.mean()) < 0.4 and varied


@dataclass(slots=True)
class LetteringLooks:
    """Feed a small luma picture now and then; remembers where text stayed in place.

    Attributes:
        seconds: Of each look.
        shares: Share of the picture that confirmed lines cover, at each look.
    """

    seconds: list[float] = field(default_factory=list[float])
    shares: list[float] = field(default_factory=list[float])
    _before: tuple[Lines, Lines] | None = None

    def add(self, seconds: float, small: Plane) -> None:
        """Take one look."""
        now = (lines_of(small), lines_of(small, dark=True))
        self.seconds.append(seconds)
        self.shares.append(0.0)
        if self._before is not None:
            pairs = zip(self._before, now, strict=True)
            share = sum(_stayed(before, after) for before, after in pairs) / small.size
            self.shares[-1] = share
            # what is confirmed now was already there at the look before
            self.shares[-2] = max(self.shares[-2], share)
        self._before = now


def _stayed(before: Lines, now: Lines) -> float:
    """Pixels of the lines whose strokes are where they were."""
    if before.strokes.shape != now.strokes.shape:
        return 0.0
    area = 0.0
    for left, top, right, bottom in now.boxes:
        one = before.strokes[top:bottom, left:right]
        two = now.strokes[top:bottom, left:right]
        union = cv2.countNonZero(cv2.max(one, two))
        if union and cv2.countNonZero(cv2.min(one, two)) >= _SAME_STROKES * union:
            area += (right - left) * (bottom - top)
    return area
