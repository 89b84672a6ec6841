"""Which of two clips is better, by the same measures a single clip is judged by."""

from video_agent.media.measures import ClipMeasures
from video_agent.studio.judge.control import known_of, known_truth, statements
from video_agent.studio.judge.questions import Wanted
from video_agent.studio.judge.verdict import Verdict, judge

NOTICEABLE = 0.015
"""Smaller differences are not seen; measures of one scene differ by about half of it."""


def compare_clips(wanted: Wanted, first: ClipMeasures, second: ClipMeasures) -> dict[str, object]:
    """The answer's values by their names in schemas."""
    one, other = judge(wanted, first), judge(wanted, second)
    choices = [
        {
            "criterion": name,
            "better": _better(marks.both, other.dimensions[name].both),
            "evidence": f"{marks.evidence}; other: {other.dimensions[name].evidence}",
        }
        for name, marks in one.dimensions.items()
        if name in other.dimensions
    ]
    better = _better(_weighed(one), _weighed(other))
    return {
        "choices": choices,
        "better": better,
        "winner": better,
        "reason": f"measured overall {_weighed(one):.2f} against {_weighed(other):.2f}",
    }


def pair_truths(section: str, first: ClipMeasures, second: ClipMeasures) -> list[bool]:
    """Whether each statement of a list is true of the clip it names."""
    one, other = known_of(first), known_of(second)
    return [
        known_truth(statement, other if statement.lower().startswith("second") else one)
        for statement in statements(section)
    ]


def _weighed(verdict: Verdict) -> float:
    """The overall mark less what its worst fault costs."""
    severities = (item["severity"] for item in verdict.defects)
    worst = max((value for value in severities if isinstance(value, float)), default=0.0)
    return verdict.overall - 0.1 * worst


def _better(first: float, second: float) -> str:
    if abs(first - second) < NOTICEABLE:
        return "equal"
    return "first" if first > second else "second"
