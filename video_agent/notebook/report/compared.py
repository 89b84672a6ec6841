"""The clips of a job that a judge saw side by side, in both orders, with what came of it."""

from video_agent.models import Job, PairResult
from video_agent.notebook.report.markup import Html, joined, said, tag
from video_agent.notebook.report.wording import section, table


def compared_of(job: Job) -> Html:
    """One line for each pair. Empty where the job's policy compares no clips."""
    numbers = {item.video.id: item.number for item in job.attempts if item.video is not None}
    rows = [
        (
            f"#{item.number} beside #{numbers.get(pair.other, '?')}",
            _outcome(pair, numbers),
            _reasons(pair, numbers),
        )
        for item in job.attempts
        if item.report is not None
        for pair in item.report.compared
    ]
    if not rows:
        return Html()
    return section("Compared", table(("clips", "better", "what was seen"), rows), anchor="compared")


def _outcome(pair: PairResult, numbers: dict[str, int]) -> Html:
    if not pair.judged:
        return tag("span", "not compared, scores decide", class_="bad")
    if pair.winner is None:
        return tag("span", "neither in both orders, scores decide", class_="warn")
    return tag("span", f"#{numbers.get(pair.winner, '?')}", class_="good")


def _reasons(pair: PairResult, numbers: dict[str, int]) -> Html:
    lines = pair.reasons if pair.judged else (pair.problem,)
    return joined(tag("div", said(_numbered(line, numbers))) for line in lines)


def _numbered(line: str, numbers: dict[str, int]) -> str:
    """A reason with the numbers of attempts in place of the ids of clips."""
    for video_id, number in numbers.items():
        line = line.replace(video_id, f"#{number}")
    return line
