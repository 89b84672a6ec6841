"""The attempt history: what each attempt scored, cost and became; the delivered one is marked."""

from dataclasses import dataclass
from decimal import Decimal

from video_agent.media.pictures.paper import PLAIN, Colour, Look, Paper, Picture
from video_agent.media.pictures.scores import interval_of
from video_agent.models import Attempt, GenerationState, Job, Tier

_MARGIN, _LEFT, _RIGHT = 20, 78, 92
_TOP, _PLOT = 84, 230
_COLUMN, _NARROW, _MOST_WIDE = 104, 44, 10
_FOOT = 116
_LEAST_WIDTH = 560
_UNKNOWN = (GenerationState.OUTCOME_UNKNOWN, GenerationState.UNRESOLVED)


def draw_history(job: Job, look: Look = PLAIN) -> Picture:
    """Draw a job's attempts: score by attempt, threshold, tier, cost; 560 logical pixels or wider.

    A draft's bar is pale. What has no score says why instead.
    """
    many = len(job.attempts) > _MOST_WIDE
    column = _NARROW if many else _COLUMN
    width = max(_LEAST_WIDTH, _LEFT + column * len(job.attempts) + _RIGHT)
    paper = Paper(width, _TOP + _PLOT + _FOOT, look)
    _head(paper, job, width)
    _axis(paper, width)
    if not job.attempts:
        middle = (_LEFT + width - _RIGHT) / 2
        words = "no attempt was begun"
        paper.text(middle, _TOP + _PLOT / 2, words, colour=paper.theme.muted, anchor="mm")
    _threshold(paper, job.request.quality_threshold, width)
    for index, attempt in enumerate(job.attempts):
        place = _Place(_LEFT + column * (index + 0.5), column, many=many)
        _attempt(paper, job, attempt, place)
    return paper.picture()


def cost_of(attempt: Attempt) -> Decimal | None:
    """What an attempt's clip and verdict cost, in dollars; None where a part is not known."""
    made, report = attempt.generation, attempt.report
    if made is None:
        return Decimal(0)
    if made.cost_usd is None:
        return None
    judged = Decimal(0) if report is None else report.cost_usd
    return None if judged is None else made.cost_usd + judged


def became(attempt: Attempt) -> str:
    """What became of an attempt that has no score, in a word or two."""
    made = attempt.generation
    if made is None:
        return "not sent"
    if made.state in _UNKNOWN:
        return "unknown"
    if made.state is GenerationState.SUCCEEDED:
        return "unjudged"
    return made.state.value.replace("_", " ")


@dataclass(frozen=True)
class _Place:
    middle: float
    width: float
    many: bool

    @property
    def half(self) -> float:
        return min(26.0, self.width * 0.36)


def _head(paper: Paper, job: Job, width: float) -> None:
    theme = paper.theme
    paper.text(_MARGIN, 12, f"{len(job.attempts)} of {job.request.max_attempts} attempts", size=20,
               bold=True)  # fmt: skip
    why = f" ({job.stopped_because.value.replace('_', ' ')})" if job.stopped_because else ""
    money = f"${job.cost_usd:.2f} of ${job.request.budget_usd:.2f}"
    kind = "" if job.charged else " at list prices"
    words = f"{job.status.value.replace('_', ' ')}{why}  ·  {money}{kind}"
    paper.text(_MARGIN, 38, paper.fitted(words, width - 40), colour=theme.muted)


def _axis(paper: Paper, width: float) -> None:
    theme = paper.theme
    for tenth in range(0, 11, 2):
        y = _y(tenth / 10)
        paper.box((_LEFT, y, width - _RIGHT, y + 1), theme.rule)
        paper.text(_LEFT - 10, y, f"{tenth / 10:.1f}", size=13, colour=theme.muted, anchor="rm")
    base = _TOP + _PLOT
    for row, name in ((12, "attempt"), (34, "tier"), (56, "cost")):
        paper.text(_MARGIN, base + row, name, size=13, colour=theme.muted)


def _attempt(paper: Paper, job: Job, attempt: Attempt, place: _Place) -> None:
    theme, base = paper.theme, _TOP + _PLOT
    delivered = attempt.number == job.best_attempt and job.path is not None
    if delivered:
        edge = place.width / 2 - 3
        area = (place.middle - edge, base + 6, place.middle + edge, base + 98)
        paper.box(area, theme.panel, radius=6)
        paper.text(place.middle, base + 78, "best" if place.many else "delivered", size=13,
                   colour=theme.good, bold=True, anchor="ma")  # fmt: skip
    score = attempt.report.score if attempt.report else None
    if score is None:
        _no_score(paper, attempt, place)
    else:
        _bar(paper, attempt, score, place)
    paper.text(place.middle, base + 12, f"#{attempt.number}", bold=True, anchor="ma")
    tier = attempt.tier.value[:1] if place.many else attempt.tier.value
    paper.text(place.middle, base + 34, tier, size=13, anchor="ma")
    cost = cost_of(attempt)
    money = "?" if place.many else "unknown"
    money = money if cost is None else _cents(cost)
    colour = theme.bad if cost is None else theme.ink
    size = 12 if place.many else 14
    paper.text(place.middle, base + 56, money, size=size, colour=colour, anchor="ma")


def _bar(paper: Paper, attempt: Attempt, score: float, place: _Place) -> None:
    theme, report = paper.theme, attempt.report
    colour = theme.good if report is not None and report.passed else theme.judge
    left, right = place.middle - place.half, place.middle + place.half
    base, top = _TOP + _PLOT, min(_y(score), _TOP + _PLOT - 2)
    if attempt.tier is Tier.DRAFT:
        paper.box((left, top, right, base), _pale(colour, theme.paper), outline=colour, line=1.5)
    else:
        paper.box((left, top, right, base), colour)
    interval = interval_of(report) if report is not None else None
    if interval is not None:
        low, high = (_y(end) for end in interval)
        paper.box((place.middle - 1, high, place.middle + 1, low), theme.ink)
    above = top if interval is None else min(top, _y(interval[1]))
    size = 12 if place.many else 15
    room = paper.width_of(f"{score:.2f}", size) / 2 + 3
    paper.box((place.middle - room, above - 21, place.middle + room, above - 3), theme.paper)
    paper.text(place.middle, above - 20, f"{score:.2f}", size=size, bold=True, anchor="ma")


def _no_score(paper: Paper, attempt: Attempt, place: _Place) -> None:
    theme, base = paper.theme, _TOP + _PLOT
    left, right = place.middle - place.half, place.middle + place.half
    paper.box((left, base - 4, right, base), theme.bad)
    word = became(attempt)
    word = word[:1] if place.many else word
    paper.text(place.middle, base - 26, word, size=13, colour=theme.bad, anchor="ma")


def _cents(cost: Decimal) -> str:
    return "<$0.01" if Decimal(0) < cost < Decimal("0.005") else f"${cost:.2f}"


def _threshold(paper: Paper, threshold: float, width: float) -> None:
    y, right = _y(threshold), width - _RIGHT
    paper.dashes((_LEFT, y), (right, y), paper.theme.ink)
    paper.text(right + 8, y - 16, "threshold", size=13)
    paper.text(right + 8, y, f"{threshold:.2f}", size=13, bold=True)


def _y(score: float) -> float:
    return _TOP + _PLOT * (1 - score)


def _pale(colour: Colour, paper: Colour) -> Colour:
    red, green, blue = ((3 * p + c) // 4 for c, p in zip(colour, paper, strict=True))
    return red, green, blue
