"""What a notebook cell shows: the clip playing inline, the score by dimension, attempts and cost.

All prompt and model text is escaped: it is untrusted.
"""

from decimal import Decimal
from html import escape
from pathlib import Path

from video_agent.errors import MediaError
from video_agent.models import Attempt, ClipInsights, Defect, Job, QualityReport
from video_agent.notebook.embedding import clip_bytes, data_uri
from video_agent.notebook.result import public_url

_MOST_LABELS = 6
_LONGEST_SPEECH = 120

_STYLE = (
    "font:14px/1.45 system-ui,sans-serif;max-width:760px;border:1px solid #8884;border-radius:10px;"
    "overflow:hidden"
)
_INNER = "padding:0 16px 14px"


def job_html(job: Job) -> str:
    """A self-contained HTML card of a job."""
    prompt, best = escape(job.request.prompt), job.best
    head = f"<div style='padding:12px 16px'><b>{prompt}</b><br>{_verdict(job)}</div>"
    seen = "" if best is None or best.report is None else _dimensions(best.report)
    clip = best.video.path if best and best.video else None
    title = f"attempt {best.number}" if best else ""
    frames = _frames(best.report, clip, title) if best and best.report else ""
    inner = f"{seen}{frames}{_attempts(job)}"
    return f"<div style='{_STYLE}'>{_player(job)}{head}<div style='{_INNER}'>{inner}</div></div>"


def report_html(report: QualityReport, clip: Path | None = None, title: str = "") -> str:
    """A self-contained HTML card of a report; with the clip, its frames with the findings."""
    if report.score is None:
        score = f"unjudged (threshold {report.threshold:.2f})"
    else:
        word = "passed" if report.passed else "below the threshold"
        score = f"<b>{report.score:.2f}</b> of {report.threshold:.2f}, {word}"
    found = "".join(f"<li>{_defect_text(item)}</li>" for item in report.defects)
    said = escape(report.feedback).replace("\n", "<br>")
    inner = f"{_dimensions(report)}<ul>{found}</ul><p>{said}</p>{_frames(report, clip, title)}"
    head = f"<div style='padding:12px 16px'>score {score}</div>"
    return f"<div style='{_STYLE}'>{head}<div style='{_INNER}'>{inner}</div></div>"


def _defect_text(defect: Defect) -> str:
    at = "" if defect.start_seconds is None else f" at {defect.start_seconds:.1f} s"
    return f"{escape(defect.description)}{at} (severity {defect.severity:.2f})"


def _frames(report: QualityReport, clip: Path | None, title: str) -> str:
    """The frames with the findings, folded; the pictures of a card are for any background."""
    if clip is None or not clip.is_file():
        return ""
    from video_agent.media.pictures import Look, draw_findings

    try:
        drawn = draw_findings(clip, report, Look(2), title=title)
    except MediaError as error:
        return f"<p>{escape(error.message)}</p>"
    source = data_uri(drawn.jpeg(), "image/jpeg")
    count = len(report.defects)
    words = f"frames, {count} finding{'' if count == 1 else 's'}"
    return (
        f"<details style='margin-top:10px'><summary>{words}</summary>"
        f"<img alt='{words}' style='width:100%' src='{source}'></details>"
    )


def _player(job: Job) -> str:
    if job.path is None or not job.path.is_file():
        return ""
    source = data_uri(clip_bytes(job.path)[0], "video/mp4")
    ratio = "max-height:520px;" if job.request.aspect_ratio == "9:16" else ""
    return (
        "<video controls loop muted autoplay playsinline "
        f"style='width:100%;{ratio}background:#000' src='{source}'></video>"
    )


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


def _dollars(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _dimensions(report: QualityReport) -> str:
    rows = "".join(_bar(item.name, item.score) for item in report.dimensions)
    seen = "".join(
        f"<div style='margin-top:6px'>{escape(item.service)}: {escape(insights_text(item))}</div>"
        for item in report.insights
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
    if len(job.attempts) > 1:
        from video_agent.media.pictures import Look, draw_history

        drawn = draw_history(job, Look(2))
        source = data_uri(drawn.png(), "image/png")
        picture = f"<img alt='{summary}' style='width:{drawn.width}px' src='{source}'>"
    else:
        picture = ""
    return (
        f"<details style='margin-top:10px'><summary>{summary}</summary>{picture}"
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
