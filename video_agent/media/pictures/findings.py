"""The contact sheet with findings marked: frames, a strip of time, a legend.

Frames that show a defect are framed in the colour of its severity and carry its number; the strip
below shows when each one begins and ends; the legend says what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from video_agent.errors import MediaError
from video_agent.media.container import open_media
from video_agent.media.decode import pictures_at
from video_agent.media.limits import DEFAULT_LIMITS, MediaLimits
from video_agent.media.pictures.marks import Mark, lanes_of, marks_of, moments_for
from video_agent.media.pictures.paper import PLAIN, Look, Paper, Picture, Theme
from video_agent.media.probe import read_facts
from video_agent.media.thumbnails import small_image
from video_agent.models import MediaFacts, QualityReport

WIDTH = 1000
_MARGIN, _GAP, _CAPTION = 20, 8, 24
_FRAMES = 12
_TOP = 64
_LANE, _AXIS = 26, 30
_ROW = 27
_MOST_LISTED, _MOST_CHIPS = 10, 4
_LINES = (3, 4, 6)
"""How thick a frame is, by grade: severity is told by more than its colour."""


@dataclass(frozen=True)
class _Tile:
    seconds: float
    image: Image.Image
    marks: tuple[Mark, ...]


def draw_findings(
    clip: Path,
    report: QualityReport,
    look: Look = PLAIN,
    *,
    title: str = "",
    limits: MediaLimits = DEFAULT_LIMITS,
) -> Picture:
    """Draw a clip's frames with the report's defects marked; 1,000 logical pixels wide. Blocking.

    Args:
        clip: The video the report is about.
        report: Its verdict.
        look: Scale and theme.
        title: What stands on top, e.g. "attempt 2".
        limits: What may be opened.

    Raises:
        MediaError: The clip cannot be read.
    """
    with open_media(clip, limits) as container:
        facts = read_facts(clip, container, limits)
        marks = marks_of(report.defects, facts.duration_seconds)
        columns = 4 if facts.width >= facts.height else 6
        cell = (WIDTH - 2 * _MARGIN + _GAP) / columns - _GAP
        count = max(1, min(_FRAMES, facts.frame_count))
        moments = moments_for(marks, facts.duration_seconds, count)
        found = pictures_at(clip, container, moments, limits)
        pixels = round(cell * max(1, look.scale))
        images = [small_image(frame, pixels, larger=True) for frame in found]
    if not images:
        raise MediaError(f"{clip.name}: no frame decodes")
    slack = 0.5 / (facts.fps or 24.0)
    tiles = [
        _Tile(at, image, tuple(mark for mark in marks if mark.covers(at, slack)))
        for at, image in zip(moments, images, strict=False)
    ]
    sheet = _Sheet(facts, marks, tiles, columns, cell)
    return sheet.draw(look, title or clip.name, _verdict(report))


def _verdict(report: QualityReport) -> str:
    if report.score is None:
        return f"unjudged, threshold {report.threshold:.2f}"
    word = "passed" if report.passed else "below the threshold"
    return f"score {report.score:.2f} of {report.threshold:.2f}: {word}"


@dataclass(frozen=True)
class _Sheet:
    facts: MediaFacts
    marks: Sequence[Mark]
    tiles: Sequence[_Tile]
    columns: int
    cell: float

    def draw(self, look: Look, title: str, verdict: str) -> Picture:
        lanes = lanes_of(self.marks, apart_seconds=self.facts.duration_seconds * 0.035)
        listed = min(len(self.marks), _MOST_LISTED) + (len(self.marks) > _MOST_LISTED)
        strip = _AXIS + _LANE * max(1, len(lanes))
        height = _TOP + self._grid_height(look) + strip + _ROW * max(1, listed) + 30
        paper = Paper(WIDTH, height, look)
        self._head(paper, title, verdict)
        top = _TOP
        self._frames(paper, top)
        top += self._grid_height(look)
        self._strip(paper, top, lanes)
        self._legend(paper, top + strip + 14)
        return paper.picture()

    def _tall(self, look: Look) -> float:
        return max(tile.image.height for tile in self.tiles) / max(1, look.scale)

    def _grid_height(self, look: Look) -> float:
        rows = -(-len(self.tiles) // self.columns)
        return rows * (self._tall(look) + _CAPTION + _GAP)

    def _head(self, paper: Paper, title: str, verdict: str) -> None:
        facts, theme = self.facts, paper.theme
        about = f"{facts.duration_seconds:.2f} s, {facts.width} x {facts.height}, {facts.fps:g} fps"
        paper.text(_MARGIN, 12, paper.fitted(title, 420, 20), size=20, bold=True)
        paper.text(_MARGIN, 38, f"{verdict}  ·  {about}", colour=theme.muted)
        right = WIDTH - _MARGIN
        for word, colour in zip(
            ("severe", "clear", "slight"), reversed(theme.severities), strict=True
        ):
            right -= paper.width_of(word)
            paper.text(right, 38, word, colour=theme.muted)
            paper.box((right - 18, 40, right - 6, 52), colour, radius=2)
            right -= 32

    def _frames(self, paper: Paper, top: float) -> None:
        tall = max(tile.image.height for tile in self.tiles) / paper.scale
        for index, tile in enumerate(self.tiles):
            x = _MARGIN + index % self.columns * (self.cell + _GAP)
            y = top + index // self.columns * (tall + _CAPTION + _GAP)
            paper.paste(tile.image, x, y)
            width, height = (side / paper.scale for side in tile.image.size)
            self._tile_marks(paper, tile, (x, y, x + width, y + height))
            paper.text(x, y + height + 4, f"{tile.seconds:.2f} s", colour=paper.theme.muted)

    @staticmethod
    def _tile_marks(paper: Paper, tile: _Tile, area: tuple[float, float, float, float]) -> None:
        if not tile.marks:
            return
        worst = tile.marks[0]
        line = _LINES[worst.grade]
        paper.frame(area, paper.theme.paper, line + 1.5)
        paper.frame(area, worst.colour(paper.theme), line)
        x, y = area[0] + line + 5, area[3] - line - 15
        for mark in tile.marks[:_MOST_CHIPS]:
            x += paper.chip(x, y, str(mark.number), mark.colour(paper.theme)) + 4
        if len(tile.marks) > _MOST_CHIPS:
            paper.chip(x, y, f"+{len(tile.marks) - _MOST_CHIPS}", paper.theme.muted)

    def _strip(self, paper: Paper, top: float, lanes: Sequence[Sequence[Mark]]) -> None:
        theme, bottom = paper.theme, top + _LANE * max(1, len(lanes))
        paper.box((_MARGIN, top, WIDTH - _MARGIN, bottom), theme.panel, radius=4)
        for tile in self.tiles:
            x = self._x(tile.seconds)
            paper.box((x, top, x + 1, bottom), theme.rule)
        for row, lane in enumerate(lanes):
            for mark in lane:
                self._span(paper, mark, top + row * _LANE + _LANE / 2)
        if not lanes:
            words = "no defect with a time" if self.marks else "no defect found"
            paper.text(WIDTH / 2, top + _LANE / 2, words, colour=theme.muted, anchor="mm")
        for second in _ticks(self.facts.duration_seconds):
            x, words = self._x(second), f"{second:g} s"
            paper.box((x, bottom, x + 1, bottom + 5), theme.muted)
            half = paper.width_of(words, 12) / 2
            x = min(max(x, _MARGIN + half), WIDTH - _MARGIN - half)
            paper.text(x, bottom + 7, words, size=12, colour=theme.muted, anchor="ma")

    def _span(self, paper: Paper, mark: Mark, middle: float) -> None:
        if mark.span is None:
            return
        colour = mark.colour(paper.theme)
        left, right = self._x(mark.span[0]), self._x(mark.span[1])
        paper.box((left, middle - 5, max(right, left + 4), middle + 5), colour, radius=2)
        number = str(mark.number)
        chip = max(20.0, paper.width_of(number, 13) + 10)
        paper.chip(min(left, WIDTH - _MARGIN - chip), middle, number, colour)

    def _legend(self, paper: Paper, top: float) -> None:
        if not self.marks:
            paper.text(_MARGIN, top, "No defect was found.", colour=paper.theme.good)
            return
        for row, mark in enumerate(self.marks[:_MOST_LISTED]):
            _legend_row(paper, mark, top + row * _ROW)
        more = len(self.marks) - _MOST_LISTED
        if more > 0:
            words = f"and {more} more, not as bad"
            paper.text(_MARGIN + 34, top + _MOST_LISTED * _ROW, words, colour=paper.theme.muted)

    def _x(self, seconds: float) -> float:
        length = self.facts.duration_seconds or 1.0
        return _MARGIN + 4 + (WIDTH - 2 * _MARGIN - 8) * min(1.0, seconds / length)


def _legend_row(paper: Paper, mark: Mark, y: float) -> None:
    theme: Theme = paper.theme
    defect, colour = mark.defect, mark.colour(paper.theme)
    paper.chip(_MARGIN, y + 9, str(mark.number), colour)
    kind = paper.fitted(defect.kind.replace("_", " "), 220)
    paper.text(_MARGIN + 34, y, kind, bold=True)
    x = _MARGIN + 34 + paper.width_of(kind) + 10
    paper.text(x, y, paper.fitted(defect.description, 690 - x), colour=theme.ink)
    paper.text(705, y, mark.when, colour=theme.muted)
    paper.text(840, y, f"{mark.word} {defect.severity:.2f}", colour=colour, bold=True)
    right = WIDTH - _MARGIN
    paper.text(right, y, defect.origin, colour=theme.muted, anchor="ra")


def _ticks(duration_seconds: float) -> list[float]:
    """Round seconds, 4 to 13 of them."""
    steps = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1_800.0)
    step = next((step for step in steps if duration_seconds / step <= 12), 7_200.0)
    return [round(index * step, 3) for index in range(int(duration_seconds / step + 1e-6) + 1)]
