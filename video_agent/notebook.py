"""What a notebook cell shows: the clip playing inline, the score by dimension, attempts and cost.

All prompt and model text is escaped: it is untrusted.
"""

import base64
import sys
from collections.abc import Mapping
from decimal import Decimal
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import Field

from video_agent.models import Attempt, ClipInsights, Job, ProgressEvent, Publication, Video

MAX_EMBEDDED_BYTES = 12_000_000
_MOST_LABELS = 6
_LONGEST_SPEECH = 120

_STYLE = (
    "font:14px/1.45 system-ui,sans-serif;max-width:760px;border:1px solid #8884;border-radius:10px;"
    "overflow:hidden"
)


class VideoResult(Job):
    """A job that shows itself in notebooks, with everything a `Job` has.

    `public_urls` are links that work without a login, by the id of the video; a signed link is
    made anew each time a job is looked at. `publications` tell where its videos were uploaded,
    newest first.
    """

    public_urls: dict[str, str] = Field(default_factory=dict)
    publications: tuple[Publication, ...] = ()

    def _repr_html_(self) -> str:
        return job_html(self)


def as_result(
    job: Job, public_urls: Mapping[str, str], publications: tuple[Publication, ...] = ()
) -> VideoResult:
    """The same job, able to show itself."""
    fields = {name: getattr(job, name) for name in Job.model_fields}
    return VideoResult.model_construct(
        **fields, public_urls=dict(public_urls), publications=publications
    )


def job_html(job: Job) -> str:
    """A self-contained HTML card of a job."""
    prompt = escape(job.request.prompt)
    head = f"<div style='padding:12px 16px'><b>{prompt}</b><br>{_verdict(job)}</div>"
    return (
        f"<div style='{_STYLE}'>{_player(job)}{head}"
        f"<div style='padding:0 16px 14px'>{_dimensions(job)}{_attempts(job)}</div></div>"
    )


def job_page(job: Job) -> str:
    """The card as an HTML document of its own."""
    title = escape(job.request.prompt)
    head = f"<meta charset='utf-8'><title>{title}</title>"
    return f"<!doctype html><html><head>{head}</head><body>{job_html(job)}</body></html>\n"


def _player(job: Job) -> str:
    if job.path is None or not job.path.is_file():
        return ""
    source = _embedded(job.path)
    ratio = "max-height:520px;" if job.request.aspect_ratio == "9:16" else ""
    return (
        "<video controls loop muted autoplay playsinline "
        f"style='width:100%;{ratio}background:#000' src='{source}'></video>"
    )


def _embedded(path: Path) -> str:
    if path.stat().st_size > MAX_EMBEDDED_BYTES:
        from video_agent.media.preview import write_preview  # noqa: PLC0415 - heavy, rarely needed

        with TemporaryDirectory() as folder:
            data = write_preview(path, Path(folder) / "preview.mp4").read_bytes()
    else:
        data = path.read_bytes()
    return "data:video/mp4;base64," + base64.b64encode(data).decode()


def _verdict(job: Job) -> str:
    threshold = job.request.quality_threshold
    if job.best_score is None:
        score = "unjudged"
    else:
        word = "passed" if job.passed else "below the threshold"
        score = f"<b>{job.best_score:.2f}</b> of {threshold:.2f}, {word}"
    money = f"${_dollars(job.cost_usd)} of ${_dollars(job.request.budget_usd)}"
    if not job.charged:
        money += " at list prices (studio: nothing charged)"
    why = f" · stopped: {escape(job.stopped_because.value)}" if job.stopped_because else ""
    return f"{_way(job)}score {score} · cost {money}{why}{_places(job)}"


def _way(job: Job) -> str:
    """How the clip was made, where that is more than from words."""
    task = job.request.task
    return "" if task == "text_to_video" else f"{task.replace('_', ' ')} · "


def _places(job: Job) -> str:
    """The file, its copy and the link to it; a link is one only where it is https or http."""
    lines = [f"<code>{escape(str(job.path))}</code>"] if job.path else []
    video = job.best.video if job.best else None
    if video is not None and video.storage_uri:
        lines.append(f"<code>{escape(video.storage_uri)}</code>")
    link = public_url(job, video)
    if link is not None and link.startswith(("https://", "http://")):
        lines.append(f"<a href='{escape(link)}' rel='noreferrer'>link to the stored video</a>")
    return "".join(f"<br>{line}" for line in lines)


