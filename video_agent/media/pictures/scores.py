"""Score bars: each dimension with its weight, beside the threshold, and the score itself."""

from collections.abc import Sequence

from video_agent.media.pictures.paper import PLAIN, Colour, Look, Paper, Picture
from video_agent.models import Dimension, QualityReport

WIDTH = 720
_MARGIN, _ROW, _GROUP = 20, 28, 34
_BAR_LEFT, _BAR_RIGHT = 270, 620
_TOP = 62
_GROUPS = (("judge", "judged"), ("signals", "measured"))


def draw_scores(report: QualityReport, look: Look = PLAIN, *, title: str = "") -> Picture:
    """Draw a report's score and dimensions; 720 logical pixels wide.

    A weight is the share within its group, in percent. The dashed line is the threshold.
    """
    groups = [(word, of_origin(report, origin)) for origin, word in _GROUPS]
    groups = [(word, items) for word, items in groups if items]
    rows = sum(len(items) for _, items in groups)
    height = _TOP + 46 + _GROUP * len(groups) + _ROW * rows + 30
    paper = Paper(WIDTH, height, look)
    paper.text(_MARGIN, 12, paper.fitted(title or "score", 680, 20), size=20, bold=True)
    paper.text(_MARGIN, 38, _about(report), colour=paper.theme.muted)
    _score_row(paper, report, _TOP + 4)
    y = float(_TOP + 46)
    for word, items in groups:
        y = _group(paper, word, items, y)
    _threshold(paper, report.threshold, y)
    return paper.picture()


def of_origin(report: QualityReport, origin: str) -> list[Dimension]:
    """The dimensions of one origin (`judge` or `signals`), the heaviest first."""
    found = [item for item in report.dimensions if item.origin == origin]
    return sorted(found, key=lambda item: -item.weight)


def share_of(item: Dimension, among: Sequence[Dimension]) -> float:
    """A dimension's weight as a share of its group's, 0 to 1."""
    total = sum(other.weight for other in among)
    return item.weight / total if total else 0.0


def interval_of(report: QualityReport) -> tuple[float, float] | None:
    """The lower and upper end of the score's interval; None where there is no score or no width."""
    low, high = report.lower, report.upper
    return None if low is None or high is None or low == high else (low, high)


def _about(report: QualityReport) -> str:
    judge = report.judge_model or "no judge was asked"
    defects, asked = len(report.defects), report.repeats
    times = f", asked {asked} times" if asked > 1 else ""
    return f"{judge}{times}  ·  {defects} defect{'' if defects == 1 else 's'}"


def _score_row(paper: Paper, report: QualityReport, y: float) -> None:
    theme = paper.theme
    colour = theme.good if report.passed else theme.bad
    paper.text(_MARGIN, y + 4, "score", size=16, bold=True)
    _bar(paper, (y, y + 26), report.score or 0.0, colour)
    interval = interval_of(report)
    if interval is not None:
        left, right = (_x(end) for end in interval)
        paper.box((left, y + 12, right, y + 14), theme.ink)
        for x in (left, right):
            paper.box((x - 1, y + 6, x + 1, y + 20), theme.ink)
    word = "unjudged" if report.score is None else f"{report.score:.2f}"
    paper.text(_BAR_RIGHT + 14, y + 3, word, size=18, colour=colour, bold=True)


def _group(paper: Paper, word: str, items: Sequence[Dimension], y: float) -> float:
    theme = paper.theme
    paper.box((_MARGIN, y + 6, WIDTH - _MARGIN, y + 7), theme.rule)
    paper.text(_MARGIN, y + 12, word, size=13, colour=theme.muted)
    paper.text(_BAR_LEFT - 16, y + 12, "weight", size=13, colour=theme.muted, anchor="ra")
    y += _GROUP
    colour = theme.judge if items[0].origin == "judge" else theme.measured
    for item in items:
        paper.text(_MARGIN, y + 3, paper.fitted(item.name.replace("_", " "), 180))
        share = f"{share_of(item, items):.0%}"
        paper.text(_BAR_LEFT - 16, y + 3, share, colour=theme.muted, anchor="ra")
        _bar(paper, (y + 3, y + 19), item.score, colour)
        paper.text(_BAR_RIGHT + 14, y + 3, f"{item.score:.2f}")
        y += _ROW
    return y


def _bar(paper: Paper, rows: tuple[float, float], score: float, colour: Colour) -> None:
    top, bottom = rows
    paper.box((_BAR_LEFT, top, _BAR_RIGHT, bottom), paper.theme.panel, radius=3)
    paper.box((_BAR_LEFT, top, _x(score), bottom), colour, radius=3)


def _threshold(paper: Paper, threshold: float, bottom: float) -> None:
    theme, x = paper.theme, _x(threshold)
    paper.dashes((x, _TOP), (x, bottom), theme.ink)
    at = min(max(x, _BAR_LEFT + 45), _BAR_RIGHT - 20)
    words = f"threshold {threshold:.2f}"
    paper.text(at, bottom + 6, words, size=13, colour=theme.ink, anchor="ma")


def _x(score: float) -> float:
    return _BAR_LEFT + (_BAR_RIGHT - _BAR_LEFT) * score
