"""A job for people: the closing card, tables, what to do next; and its exit code."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from video_agent.cli.console import dollars
from video_agent.cli.naming import command_name
from video_agent.notebook import insights_text, public_url
from video_agent.notebook.report.wording import WHY

if TYPE_CHECKING:
    from video_agent.models import (
        Attempt,
        BatchItem,
        Job,
        QualityReport,
        Video,
    )

_CODES_BY_STATUS = {"cancelled": 12, "parked": 13, "waiting_for_approval": 13}
_NEXT_BY_STATUS = {
    "queued": "a worker makes it ({command} worker); follow it: {command} resume {job}",
    "running": "{command} resume {job}",
    "needs_attention": "{command} resume {job}",
    "parked": "{command} resume {job}",
    "waiting_for_approval": "{command} approve {job}, or decline",
    "cancelled": "{command} retry {job} takes it up again",
}

_SHORT_ID = 8
_SHORTEST_PROMPT = 12
_OTHER_COLUMNS = 54
"""What stands before a prompt at most, without the status: id, time, score, cost, count, gaps."""


def exit_code_of(job: "Job | BatchItem") -> int:
    """0 when a video was delivered, else the code of what ended the job."""
    if job.path is not None:
        return 0
    if job.status.value in _CODES_BY_STATUS:
        return _CODES_BY_STATUS[job.status.value]
    codes = {"budget": 4, "planner": 5, "blocked": 7, "outcome_unknown": 8}
    return codes.get(job.stopped_because.value if job.stopped_because else "", 6)


def print_result(job: "Job") -> None:
    """The closing card: path, score, cost, attempts, why it stopped, what to do next."""
    console = Console(highlight=False, soft_wrap=True)
    console.print()
    console.print(f"[bold]{escape(str(job.path))}[/]" if job.path else "[bold red]no video[/]")
    _print_places(console, job, job.best.video if job.best else None)
    _print_deliverables(console, job)
    console.print(f"  score     {score_text(job)}")
    console.print(f"  cost      {cost_text(job)}")
    count = len(job.attempts)
    best = f", best is #{job.best_attempt}" if job.best_attempt and count > 1 else ""
    console.print(f"  attempts  {count} of {job.request.max_attempts}{best}")
    if job.stopped_because:
        console.print(f"  stopped   {WHY[job.stopped_because.value]}")
    if job.error:
        console.print(f"  error     {escape(job.error)}")
    console.print(f"  next      {next_step(job)}")


def _print_places(console: Console, job: "Job", video: "Video | None") -> None:
    """Where else a video is: its copy in Cloud Storage, the link to it."""
    if video is not None and video.storage_uri:
        console.print(f"  stored    {escape(video.storage_uri)}")
    if link := public_url(job, video):
        console.print(f"  link      {escape(link)}")


def _print_deliverables(console: Console, job: "Job") -> None:
    """What was made from the video; a final that is the video itself is not said twice."""
    for made in job.deliverables:
        if made.path != job.path:
            name = made.kind.rpartition("_")[2]
            level = "" if made.loudness_lufs is None else f" ({made.loudness_lufs:.1f} LUFS)"
            console.print(f"  {name:<9} {escape(str(made.path))}{level}")


def score_text(job: "Job") -> str:
    """The score against its threshold, in words."""
    threshold = job.request.quality_threshold
    if job.best_score is None:
        return f"unjudged (threshold {threshold:.2f})"
    verdict = "[green]passed[/]" if job.passed else "[yellow]below the threshold[/]"
    return f"{job.best_score:.2f} of {threshold:.2f}: {verdict}"


def cost_text(job: "Job") -> str:
    """What it cost, and whether that was real money."""
    amount = f"{dollars(job.cost_usd)} of {dollars(job.request.budget_usd)}"
    unknown = " (a part is unknown and counts at its list price)" if job.unknown_cost else ""
    real = "" if job.charged else " at list prices; the studio stood in, nothing is charged"
    return amount + real + unknown


def next_step(job: "Job") -> str:
    """What a person would do next with this job."""
    command, why = command_name(), job.stopped_because.value if job.stopped_because else ""
    if why == "outcome_unknown":
        return f"{command} resume {job.id} --give-up-unknown (its price stays counted as spent)"
    if job.status.value in _NEXT_BY_STATUS:
        return _NEXT_BY_STATUS[job.status.value].format(command=command, job=job.id)
    if why == "budget":
        return f"{command} show {job.id}, then create again with a larger --budget"
    if job.path and not job.passed:
        return f"{command} show {job.id} (why), then more --max-attempts or a clearer prompt"
    return f"open the file, or: {command} show {job.id}"


def print_jobs(jobs: "Iterable[Job]") -> None:
    """A table of one job or more, newest first; each by the end of its id."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("job", "created", "status", "score", "cost", "attempts"):
        table.add_column(name, no_wrap=True)
    table.add_column("prompt", no_wrap=True)
    console = Console(highlight=False)
    jobs = list(jobs)
    others = _OTHER_COLUMNS + max(len(job.status.value) for job in jobs)
    room = max(_SHORTEST_PROMPT, console.width - others)
    console.width = max(console.width, others + room)
    for job in jobs:
        score = "-" if job.best_score is None else f"{job.best_score:.2f}"
        table.add_row(
            job.id[-_SHORT_ID:],
            job.created_at.astimezone().strftime("%m-%d %H:%M"),
            job.status.value,
            score,
            dollars(job.cost_usd),
            str(len(job.attempts)),
            escape(_shortened(" ".join(job.request.prompt.split()), room)),
        )
    console.print(table)


def _shortened(text: str, room: int) -> str:
    return text if cell_len(text) <= room else set_cell_size(text, room - 1).rstrip() + "…"


def print_job(job: "Job") -> None:
    """Everything about one job for people."""
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(job.request.prompt)}[/]")
    started = f"{job.created_at.astimezone():%Y-%m-%d %H:%M}"
    console.print(f"  job       {job.id} ({job.status.value}, {job.backend}, {started})")
    for attempt in job.attempts:
        _print_attempt(console, job, attempt)
    print_result(job)


def _print_attempt(console: Console, job: "Job", attempt: "Attempt") -> None:
    generation, report = attempt.generation, attempt.report
    state = generation.state.value if generation else "not submitted"
    several = generation is not None and generation.settings.samples > 1
    samples = f", best of {generation.settings.samples} samples" if generation and several else ""
    console.print(f"\n[bold]attempt {attempt.number}[/] ({attempt.tier.value}, {state}{samples})")
    console.print(f"  prompt    {escape(attempt.prompt)}")
    if generation and generation.error:
        console.print(f"  error     {escape(generation.error)}")
    if attempt.video:
        console.print(f"  video     {escape(str(attempt.video.path))}")
    _print_places(console, job, attempt.video)
    if report is not None:
        _print_report(console, report)


def _print_report(console: Console, report: "QualityReport") -> None:
    score = "unjudged" if report.score is None else f"{report.score:.2f}"
    console.print(f"  score     {score} (threshold {report.threshold:.2f})")
    for item in report.dimensions:
        bar = "█" * round(item.score * 20)
        console.print(f"    {item.name:<22} {item.score:.2f} [cyan]{bar}[/]")
    for defect in report.defects:
        at = "" if defect.start_seconds is None else f" at {defect.start_seconds:.1f} s"
        console.print(f"    - {escape(defect.description)}{at}")
    for item in report.insights:
        console.print(f"  seen by   {escape(item.service)}: {escape(insights_text(item))}")
    if report.feedback:
        text = report.feedback.replace("\n", f"\n{'':>12}")
        console.print(f"  feedback  {escape(text)}")
