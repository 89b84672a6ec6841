"""Numbers and names as people read them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from video_agent.models import Job
from video_agent.notebook.report.markup import Content, Html, tag

WHY = {
    "passed": "the score reached the threshold",
    "budget": "the budget has no room for another attempt",
    "attempts": "all attempts are used",
    "patience": "the last attempts did not improve on the best",
    "blocked": "the service blocked the content",
    "outcome_unknown": "a paid call may or may not have started; nothing is sent again by itself",
    "planner": "the planner ended the job early",
    "cancelled": "a person cancelled it",
    "deadline": "its time was up; what was started goes on and is kept",
    "error": "an error ended the job",
}
"""Why a job ended, in words, by its `StopReason`."""


NEXT = {
    "needs_attention": "video-agent reconcile lists the call and takes a person's decision",
    "parked": "video-agent resume goes on with what was begun",
    "waiting_for_approval": "video-agent approve, or decline",
    "cancelled": "video-agent retry takes it up again",
}
"""What a person can do, by the job's `JobStatus`, where there is something."""


def counted(number: int, name: str) -> str:
    """A number of things, in the singular for one."""
    return f"{number} {name}{'' if number == 1 else 's'}"


def dollars(amount: Decimal | None) -> str:
    """Dollars: cents, four digits below ten cents, `unknown` for None."""
    if amount is None:
        return "unknown"
    return f"${amount:.4f}" if amount and abs(amount) < Decimal("0.10") else f"${amount:.2f}"


def plain(name: str) -> str:
    """A name of code as words."""
    return name.replace("_", " ")


def moment(at: datetime) -> str:
    """Date and time in UTC."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def seconds(start: float | None, end: float | None = None) -> str:
    """A time in the clip, or a span of it; empty when it has none."""
    if start is None:
        return ""
    if end is None or end - start < 0.01:
        return f"{start:.2f} s"
    return f"{start:.2f} to {end:.2f} s"


def score_word(job: Job) -> tuple[str, str]:
    """What became of the score, in words, and the class that colours it."""
    if job.best_score is None:
        return ("unjudged" if job.path else "no video", "bad")
    return ("passed", "good") if job.passed else ("below the threshold", "warn")


def facts(rows: Iterable[tuple[str, Content]]) -> Html:
    """Names and values, those without a value left out."""
    parts: list[Html] = []
    for name, value in rows:
        if value:
            parts += [tag("dt", name), tag("dd", value)]
    return tag("dl", *parts)


def table(heads: Sequence[str], rows: Iterable[Sequence[Content]], *, kind: str = "") -> Html:
    """A table that scrolls by itself where the page is too narrow."""
    head = tag("tr", *(tag("th", name, scope="col") for name in heads))
    lines = [tag("tr", *(tag("td", cell) for cell in row)) for row in rows]
    body = tag("table", tag("thead", head), tag("tbody", *lines), class_=kind or None)
    return tag("div", body, class_="scroll")


def section(title: str, *children: Content, anchor: str) -> Html:
    """A part of the page under its heading."""
    return tag("section", tag("h2", title), *children, id=anchor)


def folded(title: Content, *children: Content, opened: bool = False) -> Html:
    """A part that is shown when it is asked for; no script is needed."""
    return tag("details", tag("summary", title), *children, open=opened)