def public_url(job: Job, video: Video | None) -> str | None:
    """A link to a video of a job that works without a login, where there is one."""
    links = job.public_urls if isinstance(job, VideoResult) else {}
    return links.get(video.id) if video else None


def publications_of(job: Job) -> tuple[Publication, ...]:
    """Where a job's videos were uploaded, newest first, where it is known."""
    return job.publications if isinstance(job, VideoResult) else ()


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _dimensions(job: Job) -> str:
    best = job.best
    if best is None or best.report is None:
        return ""
    rows = "".join(_bar(item.name, item.score) for item in best.report.dimensions)
    seen = "".join(
        f"<div style='margin-top:6px'>{escape(item.service)}: {escape(insights_text(item))}</div>"
        for item in best.report.insights
    )
    return f"<table style='border-collapse:collapse'>{rows}</table>{seen}"


def insights_text(insights: ClipInsights) -> str:
    """What an outside service recognised, in one line."""
    shots = len(insights.shots)
    parts = [
        f"{shots} shot{'s' if shots != 1 else ''}" if shots else "",
        ", ".join(label.name for label in insights.labels[:_MOST_LABELS]),
        "" if insights.explicit is None else f"explicit content {insights.explicit:.2f} of 1",
        f"text: {', '.join(insights.texts[:_MOST_LABELS])}" if insights.texts else "",
        f"speech: {insights.transcript[:_LONGEST_SPEECH]}" if insights.transcript else "",
    ]
    return "; ".join(part for part in parts if part) or "nothing recognised"


def _bar(name: str, score: float) -> str:
    fill = f"width:{score * 100:.0f}%;height:10px;border-radius:4px;background:{_colour(score)}"
    return (
        f"<tr><td style='padding:2px 12px 2px 0'>{escape(name)}</td>"
        "<td style='width:220px'><div style='background:#8883;border-radius:4px'>"
        f"<div style='{fill}'></div></div></td>"
        f"<td style='padding-left:10px'>{score:.2f}</td></tr>"
    )


def _colour(score: float) -> str:
    if score >= 0.8:
        return "#2e9e6b"
    return "#d9a23b" if score >= 0.6 else "#cf5c4a"


def _attempts(job: Job) -> str:
    rows = "".join(_attempt_row(item, job.best_attempt) for item in job.attempts)
    head = "<tr><th>attempt</th><th>score</th><th>cost</th><th>state</th><th>prompt</th></tr>"
    summary = f"{len(job.attempts)} of {job.request.max_attempts} attempts"
    return (
        f"<details style='margin-top:10px'><summary>{summary}</summary>"
        f"<table style='font-size:12px;text-align:left'>{head}{rows}</table></details>"
    )


def _attempt_row(attempt: Attempt, best_attempt: int | None) -> str:
    report, generation = attempt.report, attempt.generation
    score = "-" if report is None or report.score is None else f"{report.score:.2f}"
    paid = generation.cost_usd if generation else None
    cost = "-" if paid is None else f"${_dollars(paid)}"
    state = generation.state.value if generation else "-"
    if generation and generation.settings.samples > 1:
        state += f", best of {generation.settings.samples}"
    mark = " ★" if attempt.number == best_attempt else ""
    cells = (f"{attempt.number}{mark}", score, cost, state, attempt.prompt)
    inner = "".join(f"<td style='padding:2px 8px 2px 0'>{escape(cell)}</td>" for cell in cells)
    return f"<tr>{inner}</tr>"


def running_in_notebook() -> bool:
    """Whether this process is an IPython kernel (Jupyter), without importing IPython."""
    shell = sys.modules.get("IPython")
    if shell is None:
        return False
    instance = shell.get_ipython()
    return instance is not None and type(instance).__name__ == "ZMQInteractiveShell"


_TOLD_BY_STEPS = frozenset({"queued", "running", "succeeded", "stopped", "failed"})


def worth_a_line(event: ProgressEvent) -> bool:
    """Whether people are shown an event; most changes of state are told by the steps themselves."""
    state = event.data.get("state")
    if event.kind == "status":
        return state not in _TOLD_BY_STEPS
    if event.kind == "stage":
        return state == "done"  # what fails is told by a warning
    return event.kind != "generation"


async def print_progress(event: ProgressEvent) -> None:
    """One plain line for each step; the default progress in a notebook."""
    if (event.kind == "poll" and event.fraction is not None) or not worth_a_line(event):
        return
    number = f"#{event.attempt_number} " if event.attempt_number else ""
    print(f"{event.kind:>9}  {number}{event.headline}")  # noqa: T201 - a notebook's progress is its output
